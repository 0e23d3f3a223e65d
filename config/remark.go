package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// Remarks gives what is found out about a configuration after it was loaded the form of a Diagnostic. It reads the files again, so that
// a Config does not have to keep them; where that fails, a remark has its place and no excerpt.
type Remarks struct {
	files map[string]*diag.Source // by name; nil: cannot be read, or has mistakes by now
}

// NewRemarks returns Remarks that have read nothing yet.
func NewRemarks() *Remarks {
	return &Remarks{files: map[string]*diag.Source{}}
}

// At returns a diagnostic about what begins at pos, a position that this package gave. Secrets are hidden in its excerpt, not in summary and
// detail.
func (m *Remarks) At(pos Position, severity Severity, summary, detail string) Diagnostic {
	return m.file(pos.File).Remark(pos, severity, summary, detail)
}

// Attribute returns where the value of an attribute stands that is in a block without a name, or a zero position if none of the files has it.
func (m *Remarks) Attribute(files []string, block, attribute string) Position {
	for _, name := range files {
		r := m.file(name)
		if r == nil {
			continue
		}
		outer, _, _ := r.File.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: block}}})
		for _, b := range outer.Blocks {
			inner, _, _ := b.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: attribute}}})
			if attr := inner.Attributes[attribute]; attr != nil {
				return diag.PositionOf(attr.Expr.Range())
			}
		}
	}
	return Position{}
}

func (m *Remarks) file(name string) *diag.Source {
	if r, ok := m.files[name]; ok {
		return r
	}
	var r *diag.Source
	if src, err := readSource(name); err == nil {
		if file, diags := parse(name, src); !diags.HasErrors() {
			r = &diag.Source{Name: name, Text: src, File: file, Parsed: true, Hidden: privateParts(file.Body), Language: language{}}
		}
	}
	m.files[name] = r
	return r
}

// privateParts are the blocks that may hold secrets under any name. Those of JSON need no more than is hidden anyway.
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
