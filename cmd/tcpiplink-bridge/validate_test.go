package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// TestDeployedConfigurations keeps the files that people copy valid, and free of warnings that we would not want to give.
func TestDeployedConfigurations(t *testing.T) {
	t.Setenv("NORTH_PASSWORD", "north")
	t.Setenv("SOUTH_PASSWORD", "south")
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"validate", "--config", "../../deploy/example.hcl"}, &stdout, &stderr)
	if code != exitOK || !strings.Contains(stdout.String(), "is valid: 3 remotes, 2 routes") {
		t.Errorf("validate example.hcl = %d\n%s%s", code, &stdout, &stderr)
	}
	stdout.Reset()
	code = run(t.Context(), []string{"test", "--config", "../../deploy/example.hcl"}, &stdout, &stderr)
	if code != exitOK || !strings.HasPrefix(stdout.String(), "ok ") {
		t.Errorf("test example.hcl = %d, want %d and ok\n%s%s", code, exitOK, &stdout, &stderr)
	}
}

// TestDeployedSockets: the runbook names the socket to ask at, so the files that people copy must have it there.
func TestDeployedSockets(t *testing.T) {
	t.Parallel()
	const mounted = "/run/tcpiplink-bridge/admin.sock"
	runbook := mustRead(t, "../../docs/operations.md")
	for path, want := range map[string]string{
		"../../deploy/example.hcl":                packagedSocket,
		"../../deploy/compose/bridge.hcl":         mounted,
		"../../deploy/kubernetes/base/bridge.hcl": mounted,
	} {
		at, err := config.LocateBridge(path, config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := filepath.ToSlash(at.Socket); got != want {
			t.Errorf("%s has its socket at %q, want %q", path, got, want)
		}
		if !strings.Contains(runbook, want) {
			t.Errorf("docs/operations.md does not name the socket %s of %s", want, path)
		}
	}
}
