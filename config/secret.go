package config

import (
	"fmt"
	"io"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// hidden stands for a secret wherever it would be printed.
const hidden = diag.Stars

// Secret is a text that must not be printed. Every formatting verb and every text or JSON encoding of it gives ***.
// The zero value is the empty secret.
type Secret struct {
	text *string // a pointer, so that also fmt's walk through unexported fields finds no text
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret {
	return Secret{text: &text}
}

// Reveal returns the text, to be sent to the peer and nowhere else.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool {
	return s.Reveal() == ""
}

// Equal reports whether s and o hold the same text.
func (s Secret) Equal(o Secret) bool {
	return s.Reveal() == o.Reveal()
}

// String returns ***.
func (s Secret) String() string {
	return hidden
}

// Format prints *** for every verb.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, hidden) // a fmt.State has nowhere to report an error to
}

// MarshalText returns ***.
func (s Secret) MarshalText() ([]byte, error) {
	return []byte(hidden), nil
}
