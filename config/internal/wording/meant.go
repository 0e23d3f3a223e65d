package wording

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// DidYouMean returns a sentence, after a blank, with the name that is nearest to given, or "" where none is near.
func DidYouMean(given string, names []string) string {
	return Meant(Nearest(given, names))
}

// Nearest returns the name that is nearest to given, or "" where none is near.
func Nearest(given string, names []string) string {
	best, least := "", 3 // the distance that HCL uses too
	for _, name := range names {
		// Half of a short name changed is another name.
		if dist := Distance(given, name); dist < least && dist*2 < len(name) {
			best, least = name, dist
		}
	}
	return best
}

// Meant returns the sentence of DidYouMean for a text that is known to be right, or "" for none.
func Meant(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", text)
}

// Distance is how many slips lie between a word and a name. 0 is but for capitals.
func Distance(given, name string) int {
	switch {
	case strings.EqualFold(given, name):
		return 0
	case len(name) >= 4 && strings.HasPrefix(given, name), len(given) >= 3 && strings.HasPrefix(name, given):
		return 1 // a longer or shorter form of the word
	case swapped(given, name):
		return 1
	}
	return levenshtein.Distance(given, name, nil)
}

// swapped reports whether two letters beside one another have changed places, which is one slip.
func swapped(given, name string) bool {
	for i := 1; i < len(given) && len(given) == len(name); i++ {
		if given[i-1] != name[i-1] {
			return given[i-1] == name[i] && given[i] == name[i-1] && given[i+1:] == name[i+1:]
		}
	}
	return false
}
