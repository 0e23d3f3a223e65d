// Package wording puts into words what messages to the writer of a configuration say: texts in quotes, lists of words, the word that was
// probably meant, durations and sizes as a file has them, and why a file cannot be read. It works on plain texts, and knows nothing of HCL or of
// the words of the language.
package wording

import (
	"strconv"
	"strings"
)

// Quote quotes a text from the file, cut to a length that suits a message.
func Quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// Join lists words as in "a, b and c".
func Join(words []string, conjunction string) string {
	n := len(words) - 1
	if n < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n], ", ") + " " + conjunction + " " + words[n]
}
