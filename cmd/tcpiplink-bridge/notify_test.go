//go:build unix

package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
)

// manager listens like a service manager whose watchdog wants a sign of life within the time given; 0 has no watchdog.
func manager(t *testing.T, watchdog time.Duration) *net.UnixConn {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_PID", strconv.Itoa(os.Getpid()))
	t.Setenv("WATCHDOG_USEC", "")
	if watchdog > 0 {
		t.Setenv("WATCHDOG_USEC", strconv.FormatInt(watchdog.Microseconds(), 10))
	}
	return conn
}

// heard is the next state that the manager was told of, or "" if none came in time.
func heard(t *testing.T, conn *net.UnixConn, within time.Duration) string {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

func startService(t *testing.T, s service) (stop func()) {
	t.Helper()
	s.logger = hclog.NewNullLogger()
	if s.flush == nil {
		s.flush = func() time.Duration { return 0 }
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

func TestServiceTellsItsLife(t *testing.T) {
	conn := manager(t, 0)
	stop := startService(t, service{flush: func() time.Duration { return 3 * time.Second }, alive: func() { t.Error("the bridge was read without a watchdog") }})
	if got, want := heard(t, conn, patience), "READY=1"; got != want {
		t.Errorf("first told %q, want %q", got, want)
	}
	stop()
	if got, want := heard(t, conn, patience), "STOPPING=1\nEXTEND_TIMEOUT_USEC=13000000"; got != want {
		t.Errorf("last told %q, want %q", got, want)
	}
}

func TestServiceTellsOfReloads(t *testing.T) {
	conn := manager(t, 0)
	s := service{logger: hclog.NewNullLogger()}
	ready := s.reloading()
	got := heard(t, conn, patience)
	if runtime.GOOS == "linux" && !regexp.MustCompile(`^RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*\n?$`).MatchString(got) {
		t.Errorf("told %q, want RELOADING=1 with the time", got)
	}
	ready()
	if got, want := heard(t, conn, patience), "READY=1"; got != want {
		t.Errorf("then told %q, want %q", got, want)
	}
}

// TestWatchdogNeedsTheBridge lets the bridge answer twice, and then no more.
func TestWatchdogNeedsTheBridge(t *testing.T) {
	conn := manager(t, 20*time.Millisecond)
	asked, answer := make(chan struct{}), make(chan struct{})
	stop := startService(t, service{alive: func() {
		asked <- struct{}{}
		<-answer
	}})
	if got, want := heard(t, conn, patience), "READY=1"; got != want {
		t.Fatalf("first told %q, want %q", got, want)
	}
	for range 2 {
		<-asked
		answer <- struct{}{}
		if got, want := heard(t, conn, patience), "WATCHDOG=1"; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	<-asked
	if got := heard(t, conn, 100*time.Millisecond); got != "" {
		t.Errorf("told %q while the bridge hangs, want nothing", got)
	}
	close(answer)
	go func() {
		for range asked { // it is read a last time
		}
	}()
	stop()
	close(asked)
}

func TestServiceWithoutManager(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := service{alive: func() { t.Error("the bridge was read") }, logger: hclog.NewNullLogger()}
		s.run(t.Context())
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Error("run goes on without a service manager, want it to return at once")
	}
}
