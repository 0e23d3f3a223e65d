package queue

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestReady(t *testing.T) {
	q := newQueue(t, DefaultOptions())
	check := func(after string, want bool) {
		t.Helper()
		if got := signalled(q.Ready()); got != want {
			t.Errorf("value from Ready() after %s = %v, want %v", after, got, want)
		}
	}
	check("New", false)
	q.Push(nil)
	check("Push of nothing", false)
	q.Push(rows("a b c"))
	check("Push", true)
	check("one Push, second receive", false)
	q.Peek(nil, 1)
	check("Peek that left two", true)
	q.Peek(nil, 0)
	check("Peek of none", false)
	q.Peek(nil, 2)
	check("Peek of the rest", false)
	q.Remove(1)
	check("Remove", false)
	q.Release()
	check("Release", true)
	q.Peek(nil, 2)
	q.Remove(2)
	q.Release()
	check("Release of none", false)
}

func TestReadyShared(t *testing.T) {
	o := DefaultOptions()
	o.Ready = make(chan struct{}, 1)
	first, second := newQueue(t, o), newQueue(t, o)
	first.Push(rows("a"))
	second.Push(rows("b"))
	if !signalled(o.Ready) {
		t.Errorf("value from the shared channel after two pushes = false, want true")
	}
	first.Peek(nil, 1)
	second.Push(rows("c"))
	if !signalled(first.Ready()) {
		t.Errorf("value from the first queue's Ready() after a Push into the second = false, want true")
	}
}

func TestSpace(t *testing.T) {
	q := newQueue(t, limits(2, 1<<20, Block))
	check := func(after string, want bool) {
		t.Helper()
		if got := signalled(q.Space()); got != want {
			t.Errorf("value from Space() after %s = %v, want %v", after, got, want)
		}
	}
	check("New", false)
	q.Push(nil)
	check("Push of nothing", false)
	q.Push(rows("a b c"))
	check("Push into a full queue", false)
	q.Peek(nil, 2)
	q.Release()
	q.Peek(nil, 2)
	check("Peek and Release", false)
	q.Remove(0)
	check("Remove of none", false)
	q.Remove(1)
	check("Remove", true)
}

// A row that does not fit must not make its source spin, although a shorter one would fit.
func TestSpaceTooSmall(t *testing.T) {
	q := newQueue(t, limits(100, 3*RowOverhead, Block))
	if got := q.Push(rows("a b " + strings.Repeat("L", RowOverhead))); got != 2 {
		t.Fatalf("Push of 3 rows = %d, want 2", got)
	}
	if signalled(q.Space()) {
		t.Errorf("value from Space() after a Push that left a row = true, want false")
	}
	q.Remove(len(q.Peek(nil, 1)))
	if !signalled(q.Space()) {
		t.Errorf("value from Space() after Remove = false, want true")
	}
}

// Limits that are as good as none must not overflow where it is reckoned whether there is room again.
func TestSpaceLargeLimits(t *testing.T) {
	for name, o := range map[string]Options{
		"bytes":  limits(math.MaxInt/2, 2*(RowOverhead+1), Block),
		"events": limits(2, math.MaxInt64/2, Block),
	} {
		q := newQueue(t, o)
		if got := q.Push(rows("a b c")); got != 2 {
			t.Fatalf("limited by %s: Push of 3 rows = %d, want 2", name, got)
		}
		q.Remove(len(q.Peek(nil, 2)))
		if !signalled(q.Space()) {
			t.Errorf("limited by %s: value from Space() after Remove of all = false, want true", name)
		}
	}
}

// One Remove may make room for several sources that wait.
func TestSpaceReachesEverySource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sources = 5
		q := newQueue(t, limits(sources, 1<<20, Block))
		q.Push(rows("a b c d e"))
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for i := range sources {
			group.Go(func() { produce(ctx, q, rows(strconv.Itoa(i)), 1) })
		}
		synctest.Wait()
		q.Remove(len(q.Peek(nil, sources)))
		synctest.Wait()
		if got, _ := q.Waiting(); got != sources {
			t.Errorf("after one Remove of %d events %d sources could push, want all %d", sources, got, sources)
		}
		cancel()
		group.Wait()
	})
}

// produce pushes all rows in batches, waits for Space in between, and reports how many were taken before ctx ended.
func produce(ctx context.Context, q *Memory, rows []*vscp.Row, batch int) int {
	done := 0
	for done < len(rows) {
		next := rows[done:min(done+batch, len(rows))]
		n := q.Push(next)
		done += n
		if n == len(next) {
			continue
		}
		select {
		case <-q.Space():
		case <-ctx.Done():
			return done
		}
	}
	return done
}

// consume takes events until it has total of them. It waits for Ready after every Peek, whether that left events or not.
func consume(ctx context.Context, q *Memory, total, window int) ([]*vscp.Row, error) {
	var got, lease []*vscp.Row
	for round := 0; len(got) < total; round++ {
		select {
		case <-q.Ready():
		case <-ctx.Done():
			return got, fmt.Errorf("stalled: %w, %+v", ctx.Err(), q.Stats())
		}
		lease = q.Peek(lease[:0], window)
		if round%97 == 96 { // the connection broke after half of them
			sent := len(lease) / 2
			got = append(got, lease[:sent]...)
			q.Remove(sent)
			q.Release()
			continue
		}
		got = append(got, lease...)
		q.Remove(len(lease))
	}
	return got, nil
}

// In the bubble time stands still while anything runs, so a lost wake-up ends the context at once.
func TestNoLostWakeUp(t *testing.T) {
	tests := []struct {
		name                         string
		total, places, batch, window int
		sources                      int
		bytes                        int64
	}{
		{"lock step", 20_000, 1, 1, 1, 1, 1 << 20},
		{"small window", 100_000, 64, 10, 7, 1, 1 << 20},
		{"batches over the limit", 100_000, 64, 100, 100, 1, 1 << 20},
		{"by bytes", 100_000, 1 << 20, 25, 100, 1, 50 * RowOverhead},
		{"four sources", 100_000, 16, 5, 16, 4, 1 << 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				q := newQueue(t, limits(tt.places, tt.bytes, Block))
				each := tt.total / tt.sources
				var group sync.WaitGroup
				for source := range tt.sources {
					in := make([]*vscp.Row, each)
					for i := range in {
						in[i] = &vscp.Row{ObID: uint32(source), Text: strconv.AppendInt(nil, int64(i), 10)}
					}
					group.Go(func() {
						if got := produce(ctx, q, in, tt.batch); got != each {
							t.Errorf("source %d pushed %d events, want %d: %+v", source, got, each, q.Stats())
						}
					})
				}
				out, err := consume(ctx, q, tt.total, tt.window)
				if err != nil {
					t.Errorf("took %d events, want %d: %v", len(out), tt.total, err)
				}
				group.Wait()
				checkOrder(t, out, tt.sources)
				if s := checkBalance(t, q); s.Removed != uint64(tt.total) || s.Events != 0 || s.Bytes != 0 {
					t.Errorf("Stats() at the end = %+v, want %d removed and nothing left", s, tt.total)
				}
			})
		})
	}
}

// checkOrder fails the test unless the rows of each source are numbered from 0 on.
func checkOrder(t *testing.T, out []*vscp.Row, sources int) {
	t.Helper()
	next := make([]int, sources)
	for i, row := range out {
		if got, want := string(row.Text), strconv.Itoa(next[row.ObID]); got != want {
			t.Fatalf("event %d, from source %d, is number %s, want %s", i, row.ObID, got, want)
		}
		next[row.ObID]++
	}
}

// TestSpaceIsWorthWaking does not wake a source for each event that leaves a full queue.
func TestSpaceIsWorthWaking(t *testing.T) {
	q := newQueue(t, limits(8, 1<<20, Block))
	q.Push(rows("a b c d e f g h"))
	if got := q.Push(rows("i")); got != 0 {
		t.Fatalf("Push into a full queue = %d, want 0", got)
	}
	q.Peek(nil, 8)
	q.Remove(1)
	if signalled(q.Space()) {
		t.Error("Space is signalled with 7 of 8 events in the queue, want not before a quarter is free")
	}
	q.Remove(1)
	if !signalled(q.Space()) {
		t.Error("Space is not signalled with 6 of 8 events in the queue, want it to be")
	}
	q.Remove(1)
	if signalled(q.Space()) {
		t.Error("Space is signalled again for a source that was woken")
	}
}
