package bridge

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
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
