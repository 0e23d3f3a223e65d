package config

import (
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

// report turns HCL's diagnostics into ours, sorted. Those without a place are about the whole.
func (s sources) report(diags hcl.Diagnostics, whole string) []Diagnostic {
	if len(diags) == 0 {
		return nil
	}
	out := make([]Diagnostic, len(diags))
	for i, diag := range diags {
		name := whole
		if diag.Subject != nil {
			name = diag.Subject.Filename
		}
		r := s[name]
		if r == nil {
			r = &reporter{filename: name} // no file: a folder, or a flag
		}
		out[i] = r.convert(diag)
	}
	sortDiagnostics(out)
	return slices.Compact(out)
}
