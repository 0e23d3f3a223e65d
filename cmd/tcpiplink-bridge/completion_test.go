package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCompletion offers files only to commands that take them, the words of flags that take words, and the names of a configuration.
func TestCompletion(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hub.hcl")
	if err := os.WriteFile(path, []byte("remote \"north\" { address = \"127.0.0.1:1\" }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"status ": ":4", "top ": ":4", "tap ": ":4", "pause remote ": ":4", "queue ls ": ":4", "queue peek ": ":4", "version ": ":4",
		"doctor ": ":4", "remote ": ":4", "run ": ":4", "validate ": ":4",
		"fmt ": ":0", "lint ": ":0", "queue import sites ": ":0", "run --config ": ":0", "tap --token-file ": ":0",
		"tap --reason ": "queue_oldest", "simulate --events ": "counter", "simulate --like ": "firmware", "vali": "validate", "pause ": "remote",
	} {
		var stdout, stderr strings.Builder
		words := append([]string{"__complete"}, strings.Split(strings.ReplaceAll(line, "PATH", path), " ")...)
		code := run(t.Context(), words, &stdout, &stderr)
		var got []string
		for line := range strings.Lines(stdout.String()) {
			word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			got = append(got, word)
		}
		if code != exitOK || !slices.Contains(got, want) {
			t.Errorf("%q is completed by %q (exit code %d, %s), want %s among it", line, got, code, &stderr, want)
		}
	}
}
