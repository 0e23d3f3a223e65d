package main

import (
	"encoding/json"
	"errors"
	"os/exec"
	"path"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits is exec for commands whose exit code says more than failure.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	code := 0
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// field looks into a JSON document; numbers in the path are places in lists.
func field(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: field PATH PATTERN")
	}
	at := json.RawMessage(ts.ReadFile("stdout"))
	for name := range strings.SplitSeq(args[0], ".") {
		if i, err := strconv.Atoi(name); err == nil {
			var list []json.RawMessage
			ts.Check(json.Unmarshal(at, &list))
			if i >= len(list) {
				ts.Fatalf("%s: the list has %d values", args[0], len(list))
			}
			at = list[i]
			continue
		}
		var object map[string]json.RawMessage
		ts.Check(json.Unmarshal(at, &object))
		at = object[name]
	}
	if ok, err := path.Match(args[1], string(at)); err != nil || !ok {
		ts.Fatalf("%s is %s, want %s", args[0], at, args[1])
	}
}
