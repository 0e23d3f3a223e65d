package config_test

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

const page = "../docs/configuration.md"

// TestDocsPage keeps docs/configuration.md what Docs makes of docs/*.md and of the structs. Docs itself refuses an attribute
// without a text, and a text without an attribute.
func TestDocsPage(t *testing.T) {
	got, err := config.Docs("")
	if err != nil {
		t.Fatalf("Docs = %v, want no error", err)
	}
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what config/docs/*.md and the code say: run go test ./config -run DocsPage -update", page)
	}
	for _, word := range config.WordsForTest() {
		if text, err := config.Docs(word); err != nil || !strings.Contains(text, "`"+word[strings.LastIndex(word, ".")+1:]+"`") {
			t.Errorf("Docs(%q) = %q, %v, want what it says of this attribute", word, text, err)
		}
	}
	for _, reason := range config.HeldReasons() {
		if test, err := config.Docs("test"); !strings.Contains(test, "`"+reason+"`") {
			t.Errorf("Docs(test) = %v without the reason %s, want it among the others", err, reason)
		}
	}
}

func TestDocsOf(t *testing.T) {
	for _, tt := range []struct{ name, want, not string }{
		{"remote.timeouts", "| `stall_after` | `\"30s\"` |", "multiplier"},
		{"remote", "| `multiplier` | `1.5` |", "## route"},
		{"timeouts", "### timeouts\n", "### tls"},
		{"tls", "`tls {}`", "| `stall_after`"},
		{"exclude", "### match and exclude", "### rewrite"},
		{"remote.timeouts.dial", "`dial` in `remote.timeouts`, default: `\"10s\"`\n\nconnecting to one address\n", "resolve"},
		{"cert_file", "`cert_file`, `key_file` in `remote.tls`, default: none\n", "pins"},
		{"functions", "csvdecode", "## bridge"},
		{"lint", "## Several bridges: lint\n", "## Functions"},
		{"the-three-modes", "`lazy` makes the same visit", "## route"},
	} {
		got, err := config.Docs(tt.name)
		if err != nil || !strings.Contains(got, tt.want) || strings.Contains(got, tt.not) {
			t.Errorf("Docs(%q) = %v and\n%s\nwant it with %q and without %q", tt.name, err, got, tt.want, tt.not)
		}
	}
	for name, want := range map[string]string{
		"remote.timeout": `Did you mean "remote.timeouts"?`,
		"hunter2":        "no such block, attribute or section",
		"from":           "there are route.from, route.rewrite.guid.from and test.given.from",
	} {
		if _, err := config.Docs(name); !errors.Is(err, config.ErrNoDocs) || !strings.Contains(err.Error(), want) {
			t.Errorf("Docs(%q) = %v, want %v with %q", name, err, config.ErrNoDocs, want)
		}
	}
}

// TestDocsLinks finds links to this page, from this and other pages, whose heading is not there.
func TestDocsLinks(t *testing.T) {
	text, err := config.Docs("")
	if err != nil {
		t.Fatal(err)
	}
	link, links := regexp.MustCompile(`\((?:docs/)?(?:configuration\.md)?#([^)]+)\)`), 0
	for _, file := range []string{"../README.md", "../docs/loops.md", "../docs/operations.md", "../docs/peers.md", page} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range link.FindAllStringSubmatch(string(src), -1) {
			if file != page && !strings.Contains(match[0], "configuration.md") {
				continue
			}
			links++
			if !slices.Contains(config.AnchorsForTest(text), match[1]) {
				t.Errorf("%s links to %s, which is no heading of %s", file, match[1], page)
			}
		}
	}
	if links < 5 {
		t.Errorf("%d links, want at least 5", links)
	}
}
