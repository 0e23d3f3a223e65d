package syntax

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// unclosed tells of the first quote, comment or heredoc without an end, or returns nil.
func (f *file) unclosed() *hcl.Diagnostic {
	quote, heredocs, interps := 0, []int(nil), []int(nil)
	for i, token := range f.tokens {
		switch token.Type {
		case hclsyntax.TokenOQuote:
			quote = i
		case hclsyntax.TokenQuotedNewline:
			return f.unpaired(quote, interps, token.Range.Start)
		case hclsyntax.TokenSlash: // of a closed comment the lexer makes one token
			if next := f.token(i + 1); next.Type == hclsyntax.TokenStar && adjacent(token, next) {
				return diag.New(hcl.RangeBetween(token.Range, next.Range), "Open comment", "This comment never ends. Close it with */, or begin each of its lines with #.")
			}
		case hclsyntax.TokenOHeredoc:
			heredocs = append(heredocs, i)
		case hclsyntax.TokenCHeredoc:
			heredocs = heredocs[:max(0, len(heredocs)-1)]
		case hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			interps = append(interps, i)
		case hclsyntax.TokenTemplateSeqEnd:
			interps = interps[:max(0, len(interps)-1)]
		default:
		}
	}
	if len(heredocs) > 0 {
		return diag.New(f.tokens[heredocs[0]].Range, "Open text", "This text of several lines never ends. Its last line has nothing but the word that stands behind << here.")
	}
	return f.openEnd(quote)
}

// openEnd tells of a quote that is open where the file ends without a line end.
func (f *file) openEnd(quote int) *hcl.Diagnostic {
	if f.token(quote).Type != hclsyntax.TokenOQuote {
		return nil
	}
	depth := 0
	for _, token := range f.tokens[quote:] {
		switch token.Type {
		case hclsyntax.TokenOQuote:
			depth++
		case hclsyntax.TokenCQuote:
			depth--
		default:
		}
	}
	if depth == 0 {
		return nil
	}
	return f.unpaired(quote, nil, f.tokens[len(f.tokens)-1].Range.Start)
}

// unpaired tells of a quote without its other half, or of the open ${ that the quote is taken to be within.
func (f *file) unpaired(quote int, interps []int, end hcl.Pos) *hcl.Diagnostic {
	rng := f.tokens[quote].Range
	if n := len(interps) - 1; n >= 0 && f.tokens[interps[n]].Range.Start.Line == rng.Start.Line {
		return diag.New(f.tokens[interps[n]].Range, "Open expression", interpolation)
	}
	rng.End = end
	return diag.New(rng, "Missing quote", `A text begins with " and ends with " on the same line; a " within it is \". On this line there is one too few, or one too many. For a text of several lines there is <<EOT.`)
}

// adjacent reports whether there is nothing between two tokens.
func adjacent(a, b hclsyntax.Token) bool { return a.Range.End.Byte == b.Range.Start.Byte }
