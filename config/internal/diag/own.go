package diag

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
)

// Own marks one of HCL's diagnostics, in its Extra field, whose words are ours and hold no secret.
type Own struct {
	OfReader bool   // as Diagnostic.OfReader
	Lacks    string // the words, separated by blanks, of which one would mend it; for who can tell that they are there, misspelled
}

// IsOwn reports whether the words of a diagnostic are ours.
func IsOwn(d *hcl.Diagnostic) bool {
	_, own := d.Extra.(Own)
	return own
}

// New makes an error in words of ours.
func New(rng hcl.Range, summary, format string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Subject: &rng, Summary: summary, Detail: fmt.Sprintf(format, args...), Extra: Own{}}
}

// silent stands for a mistake that was told of before.
var silent = &hcl.Diagnostic{Severity: hcl.DiagError}

// Silent returns what stands for a mistake that was told of before.
func Silent() *hcl.Diagnostic { return silent }

// IsSilent reports whether a diagnostic is Silent.
func IsSilent(d *hcl.Diagnostic) bool { return d == silent }
