package remote

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// The roles of a connection.
const (
	roleReceive = "receive"
	roleSend    = "send"
	roleSingle  = "single"
)

// hangUpGrace is how long an orderly end may take: the peer's last events come within it.
const hangUpGrace = time.Second

// link keeps one connection of a remote: one goroutine dials, works, and dials again, the first time and the hundredth.
type link struct {
	m          *Manager
	role       string
	outbox     Outbox          // what this connection sends from
	lane       *lane           // the same, where several connections send; else nil
	leave      context.Context // ends when this connection is not wanted any more
	logger     linkLogger
	tracker    *tracker
	delays     *backoff.ExponentialBackOff
	room       *backoff.ExponentialBackOff // between tries of a peer that is full
	crowded    bool                        // it was full, and took nothing since
	wake       chan struct{}               // receives a value when backlog or doubted want to be looked at
	backlog    atomic.Int64                // events that came since the connection cleared its queue at the peer
	doubted    atomic.Bool                 // the receive connection broke: this one may be dead too
	homeward   atomic.Bool                 // an address before the present one answers again
	at         target                      // where the connection was made to last
	socket     atomic.Pointer[Client]      // the connection that is up; nil: none is
	ticks      ticks                       // nil without a schedule or poll, and while none is to come
	batch      Batch
	own        []uint32
	cleared    time.Time // when the peer's queue for this connection was last known to be empty
	heard      time.Time // when the peer last gave a sign of life on a connection that receives; zero before the first
	meter      meter     // of the present connection, if it receives
	login      *Login    // of the last attempt; nil: none is configured, or it could not be had
	unfiltered bool      // a refused filter was reported
}

// newLink returns the link of a role, which is wanted until leave ends; number tells those of the same role apart, and is 0 for the
// only one.
func newLink(leave context.Context, m *Manager, role string, number int) *link {
	b := m.opts.Backoff
	delays := backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(b.Initial),
		backoff.WithMaxInterval(max(b.Initial, time.Duration(float64(b.Max)/(1+b.Jitter)))), // so that Max is the longest with its jitter
		backoff.WithMultiplier(b.Multiplier),
		backoff.WithRandomizationFactor(b.Jitter),
		backoff.WithMaxElapsedTime(0), // never give up
	)
	name := role
	if number > 0 {
		name += "-" + strconv.Itoa(number)
	}
	return &link{
		m: m, role: role, outbox: m.outbox, leave: leave, logger: linkLogger{m.logger, name}, tracker: newTracker(role, name, m.counts.link(name)),
		delays: delays, room: roomDelays(&m.opts), wake: make(chan struct{}, 1),
	}
}

// enter notes a state of the connection.
func (l *link) enter(s State) { l.move(s, CauseNone) }

// move notes a state, and for a failure its cause.
func (l *link) move(s State, cause Cause) { l.logStep(l.tracker.enter(s, cause)) }

// end notes that the link does nothing any more.
func (l *link) end() { l.logStep(l.tracker.end()) }

// waitUntil notes how long the link will wait, and why if that is for a failure.
func (l *link) waitUntil(next time.Time, cause Cause) {
	l.logStep(l.tracker.enterUntil(StateWaiting, cause, next))
}

// logStep writes the states in words: the JSON form of the log has what is no string as a number.
func (l *link) logStep(step Transition, changed bool) {
	if changed && l.logger.IsDebug() {
		l.logger.Debug("link state", "from", step.From.String(), "to", step.To.String(), "after", step.Took.String(), "cause", step.Cause)
	}
}

// poke makes a link that has nothing to do look around.
func (l *link) poke() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// watched reports whether there is a connection that receives, and so sees what comes and what becomes of this one.
func (l *link) watched() bool {
	return l.role == roleSend && l.m.opts.Receive != ReceiveNone && l.m.primary.isUp()
}

// fetches reports whether the link takes events on the connection on which it sends.
func (l *link) fetches() bool {
	return l.role == roleSingle && l.m.opts.Receive != ReceiveNone
}

// cut is closed when the stop reaches this link.
func (l *link) cut() <-chan struct{} {
	if l.role == roleReceive {
		return l.m.receiving.Done()
	}
	return l.m.flushing.Done()
}

// errOneConnection ends the receiving link when the peer says that it takes no connection beside it, to send on.
var errOneConnection = errors.New("remote takes one connection only")

// run works until ctx ends or the manager's stop reaches this link's role, or with errOneConnection.
func (l *link) run(ctx context.Context) error {
	defer l.end()
	if l.role == roleSingle {
		l.startTicks()
	}
	for l.awaitTurn(ctx) {
		up, err := l.session(ctx)
		err = l.withRemedy(err)
		l.move(StateClosing, l.causeOf(err))
		l.m.closed(l)
		if l.ended(ctx) {
			return nil
		}
		if err == nil {
			continue
		}
		if errors.Is(err, errOneConnection) {
			return err
		}
		if up > 0 && up >= l.m.opts.Backoff.Stable {
			l.delays.Reset()
		}
		if !l.pauseAfter(ctx, err) {
			return nil
		}
	}
	return nil
}

// ended reports whether there is nothing left to do for this link.
func (l *link) ended(ctx context.Context) bool {
	if ctx.Err() != nil || l.leave.Err() != nil {
		return true
	}
	if l.role == roleReceive {
		return l.m.receiving.Err() != nil
	}
	return l.m.flushing.Err() != nil && l.nothingWaits()
}

// nothingWaits looks into the outbox. What other connections are sending is theirs.
func (l *link) nothingWaits() bool {
	if l.lane != nil {
		return l.lane.empty()
	}
	events, _ := l.outbox.Waiting()
	return events == 0
}

// awaitTurn waits until it makes sense to dial, and reports whether to.
func (l *link) awaitTurn(ctx context.Context) bool {
	if l.ended(ctx) {
		return false
	}
	switch {
	case l.role == roleSend:
		l.waitUntil(time.Time{}, CauseNone)
		l.awaitFirst(ctx)
	case l.visits() && l.m.flushing.Err() == nil:
		l.awaitVisit(ctx)
	}
	l.awaitPlace(ctx)
	return !l.ended(ctx)
}

// awaitFirst waits until the connection that this one follows is up, if it will be.
func (l *link) awaitFirst(ctx context.Context) {
	select {
	case <-l.m.primary.wait():
	case <-l.m.receiving.Done(): // the receive connection will not come up any more
	case <-l.leave.Done():
	case <-ctx.Done():
	}
}

// awaitPlace waits while many other remotes connect.
func (l *link) awaitPlace(ctx context.Context) {
	dials := l.m.opts.Dials
	if dials == nil || l.ended(ctx) {
		return
	}
	r := dials.Reserve()
	if d := r.Delay(); d > 0 {
		l.waitUntil(time.Now().Add(d), CauseNone)
		l.sleep(ctx, d, l.cut())
		r.Cancel() // gives the place back if it was not used
	}
}

// lacksLogin reports whether the peer wants a login and there is none for it.
func (l *link) lacksLogin(err error) bool { return !l.logsIn() && needsLogin(err) }

// withRemedy says what is missing here where the peer only says that something is.
func (l *link) withRemedy(err error) error {
	if l.lacksLogin(err) {
		return fmt.Errorf("%w; the remote has no user and password here", err)
	}
	return err
}

// causeOf is CauseOf that counts a login which is missing here among the wrong ones.
func (l *link) causeOf(err error) Cause {
	if l.lacksLogin(err) {
		return CauseLogin
	}
	return CauseOf(err)
}

// pauseAfter logs a failure and waits before the next attempt.
func (l *link) pauseAfter(ctx context.Context, err error) bool {
	cause := l.causeOf(err)
	l.tracker.failed(err, cause)
	wait := min(l.delays.NextBackOff(), l.m.opts.Backoff.Max)
	if cause == CauseLogin {
		wait = l.m.opts.Backoff.Max
	}
	wait = l.fitRetry(wait, cause)
	l.logger.Warn("link failed", "cause", cause, "error", err, "retry-in", wait.Round(time.Millisecond).String())
	l.waitUntil(time.Now().Add(wait), cause)
	// A stop cuts the wait short for one last attempt, if events wait; the hard stop ends it.
	stop := l.cut()
	if l.m.flushing.Err() != nil {
		stop = nil
	}
	if l.m.opts.Login != nil && (cause == CauseLogin || cause == CauseCredentials) {
		l.sleepOverLogin(ctx, wait, stop)
	} else {
		l.sleep(ctx, wait, stop)
	}
	return !l.ended(ctx)
}

// sleep reports whether all of the time has passed.
func (l *link) sleep(ctx context.Context, d time.Duration, cut <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-cut:
	case <-l.leave.Done():
	case <-ctx.Done():
	}
	return false
}
