package config

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// firstOfSingles leaves of each block that there is once the first, and complains about the others. HCL would look into none of them,
// and their mistakes would come to light one run later. Bodies in JSON stay as they are, and are HCL's.
func firstOfSingles(bodies []hcl.Body) ([]hcl.Body, hcl.Diagnostics) {
	var s singles
	first := map[string]hcl.Range{}
	out := slices.Clone(bodies)
	for i, body := range bodies {
		if native, ok := body.(*hclsyntax.Body); ok {
			out[i] = s.keep(native, reflect.TypeFor[rawFile](), first)
		}
	}
	return out, s.diags
}

// singles gathers complaints about blocks that are there once more.
type singles struct {
	diags hcl.Diagnostics
}

// keep returns a body that is laid out as a raw struct, without what is in it or in first already.
func (s *singles) keep(body *hclsyntax.Body, layout reflect.Type, first map[string]hcl.Range) *hclsyntax.Body {
	kept := *body
	kept.Blocks = nil
	inner, once := blocksOf(layout)
	for _, b := range body.Blocks {
		at, again := first[b.Type]
		if rng := b.DefRange(); once[b.Type] && again {
			s.diags = append(s.diags, &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: fmt.Sprintf("Duplicate %s block", b.Type), Subject: &rng,
				Detail: fmt.Sprintf("Only one %s block is allowed. Another was defined at %s.", b.Type, at), Extra: diag.Own{},
			})
			continue
		}
		first[b.Type] = b.DefRange()
		kept.Blocks = append(kept.Blocks, s.within(b, inner))
	}
	return &kept
}

// within returns a block of a body that can have blocks of such layouts, itself with the first of its single blocks only.
func (s *singles) within(b *hclsyntax.Block, layouts map[string]reflect.Type) *hclsyntax.Block {
	layout := layouts[b.Type]
	switch {
	case b.Type == dynamicBlock && len(b.Labels) == 1:
		layouts = map[string]reflect.Type{contentBlock: layouts[b.Labels[0]]}
		kept := *b
		body := *b.Body
		kept.Body, body.Blocks = &body, nil
		for _, content := range b.Body.Blocks {
			body.Blocks = append(body.Blocks, s.within(content, layouts))
		}
		return &kept
	case layout == reflect.TypeFor[rawDefaults]() && slices.Equal(b.Labels, []string{"remote"}):
		layout = reflect.TypeFor[rawRemote]()
	}
	if layout == nil {
		return b
	}
	kept := *b
	kept.Body = s.keep(b.Body, layout, map[string]hcl.Range{})
	return &kept
}

// blocksOf returns the layouts of the blocks within a raw struct, and which of them it has once.
func blocksOf(layout reflect.Type) (layouts map[string]reflect.Type, once map[string]bool) {
	layouts, once = map[string]reflect.Type{}, map[string]bool{}
	for _, field := range rawFields(layout) {
		if field.kind != "block" {
			continue
		}
		t := layout.Field(field.index).Type
		if t.Kind() == reflect.Slice {
			t = t.Elem()
		} else {
			once[field.name] = true
		}
		layouts[field.name] = t.Elem()
	}
	return layouts, once
}
