package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// stoppedSites opens the folder of a bridge with a queue on disk, into which so many events are put.
func stoppedSites(t *testing.T, events int) (*openBridge, store.Name) {
	t.Helper()
	south := &config.Remote{Name: "south"}
	cfg := &config.Config{Routes: []*config.Route{{
		Name: "sites", From: []*config.Remote{{Name: "north"}}, To: []*config.Remote{south}, Queue: config.Queue{Storage: config.StorageDisk},
	}}}
	b, err := place{stateDir: t.TempDir(), config: cfg}.openStopped()
	if err != nil {
		t.Fatal(err)
	}
	name := store.Name{Route: "sites", To: "south"}
	var lines strings.Builder
	for n := range events {
		lines.WriteString(fakeLine(n, "") + "\n")
	}
	if taken, err := b.Put(t.Context(), name, strings.NewReader(lines.String())); err != nil || taken.Queued != events {
		t.Fatalf("Put = %+v, %v, want %d queued", taken, err, events)
	}
	return b, name
}

// TestStoppedLines reads the same lines however small the reads are, and as many as are wanted.
func TestStoppedLines(t *testing.T) {
	t.Parallel()
	b, name := stoppedSites(t, 5)
	for limit, want := range map[int]int{0: 5, 1: 1, 3: 3, 5: 5, 9: 5} {
		var texts [2]string
		for i, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
			in, err := b.Lines(t.Context(), name, queueLines{limit: limit})
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(wrap(in))
			if err := errors.Join(err, in.Close()); err != nil {
				t.Fatal(err)
			}
			texts[i] = string(text)
		}
		if got := strings.Count(texts[0], "\n"); got != want || !strings.Contains(texts[0], ",138,0,0\"") {
			t.Errorf("limit %d: %d lines, want %d with the oldest: %q", limit, got, want, texts[0])
		}
		if texts[0] != texts[1] {
			t.Errorf("limit %d: byte by byte %q, want %q", limit, texts[1], texts[0])
		}
	}
	in, err := b.Lines(t.Context(), name, queueLines{letters: true})
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(in); len(text) > 0 || err != nil {
		t.Errorf("letters %q, %v, want none", text, err)
	}
	if err := in.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
}

// TestStoppedIsStarted has a process take the folder after it was found free: nothing is changed, and the error says who.
func TestStoppedIsStarted(t *testing.T) {
	t.Parallel()
	b, name := stoppedSites(t, 2)
	held, err := store.At(vfs.OS{}, b.where).Lock()
	if err != nil {
		t.Fatal(err)
	}
	_, purge := b.Purge(t.Context(), name, false)
	_, put := b.Put(t.Context(), name, strings.NewReader(fakeLine(1, "")))
	_, repair := b.repair(t.Context(), name)
	for what, err := range map[string]error{"purge": purge, "put": put, "repair": repair} {
		var world *worldError
		if !errors.As(err, &world) || !strings.Contains(world.hint, "was started meanwhile") || !strings.Contains(err.Error(), "process ") {
			t.Errorf("%s = %v, want who has the folder, and a hint", what, err)
		}
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if purged, err := b.Purge(t.Context(), name, false); err != nil || purged.Events != 2 {
		t.Errorf("afterwards: %+v, %v, want the 2 events", purged, err)
	}
}
