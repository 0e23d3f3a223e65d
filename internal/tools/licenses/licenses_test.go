package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestWriteForPlatform asks for what one platform alone links: cobra, and so the bridge, takes mousetrap on Windows.
func TestWriteForPlatform(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	text := "package main\n\nimport \"github.com/spf13/cobra\"\n\nfunc main() { _ = (&cobra.Command{}).Execute() }\n"
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for goos, want := range map[string]bool{"windows": true, "linux": false} {
		binary := filepath.Join(dir, goos)
		cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, source)
		cmd.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, said)
		}
		var got bytes.Buffer
		if err := write(t.Context(), &got, binary); err != nil {
			t.Fatal(err)
		}
		for part, want := range map[string]bool{"the Go standard library ": true, "github.com/spf13/cobra v": true, "github.com/inconshreveable/mousetrap v": want} {
			if has := strings.Contains(got.String(), "==== "+part); has != want {
				t.Errorf("%s: licenses of %q are there: %v, want %v", goos, part, has, want)
			}
		}
	}
}

func TestWriteLegal(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"LICENSE-MIT.txt", "notice", "licenses.go", "README"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("text of "+name+"\n\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got bytes.Buffer
	if err := writeLegal(&got, "m v1", dir); err != nil {
		t.Fatal(err)
	}
	want := "==== m v1: LICENSE-MIT.txt\n\ntext of LICENSE-MIT.txt\n\n==== m v1: notice\n\ntext of notice\n\n"
	if got.String() != want {
		t.Errorf("writeLegal = %q, want %q", got.String(), want)
	}
	if err := writeLegal(&got, "m v1", t.TempDir()); err == nil {
		t.Error("writeLegal of a folder without a license = nil, want an error")
	}
}
