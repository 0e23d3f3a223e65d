package config

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// ErrFormat is returned by Format for a file that it cannot lay out without changing what it says: a mistake of ours.
var ErrFormat = errors.New("the canonical form would not say the same")

// formatRounds is how often the layout is repeated until it is stable: a space that goes away can let another one go.
const formatRounds = 4

// Format returns src, in HCL's native syntax, in the canonical form: indentation, spaces and the alignment of equals signs change, and
// nothing else. Line ends stay LF or CRLF as they are, a missing one at the end is added, a byte order mark goes. The filename is
// used in messages. The error is an *Error if src has syntax errors; what the words mean is not looked at.
func Format(filename string, src []byte) ([]byte, error) {
	file, diags := parseNative(filename, src)
	if diags.HasErrors() {
		s := diag.Sources{filename: {Name: filename, Text: src, File: file, Language: language{}}}
		return nil, &Error{Diagnostics: s.Report(diags, filename, nil)}
	}
	out := endLine(src)
	for range formatRounds {
		next := hclwrite.Format(out)
		if bytes.Equal(next, out) {
			if !sameTokens(endLine(src), out) {
				break
			}
			return out, nil
		}
		out = next
	}
	return nil, fmt.Errorf("config: format %s: %w", filename, ErrFormat)
}

// endLine adds a missing line end to the last line, in the form of the first line's.
func endLine(src []byte) []byte {
	if len(src) == 0 || bytes.HasSuffix(src, []byte("\n")) {
		return src
	}
	end := "\n"
	if i := bytes.IndexByte(src, '\n'); i > 0 && src[i-1] == '\r' {
		end = "\r\n"
	}
	return append(bytes.Clone(src), end...)
}

// sameTokens reports whether two files differ in the space between their tokens only.
func sameTokens(a, b []byte) bool {
	before, diags := hclsyntax.LexConfig(a, "", hcl.InitialPos)
	after, more := hclsyntax.LexConfig(b, "", hcl.InitialPos)
	if diags.HasErrors() || more.HasErrors() || len(before) != len(after) {
		return false
	}
	for i := range before {
		if before[i].Type != after[i].Type || !bytes.Equal(before[i].Bytes, after[i].Bytes) {
			return false
		}
	}
	return true
}
