package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestRemoteWatch(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	s := startServer(t, nil)
	tests := []struct {
		args string
		want string
	}{
		{"--count 1", shownTemperature},
		{"--count 1 --class measurement --type temperature", shownTemperature},
		{"--count 1 --class 20 --class 10 --type TEMPERATURE", shownTemperature},
		{"--count 1 --guid ::FE:00:01:00:00:00:00:00:02", shownTemperature},
		{"--count 1 --class 20 --raw", testHeartbeatRow + "\n"},
		{"--count 1 --type 9,2 --raw", testHeartbeatRow + "\n"},
		{"--count 1 --guid 00:* --raw", testHeartbeatRow + "\n"},
		{"--count 1 --class 1026 --full", fmt.Sprintf(" 2026-02-02T02:40:02.000Z  %-30s  ", "CLASS2.INFORMATION "+vscp.Class(1026).TypeToken(2)) + "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:02  01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11\n"},
	}
	for _, tt := range tests {
		s.awaitIdle(t)
		s.onLogin(t, func() { s.publish(t, testTemperature, testHeartbeat, testLong) })
		got := s.admin(t, append([]string{"watch"}, strings.Fields(tt.args)...)...)
		if got.code != exitOK || got.stdout != tt.want {
			t.Errorf("watch %s = %d with %q and %q, want %d with %q", tt.args, got.code, got.stdout, got.stderr, exitOK, tt.want)
		}
	}
}

const testHeartbeatRow = "352,20,9,0,,1770000001000000000,00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:02,1,2,3"

// syncBuffer is a buffer that a test reads while a command writes.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// await waits until text was written.
func (b *syncBuffer) await(t *testing.T, text string) {
	t.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	limit := time.After(20 * time.Second)
	for !strings.Contains(b.String(), text) {
		select {
		case <-ticker.C:
		case <-limit:
			t.Fatalf("%q was not written, but %q", text, b.String())
		}
	}
}

// Ctrl-C says QUIT, and what came is shown; lines that are no events do not end the watch.
func TestRemoteWatchEndsWithQuit(t *testing.T) {
	address := serveScript(t, `
< Welcome
< +OK
> RCVLOOP
< +OK
< `+testTemperature+`
< +OK
< what\x1bever
> QUIT
< +OK - bye
`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr syncBuffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"remote", "--json", address, "--user", "", "watch", "-v"}, &stdout, &stderr)
	}()
	stdout.await(t, "malformed")
	cancel()
	if code := <-ended; code != exitOK || stderr.String() != "" {
		t.Errorf("watch = %d with %q, want %d", code, stderr.String(), exitOK)
	}
	for line := range strings.Lines(stdout.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("watch --json prints %q, want JSON", line)
		}
	}
	for _, want := range []string{`"text":"23.45"`, `"keep_alives":1`, `"malformed":1`} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("watch --json prints %q, want %s in it", stdout.String(), want)
		}
	}
}

// serveScript plays what a server does on one connection: a line after < is sent, one after > must come. USER and PASS are answered
// beside the script, and the connection is closed after it.
func serveScript(t *testing.T, script string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		next := lines(conn)
		for step := range strings.Lines(strings.TrimSpace(script)) {
			step = strings.TrimSuffix(step, "\n")
			if text, ok := strings.CutPrefix(step, "< "); ok {
				fmt.Fprintf(conn, "%s\r\n", strings.ReplaceAll(text, `\x1b`, "\x1b"))
				continue
			}
			want := strings.TrimPrefix(step, "> ")
			got, err := next()
			for strings.HasPrefix(got, "USER") || strings.HasPrefix(got, "PASS") {
				fmt.Fprint(conn, "+OK\r\n")
				got, err = next()
			}
			if err != nil || got != want {
				t.Errorf("the server got %q, %v, want %q", got, err, want)
				return
			}
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-ended
	})
	return l.Addr().String()
}
