// Package syntax puts into words what is wrong with a file that HCL's parser cannot read: where HCL names the token that it stumbled over, it
// says what was probably meant and how that is written. One slip is told of once, without what follows from it.
//
//   - syntax.go: which of HCL's diagnostics stay;
//   - unclosed.go: quotes, comments and heredocs that never end, after which nothing else means what it says;
//   - braces.go: blocks that never end;
//   - bare.go: texts without quotes;
//   - words.go: the words for everything else;
//   - json.go: the same for JSON.
//
// A message quotes at most the part of the line that it marks: package diag replaces it where that may be a secret.
package syntax

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Explain returns diagnostics of HCL's parser about a file in its native syntax in words that say what would be right. isBlock tells which words
// begin a block.
func Explain(filename string, src []byte, diags hcl.Diagnostics, isBlock func(word string) bool) hcl.Diagnostics {
	tokens, _ := hclsyntax.LexConfig(src, filename, hcl.InitialPos) // the parser has told of its mistakes too
	f := &file{tokens: tokens, isBlock: isBlock}
	var kept hcl.Diagnostics
	unclosed := f.unclosed()
	for _, d := range diags {
		switch {
		case d.Subject == nil:
		case unclosed != nil && (d.Subject.Start.Line >= unclosed.Subject.Start.Line || d.Summary == unclosedBlock):
			continue // its consequence
		default:
			f.explain(d)
		}
		kept = append(kept, d)
	}
	if unclosed != nil {
		kept = append(kept, unclosed)
	}
	return FirstOfLine(kept)
}

// FirstOfLine leaves the first of the diagnostics on one line: a parser that stumbles tells of its next steps too.
func FirstOfLine(diags hcl.Diagnostics) hcl.Diagnostics {
	type line struct {
		file   string
		number int
	}
	seen := map[line]bool{}
	return slices.DeleteFunc(slices.Clone(diags), func(d *hcl.Diagnostic) bool {
		if d.Subject == nil {
			return false
		}
		at := line{d.Subject.Filename, d.Subject.Start.Line}
		again := seen[at]
		seen[at] = true
		return again
	})
}

// file is what the parser could not read.
type file struct {
	tokens  hclsyntax.Tokens
	isBlock func(word string) bool
}

// none stands for what is before the first token and behind the last.
var none = hclsyntax.Token{Type: hclsyntax.TokenEOF}

// token returns the token at an index, which may be none.
func (f *file) token(i int) hclsyntax.Token {
	if i < 0 || i >= len(f.tokens) {
		return none
	}
	return f.tokens[i]
}

// at returns the index of the token that begins at a place.
func (f *file) at(pos hcl.Pos) (int, bool) {
	return slices.BinarySearchFunc(f.tokens, pos.Byte, func(t hclsyntax.Token, at int) int { return cmp.Compare(t.Range.Start.Byte, at) })
}
