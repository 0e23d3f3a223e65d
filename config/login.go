package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

// Credential is a user name or a password: a text, or the file that it is read from each time it is used, so that it can be replaced at any
// time. Two are equal if they are the same text or name the same file, whatever is in it. The zero value is an empty text.
type Credential struct {
	text     Secret
	file     string
	unquoted bool // the path is not to be shown
}

// TextCredential returns a text of the configuration.
func TextCredential(text string) Credential {
	if text == "" {
		return Credential{}
	}
	return Credential{text: NewSecret(text)}
}

// FileCredential returns what is in a file, but for one line end after it.
func FileCredential(path string) Credential { return Credential{file: path} }

// IsZero reports whether it is an empty text.
func (c Credential) IsZero() bool { return c.file == "" && c.text.IsZero() }

// File returns the path of the file; empty: there is none.
func (c Credential) File() string { return c.file }

// String returns ***, or the path of the file.
func (c Credential) String() string {
	if c.file == "" || c.unquoted {
		return hidden
	}
	return "file " + c.file
}

// maxCredential is more than any name or password, and less than a file given by mistake.
const maxCredential = 4 << 10

// Read returns the text, of a file as it is now. The error names the file, and says nothing of what is in it.
func (c Credential) Read() (string, error) {
	if c.file == "" {
		return c.text.Reveal(), nil
	}
	b, err := smallfile.Read(c.file, maxCredential)
	text := expr.FileText(b)
	if err == nil {
		err = checkCredential(text)
	}
	switch {
	case err == nil:
		return text, nil
	case c.unquoted:
		return "", fmt.Errorf("file: %w", smallfile.Reason(err))
	default:
		return "", fmt.Errorf("file %s: %w", c.file, smallfile.Reason(err))
	}
}

// What is wrong with the content of a file.
var (
	errEmpty   = errors.New("it holds nothing")
	errControl = errors.New("it holds more than one line, or a NUL, and is sent as one line")
	errBOM     = errors.New("it begins with a byte order mark; save it as UTF-8 without one")
	errNoUTF8  = errors.New("it is not UTF-8 text")
)

// checkCredential refuses in a file what the decoder refuses when it is loaded.
func checkCredential(text string) error {
	switch {
	case text == "":
		return errEmpty
	case strings.ContainsAny(text, "\r\n\x00"):
		return errControl
	case strings.HasPrefix(text, expr.ByteOrderMark):
		return errBOM
	case !utf8.ValidString(text):
		return errNoUTF8
	default:
		return nil
	}
}

// user reads the name to log in with.
func (d *decoder) user(attr *hcl.Attribute, dst *Credential) {
	if text, it, ok := d.text(attr); ok && d.checkArgument(attr.Name, text, it.rng) {
		*dst = d.credential(attr, text, it)
	}
}

// password reads a secret. What goes wrong on the way is told in our own words: HCL would name an unquoted password as an
// unknown variable.
func (d *decoder) password(attr *hcl.Attribute, dst *Credential) {
	n := len(d.diags)
	text, it, ok := d.text(attr)
	if ok {
		if d.checkArgument(attr.Name, text, it.rng) {
			*dst = d.credential(attr, text, it)
			d.checkSecret(attr, text, it)
		}
		return
	}
	for _, mistake := range d.diags[n:] {
		if diag.IsOwn(mistake) || diag.IsSilent(mistake) {
			return
		}
	}
	if d.clean(n) {
		return // absent
	}
	hint := meantSource(d.diags[n:])
	d.diags = d.diags[:n]
	d.errorf(attr.Expr.Range(), "Not a password", `Write %s = "text", env("NAME"), file("path") or credential("name").%s`, attr.Name, hint)
}

// meantSource says which function for secrets an unknown one may be.
func meantSource(diags hcl.Diagnostics) string {
	for _, mistake := range diags {
		if m := noFunction.FindStringSubmatch(mistake.Detail); m != nil {
			return wording.DidYouMean(m[1], secretFunctions())
		}
	}
	return ""
}

// credential returns the file of a text that is all that one holds, or else the text.
func (d *decoder) credential(attr *hcl.Attribute, text string, it item) Credential {
	files := it.files()
	if len(files) != 1 || !files[0].Whole || !d.scope.secrets.FileHolds(files[0].Path, text) || smallfile.IsOpened(files[0].Path) {
		return TextCredential(text)
	}
	if err := checkCredential(text); err != nil && attr.Name != secretAttr { // of which checkSecret tells
		d.errorf(it.rng, "Not a name", "This file cannot serve as %s: %v.", attr.Name, err)
	}
	return Credential{file: files[0].Path, unquoted: files[0].Sensitive}
}

// checkArgument refuses what would end the command that carries the text and begin another one.
func (d *decoder) checkArgument(name, text string, rng hcl.Range) bool {
	switch {
	case strings.ContainsAny(text, "\r\n\x00"):
		d.errorf(rng, "Forbidden character", "%s must have no line end and no NUL: it is sent as one line.", name)
	case len(text) > maxCredential:
		d.errorf(rng, "Text too long", "%s has %d bytes, and %d at most are sent.", name, len(text), maxCredential)
	default:
		return true
	}
	return false
}
