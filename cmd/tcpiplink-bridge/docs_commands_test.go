package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

var (
	docCode    = regexp.MustCompile("(?s)```sh\n.*?\n```|`[^`]+`")
	docCommand = regexp.MustCompile(`tcpiplink-bridge ([a-z]+(?: [^|;#)\x60]*)?)(?:$|[|;#)\x60])`)
)

// TestCommandsOfDocs looks whether the commands that the documents tell people to run exist, with their flags.
func TestCommandsOfDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, page := range append(pages, "../../README.md") {
		text := mustRead(t, page)
		for _, code := range docCode.FindAllString(text, -1) {
			for line := range strings.SplitSeq(strings.ReplaceAll(code, "\\\n", " "), "\n") {
				for _, found := range docCommand.FindAllStringSubmatch(strings.Trim(line, "`"), -1) {
					count++
					if why := wrongCommand(strings.Fields(found[1])); why != "" {
						t.Errorf("%s: tcpiplink-bridge %s: %s", filepath.Base(page), found[1], why)
					}
				}
			}
		}
	}
	if least := 50; count < least {
		t.Errorf("%d commands in the documents, want at least %d: are they still found?", count, least)
	}
}

// wrongCommand says what is wrong with a command line, if anything.
func wrongCommand(words []string) string {
	root := newRoot()
	root.InitDefaultCompletionCmd(words...)
	cmd, _, err := root.Find(words)
	if err != nil || cmd == root {
		return "there is no such command"
	}
	if words[0] == "remote" { // the name comes before the command
		return ""
	}
	for _, word := range words {
		name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
		var flag *pflag.Flag
		switch {
		case strings.HasPrefix(word, "--") && name != "":
			flag = cmd.Flag(name)
		case len(word) == 2 && word[0] == '-' && word[1] != '-':
			if flag = cmd.Flags().ShorthandLookup(word[1:]); flag == nil {
				flag = cmd.InheritedFlags().ShorthandLookup(word[1:])
			}
		default:
			continue
		}
		if flag == nil && name != "help" {
			return "it has no flag " + word
		}
	}
	return ""
}

// TestAlertsNameCommands: who is woken by an alert is told what to run.
func TestAlertsNameCommands(t *testing.T) {
	_, alerts, _ := strings.Cut(mustRead(t, "../../docs/operations.md"), "\n### TcpiplinkBridgeDown\n")
	alerts, _, _ = strings.Cut("### TcpiplinkBridgeDown\n"+alerts, "\n## ")
	parts := strings.Split(alerts, "### ")[1:]
	if least := 10; len(parts) < least {
		t.Fatalf("%d alerts in docs/operations.md, want at least %d", len(parts), least)
	}
	for _, part := range parts {
		if !docCommand.MatchString(part) {
			name, _, _ := strings.Cut(part, "\n")
			t.Errorf("docs/operations.md names no command to run under %s", name)
		}
	}
}

// TestReasonsAreExplained: each reason for which an event is not forwarded has a line that says what to do.
func TestReasonsAreExplained(t *testing.T) {
	text := mustRead(t, "../../docs/operations.md")
	_, list, _ := strings.Cut(text, "\nReasons: ")
	list, _, _ = strings.Cut(list, "\n\n")
	reasons := regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(list, -1)
	if least := 25; len(reasons) < least {
		t.Fatalf("%d reasons in docs/operations.md, want at least %d", len(reasons), least)
	}
	for _, reason := range reasons {
		row := regexp.MustCompile("(?m)^\\| [^|]*" + reason[0] + "[^|]*\\|")
		if !row.MatchString(text) {
			t.Errorf("docs/operations.md does not say what to do about %s", reason[1])
		}
	}
}
