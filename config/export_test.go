package config

// WordsForTest returns the path of each attribute of the language, such as remote.backoff.initial.
func WordsForTest() []string {
	var words []string
	for _, b := range languageBlocks() {
		for _, name := range b.attributes {
			words = append(words, b.path+"."+name)
		}
	}
	return words
}
