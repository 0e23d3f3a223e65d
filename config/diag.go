package config

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// What diagnostics are made of is in package diag, which knows the source and what of it must not be shown.
type (
	// Diagnostic is one remark about a configuration file. It holds no secret.
	Diagnostic = diag.Diagnostic
	// Severity says whether a diagnostic keeps the configuration from being used.
	Severity = diag.Severity
	// Position is a place in a configuration file. Line and Column start at 1; 0 means not known.
	Position = diag.Position
)

// The severities.
const (
	SeverityError   = diag.SeverityError
	SeverityWarning = diag.SeverityWarning
)

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

func (d *decoder) errorf(rng hcl.Range, summary, format string, args ...any) {
	d.add(hcl.DiagError, rng, summary, fmt.Sprintf(format, args...))
}

func (d *decoder) warnf(rng hcl.Range, summary, format string, args ...any) {
	d.add(hcl.DiagWarning, rng, summary, fmt.Sprintf(format, args...))
}

func (d *decoder) add(severity hcl.DiagnosticSeverity, rng hcl.Range, summary, detail string) {
	d.diags = append(d.diags, &hcl.Diagnostic{Severity: severity, Subject: &rng, Summary: summary, Detail: detail, Extra: diag.Own{}})
}

// unreadable tells of a file that err is about.
func (d *decoder) unreadable(rng hcl.Range, err error, format string, args ...any) {
	mistake := diag.New(rng, "Unreadable file", format, args...)
	mistake.Extra = diag.Own{OfReader: errors.Is(err, fs.ErrPermission)}
	d.diags = append(d.diags, mistake)
}

// clean reports whether no error came after the first n diagnostics: checks across attributes need each of them to be right.
func (d *decoder) clean(n int) bool {
	return !d.diags[n:].HasErrors()
}
