package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Remarks gives what is found out about a configuration after it was loaded the form of a Diagnostic. It reads the files again, so that
// a Config does not have to keep them; where that fails, a remark has its place and no excerpt.
type Remarks struct {
	files map[string]*reporter // by name; nil: cannot be read, or has mistakes by now
}

// NewRemarks returns Remarks that have read nothing yet.
func NewRemarks() *Remarks {
	return &Remarks{files: map[string]*reporter{}}
}

// At returns a diagnostic about what begins at pos, a position that this package gave. Secrets are hidden in its excerpt, not in summary and
// detail.
func (m *Remarks) At(pos Position, severity Severity, summary, detail string) Diagnostic {
	d := Diagnostic{Severity: severity, Position: pos, EndLine: pos.Line, EndColumn: pos.Column, Summary: printable(summary), Detail: printable(detail)}
	r := m.file(pos.File)
	if r == nil {
		return d
	}
	rng, ok := r.rangeFrom(pos)
	if !ok {
		return d
	}
	diag := &hcl.Diagnostic{Severity: hcl.DiagError, Subject: &rng, Summary: summary, Detail: detail}
	if severity == SeverityWarning {
		diag.Severity = hcl.DiagWarning
	}
	return r.convert(diag, "")
}

// Attribute returns where the value of an attribute stands that is in a block without a name, or a zero position if none of the files has it.
func (m *Remarks) Attribute(files []string, block, attribute string) Position {
	for _, name := range files {
		r := m.file(name)
		if r == nil {
			continue
		}
		outer, _, _ := r.file.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: block}}})
		for _, b := range outer.Blocks {
			inner, _, _ := b.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: attribute}}})
			if attr := inner.Attributes[attribute]; attr != nil {
				return position(attr.Expr.Range())
			}
		}
	}
	return Position{}
}

func (m *Remarks) file(name string) *reporter {
	if r, ok := m.files[name]; ok {
		return r
	}
	var r *reporter
	if src, err := readSource(name); err == nil {
		if file, diags := parse(name, src); !diags.HasErrors() {
			r = newReporter(name, src, file, true)
			r.hidden = privateParts(file.Body)
		}
	}
	m.files[name] = r
	return r
}

// privateParts are the blocks that may hold secrets under any name. Those of JSON need no more than maskLines hides.
func privateParts(body hcl.Body) []hcl.Range {
	native, ok := body.(*hclsyntax.Body)
	if !ok {
		return nil
	}
	var parts []hcl.Range
	for _, b := range native.Blocks {
		if b.Type == "variable" || b.Type == "locals" {
			parts = append(parts, b.Range())
		}
	}
	return parts
}

// rangeFrom returns what begins at a position: the head of a block, a value or a name, and otherwise one character.
func (r *reporter) rangeFrom(pos Position) (hcl.Range, bool) {
	if native, ok := r.file.Body.(*hclsyntax.Body); ok {
		if rng, ok := partFrom(native, pos); ok {
			return rng, true
		}
	}
	start := 0
	for line := 1; line < pos.Line; line++ {
		n := indexAfterLine(r.src[start:])
		if n == 0 {
			return hcl.Range{}, false // the file is shorter by now
		}
		start += n
	}
	rest := []rune(string(r.src[start : start+indexAfterLine(r.src[start:])]))
	if pos.Column < 1 || pos.Column > len(rest) {
		return hcl.Range{}, false
	}
	at := hcl.Pos{Line: pos.Line, Column: pos.Column, Byte: start + len(string(rest[:pos.Column-1]))}
	end := at
	length := wordLength(rest[pos.Column-1:])
	end.Column, end.Byte = at.Column+length, at.Byte+len(string(rest[pos.Column-1:pos.Column-1+length]))
	return hcl.Range{Filename: r.filename, Start: at, End: end}, true
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
