package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	logRow     = regexp.MustCompile("(?m)^\\| ((?:`[^`|]+`(?:, )?)+) \\| ")
	logMessage = regexp.MustCompile("`([^`]+)`")
)

// loggers are the folders of which a running bridge logs. The command has simulate and demo too, whose messages are told by none.
var loggers = []string{"bridge", "remote", "queue", "config", "internal/admin", "internal/reload", "cmd/tcpiplink-bridge"}

// TestLogIsDocumented compares the table of log lines in docs/operations.md with what the code says, in both directions.
func TestLogIsDocumented(t *testing.T) {
	t.Parallel()
	logged, words := logOfCode(t)
	if least := 60; len(logged) < least {
		t.Fatalf("%d log messages in the code, want at least %d: are they still found?", len(logged), least)
	}
	_, table, _ := strings.Cut(mustRead(t, "../../docs/operations.md"), "\n## Log\n")
	table, _, _ = strings.Cut(table, "\n## ")
	documented := map[string]bool{}
	for _, row := range logRow.FindAllStringSubmatch(table, -1) {
		for _, message := range logMessage.FindAllStringSubmatch(row[1], -1) {
			documented[message[1]] = true
			if !words[message[1]] {
				t.Errorf("docs/operations.md has the log line %q, which is nowhere in the code", message[1])
			}
		}
	}
	for message, at := range logged {
		if !documented[message] {
			t.Errorf("%s logs %q, want it in the table of docs/operations.md", at, message)
		}
	}
}

// logOfCode returns the messages of level info and above with their places, and all texts of the code.
func logOfCode(t *testing.T) (logged map[string]string, words map[string]bool) {
	t.Helper()
	logged, words = map[string]string{}, map[string]bool{}
	root := os.DirFS("../..")
	for _, folder := range loggers {
		err := fs.WalkDir(root, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			src, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if text, ok := literal(n); ok {
					words[text] = true
				}
				if text, ok := logCall(n); ok {
					logged[text] = name
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return logged, words
}

// logCall returns the message if a node of the code logs one that is not for debugging alone.
func logCall(n ast.Node) (message string, ok bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return "", false
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	switch method.Sel.Name {
	case "Info", "Warn", "Error":
		return literal(call.Args[0])
	case "Log":
		if len(call.Args) > 1 {
			return literal(call.Args[1])
		}
	}
	return "", false
}

func literal(n ast.Node) (text string, ok bool) {
	basic, ok := n.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(basic.Value)
	return text, err == nil
}
