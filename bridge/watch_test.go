package bridge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// book keeps the log, one line for each entry: seconds since it began, message, reason, number and time.
type book struct {
	began time.Time

	mu    sync.Mutex // guards what follows
	lines []string
}

func newBook() (*book, hclog.Logger) {
	b := &book{began: time.Now()}
	return b, hclog.New(&hclog.LoggerOptions{Output: b, Level: hclog.Debug, JSONFormat: true})
}

// Write implements io.Writer, for one entry.
func (b *book) Write(entry []byte) (int, error) {
	var e struct {
		Message string `json:"@message"`
		Level   string `json:"@level"`
		Route   string
		To      string
		Reason  string
		Events  int
		Within  string
	}
	if err := json.NewDecoder(bytes.NewReader(entry)).Decode(&e); err != nil {
		return 0, err
	}
	line := fmt.Sprintf("%g %s %s: %s %s %s", time.Since(b.began).Seconds(), e.Level, e.Message, e.Route, e.To, e.Reason)
	if e.Events > 0 {
		line += fmt.Sprintf(" %d within %s", e.Events, e.Within)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
	return len(entry), nil
}

func (b *book) check(t *testing.T, want ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if got, want := strings.Join(b.lines, "\n"), strings.Join(want, "\n"); got != want {
		t.Errorf("logged\n%s\nwant\n%s", got, want)
	}
}

func TestDropEpisode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, logger := newBook()
		d := newDirection(t, queue.Options{MaxEvents: 3, MaxBytes: 1 << 20, Overflow: queue.DropOldest}, logger)
		l := lane{d: d}
		offer(t.Context(), &l, 3)
		log.check(t)
		for range 10 { // with pauses shorter than what ends an episode, and room in between
			offer(t.Context(), &l, 2)
			time.Sleep(4 * time.Second)
			d.settle(len(d.peek(nil, 1)), remote.Forwarded)
			offer(t.Context(), &l, 1)
			time.Sleep(4 * time.Second)
		}
		log.check(t, "0 warn dropping events: r b queue_oldest")
		time.Sleep(time.Hour) // no event comes any more, and nobody looks
		log.check(t, "0 warn dropping events: r b queue_oldest", "82 warn events were dropped: r b queue_oldest 20 within 1m12s")
		offer(t.Context(), &l, 1)
		time.Sleep(time.Minute)
		log.check(t, "0 warn dropping events: r b queue_oldest", "82 warn events were dropped: r b queue_oldest 20 within 1m12s",
			"3680 warn dropping events: r b queue_oldest", "3690 warn events were dropped: r b queue_oldest 1 within 0s")
		if d.watch.armed {
			t.Errorf("the timer is armed after the episode, want it idle")
		}
	})
}

func TestDropEpisodesByReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, logger := newBook()
		d := newDirection(t, queue.Options{MaxEvents: 3, MaxBytes: 200, MaxAge: time.Minute, Overflow: queue.LatestOnly}, logger)
		l := lane{d: d}
		offer(t.Context(), &l, 2)
		time.Sleep(5 * time.Second)
		d.take(new(tally), []*vscp.Row{{Text: bytes.Repeat([]byte("x"), 100)}})
		time.Sleep(time.Minute)
		if n := len(d.peek(nil, 10)); n != 0 {
			t.Errorf("peek returned %d events, want none as they are too old", n)
		}
		time.Sleep(time.Second)
		d.endEpisodes()
		log.check(t,
			"0 debug dropping events: r b queue_replaced", "5 warn dropping events: r b queue_too_large",
			"10 debug events were dropped: r b queue_replaced 1 within 0s",
			"15 warn events were dropped: r b queue_too_large 1 within 0s",
			"65 warn dropping events: r b queue_expired", "66 warn events were dropped: r b queue_expired 1 within 0s")
		if s := d.status(); s.Queued != 0 || !s.Balanced() {
			t.Errorf("status %+v, want nothing queued, balanced", s)
		}
	})
}

// What the sending connection logs with the answer of the destination is not told again.
func TestRefusalsAreNoEpisode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, logger := newBook()
		d := newDirection(t, queue.DefaultOptions(), logger)
		offer(t.Context(), &lane{d: d}, 3)
		for _, outcome := range []remote.Outcome{remote.RefusedForGood, remote.TooLong, remote.Unfit} {
			d.settle(len(d.peek(nil, 1)), outcome)
		}
		d.status()
		time.Sleep(time.Minute)
		log.check(t)
	})
}

func TestOldestAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := blockingDirection(t, 10)
		if s := d.status(); s.OldestAge() != 0 {
			t.Errorf("age in an empty queue = %v, want 0", s.OldestAge())
		}
		offer(t.Context(), &lane{d: d}, 1)
		time.Sleep(time.Minute)
		offer(t.Context(), &lane{d: d}, 1)
		if s := d.status(); s.OldestAge() != time.Minute {
			t.Errorf("age of the oldest event = %v, want 1m", s.OldestAge())
		}
	})
}
