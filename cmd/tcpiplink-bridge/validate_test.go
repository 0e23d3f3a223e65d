package main

import (
	"bytes"
	"strings"
	"testing"
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
