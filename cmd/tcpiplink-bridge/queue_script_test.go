package main

import (
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// flip damages a byte of the last file in a folder, by name, that has a suffix.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: flip DIR SUFFIX OFFSET")
	}
	names, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*"+args[1]))
	ts.Check(err)
	offset, err := strconv.Atoi(args[2])
	ts.Check(err)
	if len(names) == 0 {
		ts.Fatalf("no file in %s ends in %s", args[0], args[1])
	}
	name := names[len(names)-1]
	content, err := os.ReadFile(name)
	ts.Check(err)
	if offset >= len(content) {
		ts.Fatalf("%s has %d bytes", name, len(content))
	}
	content[offset] ^= 1
	ts.Check(os.WriteFile(name, content, 0o600))
}
