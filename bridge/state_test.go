package bridge

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestStateFolderIsForOneBridge has no queue on disk: dead letters are in the folder too.
func TestStateFolderIsForOneBridge(t *testing.T) {
	t.Parallel()
	cfg := &config.Config{Bridge: config.Bridge{StateDir: t.TempDir()}}
	first, err := New(cfg, Options{})
	if err != nil {
		t.Fatalf("New = %v, want a bridge", err)
	}
	if _, err := New(cfg, Options{}); !errors.Is(err, journal.ErrLocked) {
		t.Errorf("second New = %v, want journal.ErrLocked", err)
	}
	if err := first.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
	again, err := New(cfg, Options{})
	if err != nil {
		t.Fatalf("New after Close = %v, want a bridge", err)
	}
	if err := again.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
}

// TestStateFolderThatCannotBeMade is no reason not to start while no queue is in it.
func TestStateFolderThatCannotBeMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := New(&config.Config{Bridge: config.Bridge{StateDir: file}}, Options{})
	if err != nil {
		t.Fatalf("New = %v, want a bridge", err)
	}
	if err := b.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
}

// TestIdentityThatIsNone is told of where numbers of links change with it, and not to a bridge with a GUID, of which they are made then.
func TestIdentityThatIsNone(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		guid vscp.GUID
		want bool
	}{
		"without a GUID": {vscp.GUID{}, true},
		"with a GUID":    {vscp.GUID{15: 7}, false},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "identity"), []byte("junk\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		b, err := New(&config.Config{Bridge: config.Bridge{StateDir: dir, GUID: tt.guid}}, Options{Logger: hclog.New(&hclog.LoggerOptions{Output: &log})})
		if err != nil {
			t.Fatalf("%s: New = %v, want a bridge", name, err)
		}
		if err := b.Close(); err != nil {
			t.Errorf("%s: Close = %v, want nil", name, err)
		}
		if got := strings.Contains(log.String(), "new numbers of links"); got != tt.want {
			t.Errorf("%s: told of new numbers: %v, want %v; the log:\n%s", name, got, tt.want, &log)
		}
	}
}
