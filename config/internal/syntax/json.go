package syntax

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// noJSON is for a file that begins with something else than a brace.
const noJSON = "A file whose name ends in .json is JSON, and begins with {. HCL belongs in a file with another name."

// jsonRights says by the summary of HCL's parser for JSON what is right.
var jsonRights = map[string]string{
	"Invalid JSON string":               `A text begins with " and ends with " on the same line. A " within it is written \", and a \ is \\.`,
	"Invalid JSON number":               "A number has digits and at most one point. A text is put in double quotes.",
	"Invalid JSON keyword":              "Without double quotes there are numbers, true, false and null.",
	"Invalid start of value":            "A value is expected here: a text in double quotes, a number, true, false, null, a list in [ ] or an object in { }. JSON has no comments.",
	"Invalid object property name":      "The name of a property is expected here, in double quotes. JSON has no comments.",
	"Missing attribute seperator comma": "A comma is missing before this, or a closing brace or bracket.", //nolint:misspell // as HCL has it
	"Extraneous data after value":       "The file ends with the } that belongs to its first {. There is one } too many, or something behind it.",
}

// ExplainJSON does for a file in JSON what Explain does for HCL's native syntax. Only the first mistake is told of: the parser does not find its
// way back.
func ExplainJSON(src []byte, diags hcl.Diagnostics) hcl.Diagnostics {
	causes := slices.DeleteFunc(slices.Clone(diags), func(d *hcl.Diagnostic) bool {
		return d.Subject == nil || d.Summary == "Root value must be object" || d.Summary == "Unclosed object"
	})
	if len(causes) == 0 {
		return diags[:1]
	}
	first := slices.MinFunc(causes, func(a, b *hcl.Diagnostic) int { return cmp.Compare(a.Subject.Start.Byte, b.Subject.Start.Byte) })
	right := jsonRights[first.Summary]
	if before := src[:first.Subject.Start.Byte]; len(bytes.TrimSpace(before)) == 0 {
		right = noJSON
	}
	if right != "" {
		first.Detail, first.Extra = right, diag.Own{}
	}
	return hcl.Diagnostics{first}
}
