package config

import "reflect"

// rawBlock is a block of the language, as its raw struct has it.
type rawBlock struct {
	path       string   // types of the blocks around it and its own, such as remote.backoff
	attributes []string // in the order of the struct
	blocks     []string // paths of the blocks within, likewise
}

// languageBlocks returns all blocks, each before those within.
func languageBlocks() []rawBlock {
	var found []rawBlock
	walkLanguage(reflect.TypeFor[rawFile](), "", &found)
	return found[1:] // the file itself is none
}

// blockWords returns what tells whether a word begins a block, anywhere in a file.
func blockWords() func(word string) bool {
	words := map[string]bool{dynamicBlock: true}
	for _, block := range languageBlocks() {
		words[lastType(block.path)] = true
	}
	return func(word string) bool { return words[word] }
}

func walkLanguage(t reflect.Type, path string, found *[]rawBlock) {
	for t.Kind() != reflect.Struct {
		t = t.Elem() // of a slice, of a pointer
	}
	i := len(*found)
	*found = append(*found, rawBlock{path: path})
	prefix := path
	if prefix != "" {
		prefix += "."
	}
	for _, field := range rawFields(t) {
		switch field.kind {
		case "optional":
			(*found)[i].attributes = append((*found)[i].attributes, field.name)
		case "block":
			(*found)[i].blocks = append((*found)[i].blocks, prefix+field.name)
			walkLanguage(t.Field(field.index).Type, prefix+field.name, found)
		}
	}
}
