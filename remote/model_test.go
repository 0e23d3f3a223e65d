package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// outbox is an Outbox that checks how it is used: by one goroutine at a time, never more settled than leased.
type outbox struct {
	t     testing.TB
	ready chan struct{}
	busy  atomic.Bool

	mu       sync.Mutex // guards what follows
	pushed   int
	waiting  []*vscp.Row
	came     map[*vscp.Row]time.Time
	leased   []*vscp.Row
	settled  []settled
	released int // events that were leased and given back
	replies  []string
	patience time.Duration // with a peer that is full; 0: without end
}

type settled struct {
	row     *vscp.Row
	outcome Outcome
	at      time.Time
}

func newOutbox(t testing.TB) *outbox {
	t.Helper()
	return &outbox{t: t, ready: make(chan struct{}, 1), came: make(map[*vscp.Row]time.Time)}
}

// enter notes that a goroutine uses the outbox, until the returned function is called.
func (o *outbox) enter() (leave func()) {
	if !o.busy.CompareAndSwap(false, true) {
		o.t.Error("outbox used by two goroutines at once, want one")
	}
	o.mu.Lock()
	return func() {
		o.mu.Unlock()
		o.busy.Store(false)
	}
}

// Peek implements Outbox.
func (o *outbox) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	defer o.enter()()
	if limit <= 0 {
		o.t.Errorf("Peek with limit %d, want more than 0", limit)
	}
	n := min(limit, len(o.waiting))
	dst = append(dst, o.waiting[:n]...)
	o.leased = append(o.leased, o.waiting[:n]...)
	o.waiting = slices.Delete(o.waiting, 0, n)
	return dst
}

// Settle implements Outbox.
func (o *outbox) Settle(n int, outcome Outcome) {
	defer o.enter()()
	if n <= 0 || n > len(o.leased) || outcome.lost() {
		o.t.Errorf("Settle of %d events with %d leased as %d, want 1 to that, and none that is lost", n, len(o.leased), outcome)
		return
	}
	for _, row := range o.leased[:n] {
		o.settled = append(o.settled, settled{row, outcome, time.Now()})
	}
	o.leased = slices.Delete(o.leased, 0, n)
}

// Refuse implements Outbox.
func (o *outbox) Refuse(a Fate) {
	defer o.enter()()
	if len(o.leased) == 0 || o.leased[0] != a.Row || !a.Outcome.lost() {
		o.t.Errorf("Refuse(%+v) with %d leased, want it for the oldest", a, len(o.leased))
		return
	}
	o.settled = append(o.settled, settled{a.Row, a.Outcome, time.Now()})
	o.replies = append(o.replies, a.Reply)
	o.leased = o.leased[1:]
}

// Again implements Outbox.
func (o *outbox) Again(i int, row *vscp.Row, full time.Duration) bool {
	defer o.enter()()
	if i >= len(o.leased) || o.leased[i] != row {
		o.t.Errorf("Again(%d) is about another event, want event %d of %d leased", i, i, len(o.leased))
		return true
	}
	if full > 0 {
		return o.patience == 0 || full < o.patience
	}
	return !o.once(row)
}

func (o *outbox) once(row *vscp.Row) bool { return row.Class == 30 }

// Release implements Outbox.
func (o *outbox) Release(answers []Fate) {
	defer o.enter()()
	var back []*vscp.Row
	for i, row := range o.leased {
		if i >= len(answers) || answers[i].Outcome == Returned {
			back = append(back, row)
			continue
		}
		if answers[i].Row != row {
			o.t.Errorf("Release answers another event at place %d, want the one leased", i)
		}
		o.settled = append(o.settled, settled{row, answers[i].Outcome, time.Now()})
	}
	o.leased = back
	o.released += len(o.leased)
	o.waiting = append(slices.Clone(o.leased), o.waiting...)
	o.leased = nil
	if len(o.waiting) > 0 {
		o.signal()
	}
}

// Ready implements Outbox.
func (o *outbox) Ready() <-chan struct{} { return o.ready }

// Waiting implements Outbox.
func (o *outbox) Waiting() (events int, oldest time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) > 0 {
		oldest = o.came[o.waiting[0]]
	}
	return len(o.waiting), oldest
}

func (o *outbox) signal() {
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

// push adds events; it may be called beside the manager.
func (o *outbox) push(rows ...*vscp.Row) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pushed += len(rows)
	for _, row := range rows {
		o.came[row] = time.Now()
	}
	o.waiting = append(o.waiting, rows...)
	o.signal()
}

// drop loses the n oldest waiting events, as a queue with a limit does.
func (o *outbox) drop(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pushed -= n
	o.waiting = slices.Delete(o.waiting, 0, n)
}

// pushNumbered adds n events whose two data bytes count from first.
func (o *outbox) pushNumbered(first, n int) {
	rows := make([]*vscp.Row, 0, n)
	for i := first; i < first+n; i++ {
		rows = append(rows, mustRow(o.t, fmt.Sprintf("0,10,6,0,,,-,%d,%d", i>>8, i&0xFF)))
	}
	o.push(rows...)
}

// results returns what was settled, oldest first.
func (o *outbox) results() []settled {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.settled)
}

// outcomes checks that no event was lost or settled twice, and returns how many events have each outcome, and how many none.
func (o *outbox) outcomes() (forwarded, refused, tooLong, left int) {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	seen := make(map[*vscp.Row]bool)
	for _, s := range o.settled {
		if seen[s.row] {
			o.t.Errorf("event %q settled twice", s.row.Text)
		}
		seen[s.row] = true
		switch s.outcome {
		case Forwarded:
			forwarded++
		case RefusedForGood:
			refused++
		case TooLong:
			tooLong++
		default:
			o.t.Errorf("event %q settled with outcome %d, want a known one", s.row.Text, s.outcome)
		}
	}
	left = len(o.waiting) + len(o.leased)
	if got := len(o.settled) + left; got != o.pushed {
		o.t.Errorf("%d events settled or left, want the %d pushed", got, o.pushed)
	}
	return forwarded, refused, tooLong, left
}

// wantOutcomes checks also that no event was too long.
func (o *outbox) wantOutcomes(forwarded, refused, left int) {
	o.t.Helper()
	f, r, l, w := o.outcomes()
	if f != forwarded || r != refused || l != 0 || w != left {
		o.t.Errorf("outbox has %d forwarded, %d refused, %d too long, %d left, want %d, %d, 0, %d", f, r, l, w, forwarded, refused, left)
	}
}

// arrived is one event as a Receiver got it.
type arrived struct {
	event vscp.Event
	text  string
	iface vscp.GUID
	own   []uint32
	at    time.Time
}

// inbox is a Receiver that keeps what it is given.
type inbox struct {
	hold chan struct{} // if not nil, Receive waits until it is closed or its context ends

	mu     sync.Mutex // guards events
	events []arrived
}

// Receive implements Receiver.
func (in *inbox) Receive(ctx context.Context, a Arrival) {
	in.mu.Lock()
	for i := range a.Rows {
		got := arrived{text: string(a.Rows[i].Text), iface: a.Interface, own: slices.Clone(a.Own), at: a.At}
		a.Rows[i].Event(&got.event)
		in.events = append(in.events, got)
	}
	in.mu.Unlock()
	if in.hold != nil {
		select {
		case <-in.hold:
		case <-ctx.Done():
		}
	}
}

func (in *inbox) all() []arrived {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.events)
}

// rig is a manager with everything around it.
type rig struct {
	t      testing.TB
	m      *Manager
	out    *outbox
	in     *inbox
	log    *logBook
	cancel context.CancelFunc
	done   chan struct{}
}

// loginWith returns a login that is always the same.
func loginWith(user, password string) func() (Login, error) {
	return func() (Login, error) { return Login{user, password}, nil }
}

// newRig makes a manager for a remote with the given dialer; change may be nil.
func newRig(t testing.TB, dial DialFunc, change func(*Options)) *rig {
	t.Helper()
	r := &rig{t: t, out: newOutbox(t), in: &inbox{}, log: &logBook{}, done: make(chan struct{})}
	o := DefaultOptions()
	o.Name, o.Addresses, o.Login = "house", []string{testAddress}, loginWith("admin", "secret")
	o.Client.Dial = dial
	o.DeadAfter = 24 * time.Hour // fakes give no sign of life
	o.Logger = hclog.New(&hclog.LoggerOptions{Output: r.log, Level: hclog.Trace, JSONFormat: true})
	if change != nil {
		change(&o)
	}
	var err error
	if r.m, err = NewManager(o, r.in, r.out); err != nil {
		t.Fatalf("NewManager = %v, want nil", err)
	}
	return r
}

// start runs the manager until the test ends, or stop.
func (r *rig) start() *rig {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background()) // t.Context ends before the cleanups
	r.cancel = cancel
	go func() {
		defer close(r.done)
		r.m.Run(ctx)
	}()
	r.t.Cleanup(r.stop)
	return r
}

// stop is the hard stop.
func (r *rig) stop() {
	r.cancel()
	<-r.done
}

// link returns the status of the connection with a role.
func (r *rig) link(role string) LinkStatus {
	r.t.Helper()
	for _, l := range r.m.Status().Links {
		if l.Role == role {
			return l
		}
	}
	r.t.Fatalf("no link %q in %+v", role, r.m.Status())
	return LinkStatus{}
}

// logBook keeps log lines.
type logBook struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

// Write implements io.Writer.
func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// find returns the log lines with a message, decoded.
func (b *logBook) find(t testing.TB, message string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for line := range strings.Lines(b.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		if entry["@message"] == message {
			out = append(out, entry)
		}
	}
	return out
}
