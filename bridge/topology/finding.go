package topology

import (
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Kind says what a finding is about.
type Kind string

// The kinds of findings. Ring, Duplicate, Twin and Erasing keep a topology from being accepted.
const (
	Ring      Kind = "ring"      // events come back to a site that had them
	Duplicate Kind = "duplicate" // events reach a site by two ways
	Twin      Kind = "twin"      // two bridges, or two routes, join the same pair of sites
	Erasing   Kind = "erasing"   // a cycle of peers that erase the identity of events
	Origins   Kind = "origins"   // the files do not agree where a GUID lives
	NeverUsed Kind = "never"     // a route, or a match block, that takes no event
	Apart     Kind = "apart"     // a file that shares no site with the others
	TooLarge  Kind = "too_large" // not everything was followed
)

// Finding is something that is wrong, or probably not meant.
type Finding struct {
	Kind     Kind
	Severity config.Severity
	Pos      config.Position
	Block    string // the block at Pos, such as `route "sites"`
	Summary  string // one line
	Detail   string // which events, and by which ways
	Instead  string
	Others   []config.Position // of other blocks that take part
	Paths    []string

	ways [][]hop // the paths, for comparison with another report
}

// loops reports whether the finding says that some event does not arrive exactly once.
func (f *Finding) loops() bool {
	switch f.Kind {
	case Ring, Duplicate, Twin, Erasing, TooLarge:
		return true
	default:
		return false
	}
}

// Explanation says by which ways, which events, and what to write instead, each on lines of its own.
func (f *Finding) Explanation() string {
	var lines []string
	for _, path := range f.Paths {
		lines = append(lines, "way: "+path)
	}
	if f.Detail != "" {
		lines = append(lines, f.Detail)
	}
	if f.Instead != "" {
		lines = append(lines, "Write instead: "+f.Instead+".")
	}
	return strings.Join(lines, "\n")
}

// Report is what Check found.
type Report struct {
	Sites    []string  // what the sites are called in findings, in the order of the files
	Findings []Finding // errors first, each by position
	// Unknown are the sites whose profile is "auto", if it mattered: should they erase identity, the topology would be a cycle of
	// such peers.
	Unknown []string
}

// Diagnostics gives the findings the form of what is said of a configuration. It reads the files again for their excerpts.
func (r *Report) Diagnostics() []config.Diagnostic {
	remarks := config.NewRemarks()
	out := make([]config.Diagnostic, len(r.Findings))
	for i := range r.Findings {
		f := &r.Findings[i]
		out[i] = remarks.At(f.Pos, f.Severity, f.Summary, f.Explanation())
	}
	return out
}

// Lower makes warnings of the errors that another report has as well.
func (r *Report) Lower(known Report) {
	for i := range r.Findings {
		f := &r.Findings[i]
		if slices.ContainsFunc(known.Findings, func(k Finding) bool { return k.Severity == config.SeverityError && f.same(&k) }) {
			f.Severity = config.SeverityWarning
		}
	}
	sortFindings(r.Findings)
}

// Accepted reports whether every event reaches every site that it can reach exactly once, and none comes back.
func (r *Report) Accepted() bool {
	for i := range r.Findings {
		if r.Findings[i].loops() {
			return false
		}
	}
	return true
}

// Errors returns the number of findings that are errors.
func (r *Report) Errors() int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == config.SeverityError {
			n++
		}
	}
	return n
}
