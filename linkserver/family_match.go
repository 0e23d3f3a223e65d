package linkserver

import (
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Commands that only some families know by a name of their own.
const (
	verbRetrieve    linkwire.Verb = "RETRIEVE"
	verbMeasurement linkwire.Verb = "MEASUREMENT"
)

// replyNoRight is how vscpd refuses what an account may not do.
const replyNoRight = "-OK - User does not have rights to perform this operation."

// word is a text that stands for a command, in capitals.
type word struct {
	text string
	verb linkwire.Verb
}

// parsePrefix takes the first word that a line begins with. The argument is what follows, with or without a blank between.
func parsePrefix(words []word) func(line []byte) (linkwire.Verb, string) {
	return func(line []byte) (linkwire.Verb, string) {
		text := strings.TrimSpace(string(line))
		if text == "" {
			return "", ""
		}
		upper := upperASCII(text)
		for _, w := range words {
			if strings.HasPrefix(upper, w.text) {
				return w.verb, strings.TrimSpace(text[len(w.text):])
			}
		}
		return verbUnknown, ""
	}
}

// verbUnknown is what no table holds.
const verbUnknown linkwire.Verb = "?"

// upperASCII changes ASCII letters only, so that the length stays.
func upperASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}
