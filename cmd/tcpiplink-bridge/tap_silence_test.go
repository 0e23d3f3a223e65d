package main

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestTapOfASilentBridge shows what came, waits as long as pulses come, and then for 15 s.
func TestTapOfASilentBridge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stdout, stderr strings.Builder
		shown := tap{flags: new(tapFlags), out: newTapOutput(&stdout, new(tapFlags)), errOut: &stderr, client: adminClient{address: "127.0.0.1:9599"}}
		ctx, cut := context.WithCancel(t.Context())
		defer cut()
		stream, bridge := io.Pipe()
		context.AfterFunc(ctx, func() { _ = bridge.CloseWithError(context.Canceled) }) // as a body of HTTP ends
		go func() {
			for _, line := range []string{tapped(1, ""), `{"alive_at":"2026-02-02T02:40:00Z","missed":0}` + "\n"} {
				time.Sleep(14 * time.Second)
				_, _ = io.WriteString(bridge, line) // the end of the test tells
			}
		}()
		began := time.Now()
		err := shown.follow(stream, cut)
		const want = "the bridge at 127.0.0.1:9599 is gone: silent for 15s"
		if took := time.Since(began); err == nil || err.Error() != want || took != 43*time.Second {
			t.Errorf("after %v the end is %v, want %s after 43s", took, err, want)
		}
		if stdout.String() != tappedLine || stderr.Len() > 0 {
			t.Errorf("stdout %q, stderr %q, want %q and nothing", stdout.String(), stderr.String(), tappedLine)
		}
	})
}

// TestTapOfAHungBridge asks where somebody listens and says nothing.
func TestTapOfAHungBridge(t *testing.T) {
	t.Parallel()
	hung, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hung.Close()
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"tap", "--admin", hung.Addr().String()}, &stdout, &stderr)
	if want := "deadline exceeded\nhint: somebody listens there and does not answer in time"; code != exitFailed || !strings.Contains(stderr.String(), want) {
		t.Errorf("tap = %d, %q, want %d and %q", code, stderr.String(), exitFailed, want)
	}
}

// TestInterruptedChange stops to wait for a bridge that has been asked to reload, and may yet do so.
func TestInterruptedChange(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	go func() {
		if conn, err := busy.Accept(); err == nil {
			defer conn.Close()
			_, _ = conn.Read(make([]byte, 1)) // it has been asked
			interrupt()
		}
	}()
	var stdout, stderr strings.Builder
	code := run(ctx, []string{"reload", "--admin", busy.Addr().String(), "--token-file", token}, &stdout, &stderr)
	want := "the bridge at " + busy.Addr().String() + " has not answered: context canceled\nhint: it may do it all the same: "
	if code != exitFailed || !strings.Contains(stderr.String(), want) {
		t.Errorf("reload = %d, %q, want %d and %q", code, stderr.String(), exitFailed, want)
	}
}
