package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// What only the bridge has, its environment and its secrets, is no mistake of the file for who asks it.
func TestMistakesOfTheAskerAreNotTold(t *testing.T) {
	t.Parallel()
	env := config.Diagnostic{Severity: config.SeverityError, Summary: "Undefined environment variable"}
	secret := config.Diagnostic{Severity: config.SeverityError, Summary: "Unreadable file", Detail: `Cannot read "north.password": permission denied. The user`}
	warning := config.Diagnostic{Severity: config.SeverityWarning, Summary: "Unused remote"}
	gone := config.Diagnostic{Severity: config.SeverityError, Summary: "Unreadable file", Detail: `Cannot read "north.password": no such file or directory.`}
	for _, tt := range []struct {
		name  string
		found []config.Diagnostic
		want  bool
	}{
		{"environment and secrets", []config.Diagnostic{env, warning, secret}, false},
		{"a file that is gone", []config.Diagnostic{env, gone}, true},
	} {
		var told bytes.Buffer
		m := &mistakes{path: "hub.hcl", found: &config.Error{Diagnostics: tt.found}}
		if m.tell(&told, time.Time{}); strings.Contains(told.String(), "note: ") != tt.want {
			t.Errorf("%s: told %q, want a note: %v", tt.name, told.String(), tt.want)
		}
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
