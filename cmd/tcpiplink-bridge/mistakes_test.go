package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// What only the bridge has, its environment and its secrets, is no mistake of the file for who asks it.
func TestMistakesOfTheAskerAreNotTold(t *testing.T) {
	t.Parallel()
	read := func(path string) ([]byte, error) {
		if filepath.Base(path) == "secret" {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	const env, secret, hidden = `env("NAME")`, `file("secret")`, `file(join("", [nonsensitive("secret")]))`
	for _, tt := range []struct {
		name              string
		address, password string
		want              bool
	}{
		{"environment and secrets", env, secret, false},
		{"a computed path", env, hidden, false},
		{"an authority", env, `"x"
  tls {
    ca_file = "secret"
  }`, false},
		{"a credential of the service", env, `credential("north")`, false},
		{"a file that is gone", env, `file("gone")`, true},
	} {
		src := fmt.Sprintf("remote \"north\" {\n  address = %s\n  user = \"u\"\n  password = %s\n}\n", tt.address, tt.password)
		_, err := config.Parse("hub.hcl", []byte(src), config.Options{ReadFile: read})
		found, ok := errors.AsType[*config.Error](err)
		if !ok {
			t.Fatalf("%s: Parse = %v, want mistakes", tt.name, err)
		}
		var told bytes.Buffer
		m := &mistakes{path: "hub.hcl", found: found}
		if m.tell(&told, time.Time{}); strings.Contains(told.String(), "note: ") != tt.want {
			t.Errorf("%s: told %q, want a note: %v", tt.name, told.String(), tt.want)
		}
	}
}

// The note names the first mistake of the file: neither a warning before it, nor what only who asks lacks.
func TestNoteNamesMistakeOfTheFile(t *testing.T) {
	t.Parallel()
	found := &config.Error{Diagnostics: []config.Diagnostic{
		{Severity: config.SeverityWarning, Summary: "Secret for everybody to read"},
		{Severity: config.SeverityError, Summary: "Undefined environment variable", OfReader: true},
		{Severity: config.SeverityError, Summary: "Unknown remote", Position: config.Position{File: "hub.hcl", Line: 7}},
	}}
	var told bytes.Buffer
	(&mistakes{path: "hub.hcl", found: found}).tell(&told, time.Time{})
	got, _, _ := strings.Cut(told.String(), "\n")
	if want := "has 1 mistake, at hub.hcl:7: Unknown remote"; !strings.HasSuffix(got, want) {
		t.Errorf("note = %q, want it to end with %q", got, want)
	}
}

func TestSilentBridge(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0") // the system takes connections, nobody answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = adminClient{address: l.Addr().String()}.get(ctx, "/livez")
	world, ok := errors.AsType[*worldError](err)
	if !ok || !strings.Contains(world.hint, "does the bridge hang") {
		t.Errorf("error of a bridge that is silent = %#v, want the hint that it may hang", err)
	}
}
