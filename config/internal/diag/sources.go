package diag

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// Sources are the files that diagnostics speak of, by name.
type Sources map[string]*Source

// Hide keeps parts of files out of excerpts.
func (s Sources) Hide(hidden []hcl.Range) {
	for _, rng := range hidden {
		if r := s[rng.Filename]; r != nil {
			r.Hidden = append(r.Hidden, rng)
		}
	}
}

// Report turns HCL's diagnostics into ours, sorted. Those without a place are about the whole; those in blocks are about a block that shares
// its place with others.
func (s Sources) Report(diags hcl.Diagnostics, whole string, blocks map[*hcl.Diagnostic]string) []Diagnostic {
	if len(diags) == 0 {
		return nil
	}
	f := folded{seen: map[Diagnostic]bool{}, first: map[Diagnostic]int{}, again: map[int][]string{}}
	for _, raw := range diags {
		block := blocks[raw]
		d := s.about(raw, whole).convert(raw, block)
		if block == "" {
			f.add(d)
		} else {
			f.addShared(d)
		}
	}
	for i, names := range f.again {
		f.out[i].Detail += likewise(names)
	}
	sortDiagnostics(f.out)
	return f.out
}

// about returns the source of the file that a diagnostic is about.
func (s Sources) about(raw *hcl.Diagnostic, whole string) *Source {
	name := whole
	if raw.Subject != nil {
		name = raw.Subject.Filename
	}
	if r := s[name]; r != nil {
		return r
	}
	return &Source{Name: name} // no file: a folder, or a flag
}

// folded collects diagnostics, each once.
type folded struct {
	out   []Diagnostic
	seen  map[Diagnostic]bool
	first map[Diagnostic]int // in out, by a diagnostic of shared places without block and words
	again map[int][]string   // the other blocks with it, by its place in out
}

func (f *folded) add(d Diagnostic) {
	if !f.seen[d] {
		f.seen[d] = true
		f.out = append(f.out, d)
	}
}

// addShared adds what may be said of many blocks: once, with the names of the others.
func (f *folded) addShared(d Diagnostic) {
	key := d
	key.Block, key.Detail = "", ""
	i, found := f.first[key]
	if !found {
		f.first[key] = len(f.out)
		f.out = append(f.out, d)
		return
	}
	if names := f.again[i]; f.out[i].Block != d.Block && !slices.Contains(names[max(0, len(names)-1):], d.Block) {
		f.again[i] = append(names, d.Block)
	}
}

// likewise names other blocks with the same mistake.
func likewise(blocks []string) string {
	const most = 5
	if more := len(blocks) - most; more > 1 {
		blocks = append(blocks[:most:most], fmt.Sprintf("%d more", more))
	}
	return " Likewise in " + wording.Join(blocks, "and") + "."
}
