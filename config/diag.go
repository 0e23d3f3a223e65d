package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
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

// Error is the error of Parse and Load for a configuration with mistakes.
type Error struct {
	Diagnostics []Diagnostic // errors first, then warnings, each by position; at least one error
	Read        []string     // as Config.Read, as far as it came
	Hash        string       // of what was read, as Config.Hash
}

// Error renders every diagnostic, with a blank line between them.
func (e *Error) Error() string {
	n := 0
	texts := make([]string, len(e.Diagnostics))
	for i, d := range e.Diagnostics {
		texts[i] = d.String()
		if d.Severity == SeverityError {
			n++
		}
	}
	noun := "errors"
	if n == 1 {
		noun = "error"
	}
	return fmt.Sprintf("config: %d %s\n\n%s", n, noun, strings.Join(texts, "\n\n"))
}

// ownText marks a diagnostic, in its Extra field, whose words are ours and hold no secret.
type ownText struct {
	ofReader bool   // as Diagnostic.OfReader
	lacks    string // as decoder.lacks has it
}

func (d *decoder) errorf(rng hcl.Range, summary, format string, args ...any) {
	d.add(hcl.DiagError, rng, summary, fmt.Sprintf(format, args...))
}

func (d *decoder) warnf(rng hcl.Range, summary, format string, args ...any) {
	d.add(hcl.DiagWarning, rng, summary, fmt.Sprintf(format, args...))
}

func (d *decoder) add(severity hcl.DiagnosticSeverity, rng hcl.Range, summary, detail string) {
	d.diags = append(d.diags, &hcl.Diagnostic{Severity: severity, Subject: &rng, Summary: summary, Detail: detail, Extra: ownText{}})
}

// unreadable tells of a file that err is about.
func (d *decoder) unreadable(rng hcl.Range, err error, format string, args ...any) {
	diag := diagnostic(rng, "Unreadable file", format, args...)
	diag.Extra = ownText{ofReader: errors.Is(err, fs.ErrPermission)}
	d.diags = append(d.diags, diag)
}

// diagnostic makes an error for HCL to report.
func diagnostic(rng hcl.Range, summary, format string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Subject: &rng, Summary: summary, Detail: fmt.Sprintf(format, args...), Extra: ownText{}}
}

// clean reports whether no error came after the first n diagnostics: checks across attributes need each of them to be right.
func (d *decoder) clean(n int) bool {
	return !d.diags[n:].HasErrors()
}

func position(rng hcl.Range) Position {
	return Position{File: rng.Filename, Line: rng.Start.Line, Column: rng.Start.Column}
}

// lineOf names the line of a range, in whichever file.
func lineOf(rng hcl.Range) string {
	return fmt.Sprintf("%s:%d", rng.Filename, rng.Start.Line)
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
