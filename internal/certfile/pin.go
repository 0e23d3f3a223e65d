package certfile

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// pinPrefix names the only hash that pins are made with.
const pinPrefix = "sha256/"

// Pin names a public key: the SHA-256 of its SubjectPublicKeyInfo. It stays the same when a certificate is renewed for its key.
type Pin [sha256.Size]byte

var (
	errPinPrefix = errors.New("does not begin with sha256/")
	errPinHash   = errors.New("is not sha256/ and the 44 characters of a SHA-256 in base64")
)

// ParsePin reads the form "sha256/BASE64".
func ParsePin(text string) (Pin, error) {
	hash, ok := strings.CutPrefix(text, pinPrefix)
	if !ok {
		return Pin{}, errPinPrefix
	}
	var pin Pin
	b, err := base64.StdEncoding.Strict().DecodeString(hash)
	// The length of the text counts too: the decoder passes over line ends.
	if err != nil || len(b) != len(pin) || len(hash) != base64.StdEncoding.EncodedLen(len(pin)) {
		return Pin{}, errPinHash
	}
	copy(pin[:], b)
	return pin, nil
}

// PinOf returns the pin of a certificate's key.
func PinOf(c *x509.Certificate) Pin { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// String returns the form that ParsePin reads.
func (p Pin) String() string { return pinPrefix + base64.StdEncoding.EncodeToString(p[:]) }

// Pins are keys of which one is enough.
type Pins []Pin

// Has reports whether the key of c is one of them.
func (p Pins) Has(c *x509.Certificate) bool { return slices.Contains(p, PinOf(c)) }

// HasAny reports whether a key in one of the chains is one of them.
func (p Pins) HasAny(chains [][]*x509.Certificate) bool {
	return slices.ContainsFunc(chains, func(chain []*x509.Certificate) bool { return slices.ContainsFunc(chain, p.Has) })
}
