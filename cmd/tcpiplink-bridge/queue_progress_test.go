package main

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// TestUntilEnough ends behind a line wherever the reader stands when it is enough.
func TestUntilEnough(t *testing.T) {
	t.Parallel()
	const text = "one\ntwo\nthree"
	for at, want := range map[int]string{0: "", 1: "one\n", 3: "one\n", 4: "one\n", 5: "one\ntwo\n", 8: "one\ntwo\n", 9: text, 13: text} {
		for name, wrap := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader} {
			done := make(chan struct{})
			r := &untilEnough{from: wrap(strings.NewReader(text)), done: done}
			begin := make([]byte, at)
			if _, err := io.ReadFull(r, begin); err != nil {
				t.Fatalf("%s, %d bytes: %v, want none", name, at, err)
			}
			close(done)
			rest, err := io.ReadAll(r)
			if got := string(begin) + string(rest); got != want || err != nil {
				t.Errorf("%s, enough after %d bytes: %q, %v, want %q", name, at, got, err, want)
			}
			if want := strings.Count(want, "\n"); int(r.lines.Load()) != want {
				t.Errorf("%s, enough after %d bytes: %d lines counted, want %d", name, at, r.lines.Load(), want)
			}
		}
	}
}

// TestQueueImportInterrupted has Ctrl-C in the midst of the third line: the bridge takes it whole, and nothing behind it.
func TestQueueImportInterrupted(t *testing.T) {
	t.Parallel()
	b := fakeSites(t)
	var out, errOut strings.Builder
	live := liveQueues{adminClient{socket: b.socket}}
	r := &queueRun{
		console: &console{out: &out, errOut: &errOut},
		bridge:  &openBridge{queueReader: live, queueChanger: live, live: true, where: b.socket},
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	line := fakeLine(7, "") + "\n"
	second := func() (string, error) {
		cancel()
		return line[30:] + line + line, nil
	}
	r.in = &chunks{func() (string, error) { return line + line + line[:30], nil }, second}
	err := r.importLines(ctx, "east", "-")
	if want := "interrupted behind line 3: 3 events queued"; err == nil || err.Error() != want {
		t.Errorf("import = %v, want %s", err, want)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if got, want := len(b.events["east/west"]), 5+3; got != want {
		t.Errorf("%d events wait, want %d", got, want)
	}
}

// chunks is a reader that asks a function for each read, and does not end.
type chunks []func() (string, error)

func (c *chunks) Read(p []byte) (int, error) {
	text, err := (*c)[0]()
	*c = (*c)[1:]
	return copy(p, text), err
}

func TestTakenText(t *testing.T) {
	t.Parallel()
	got := takenText(&api.Taken{Events: 9, Queued: 5, Dropped: 4, Reasons: api.Reasons{"queue_oldest": 3, "queue_expired": 1}}, "event")
	if want := "9 events taken, 4 dropped at the limits of the queue (3 queue_oldest, 1 queue_expired)"; got != want {
		t.Errorf("takenText = %q, want %q", got, want)
	}
}

func TestSizeText(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1023999: "1000.0 KiB", 1024000: "1.0 MiB", 64 << 20: "64.0 MiB", 1 << 40: "1.0 TiB", 1 << 50: "1024.0 TiB",
	} {
		if got := sizeText(n); got != want {
			t.Errorf("sizeText(%d) = %q, want %q", n, got, want)
		}
	}
}
