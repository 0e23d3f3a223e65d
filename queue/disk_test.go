package queue

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// diskOptions are those of a journal that is tended by the test.
func diskOptions(disk *faultfs.FS) journal.Options {
	o := journal.DefaultOptions("/state/queue")
	o.FS, o.Interval, o.SegmentBytes = disk, time.Hour, 3000
	return o
}

func mustOpenDisk(tb testing.TB, o Options, at journal.Options) *Disk {
	tb.Helper()
	q, _, err := openDisk(o, at)
	if err != nil {
		tb.Fatalf("openDisk = %v, want a queue", err)
	}
	return q
}

// numbered makes events whose data is their number, from first on.
func numbered(first, n int) []*vscp.Row {
	var out []*vscp.Row
	for i := first; i < first+n; i++ {
		e := vscp.Event{Class: 10, Type: 6, Data: []byte{byte(i >> 16), byte(i >> 8), byte(i)}}
		row := vscp.NewRow(&e, vscp.TextForm{})
		out = append(out, &row)
	}
	return out
}

func number(row *vscp.Row) int {
	b := row.AppendData(nil)
	return int(b[0])<<16 | int(b[1])<<8 | int(b[2])
}

func numbers(rows []*vscp.Row) []int {
	out := make([]int, 0, len(rows))
	for _, row := range rows {
		out = append(out, number(row))
	}
	return out
}

// kill ends the process that has the queue, and returns the disk for the next one.
func kill(q *Disk, disk *faultfs.FS) *faultfs.FS {
	next := disk.Kill()
	_ = q.Close() // it fails: this only ends its goroutines
	return next
}

// settle does what the keeper does, until there is nothing left.
func (q *Disk) settle(tb testing.TB) error {
	tb.Helper()
	for {
		wrote, err := q.write()
		if err != nil {
			return err
		}
		loaded, err := q.load()
		if err != nil {
			return err
		}
		if !wrote && !loaded {
			return nil
		}
	}
}

func span(first, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = first + i
	}
	return out
}

// What is written is there after the process was killed, and comes in order; what was removed does not come again after Close.
func TestDiskSurvives(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	o := limits(100_000, 1<<30, DropOldest)
	const n = 4*windowEvents + 77
	q := mustOpenDisk(t, o, diskOptions(disk))
	for i := 0; i < n; i += 100 {
		q.Push(numbered(i, min(100, n-i)))
	}
	if err := q.settle(t); err != nil {
		t.Fatalf("settle = %v, want nil", err)
	}
	if got, most := len(q.rows), windowEvents; got > most {
		t.Errorf("%d rows in memory while %d wait, want at most %d", got, n, most)
	}
	disk = kill(q, disk)
	q = mustOpenDisk(t, o, diskOptions(disk))
	if s := q.Stats(); s.Events != n || s.Recovered != n || s.Disk.MemoryOnly != 0 {
		t.Errorf("after a kill %d events, %d recovered, %d in memory only, want %d, %d, 0", s.Events, s.Recovered, s.Disk.MemoryOnly, n, n)
	}
	var got []int
	for len(got) < n-10 {
		rows := q.Peek(nil, min(500, n-10-len(got)))
		got = append(got, numbers(rows)...)
		q.Remove(len(rows))
		if err := q.settle(t); err != nil {
			t.Fatalf("settle = %v, want nil", err)
		}
	}
	if !slices.Equal(got, span(0, n-10)) {
		t.Errorf("peeked events are not 0 to %d in order", n-10)
	}
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
	q = mustOpenDisk(t, o, diskOptions(disk))
	if got, want := numbers(q.Peek(nil, 100)), span(n-10, 10); !slices.Equal(got, want) {
		t.Errorf("after Close and open Peek = %v, want %v", got, want)
	}
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
}

// A full disk costs nothing but durability, and when there is room again what waits is written in order.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	o := limits(5000, 1<<30, DropOldest)
	q := mustOpenDisk(t, o, diskOptions(disk))
	q.Push(numbered(0, 100))
	if err := q.settle(t); err != nil {
		t.Fatalf("settle = %v, want nil", err)
	}
	disk.Limit(disk.Used() + 10)
	for i := 100; i < 6000; i += 100 {
		q.Push(numbered(i, 100))
	}
	if err := q.settle(t); !errors.Is(err, journal.ErrFull) {
		t.Fatalf("settle on a full disk = %v, want ErrFull", err)
	}
	s := q.Stats()
	if !errors.Is(s.Disk.Degraded, journal.ErrFull) || s.Disk.Since.IsZero() || s.Events != 5000 || s.Disk.MemoryOnly != 5000 {
		t.Errorf("Stats on a full disk = %d events, %d in memory only, %+v, want 5000 of each and ErrFull", s.Events, s.Disk.MemoryOnly, s.Disk)
	}
	if got, want := numbers(q.Peek(nil, 10)), span(1000, 10); !slices.Equal(got, want) {
		t.Errorf("Peek on a full disk = %v, want %v", got, want)
	}
	q.Release()
	disk.Limit(0)
	if err := q.settle(t); err != nil {
		t.Fatalf("settle with room again = %v, want nil", err)
	}
	if s := q.Stats(); s.Disk.Degraded != nil || s.Disk.MemoryOnly != 0 {
		t.Errorf("Stats with room again = %v, %d in memory only, want nil, 0", s.Disk.Degraded, s.Disk.MemoryOnly)
	}
	q = mustOpenDisk(t, o, diskOptions(kill(q, disk)))
	rows := q.Peek(nil, 100)
	if got, want := numbers(rows), span(1000, 100); !slices.Equal(got, want) || q.Stats().Events != 5000 {
		t.Errorf("after a kill Peek = %v of %d, want %v of 5000", got, q.Stats().Events, want)
	}
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
}

// A disk that was filled by the queue itself is taken up again when the queue has been emptied, though nothing is left to write.
func TestDiskFullOfItself(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	q := mustOpenDisk(t, limits(5000, 1<<30, DropOldest), diskOptions(disk))
	disk.Limit(100_000)
	q.Push(numbered(0, 2000))
	if err := q.settle(t); !errors.Is(err, journal.ErrFull) {
		t.Fatalf("settle on a full disk = %v, want ErrFull", err)
	}
	for q.Stats().Events > 0 {
		_ = q.settle(t) // reads what is next; the disk is full
		q.Remove(len(q.Peek(nil, 100)))
	}
	if err := q.journal.Sync(); err != nil {
		t.Fatalf("Sync = %v, want nil", err)
	}
	if err := q.settle(t); err != nil || q.Stats().Disk.Degraded != nil {
		t.Errorf("settle with room again = %v, degraded: %v, want nil", err, q.Stats().Disk.Degraded)
	}
	q.Push(numbered(2000, 10))
	if err := q.settle(t); err != nil {
		t.Errorf("settle with room again = %v, want nil", err)
	}
	if s := q.Stats(); s.Disk.MemoryOnly != 0 {
		t.Errorf("%d events in memory only, want 0", s.Disk.MemoryOnly)
	}
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
}

// Rules may drop what is on disk only.
func TestDiskRules(t *testing.T) {
	t.Parallel()
	for rule := range Overflow(len(overflowNames)) {
		t.Run(rule.String(), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(7, uint64(rule)))
			o := limits(9000, 1<<30, rule)
			q := mustOpenDisk(t, o, diskOptions(faultfs.New()))
			q.ahead.most = 4000
			m := newQueue(t, o)
			for n := 0; n < repeat.Times(30_000); {
				batch := numbered(n, random.IntN(800))
				for _, row := range batch {
					row.Head = row.Head.WithPriority(uint8(random.IntN(8)))
					row.GUID[15], row.GUID[14] = uint8(random.IntN(256)), uint8(random.IntN(60))
				}
				n += len(batch)
				if got, want := q.Push(batch), m.Push(batch); got != want {
					t.Fatalf("Push of %d = %d, want %d as in memory", len(batch), got, want)
				}
				if err := q.settle(t); err != nil {
					t.Fatalf("settle = %v, want nil", err)
				}
				limit := random.IntN(300)
				rows := q.Peek(nil, limit)
				if got, want := numbers(rows), numbers(m.Peek(nil, limit)); !slices.Equal(got, want) {
					t.Fatalf("Peek(%d) = %v, want %v as in memory", limit, got, want)
				}
				if random.IntN(3) == 0 {
					q.Release()
					m.Release()
				} else {
					removed := random.IntN(q.Stats().Leased + 1)
					q.Remove(removed)
					m.Remove(removed)
				}
				got, want := q.Stats(), m.Stats()
				if rest := got.Bytes - want.Bytes; max(rest, -rest) > blockEvents*8 { // what the texts of a block differ at most
					t.Fatalf("Stats.Bytes = %d, want %d as in memory", got.Bytes, want.Bytes)
				}
				if !balanced(&got) || got.Text.Pushed != want.Text.Pushed {
					t.Fatalf("Stats = %+v, want balanced and as many bytes pushed as in memory, %d", got, want.Text.Pushed)
				}
				got.Disk, got.Oldest, want.Oldest, got.Bytes, got.Text = nil, time.Time{}, time.Time{}, want.Bytes, want.Text
				if got != want {
					t.Fatalf("Stats = %+v, want %+v as in memory", got, want)
				}
				if got, most := len(q.rows), q.ahead.most; got > most {
					t.Fatalf("%d rows in memory, want at most %d", got, most)
				}
			}
			if err := q.Close(); err != nil {
				t.Fatalf("Close = %v, want nil", err)
			}
		})
	}
}

// What an event says is the same for every reader after the disk.
func TestDiskLosesNothingOfAnEvent(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	disk := faultfs.New()
	o := limits(1000, 1<<30, DropOldest)
	q := mustOpenDisk(t, o, diskOptions(disk))
	var rows []*vscp.Row
	for i := range 500 {
		e := vscp.Event{
			Head: vscp.Head(random.Uint32()), Class: vscp.Class(random.Uint32()), Type: uint16(random.Uint32()), ObID: random.Uint32(),
			Data: make([]byte, i),
		}
		if i%2 == 0 {
			e.Time.Nanos = random.Uint64()
		}
		if i%3 == 0 {
			e.Time.Micros = random.Uint32()
		}
		for j := range e.GUID {
			e.GUID[j] = uint8(random.Uint32())
		}
		for j := range e.Data {
			e.Data[j] = uint8(random.Uint32())
		}
		row := vscp.NewRow(&e, vscp.TextForm{Data: vscp.DataForm(i % 3)})
		rows = append(rows, &row)
	}
	q.Push(rows)
	if err := q.settle(t); err != nil {
		t.Fatalf("settle = %v, want nil", err)
	}
	q = mustOpenDisk(t, o, diskOptions(kill(q, disk)))
	back := q.Peek(nil, len(rows))
	if len(back) != len(rows) {
		t.Fatalf("%d events came back, want %d", len(back), len(rows))
	}
	for i, row := range rows {
		for _, form := range []vscp.TextForm{{}, {Time: vscp.TimeNanos}, {Time: vscp.TimeDate}, {Time: vscp.TimeNone, Head8: true}} {
			if got, want := string(back[i].AppendText(nil, form)), string(row.AppendText(nil, form)); got != want {
				t.Errorf("in form %+v the event came back as %.200q, want %.200q", form, got, want)
			}
		}
	}
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
}

// The disk crashes at each operation in turn: what was durable and not removed is there, in order.
func TestDiskCrashAtEveryOperation(t *testing.T) {
	t.Parallel()
	points := 0
	for seed := range repeat.Times(uint64(80)) {
		for at := 1; ; at++ {
			points++
			if !crashAt(t, seed, at) {
				break
			}
		}
	}
	if want := repeat.Times(2000); points < want {
		t.Errorf("%d crash points, want %d or more", points, want)
	}
}

// crashAt runs a random queue until an operation of the disk crashes, and reports whether it came to that.
func crashAt(t *testing.T, seed uint64, at int) (crashed bool) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 3))
	disk := faultfs.New()
	o := limits(100_000, 1<<30, DropOldest)
	where := diskOptions(disk)
	where.Sync = journal.Sync(seed % 2)
	disk.CrashAt(at)
	name := fmt.Sprintf("seed %d, crash at %d", seed, at)
	q, _, err := openDisk(o, where)
	if err != nil {
		return errors.Is(err, faultfs.ErrCrashed)
	}
	defer func() {
		_ = q.Close() // the disk is gone
	}()
	pushed, removed, durable := 0, 0, 0
	for range 40 {
		switch random.IntN(5) {
		case 0, 1:
			n := 1 + random.IntN(20)
			q.Push(numbered(pushed, n))
			pushed += n
		case 2:
			rows := q.Peek(nil, random.IntN(20))
			q.Remove(len(rows))
			removed += len(rows)
		case 3:
			err = q.settle(t)
			if err == nil && where.Sync == journal.SyncAlways {
				durable = pushed
			}
		default:
			if err = q.settle(t); err == nil {
				err = q.journal.Sync()
			}
			if err == nil {
				durable = pushed
			}
		}
		if errors.Is(err, faultfs.ErrCrashed) {
			crashed = true
			break
		}
		if err != nil {
			t.Fatalf("%s: %v, want nil", name, err)
		}
	}
	where.FS = disk.PowerLoss(random)
	back := mustOpenDisk(t, o, where)
	got := numbers(back.Peek(nil, 100_000))
	for i := 1; i < len(got); i++ {
		if got[i] <= got[i-1] {
			t.Fatalf("%s: event %d comes after %d, want them in order", name, got[i], got[i-1])
		}
	}
	for i := removed; i < durable; i++ {
		if !slices.Contains(got, i) {
			t.Fatalf("%s: event %d is lost: %d pushed, %d durable, %d removed, %v came back", name, i, pushed, durable, removed, got)
		}
	}
	if err := back.Close(); err != nil {
		t.Fatalf("%s: Close after the crash = %v, want nil", name, err)
	}
	return crashed
}
