//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

const killConfig = `
bridge { state_dir = %q }
admin { listen = %q }
log { level = "warn" }
remote "north" {
  address  = %q
  user     = "admin"
  password = "any"
}
remote "south" {
  address  = %q
  user     = "admin"
  password = "any"
  window   = 8
  backoff { max = "2s" }
}
route "sites" {
  from = [remote.north]
  to   = [remote.south]
  queue {
    max_events = 1000000
    max_bytes  = "1GiB"
    storage    = "disk"
  }
}
`

// TestKill kills the bridge under load, again and again. What was in the journal then arrives, in order; what else is missing was
// lost at a kill, in one piece; and the counters of every life say so. The receiving site stands still in every other life of the
// bridge, which lasts until much waits; the others end at any moment, on a slow machine before the bridge is up. TCPIPLINK_KILLS
// sets how often.
func TestKill(t *testing.T) {
	t.Parallel()
	kills := 10
	if text := os.Getenv("TCPIPLINK_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatalf("TCPIPLINK_KILLS is %q, want a number", text)
		}
	}
	north, south, admin := mustFree(t), mustFree(t), mustFree(t)
	dir := t.TempDir()
	state, config := filepath.Join(dir, "state"), filepath.Join(dir, "hub.hcl")
	if err := os.WriteFile(config, fmt.Appendf(nil, killConfig, state, admin, north, south), 0o600); err != nil {
		t.Fatal(err)
	}
	source, sink := &site{}, &site{}
	source.cmd = start(t, source.line, "", "tcpiplink-bridge", "simulate", "--listen", north, "--events", "counter", "--rate", "5000")
	sink.cmd = start(t, sink.line, "", "tcpiplink-bridge", "simulate", "--listen", south, "--rate", "0", "--print",
		"--guid", "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:00")

	durable, most := map[int]bool{}, 0
	var waits []int
	var book lives
	for n := range kills {
		bridge := start(t, func(string) {}, "", "tcpiplink-bridge", "run", "--config", config)
		signal := syscall.SIGCONT
		if n%2 == 0 {
			signal = syscall.SIGSTOP
		}
		if err := sink.cmd.Process.Signal(signal); err != nil {
			t.Fatalf("%v: %v", signal, err)
		}
		if signal == syscall.SIGSTOP {
			awaitJournal(t, admin)
		}
		rest(t, time.Duration(300+rand.IntN(800))*time.Millisecond)
		book.read(t, admin, len(waits))
		if err := bridge.Process.Kill(); err != nil {
			t.Fatalf("kill: %v", err)
		}
		_ = bridge.Wait() // it was killed
		waits = journalled(t, filepath.Join(state, "queues", "sites@south"))
		most = max(most, len(waits))
		for _, number := range waits {
			durable[number] = true
		}
	}
	if err := sink.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatalf("SIGCONT: %v", err)
	}
	_ = source.cmd.Process.Kill()
	last := start(t, func(string) {}, "", "tcpiplink-bridge", "run", "--config", config)
	eventually(t, "the queue runs empty", patience, func() (bool, string) { return drained(admin, len(waits)) })
	stop(t, last)
	stop(t, sink.cmd)
	checkArrived(t, sink.arrived(), durable)
	holes, lost := missing(sink.arrived())
	t.Logf("%d kills; %d different events were found in the journal, up to %d at once; %d were lost at %d kills, or came while no bridge was there; counters read in %d lives, %d index gaps",
		kills, len(durable), most, lost, holes, book.readings, book.gaps)
	if holes > kills+book.gaps {
		t.Errorf("events are missing in %d places, want at most one for each of %d kills and %d index gaps", holes, kills, book.gaps)
	}
	if book.readings < kills/2 {
		t.Errorf("the counters were read in %d lives of %d, want half of them, or this proves little", book.readings, kills)
	}
	if len(durable) < 100*kills {
		t.Errorf("%d events were in the journal at the kills, want at least %d, or this proves little", len(durable), 100*kills)
	}
}

// awaitJournal waits until a bridge has put some hundred events on disk since it was first seen.
func awaitJournal(t *testing.T, admin string) {
	t.Helper()
	const some = 300 * 130 // bytes
	var first int64
	written := eventually(t, "events of this life are on disk", patience, func() (bool, string) {
		d, err := onlyDirection(admin)
		if err != nil {
			return false, err.Error()
		}
		if first == 0 {
			first = d.DiskBytes
		}
		return d.DiskBytes >= first+some, fmt.Sprintf("%d bytes, %d at first", d.DiskBytes, first)
	})
	if !written {
		t.FailNow()
	}
}

func mustFree(t *testing.T) string {
	t.Helper()
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func rest(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
		t.Fatal("the test was ended")
	}
}

// checkArrived fails the test unless all durable events arrived, and those that arrived did so in order, apart from copies.
func checkArrived(t *testing.T, arrived []int, durable map[int]bool) {
	t.Helper()
	seen, newest := map[int]bool{}, -1
	for _, number := range arrived {
		if !seen[number] && number < newest {
			t.Fatalf("event %d came first after %d, want them in order", number, newest)
		}
		seen[number] = true
		newest = max(newest, number)
	}
	for number := range durable {
		if !seen[number] {
			t.Fatalf("event %d was in the journal and did not arrive", number)
		}
	}
}

// journalled returns what is in a journal, from a copy, as to open it changes it.
func journalled(t *testing.T, dir string) []int {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil // the bridge was killed before it came to that
	}
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatalf("copy of the journal: %v", err)
	}
	j, _, err := journal.Open(journal.DefaultOptions(to))
	if err != nil {
		t.Fatalf("open the copy of the journal: %v", err)
	}
	defer j.Close() //nolint:errcheck // a copy
	r := j.NewReader(0)
	var numbers []int
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("read the copy of the journal: %v", err)
		}
		number, ok := counterNumber(rec.Payload)
		if !ok {
			t.Fatalf("the journal holds %q, want an event of the counter", rec.Payload)
		}
		numbers = append(numbers, number)
	}
	if err := r.Close(); err != nil {
		t.Fatalf("close the reader: %v", err)
	}
	return numbers
}
