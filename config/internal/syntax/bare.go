package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// bareTypes are what a text without quotes is taken for.
var bareTypes = []hclsyntax.TokenType{
	hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenColon, hclsyntax.TokenDoubleColon, hclsyntax.TokenDot, hclsyntax.TokenEllipsis,
	hclsyntax.TokenSlash, hclsyntax.TokenStar, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenPercent, hclsyntax.TokenBitwiseNot,
}

func isBare(token hclsyntax.Token) bool {
	return slices.Contains(bareTypes, token.Type) || token.Type == hclsyntax.TokenInvalid && string(token.Bytes) == `\`
}

// bareText returns the text without quotes that the token at an index is a part of: all of a value, or an element of a list without blanks.
func (f *file) bareText(i int) (text string, rng hcl.Range, ok bool) {
	if !isBare(f.token(i)) {
		return "", rng, false
	}
	first, last, spaced := i, i, false
	for isBare(f.token(first - 1)) {
		first--
		spaced = spaced || !adjacent(f.token(first), f.token(first+1))
	}
	for isBare(f.token(last + 1)) {
		last++
		spaced = spaced || !adjacent(f.token(last-1), f.token(last))
	}
	switch f.token(first - 1).Type {
	case hclsyntax.TokenEqual:
	case hclsyntax.TokenOBrack, hclsyntax.TokenComma, hclsyntax.TokenOParen:
		if spaced { // rather a forgotten comma
			return "", rng, false
		}
	default:
		return "", rng, false
	}
	switch f.token(last + 1).Type {
	case hclsyntax.TokenNewline, hclsyntax.TokenComment, hclsyntax.TokenEOF, hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenComma, hclsyntax.TokenCParen:
	default:
		return "", rng, false
	}
	return f.join(first, last), hcl.RangeBetween(f.token(first).Range, f.token(last).Range), true
}

// join writes tokens of a line as they stand there, with single blanks.
func (f *file) join(first, last int) string {
	var b strings.Builder
	for i := first; i <= last; i++ {
		if i > first && !adjacent(f.tokens[i-1], f.tokens[i]) {
			b.WriteByte(' ')
		}
		b.Write(f.tokens[i].Bytes)
	}
	return b.String()
}

// unquoted puts a diagnostic into words if it is about a text without quotes. They are not marked as ours, because they quote it.
func (f *file) unquoted(d *hcl.Diagnostic, i int) bool {
	text, rng, ok := f.bareText(i)
	if !ok {
		return false
	}
	if digits := strings.ReplaceAll(text, "_", ""); strings.Trim(digits, "0123456789") == "" {
		d.Subject, d.Summary, d.Detail = &rng, "Not a number", fmt.Sprintf("A number has nothing between its digits: %s.", digits)
		return true
	}
	kind, right := wording.Bare(text)
	d.Subject, d.Summary, d.Detail = &rng, "Missing quotes", fmt.Sprintf("%s is written in double quotes: %s.", kind, wording.Quote(right))
	return true
}
