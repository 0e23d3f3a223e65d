package queue

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// diskModel does the same to a Disk with a small window and to a model.
type diskModel struct {
	*testing.T
	random *rand.Rand
	opts   Options
	disk   *faultfs.FS
	q      *Disk
	m      *model
	serial int
	full   bool // the disk is
	busy   bool // the keeper is
}

// A queue on disk does what the simple one does, however little of it is in memory, and also while the disk fails and when it
// is opened again.
func TestDiskModel(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{MaxEvents: 40, MaxBytes: 1 << 30},
		{MaxEvents: 600, MaxBytes: 1 << 30},
		{MaxEvents: 1 << 20, MaxBytes: 400 * RowOverhead},
		{MaxEvents: 1000, MaxBytes: 1 << 30, MaxAge: 20 * time.Second},
	} {
		for o.Overflow = range Overflow(len(overflowNames)) {
			for seed := range uint64(2) {
				o := o
				name := fmt.Sprintf("%d events, %d bytes, %v, %s, seed %d", o.MaxEvents, o.MaxBytes, o.MaxAge, o.Overflow, seed)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						d := &diskModel{T: t, random: rand.New(rand.NewPCG(seed, 9)), opts: o, disk: faultfs.New()}
						d.m = &model{opts: o, limits: o, came: map[*vscp.Row]time.Time{}}
						d.open()
						defer func() { _ = d.q.Close() }()
						for step := range repeat.Times(500) {
							d.step(step)
						}
						d.disk.Limit(0)
						if err := d.q.Close(); err != nil {
							t.Fatalf("Close = %v, want nil", err)
						}
					})
				})
			}
		}
	}
}

func (d *diskModel) open() {
	d.Helper()
	d.q = mustOpenDisk(d.T, d.opts, diskOptions(d.disk))
	d.q.ahead.most, d.q.behind.most = 20+d.random.IntN(60), 1+d.random.IntN(30)
}

func (d *diskModel) step(step int) {
	d.Helper()
	did := d.do()
	d.check(step, did)
	if !d.full && d.random.IntN(3) > 0 {
		did += ", settle"
		d.settle(step)
	}
	d.check(step, did)
	if d.random.IntN(20) == 0 {
		d.reopen(step)
	}
	time.Sleep(time.Duration(d.random.IntN(500)) * time.Millisecond)
	if d.random.IntN(30) == 0 {
		time.Sleep(time.Duration(d.random.IntN(30)) * time.Second)
	}
}

// settle lets the keeper work until the queue has what the model has.
func (d *diskModel) settle(step int) {
	d.Helper()
	if l := &d.q.ledger; l.front == l.end && !d.q.ahead.short() { // nothing is read before some are removed
		d.m.remove(l.leased)
		d.q.Remove(l.leased)
	}
	for range 1000 {
		if err := d.q.settle(d.T); err != nil {
			d.Fatalf("step %d: settle = %v, want nil", step, err)
		}
		before := d.q.Stats().Events
		if err := d.q.settle(d.T); err != nil {
			d.Fatalf("step %d: settle = %v, want nil", step, err)
		}
		if d.q.Stats().Events == before {
			break
		}
	}
	d.m.expire()
	got := d.q.Stats()
	want := d.m.want()
	got.Disk, got.Oldest = nil, time.Time{}
	if got != want {
		d.Fatalf("step %d: Stats() when settled = %+v, want %+v", step, got, want)
	}
	if got, _ := d.q.Waiting(); got > 0 && d.q.ahead.short() && !d.q.availableLocked() {
		d.Fatalf("step %d: the oldest of %d waiting events is not in memory when settled", step, got)
	}
}

// do does something, and says what.
func (d *diskModel) do() (did string) {
	d.Helper()
	q, m := d.q, d.m
	switch d.random.IntN(15) {
	case 0, 1, 2, 3:
		return d.push()
	case 4, 5, 6:
		limit := 1 + d.random.IntN(100)
		got := texts(q.Peek(nil, limit))
		m.expire() // Peek did, maybe some time later
		from := m.leased
		want := m.rows[from:min(from+len(strings.Fields(got)), len(m.rows))]
		m.leased = from + len(want)
		if got != texts(want) {
			d.Fatalf("Peek(nil, %d) = %.300q, want %.300q", limit, got, texts(want))
		}
		return fmt.Sprintf("Peek of %d: %d", limit, len(want))
	case 7, 8:
		n := d.random.IntN(m.leased + 1)
		q.Remove(n)
		m.remove(n)
		return fmt.Sprintf("Remove(%d)", n)
	case 9:
		gone := make([]bool, m.leased)
		for i := range gone {
			gone[i] = d.random.IntN(3) == 0
		}
		q.ReleaseBut(func(l Lease) bool {
			if row := m.rows[l.N]; !l.Came.Equal(m.came[row]) || l.Text != int64(len(row.Text)) {
				d.Errorf("ReleaseBut asks for %+v, want %d bytes that came at %v", l, len(row.Text), m.came[row])
			}
			return gone[l.N]
		})
		m.releaseBut(gone)
		return fmt.Sprintf("ReleaseBut of %d", len(gone))
	case 10:
		q.Release()
		m.release()
		if d.busy {
			return "Release"
		}
		if d.full = !d.full && d.random.IntN(3) == 0; d.full {
			d.disk.Limit(1)
			_, _ = q.write() // one write that fails, or what is read ahead
			_, _ = q.load()
			return "Release, and the disk is full"
		}
		d.disk.Limit(0)
		return "Release, and the disk has room"
	case 11:
		if d.busy {
			return "nothing"
		}
		return d.write()
	case 12:
		if d.busy {
			return "nothing"
		}
		return d.load()
	case 13:
		return d.setLimits()
	default:
		if d.random.IntN(6) > 0 {
			return "nothing"
		}
		m.expire()
		q.expireLocked()
		waits := q.ledger.waiting
		if purged, leased := q.Purge(); purged != waits || leased != m.leased {
			d.Fatalf("Purge() = %d, %d, want %d, %d", purged, leased, waits, m.leased)
		}
		m.lose(m.rows[m.leased:m.leased+waits], causePurged)
		m.lose(m.rows[m.leased+waits:], causeExpired)
		m.rows = m.rows[:m.leased]
		return "Purge"
	}
}

// setLimits changes the limits, unless the queue says that it cannot.
func (d *diskModel) setLimits() string {
	d.Helper()
	if d.random.IntN(3) > 0 || d.late() {
		return "nothing"
	}
	o := otherLimits(d.random, d.m.limits)
	plain := d.q.plain() && o.Overflow.plain()
	switch err := d.q.SetLimits(o); {
	case err == nil:
		d.m.setLimits(o)
		d.opts = o
		return fmt.Sprintf("SetLimits(%+v)", o)
	case !errors.Is(err, ErrNotInMemory) || plain || o.Overflow == d.opts.Overflow:
		d.Fatalf("SetLimits(%+v) after %+v = %v, want nil", o, d.opts, err)
	}
	d.m.expire()
	return "SetLimits refused"
}

// late reports whether the queue does not know yet of some events behind the window that they are too old, so that they take up room.
func (d *diskModel) late() bool {
	d.Helper()
	d.m.expire()
	if d.q.Stats().Events == len(d.m.rows) {
		return false
	}
	if d.busy || d.full {
		return true
	}
	d.settle(-1)
	return false
}

// write does what the keeper does, which does not stop others while it waits for the disk.
func (d *diskModel) write() string {
	d.Helper()
	if !d.q.takeLocked() {
		return "no write"
	}
	d.q.encode()
	did := d.between()
	first, err := d.q.journal.Append(d.q.out.payloads, d.q.out.times)
	d.q.trouble.wrote(err)
	if err != nil {
		d.q.pending = append(d.q.writing, d.q.pending...)
		d.q.writing = nil
		return "failed write during " + did
	}
	d.q.wroteLocked(first)
	d.q.settleLocked()
	return "write during " + did
}

// load is the like for reading.
func (d *diskModel) load() string {
	d.Helper()
	claims, room := d.q.wantLocked()
	if len(claims) == 0 {
		return "no load"
	}
	rows, err := d.q.read(claims, room)
	did := d.between()
	d.q.cameLocked(claims, rows)
	d.q.trouble.loaded(err)
	return "load during " + did
}

func (d *diskModel) between() string {
	d.Helper()
	d.busy = true
	defer func() { d.busy = false }()
	var did []string
	for range 1 + d.random.IntN(6) {
		did = append(did, d.do())
	}
	return strings.Join(did, ", ")
}

func (d *diskModel) push() string {
	d.Helper()
	if d.late() {
		return "nothing"
	}
	batch := d.alike(d.random.IntN(1 + d.random.IntN(150)))
	if d.random.IntN(3) == 0 {
		if got, want := d.q.Restore(batch), d.m.restore(batch); got != want {
			d.Fatalf("Restore of %d = %d, want %d", len(batch), got, want)
		}
		return fmt.Sprintf("Restore of %d", len(batch))
	}
	if got, want := d.q.Push(batch), d.m.push(batch); got != want {
		d.Fatalf("Push of %d = %d, want %d", len(batch), got, want)
	}
	return fmt.Sprintf("Push of %d", len(batch))
}

// alike makes numbered events whose texts have the same length.
func (d *diskModel) alike(n int) []*vscp.Row {
	batch := make([]*vscp.Row, n)
	for i := range batch {
		e := vscp.Event{Class: 500, Type: uint16(1 + d.random.IntN(9))}
		for s, left := d.serial, 4; left > 0; s, left = s/100, left-1 {
			e.Data = append(e.Data, byte(100+s%100))
		}
		d.serial++
		e.Head = e.Head.WithPriority(uint8(4 + d.random.IntN(4)))
		e.GUID[0], e.GUID[15] = 1, uint8(d.random.IntN(30))
		row := vscp.NewRow(&e, vscp.TextForm{})
		batch[i] = &row
	}
	return batch
}

// reopen ends the queue and opens it again, unless that brings back what was dropped from its midst.
func (d *diskModel) reopen(step int) {
	d.Helper()
	d.disk.Limit(0)
	d.full = false
	d.settle(step)
	j := d.q.journal.Stats()
	stored := j.Next - j.First
	if stored != uint64(len(d.m.rows)) || stored > uint64(d.opts.MaxEvents) || d.m.bytesOf(d.m.rows) > d.opts.MaxBytes {
		return
	}
	if err := d.q.Close(); err != nil {
		d.Fatalf("step %d: Close = %v, want nil", step, err)
	}
	d.open()
	text := d.m.textOf(d.m.rows)
	d.m.leased, d.m.stats = 0, Stats{Pushed: stored, Recovered: stored, Text: Volume{Pushed: text, Recovered: text}}
	if latest := d.opts.Overflow == LatestOnly; latest {
		d.m.replaceAll()
	}
	d.check(step, "reopen")
	d.settle(step)
}

// replaceAll drops what was outdated while it was leased.
func (m *model) replaceAll() {
	for i := 0; i < len(m.rows); {
		if m.find(i+1, m.rows[i]) >= 0 {
			m.drop(i, causeReplaced)
		} else {
			i++
		}
	}
}

// check fails the test if the parts of the queue do not fit together, or View and Stats do not fit to the model.
func (d *diskModel) check(step int, did string) {
	d.Helper()
	q, l := d.q, &d.q.ledger
	s := q.Stats()
	if !balanced(&s) {
		d.Fatalf("step %d: after %s %+v, want removed + dropped + held to be what was pushed", step, did, s)
	}
	d.m.expire()
	late := s.Events - len(d.m.rows) // too old, but not known to be
	if late < 0 || late > 0 && (d.opts.MaxAge == 0 || l.front != l.end || late >= q.behind.blocks[0].events) {
		d.Fatalf("step %d: %d events after %s, want %d", step, s.Events, did, len(d.m.rows))
	}
	var bytes int64
	slots, held := 0, 0
	for i := l.skip(l.first); i != l.end; i = l.skip(i + 1) {
		slots++
		bytes += l.slot(i).size()
		if _, here := q.rows[l.slot(i).id]; here {
			held++
		}
	}
	for _, part := range q.tailLocked() {
		for _, a := range part {
			if q.plain() {
				bytes += a.size
			}
		}
	}
	for _, b := range q.behind.blocks {
		bytes += b.bytes
	}
	behind := 0
	for ticket, _, ok := q.runs.next(q.ahead.end); ok && q.plain(); ticket, _, ok = q.runs.next(ticket + 1) {
		behind++
	}
	if slots+l.outside != s.Events || bytes != s.Bytes || held != len(q.rows) || behind != q.behind.events {
		d.Fatalf("step %d: after %s %d slots, %d outside, %d bytes, %d rows, %d behind, want them to be %d events, %d bytes, %d rows, %d behind",
			step, did, slots, l.outside, bytes, held, behind, s.Events, s.Bytes, len(q.rows), q.behind.events)
	}
	if late == 0 && s.Events > 0 && l.first != l.end && !s.Oldest.Equal(d.m.came[d.m.rows[0]]) {
		d.Fatalf("step %d: Stats().Oldest after %s = %v, want %v", step, did, s.Oldest, d.m.came[d.m.rows[0]])
	}
	if d.random.IntN(4) == 0 && late == 0 {
		checkView(d.T, q.View, d.m, d.random)
	}
}
