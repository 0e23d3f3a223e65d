package expr

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// CheckEncoding refuses what is no text at all, with one diagnostic. Single bytes that are no UTF-8 the parser finds, each at its place.
func CheckEncoding(filename string, src []byte) hcl.Diagnostics {
	whole := hcl.Range{Filename: filename, Start: hcl.InitialPos, End: hcl.InitialPos}
	switch {
	case bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")):
		return hcl.Diagnostics{diag.New(whole, "Not UTF-8", "This file is in UTF-16, as some editors save text. Save it in UTF-8.")}
	case bytes.IndexByte(src, 0) >= 0:
		return hcl.Diagnostics{diag.New(whole, "No text", "This file has bytes that no text has. A configuration is text in UTF-8.")}
	}
	return nil
}

// FileText is what file() returns of the content of a file: without one line end at its end, which most editors add.
func FileText(b []byte) string {
	text, found := strings.CutSuffix(string(b), "\r\n")
	if !found {
		text = strings.TrimSuffix(text, "\n")
	}
	return text
}

// CheckText refuses what would not arrive as it is.
func CheckText(text string) error {
	if !utf8.ValidString(text) {
		return &CallError{Summary: "Not a text", Detail: "The content is not UTF-8 text."}
	}
	if cty.NormalizeString(text) != text {
		return &CallError{Summary: "Ambiguous text", Detail: "The content has letters with separate accents. Write them as single characters (Unicode form NFC)."}
	}
	return nil
}
