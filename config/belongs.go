package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

func blocksByPath() map[string]rawBlock {
	byPath := map[string]rawBlock{}
	var top rawBlock
	for _, b := range languageBlocks() {
		byPath[b.path] = b
		if !strings.Contains(b.path, ".") {
			top.blocks = append(top.blocks, b.path)
		}
	}
	byPath[""] = top
	return byPath
}

// instead says what to write in a block in place of an attribute, or a block, that it does not have.
func (b rawBlock) instead(word string, isBlock bool, blocks map[string]rawBlock) string {
	if hint, ok := wordHints[b.path+"."+word]; ok {
		return hint
	}
	inner := make([]string, len(b.blocks))
	for i, path := range b.blocks {
		inner[i] = lastType(path)
		if !isBlock && slices.Contains(blocks[path].attributes, word) {
			return belongs(path)
		}
	}
	words := slices.Concat(b.attributes, inner)
	if hint := wording.DidYouMean(word, words); hint != "" {
		return strings.TrimSpace(hint)
	}
	if ours := synonyms[word]; slices.Contains(words, ours) {
		return fmt.Sprintf("Did you mean %q?", ours)
	}
	for _, path := range slices.Sorted(maps.Keys(blocks)) {
		other := blocks[path]
		switch {
		case path == "" || path == b.path:
		case isBlock && slices.Contains(other.blocks, path+"."+word):
			return belongs(path)
		case !isBlock && b.path == "" && !strings.Contains(path, ".") && slices.Contains(other.attributes, word):
			return belongs(path)
		}
	}
	if owner := ownerOf(word, blocks); owner != "" && !isBlock {
		return belongs(owner)
	}
	return fmt.Sprintf("Here there can be %s.", wording.Join(words, "and"))
}

// ownerOf returns the one block that has an attribute, of those around which there are the fewest others; or "".
func ownerOf(word string, blocks map[string]rawBlock) string {
	var owners []string
	least := len(blocks)
	for _, path := range slices.Sorted(maps.Keys(blocks)) {
		depth := strings.Count(path, ".")
		if path == "" || depth > least || !slices.Contains(blocks[path].attributes, word) {
			continue
		}
		if depth < least {
			owners, least = nil, depth
		}
		owners = append(owners, path)
	}
	if len(owners) != 1 {
		return ""
	}
	return owners[0]
}

// belongs names a block, and the one that it is in.
func belongs(path string) string {
	around, _, inner := strings.Cut(path, ".")
	if !inner {
		return fmt.Sprintf("It belongs into %s block.", withArticle(path))
	}
	return fmt.Sprintf("It belongs into %s block of %s.", withArticle(lastType(path)), withArticle(around))
}

func withArticle(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

func lastType(path string) string { return path[strings.LastIndex(path, ".")+1:] }
