package config

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
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
	byPath[dynamicBlock] = rawBlock{path: dynamicBlock, attributes: []string{forEachAttr, labelsAttr, iteratorAttr}, blocks: []string{dynamicBlock + "." + contentBlock}}
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
	kind := b.attributes
	if isBlock {
		kind = inner
	}
	if hint := cmp.Or(wording.DidYouMean(word, kind), wording.DidYouMean(word, words)); hint != "" {
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
	if b.path == dynamicBlock {
		return "It belongs in the content block."
	}
	if owner := ownerOf(word, blocks); owner != "" && !isBlock {
		return belongs(owner)
	}
	return fmt.Sprintf("Here there can be %s.", wording.Join(words, "and"))
}

// ownerOf returns the one block that has an attribute, of those around which there are the fewest others; or "". Those of variables have names
// that others could have.
func ownerOf(word string, blocks map[string]rawBlock) string {
	var owners []string
	least := len(blocks)
	for _, path := range slices.Sorted(maps.Keys(blocks)) {
		depth := strings.Count(path, ".")
		if path == "" || path == "variable" || depth > least || !slices.Contains(blocks[path].attributes, word) {
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
		return fmt.Sprintf("It belongs in %s block.", withArticle(path))
	}
	return fmt.Sprintf("It belongs in %s block of %s.", withArticle(lastType(path)), withArticle(around))
}

func withArticle(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

func lastType(path string) string { return path[strings.LastIndex(path, ".")+1:] }

// pathAt returns the types of the blocks around a place, such as remote.backoff. What defaults and dynamic blocks stand for has their place.
func pathAt(files diag.Sources, rng hcl.Range) (string, bool) {
	r := files[rng.Filename]
	if r == nil {
		return "", false
	}
	native, ok := r.File.Body.(*hclsyntax.Body)
	if !ok {
		return typesOf(r.BlockAt(rng.Start.Byte)), true
	}
	var path []string
	var around *hclsyntax.Block
	for {
		i := slices.IndexFunc(native.Blocks, func(b *hclsyntax.Block) bool {
			within := b.Body.Range() // what is wrong with the type of a block belongs to the block around it
			return within.Start.Byte <= rng.Start.Byte && rng.Start.Byte < within.End.Byte
		})
		if i < 0 {
			return strings.Join(path, "."), true
		}
		block := native.Blocks[i]
		path = step(path, around, block)
		around, native = block, block.Body
	}
}

// step adds a block to the path of the one around it.
func step(path []string, around, block *hclsyntax.Block) []string {
	switch labels := strings.Join(block.Labels, " "); {
	case block.Type == "defaults" && labels == "remote":
		return append(path, "remote")
	case block.Type == "defaults" && labels == "queue":
		return append(path, "route", "queue")
	case block.Type == contentBlock && around != nil && around.Type == dynamicBlock && len(around.Labels) == 1:
		path[len(path)-1] = around.Labels[0]
		return path
	default:
		return append(path, block.Type)
	}
}

var elementNumber = regexp.MustCompile(`\[[0-9]+\]`)

// typesOf takes the names and numbers out of the name of a block in JSON, such as route.alarms.match[0].
func typesOf(block string) string {
	steps := strings.Split(elementNumber.ReplaceAllString(block, ""), ".")
	if len(steps) > 1 && !slices.Contains([]string{"bridge", "log", "admin", "loop", "locals"}, steps[0]) {
		steps = slices.Delete(steps, 1, 2)
	}
	return strings.Join(steps, ".")
}
