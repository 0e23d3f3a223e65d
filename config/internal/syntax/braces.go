package syntax

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// openBraces tells of a block without }: not of the one that the parser is still in at the end, if the indentation says that it is another.
func (f *file) openBraces(d *hcl.Diagnostic) {
	d.Detail, d.Extra = "This block, or one in it, has no }.", diag.Own{}
	var open []int // tokens
	for i, token := range f.tokens {
		switch {
		case token.Type == hclsyntax.TokenOBrace:
			open = append(open, i)
		case token.Type != hclsyntax.TokenCBrace || len(open) == 0:
		case f.beginsLine(i) && token.Range.Start.Column < f.indentation(open[len(open)-1]):
			brace := f.tokens[open[len(open)-1]].Range
			d.Subject, d.Detail = &brace, "This block has no }: the next one is indented as if it belonged to the block around it."
			return
		default:
			open = open[:len(open)-1]
		}
	}
}

// beginsLine reports whether a token is the first of its line.
func (f *file) beginsLine(i int) bool {
	return i == 0 || f.tokens[i-1].Range.End.Line < f.tokens[i].Range.Start.Line || ends(f.tokens[i-1])
}

// indentation returns the column of the first token in the line of a token.
func (f *file) indentation(i int) int {
	for !f.beginsLine(i) {
		i--
	}
	return f.tokens[i].Range.Start.Column
}
