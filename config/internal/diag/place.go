package diag

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Remark returns a diagnostic about what begins at a position. Secrets are hidden in its excerpt, not in summary and detail. Without a source,
// and where the position is not in it, there is no excerpt.
func (s *Source) Remark(pos Position, severity Severity, summary, detail string) Diagnostic {
	d := Diagnostic{Severity: severity, Position: pos, EndLine: pos.Line, EndColumn: pos.Column, Summary: printable(summary), Detail: printable(detail)}
	if s == nil {
		return d
	}
	rng, ok := s.rangeFrom(pos)
	if !ok {
		return d
	}
	raw := &hcl.Diagnostic{Severity: hcl.DiagError, Subject: &rng, Summary: summary, Detail: detail}
	if severity == SeverityWarning {
		raw.Severity = hcl.DiagWarning
	}
	return s.convert(raw, "")
}

// rangeFrom returns what begins at a position: the head of a block, a value or a name, and otherwise one character.
func (s *Source) rangeFrom(pos Position) (hcl.Range, bool) {
	if native, ok := s.File.Body.(*hclsyntax.Body); ok {
		if rng, ok := partFrom(native, pos); ok {
			return rng, true
		}
	}
	start := 0
	for line := 1; line < pos.Line; line++ {
		n := indexAfterLine(s.Text[start:])
		if n == 0 {
			return hcl.Range{}, false // the file is shorter by now
		}
		start += n
	}
	rest := []rune(string(s.Text[start : start+indexAfterLine(s.Text[start:])]))
	if pos.Column < 1 || pos.Column > len(rest) {
		return hcl.Range{}, false
	}
	at := hcl.Pos{Line: pos.Line, Column: pos.Column, Byte: start + len(string(rest[:pos.Column-1]))}
	end := at
	length := wordLength(rest[pos.Column-1:])
	end.Column, end.Byte = at.Column+length, at.Byte+len(string(rest[pos.Column-1:pos.Column-1+length]))
	return hcl.Range{Filename: s.Name, Start: at, End: end}, true
}

// indexAfterLine returns where the next line begins, or how much is left.
func indexAfterLine(src []byte) int {
	for i, c := range src {
		if c == '\n' {
			return i + 1
		}
	}
	return len(src)
}

// wordLength is that of a text in quotes, or else one character.
func wordLength(rest []rune) int {
	if rest[0] != '"' {
		return 1
	}
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 1
}

// partFrom looks for the largest part of a body that begins at a position and has a meaning of its own.
func partFrom(body *hclsyntax.Body, pos Position) (hcl.Range, bool) {
	begins := func(rng hcl.Range) bool { return rng.Start.Line == pos.Line && rng.Start.Column == pos.Column }
	for _, attr := range body.Attributes {
		if begins(attr.NameRange) {
			return attr.NameRange, true
		}
		if begins(attr.Expr.Range()) {
			return attr.Expr.Range(), true
		}
	}
	for _, b := range body.Blocks {
		if rng := b.DefRange(); begins(rng) {
			return rng, true
		}
		if rng := b.Range(); rng.Start.Line <= pos.Line && pos.Line <= rng.End.Line {
			if rng, ok := partFrom(b.Body, pos); ok {
				return rng, true
			}
		}
	}
	return hcl.Range{}, false
}
