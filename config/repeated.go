package config

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// firstOfSingles leaves of each block that there is once the first, and complains about the others. HCL would look into none of them,
// and their mistakes would come to light one run later. Bodies in JSON stay as they are, and are HCL's.
func firstOfSingles(bodies []hcl.Body) ([]hcl.Body, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	first := map[string]hcl.Range{}
	singles := singleBlocks()
	out := slices.Clone(bodies)
	for i, body := range bodies {
		native, ok := body.(*hclsyntax.Body)
		if !ok {
			continue
		}
		kept := *native
		kept.Blocks = slices.DeleteFunc(slices.Clone(native.Blocks), func(b *hclsyntax.Block) bool {
			if !singles[b.Type] {
				return false
			}
			rng := b.DefRange()
			at, again := first[b.Type]
			if !again {
				first[b.Type] = rng
				return false
			}
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: fmt.Sprintf("Duplicate %s block", b.Type), Subject: &rng,
				Detail: fmt.Sprintf("Only one %s block is allowed. Another was defined at %s.", b.Type, at), Extra: ownText{},
			})
			return true
		})
		out[i] = &kept
	}
	return out, diags
}

// singleBlocks are the blocks that a configuration has once.
func singleBlocks() map[string]bool {
	singles := map[string]bool{}
	file := reflect.TypeFor[rawFile]()
	for _, field := range rawFields(file) {
		singles[field.name] = file.Field(field.index).Type.Kind() == reflect.Pointer
	}
	return singles
}
