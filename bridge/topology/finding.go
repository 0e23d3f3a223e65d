package topology

import (
	"fmt"
	"strings"

	"github.com/mitchellh/go-wordwrap"

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

// String renders the finding as a text of several lines, without a line end after the last.
func (f *Finding) String() string {
	var b strings.Builder
	if p := place(f.Pos); p != "" {
		b.WriteString(p + ": ")
	}
	b.WriteString(f.Severity.String())
	if f.Block != "" {
		b.WriteString(" in " + f.Block)
	}
	b.WriteString(": " + f.Summary)
	for _, path := range f.Paths {
		b.WriteString("\n  way: " + path)
	}
	if f.Detail != "" {
		b.WriteString("\n  " + wrapped(f.Detail))
	}
	if f.Instead != "" {
		b.WriteString("\n  " + wrapped("Write instead: "+f.Instead+"."))
	}
	return b.String()
}

// wrapped breaks a text into lines as diagnostics of the configuration have them.
func wrapped(text string) string {
	return strings.ReplaceAll(wordwrap.WrapString(text, 78), "\n", "\n  ")
}

// place renders a position as file:line, or "" where it is not known.
func place(p config.Position) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Report is what Check found.
type Report struct {
	Sites    []string  // what the sites are called in findings, in the order of the files
	Findings []Finding // errors first, each by position
	// Unknown are the sites whose profile is "auto", if it mattered: should they erase identity, the topology would be a cycle of
	// such peers.
	Unknown []string
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
