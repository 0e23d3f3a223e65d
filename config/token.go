package config

import (
	"errors"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
)

// The lengths of a token. Nobody writes a longer one, so that a file with more is another one.
const (
	minToken = 16
	maxToken = 1024
)

var (
	errTokenEmpty = errors.New("holds no token")
	errTokenShort = errors.New("holds a token that is too short to be safe: it takes 16 characters, and better 32 random bytes in hex")
	errTokenLong  = errors.New("holds more than a token of at most 1024 characters")
	errTokenChars = errors.New("holds characters that no HTTP header takes: a token is one word of printable ASCII characters")
)

// ParseToken reads the file of a token, which blanks and line ends around it are not part of. The error says what the file does, and
// nothing of what is in it.
func ParseToken(file []byte) (Secret, error) {
	token := strings.TrimSpace(string(file))
	switch {
	case token == "":
		return Secret{}, errTokenEmpty
	case len(token) > maxToken:
		return Secret{}, errTokenLong
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return Secret{}, errTokenChars
	case len(token) < minToken:
		return Secret{}, errTokenShort
	}
	return NewSecret(token), nil
}

// tokenFile reads where the token is, and looks at it: the daemon reads it again for each request, but a mistake is better found now.
func (d *decoder) tokenFile(raw *rawAdmin, dst *Admin) {
	if raw.TokenFile == nil {
		return
	}
	text, it, ok := d.path(raw.TokenFile, &dst.TokenFile)
	if !ok {
		return
	}
	d.checkPrivate(it.rng, expr.FileMark{Path: dst.TokenFile, Sensitive: it.sensitive})
	if _, err := ParseToken(text); err != nil {
		d.errorf(it.rng, "Not a token", "This file %v.", err)
	}
}
