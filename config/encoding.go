package config

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// checkEncoding refuses what is no text at all, with one diagnostic. Single bytes that are no UTF-8 the parser finds, each at its place.
func checkEncoding(filename string, src []byte) hcl.Diagnostics {
	whole := hcl.Range{Filename: filename, Start: hcl.InitialPos, End: hcl.InitialPos}
	switch {
	case bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")):
		return hcl.Diagnostics{diag.New(whole, "Not UTF-8", "This file is in UTF-16, as some editors save text. Save it in UTF-8.")}
	case bytes.IndexByte(src, 0) >= 0:
		return hcl.Diagnostics{diag.New(whole, "No text", "This file has bytes that no text has. A configuration is text in UTF-8.")}
	}
	return nil
}
