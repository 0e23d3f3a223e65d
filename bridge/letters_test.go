package bridge

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestRefusedEventsAreWrittenDown has refusals of two kinds, one of them behind the end of a connection.
func TestRefusedEventsAreWrittenDown(t *testing.T) {
	dir := t.TempDir()
	d := blockingDirection(t, 10)
	d.writer, d.letters = newLetters(dir, hclog.NewNullLogger()), store.At(vfs.OS{}, dir).Letters(store.Name{Route: "r", To: "b"})
	stop := d.writer.run()
	offer(t.Context(), &lane{d: d}, 4)
	var o outbox
	o.add(d)
	rows := o.Peek(nil, 4)
	o.Refuse(remote.Fate{Row: rows[0], Outcome: remote.RefusedForGood, Reply: "no right"})
	o.Settle(1, remote.Unfit)
	o.Release([]remote.Fate{{Row: rows[2], Outcome: remote.Returned}, {Row: rows[3], Outcome: remote.RetryExpired, Reply: "full"}})
	stop()
	text, err := os.ReadFile(filepath.Join(dir, "dead", "r@b.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); strings.Count(got, "\n") != 2 || !strings.Contains(got, `"reason":"refused","reply":"no right"`) ||
		!strings.Contains(got, `"reason":"retry_expired","reply":"full"`) {
		t.Errorf("file = %s, want the two refusals with their replies", got)
	}
	if s := d.status(); s.Letters != 2 || s.LettersLost != 0 || s.Queued != 1 || !s.Balanced() {
		t.Errorf("status %+v, want 2 letters, 1 queued, balanced", s)
	}
}

// TestDeadLettersThatCannotBeWritten are counted, and so are those that wait when the disk is too slow.
func TestDeadLettersThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const n = lettersWaiting + 10
	d := blockingDirection(t, n)
	d.writer, d.letters = newLetters(file, hclog.NewNullLogger()), store.At(vfs.OS{}, file).Letters(store.Name{Route: "r", To: "b"})
	offer(t.Context(), &lane{d: d}, n)
	var o outbox
	o.add(d)
	for _, row := range o.Peek(nil, n) {
		o.Refuse(remote.Fate{Row: row, Outcome: remote.RefusedForGood})
	}
	if s := d.status(); s.LettersLost != 10 {
		t.Errorf("%d letters lost while nobody writes, want the 10 that nobody waited for", s.LettersLost)
	}
	d.writer.run()()
	if s := d.status(); s.Letters != 0 || s.LettersLost != n || s.Dropped[ReasonRefused] != n || !s.Balanced() {
		t.Errorf("status %+v, want all %d letters lost, balanced", s, n)
	}
	if _, err := os.ReadFile(filepath.Join(file, "dead", "r@b.jsonl")); err == nil || errors.Is(err, fs.ErrPermission) {
		t.Errorf("ReadFile = %v, want that it cannot be there", err)
	}
}

// TestNoDeadLetterIsLeftBehind has the stop come while the goroutine looks what there is to write.
func TestNoDeadLetterIsLeftBehind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := blockingDirection(t, 1)
	d.letters = store.At(vfs.OS{}, file).Letters(store.Name{Route: "r", To: "b"}) // to write fails, which is quick, and is counted
	row := vscp.NewRow(&vscp.Event{Class: 10, Type: 6}, vscp.TextForm{})
	var spun atomic.Uint64
	for i := range repeat.Times(10_000) {
		before := d.lettersLost.Load()
		w := newLetters(file, hclog.NewNullLogger())
		stop := w.run()
		for range i % 1000 { // until the goroutine is there, more or less
			spun.Add(1)
		}
		w.post(d, ReasonRefused, remote.Fate{Row: &row})
		stop()
		if got := d.lettersLost.Load() - before; got != 1 {
			t.Fatalf("%d letters were tried to write until the stop, want the one that was posted", got)
		}
	}
}
