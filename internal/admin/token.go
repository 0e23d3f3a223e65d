package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

// maxTokenFile is more than a token and what may stand around it.
const maxTokenFile = 4 << 10

// readToken reads the token anew, so that it can be replaced at any time.
func readToken(path string) (config.Secret, error) {
	text, err := smallfile.Read(path, maxTokenFile)
	if err != nil {
		return config.Secret{}, err
	}
	token, err := config.ParseToken(text)
	if err != nil {
		return config.Secret{}, fmt.Errorf("%s %w", path, err)
	}
	return token, nil
}

// same compares in a time that says nothing about what is compared, its length included.
func same(given string, want config.Secret) bool {
	g, w := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want.Reveal()))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}
