// Package diag makes of what is wrong with a file a Diagnostic: with file, line, the source line with a marker, and what would be right. It
// shows no secret: what of a line may be seen is decided in mask.go, by the names before the values, also in a file that does not parse.
//
// What to say it is told, in HCL's diagnostics; New makes some of our own, whose words are known to hold no secret. Which names are harmless
// it asks the Language.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mitchellh/go-wordwrap"
)

// Severity says whether a diagnostic keeps the configuration from being used.
type Severity uint8

// The severities.
const (
	SeverityError Severity = iota
	SeverityWarning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == SeverityWarning {
		return "warning"
	}
	return "error"
}

// Position is a place in a configuration file. Line and Column start at 1; 0 means not known.
type Position struct {
	File   string
	Line   int
	Column int
}

// PositionOf returns where a range begins.
func PositionOf(rng hcl.Range) Position {
	return Position{File: rng.Filename, Line: rng.Start.Line, Column: rng.Start.Column}
}

// LineOf names the line of a range, in whichever file.
func LineOf(rng hcl.Range) string {
	return fmt.Sprintf("%s:%d", rng.Filename, rng.Start.Line)
}

// Diagnostic is one remark about a configuration file. It holds no secret.
type Diagnostic struct {
	Severity  Severity
	Position  Position // where the part that is meant begins
	EndLine   int      // where it ends, like Position; the column behind it
	EndColumn int
	Block     string // the block around it, such as `remote "north"`; empty: none
	Summary   string // a few words
	Detail    string // what would be right
	Excerpt   string // source line and marker, two lines; empty: not available
	OfReader  bool   // who reads the files lacks a variable of the environment, or the right to a file: somebody else may have it
}

// detailWidth is where details are wrapped.
const detailWidth = 78

// String renders the diagnostic as a text of several lines, without a line end after the last.
func (d Diagnostic) String() string {
	var b strings.Builder
	if place := d.place(); place != "" {
		b.WriteString(place + ": ")
	}
	b.WriteString(d.Severity.String())
	if d.Block != "" {
		fmt.Fprintf(&b, " in %s", d.Block)
	}
	fmt.Fprintf(&b, ": %s", d.Summary)
	if d.Excerpt != "" {
		b.WriteString("\n" + d.Excerpt)
	}
	if d.Detail != "" {
		b.WriteString("\n  " + strings.ReplaceAll(wordwrap.WrapString(d.Detail, detailWidth), "\n", "\n  "))
	}
	return b.String()
}

// place renders the position as HCL does: file:line,column-column.
func (d Diagnostic) place() string {
	switch {
	case d.Position.Line == 0:
		return d.Position.File
	case d.EndLine == d.Position.Line:
		return fmt.Sprintf("%s:%d,%d-%d", d.Position.File, d.Position.Line, d.Position.Column, d.EndColumn)
	default:
		return fmt.Sprintf("%s:%d,%d-%d,%d", d.Position.File, d.Position.Line, d.Position.Column, d.EndLine, d.EndColumn)
	}
}

func sortDiagnostics(ds []Diagnostic) {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Position.File, b.Position.File),
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column),
		)
	})
}
