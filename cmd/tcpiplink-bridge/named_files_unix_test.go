//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestNamedFiles gives the flags that take a small file what is none. A pipe that nobody writes to must not make a command wait.
func TestNamedFiles(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := syscall.Mkfifo(path("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path("huge"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path("huge"), 1<<40); err != nil {
		t.Skipf("no file with a hole: %v", err)
	}
	const pipe, huge, folder, none = "it is a named pipe and no file", "it is larger than 4 KiB", "is a directory", "no such file or directory"
	for command, wants := range map[string][]string{
		"status --admin 127.0.0.1:1 --token-file ":              {pipe, huge, folder, none},
		"simulate --user admin --password-file ":                {pipe, huge, folder, none},
		"remote 127.0.0.1:1 info --user admin --password-file ": {pipe, huge, folder, none},
		"simulate --play ": {pipe + "\nhint: give it as standard input: --play - <", "line 1: ", folder, none},
		"simulate --tls-key " + path("none") + " --tls-cert ": {pipe, "it is larger than 1 MiB", folder, none},
		"remote 127.0.0.1:1 info --tls --ca-file ":            {"--ca-file: ca file " + path("pipe") + ": " + pipe, "it is larger than 1 MiB", folder, none},
	} {
		for i, name := range []string{"pipe", "huge", "folder", "none"} {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), strings.Fields(command+path(name)), &stdout, &stderr)
			if want := wants[i]; code != exitUsage || !strings.Contains(stderr.String(), want) || !strings.Contains(stderr.String(), path(name)) {
				t.Errorf("%s%s = %d with %q, want %d with %q", command, name, code, &stderr, exitUsage, want)
			}
		}
	}
}
