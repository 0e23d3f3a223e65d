package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestDocsOnTerminal(t *testing.T) {
	const markdown = "## queue\n\nWhat waits. It is a long story, but one\nthat fits.\n\n| Attribute | Default | |\n|---|---|---|\n" +
		"| `a`, `b` | `\"5s\"` | one \\| two three four five six seven |\n\n| Kind of event | |\n|---|---|\n| x | y |\n\n" +
		"| Found | Means | Instead |\n|---|---|---|\n| ring | round | straight |\n\n1. first\n2. second\n- dash\n\n" +
		"```hcl\nqueue {\n\n  max = 1 # | not a row\n}\n```\nend\n"
	const want = "## queue\n\nWhat waits. It is a long story, but one\nthat fits.\n\n`a`, `b` (`\"5s\"`)\n    one | two three four five six seven\n\n" +
		"Kind of event:\nx\n    y\n\nFound:\nring\n    Means: round\n    Instead: straight\n\n1. first\n2. second\n- dash\n\n" +
		"    queue {\n\n      max = 1 # | not a row\n    }\nend\n"
	if got := docsOnTerminal(markdown, 10); got != want {
		t.Errorf("docsOnTerminal =\n%q\nwant\n%q", got, want)
	}
}

// TestDocsOnTerminalIsWhole looks for each word of the reference on a terminal of any width.
func TestDocsOnTerminalIsWhole(t *testing.T) {
	page, err := config.Docs("")
	if err != nil {
		t.Fatal(err)
	}
	words := func(text string) []string {
		return strings.FieldsFunc(text, func(c rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz_", c) })
	}
	count := func(text string) map[string]int {
		n := map[string]int{}
		for _, word := range words(text) {
			n[word]++
		}
		return n
	}
	all := count(page)
	headers := []string{"ttribute", "efault", "hcl", "sh"} // of tables and examples
	for _, width := range []int{20, 80, 300} {
		shown := docsOnTerminal(page, width)
		got := count(shown)
		for word, n := range all {
			if got[word] < n && !slices.Contains(headers, word) {
				t.Errorf("with width %d %q is there %d times, want %d", width, word, got[word], n)
			}
		}
		if strings.Contains(shown, "|---") || strings.Contains(shown, "```") {
			t.Errorf("with width %d there is Markdown left", width)
		}
	}
}
