package config

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// sources are the files that diagnostics speak of, by name.
type sources map[string]*reporter

// hide keeps parts of files out of excerpts.
func (s sources) hide(hidden []hcl.Range) {
	for _, rng := range hidden {
		if r := s[rng.Filename]; r != nil {
			r.hidden = append(r.hidden, rng)
		}
	}
}

// report turns HCL's diagnostics into ours, sorted. Those without a place are about the whole; those in blocks are about a generated one.
func (s sources) report(diags hcl.Diagnostics, whole string, blocks map[*hcl.Diagnostic]string) []Diagnostic {
	if len(diags) == 0 {
		return nil
	}
	out := make([]Diagnostic, 0, len(diags))
	again := map[Diagnostic][]string{} // blocks with a mistake that another one has too, by all but its words
	place := map[Diagnostic]int{}      // of that one in out
	for _, diag := range diags {
		name := whole
		if diag.Subject != nil {
			name = diag.Subject.Filename
		}
		r := s[name]
		if r == nil {
			r = &reporter{filename: name} // no file: a folder, or a flag
		}
		block := blocks[diag]
		d := r.convert(diag, block)
		if block != "" {
			key := d
			key.Block, key.Detail = "", ""
			if first, found := place[key]; found {
				if names := again[key]; out[first].Block != d.Block && !slices.Contains(names[max(0, len(names)-1):], d.Block) {
					again[key] = append(names, d.Block)
				}
				continue
			}
			place[key] = len(out)
		}
		out = append(out, d)
	}
	for key, names := range again {
		out[place[key]].Detail += likewise(names)
	}
	sortDiagnostics(out)
	return slices.Compact(out)
}

// likewise names other blocks with the same mistake.
func likewise(blocks []string) string {
	const most = 5
	if more := len(blocks) - most; more > 1 {
		blocks = append(blocks[:most:most], fmt.Sprintf("%d more", more))
	}
	return " Likewise in " + join(blocks, "and") + "."
}
