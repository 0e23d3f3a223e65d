package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Arrival is what a manager hands to its Receiver: events in the order in which they came.
type Arrival struct {
	Rows      []vscp.Row // valid during the call
	Interface vscp.GUID  // of the connection that they came on; all zero if the peer does not say
	Own       []uint32   // channel ids of the connections on which this remote's events are sent; valid during the call
	At        time.Time
}

// Receiver takes the events that come from a remote.
type Receiver interface {
	// Receive is called by one goroutine at a time. While it does not return, nothing more is read from the remote; it
	// must return soon after ctx ends.
	Receive(ctx context.Context, a Arrival)
}

// Outcome is what became of an event that was taken from an Outbox.
type Outcome uint8

// The outcomes.
const (
	Forwarded      Outcome = iota // the peer answered `+OK`
	RefusedForGood                // the peer refused it for good
	TooLong                       // longer than the peer is known to survive; not sent
	Unfit                         // of a class, type or size that the peer cannot take; not sent
	RetryExpired                  // the peer had no room for it for too long
	Ambiguous                     // sent, the answer got lost, and it must not be sent twice
	Returned                      // nothing yet: it is to be sent later
)

// Fate is what became of one event.
type Fate struct {
	Row     *vscp.Row
	Outcome Outcome
	Reply   string // the peer's words, if it refused the event
}

// Outbox holds the events that wait for one remote. A manager peeks, sends, and settles; what it could not settle, it releases.
type Outbox interface {
	// Peek appends up to limit waiting events to dst, oldest first, and leases them.
	Peek(dst []*vscp.Row, limit int) []*vscp.Row
	// Settle ends the lease of the n oldest leased events with the same outcome, Forwarded or Ambiguous.
	Settle(n int, o Outcome)
	// Refuse ends the lease of the oldest leased event, with the outcome RefusedForGood, RetryExpired, TooLong or Unfit.
	Refuse(a Fate)
	// Again reports whether leased event i, counted from the oldest, which is row, may be sent again: after its answer got lost,
	// if full is 0, or else after the peer had no room for it for so long.
	Again(i int, row *vscp.Row, full time.Duration) bool
	// Release ends all leases. answers, which may be shorter than what is leased, say what became of the oldest ones, in order.
	// Those that are Returned, and the rest, are given back, in order.
	Release(answers []Fate)
	// Ready receives a value when events came to wait; it may be stale.
	Ready() <-chan struct{}
	// Waiting returns how many events are not leased, and when the oldest of them came; it may be called from any goroutine.
	Waiting() (events int, oldest time.Time)
}

// Manager keeps one remote connected and moves its events. Its goroutines are named by their role: "receive" reads the
// receive loop, "send" empties the outbox; "single" does both in turns on one connection.
type Manager struct {
	opts     Options
	receiver Receiver
	outbox   Outbox
	logger   hclog.Logger
	counts   *Counters
	traffic  traffic
	primary  *gate // open while the receive connection is up and leaves a place: no use to dial a second one before
	senders  atomic.Pointer[senders]
	looked   time.Time              // when lookAround last did; belongs to the receive link
	spread   *spread                // divides the outbox where the first connection sends too; nil if it alone does
	alone    atomic.Bool            // the peer takes one connection only, which gives way to one that does both if need be
	clock    func() time.Time       // the wall clock, for ticks by it
	target   atomic.Pointer[target] // where the connection that receives, or does everything, was made to last; nil before the first

	full fullSince // with a peer that is full

	stopReceiving context.CancelFunc
	receiving     context.Context // ends when no more events are to be taken
	received      chan struct{}   // closed when no more events will be handed to the receiver
	flush         context.CancelFunc
	flushing      context.Context // ends when the links shall end as soon as the outbox is empty

	taking chan struct{} // holds a value from a RETR until its events are delivered, so that received tells the truth

	mu       sync.Mutex      // guards what follows
	sends    bool            // anything, for now
	first    *link           // replaced when the peer turns out to take one connection
	crew     *crew           // the other connections, as they are wanted; nil: there are none
	running  context.Context // of the crews; nil while none may begin
	sending  chan struct{}   // closed when the goroutine of the crews ends; nil: there is none
	links    []*link         // the first one and those of the crew; replaced, not changed
	profile  Profile
	form     vscp.TimeForm // learned from rows
	channels []channel
	refusals limiter // of events
	unfit    limiter // events that were not sent
	lost     limiter // answers of events that must not be sent twice
	expired  limiter // events that the peer had no room for
	unasked  limiter // refusals in the receive loop
	badLines limiter
	overrun  limiter // events that the peer dropped
	commands limiter // refused ones of a schedule
}

// NewManager returns a manager for one remote. receiver may be nil if o.Receive is ReceiveNone. outbox may be nil if nothing is
// ever sent to the remote: then there is no connection for that, as there is none with an outbox before SetSending if o.Sends is false.
func NewManager(o Options, receiver Receiver, outbox Outbox) (*Manager, error) {
	o.Client.UserTimeout = cmp.Or(o.Client.UserTimeout, o.deadAfter())
	o.Client = o.Client.withDefaults()
	if o.Schedule != nil {
		schedule := *o.Schedule
		if schedule.MaxFetch == 0 {
			schedule.MaxFetch = defaultMaxFetch
		}
		o.Schedule = &schedule
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	if receiver == nil && o.Receive != ReceiveNone {
		return nil, fmt.Errorf("remote: options of %q: events are to be received and there is no receiver", o.Name)
	}
	sends := o.Sends && outbox != nil
	if outbox == nil {
		outbox = nothing{}
	}
	m := &Manager{
		opts: o, receiver: receiver, outbox: outbox, sends: sends, counts: o.Counters,
		logger:  o.Logger.With("remote", o.Name),
		clock:   wallClock,
		primary: newGate(), received: make(chan struct{}), taking: make(chan struct{}, 1),
	}
	if m.counts == nil {
		m.counts = new(Counters)
	}
	m.traffic.counts = m.counts
	m.opts.Client.traffic = &m.traffic
	m.receiving, m.stopReceiving = context.WithCancel(context.Background())
	m.flushing, m.flush = context.WithCancel(context.Background())
	m.populate(o.roles(sends))
	o.Metrics.add(m)
	return m, nil
}

// Run keeps the remote connected until ctx ends, or until Flush was called and the outbox is empty. It returns after its
// goroutines did.
func (m *Manager) Run(ctx context.Context) {
	for m.runLinks(ctx) {
		if l := m.becomeSingle(); l != nil {
			// A small device is not ready at once after a connection ended.
			l.waitUntil(time.Now().Add(m.opts.Backoff.Initial), CauseNone)
			l.sleep(ctx, m.opts.Backoff.Initial, m.flushing.Done())
		}
	}
	m.Flush()
	<-m.received
}

// becomeSingle replaces all connections by one that does both, unless nothing is to be sent any more.
func (m *Manager) becomeSingle() *link {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.sends {
		return nil
	}
	m.first, m.crew = newLink(context.Background(), m, roleSingle, 0), nil
	m.relistLocked()
	return m.first
}

// runLinks returns after the links did. It reports whether they ended because the peer takes one connection only.
func (m *Manager) runLinks(ctx context.Context) (oneOnly bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var spreading sync.WaitGroup
	if m.spread != nil {
		spreading.Go(func() { m.spread.run(ctx) })
	}
	m.mu.Lock()
	first := m.first
	m.mu.Unlock()
	if first.role != roleReceive {
		context.AfterFunc(m.receiving, m.closeReceived)
	}
	m.beginSending(ctx)
	oneOnly = errors.Is(first.run(ctx), errOneConnection) // here: a goroutine less for each of many remotes
	switch {
	case oneOnly:
		cancel()
	case first.role == roleReceive:
		close(m.received)
	}
	m.awaitSending()
	cancel()
	spreading.Wait()
	return oneOnly
}

// closeReceived is called after the stop of receiving where one connection does both: it waits for a fetch under way.
func (m *Manager) closeReceived() {
	m.taking <- struct{}{}
	<-m.taking // the next fetch sees the stop
	close(m.received)
}

// StopReceiving makes the manager take no more events; it goes on sending. Received tells when it is done.
func (m *Manager) StopReceiving() { m.stopReceiving() }

// Received is closed after StopReceiving, Flush or the end of Run, when the receiver will not be called again.
func (m *Manager) Received() <-chan struct{} { return m.received }

// Flush makes the manager take no more events, and Run return as soon as the outbox is empty.
func (m *Manager) Flush() {
	m.flush() // first: a link that sends, woken by the other, would dial once more
	m.stopReceiving()
}

// Status returns a reading of the remote.
func (m *Manager) Status() Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := Status{
		Name: m.opts.Name, Address: m.opts.Addresses[0], Up: true, Profile: m.profile, Loss: m.counts.loss.read(),
		RoundTrip: time.Duration(m.traffic.roundTrip.Load()), Received: m.counts.received.Load(), Sent: m.counts.sent.Load(),
	}
	if t := m.target.Load(); t != nil {
		s.Address = t.address
	}
	for _, l := range m.links {
		ls := l.tracker.read()
		s.Links = append(s.Links, ls)
		s.Up = s.Up && (ls.State.Up() || l.resting(ls))
	}
	return s
}

// learnTime notes the time form that the peer's rows show.
func (m *Manager) learnTime(rows []vscp.Row) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.form != vscp.TimeNone || len(rows) == 0 {
		return
	}
	m.form = timeForm(&rows[len(rows)-1])
}

// sendForm is how events are written for the peer of a connection with profile p.
func (m *Manager) sendForm(p *Profile) vscp.TextForm {
	form := p.Form
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.opts.Time != nil {
		form.Time = *m.opts.Time
	} else {
		form.Time = p.timeFor(m.form)
	}
	return form
}
