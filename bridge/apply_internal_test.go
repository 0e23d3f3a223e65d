package bridge

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// TestNamesAreForgotten applies configurations whose remotes have another name each time, and some that fail.
func TestNamesAreForgotten(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "queues"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "queues", "bad@a"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		text := func(name, route, storage string) *config.Config {
			cfg, err := config.Parse("test.hcl", fmt.Appendf(nil, `
bridge {
  state_dir     = %q
  flush_timeout = "1s"
}
remote "a" { address = "a:9598" }
remote %q { address = "b:9598" }
route %q {
  from = [remote.%s]
  to   = [remote.a]
  queue { storage = %q }
}`, dir, name, route, name, storage), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return cfg
		}
		b, err := New(text("b", "r", "memory"), Options{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.Run(ctx)
		}()
		synctest.Wait()
		first := b.present.Load().endpoint("b").outbox.echoes.exit
		first.SetEchoes(true)
		for i := range 50 {
			if err := b.Apply(text(fmt.Sprintf("bad-%d", i), "bad", "disk")); err == nil {
				t.Fatal("Apply of a queue that cannot be opened = nil, want an error")
			}
			if err := b.Apply(text(fmt.Sprintf("b-%d", i), fmt.Sprintf("r-%d", i), []string{"memory", "disk"}[i%2])); err != nil {
				t.Fatalf("Apply = %v, want nil", err)
			}
			time.Sleep(10 * time.Second)
			synctest.Wait() // what went is closed at the same moment
		}
		b.mu.Lock()
		former, leaving, closings := len(b.former), len(b.leaving), len(b.closings.under)
		b.mu.Unlock()
		if former > 1 || leaving > 0 || closings > 0 {
			t.Errorf("%d former remotes, %d leaving directions, %d closings, want those of the last configurations", former, leaving, closings)
		}
		if first.Echoes() {
			t.Error("a remote that is gone still has credits, want none")
		}
		stop()
		<-done
	})
}
