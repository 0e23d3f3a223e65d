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

// AnchorsForTest returns the anchors of the headings of a page.
func AnchorsForTest(page string) []string {
	var anchors []string
	for _, s := range docsSections(page) {
		anchors = append(anchors, s.slug)
	}
	return anchors
}

// HidesForTest reports whether Effective hides more of a configuration than passwords.
func HidesForTest(cfg *Config) bool { return len(cfg.sensitive) > 0 }

// LocateIn is LocateBridge in src.
func LocateIn(filename string, src []byte, o Options) Whereabouts {
	l := newLoader(filename, o)
	l.add(filename, src)
	return l.locate()
}
