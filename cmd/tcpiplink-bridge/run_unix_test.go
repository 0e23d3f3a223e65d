//go:build unix

package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
)

// TestHangupBeforeTheStart changes the configuration after it was read, and sends SIGHUP while the queues are read: it is taken up.
func TestHangupBeforeTheStart(t *testing.T) {
	const first = `remote "north" { address = "127.0.0.1:1" }
remote "south" { address = "127.0.0.1:1" }
route "sites" { between = [remote.north, remote.south] }
`
	path := filepath.Join(t.TempDir(), "hub.hcl")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(first)
	cfg, err := config.Load(path, config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	write(first + `remote "west" { address = "127.0.0.1:1" }` + "\n")
	arrived := make(chan os.Signal, 1)
	arrived <- syscall.SIGHUP
	read, log := io.Pipe()
	r := runner{cfg: cfg, files: reload.Files{Path: path}, hangups: arrived, logger: newLogger(cfg.Log, log)}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() {
		done <- r.serve(ctx)
		_ = log.Close()
	}()
	started, reloaded := false, false
	for lines := bufio.NewScanner(read); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.Contains(line, "bridge started"):
			started = true
		case strings.Contains(line, "configuration reloaded"):
			if reloaded = true; !started {
				t.Errorf("before the start: %s", line)
			}
			stop()
		case strings.Contains(line, "not reloaded"):
			t.Error(line)
			stop()
		}
	}
	if err := <-done; err != nil || !reloaded {
		t.Errorf("serve = %v, reloaded %v, want no error and true", err, reloaded)
	}
}

// TestSocketGroupHint names the setting that is wrong, which is not the path.
func TestSocketGroupHint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hub.hcl")
	const text = "bridge { state_dir = \"state\" }\nadmin {\n  listen = \"127.0.0.1:0\"\n  socket_group = \"no-such-group\"\n}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"run", "--config", path}, &stdout, &stderr)
	const want = "tcpiplink-bridge: error: admin: there is no group \"no-such-group\"\nhint: admin.socket_group is a group of this machine that the bridge runs in; "
	if code != exitUsage || !strings.Contains(stderr.String(), want) {
		t.Errorf("run = %d, %q, want %d and %q", code, stderr.String(), exitUsage, want)
	}
}
