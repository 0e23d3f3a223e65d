package remote

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// sender empties the outbox into one connection. With a window of 1 each event waits for the answer to the one before it;
// with a larger one, several are under way, and answers are matched in order.
type sender struct {
	l *link
	c *Client
	p *Profile

	window int         // SENDs under way at once
	rows   []*vscp.Row // leased, not yet settled, oldest first
	sent   int         // how many of rows are written
	skip   []Outcome   // beside rows: why it is not written; Forwarded: it is
	gone   int         // how many of rows are settled
	late   []Fate      // of the next rows: answers behind an event that must be tried again, in order
	again  bool        // the first of late is sent again, and not answered
	unread bool        // the peer wants a login: it took nothing of what it did not answer
	reply  string      // the words of the last refusal
	doubt  bool        // a refusal came, which some servers say in two lines
	full   error       // the last refusal for want of room
	spin   *spin
	waits  time.Time // since when events wait without a `+OK`; zero: none does
}

// retryLater marks, among outcomes, an event that the peer had no room for.
const retryLater Outcome = 255

// refused reports whether there are words of the peer to the outcome.
func (o Outcome) refused() bool { return o == RefusedForGood || o == RetryExpired }

// lost reports whether the event goes nowhere, and is told of by itself.
func (o Outcome) lost() bool { return o.refused() || o == TooLong || o == Unfit }

func newSender(l *link, c *Client, p *Profile) *sender {
	return &sender{l: l, c: c, p: p, spin: newSpin(c.raw), window: cmp.Or(l.m.opts.Window, p.Window)}
}

// drain sends until nothing waits, or until stop, if given, says so; then everything that was written is answered.
func (s *sender) drain(ctx context.Context, stop func() bool) error {
	for ctx.Err() == nil {
		if len(s.rows) == 0 {
			if err := s.calm(ctx); err != nil {
				return err
			}
		}
		// What calm has to do waits for a moment without answers outstanding.
		if !s.doubt && !s.l.clearDue(s.p) && (stop == nil || !stop()) {
			s.fill()
		}
		if len(s.rows) == 0 {
			s.waits = time.Time{}
			return nil
		}
		if s.waits.IsZero() {
			s.waits = time.Now()
			s.l.enter(StateSending)
		}
		if err := s.write(ctx); err != nil {
			return err
		}
		if err := s.readAnswers(ctx, stop); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// calm does what needs a connection on which no answer is outstanding.
func (s *sender) calm(ctx context.Context) error {
	if err := s.resync(ctx); err != nil {
		return err
	}
	if s.l.clearDue(s.p) {
		return s.l.clearBacklog(ctx, s.c)
	}
	return nil
}

// resync finds the place in the answers again after a refusal.
func (s *sender) resync(ctx context.Context) error {
	if !s.doubt && !s.c.strayed() {
		return nil
	}
	s.doubt = false
	return s.c.Resync(ctx)
}

// fill takes as many events as the window has room for.
func (s *sender) fill() {
	if room := s.window - len(s.rows); room > 0 {
		s.rows = s.l.outbox.Peek(s.rows, room)
	}
}

// write sends the new events in one piece; with a window of 1 that is one command.
func (s *sender) write(ctx context.Context) error {
	form, before := s.l.m.sendForm(s.p), s.sent
	out := s.c.out[:0]
	for _, row := range s.rows[s.sent:] {
		var skip Outcome
		out, skip = s.append(out, row, form)
		s.skip = append(s.skip, skip)
	}
	s.sent, s.c.out = len(s.rows), out
	if len(out) == 0 {
		return s.c.begin(ctx, s.c.opts.ReplyTimeout)
	}
	if before == 0 {
		s.c.clock.start()
	}
	err := s.c.write(ctx, linkwire.VerbSend)
	if err != nil && s.c.wrote == 0 {
		s.sent = before
	}
	return err
}

// append adds the command for row, unless the peer cannot take it or would not survive it.
func (s *sender) append(out []byte, row *vscp.Row, form vscp.TextForm) ([]byte, Outcome) {
	from, skip, why := len(out), Unfit, s.p.Unfit(row)
	if why == "" {
		out = appendSend(out, row, form)
		if len(out)-from-len("\r\n") <= s.p.MaxCommand {
			return out, Forwarded
		}
		out, skip, why = out[:from], TooLong, "line too long"
	}
	if ok, held := s.l.m.allow(&s.l.m.unfit, 1); ok {
		s.l.logger.Warn("event does not fit the remote, dropped", "why", why, "class", row.Class, "type", row.Type,
			"data-bytes", row.DataLen(), "profile", s.p.Family, "more", held)
	}
	return out, skip
}

// readAnswers reads at least one answer, and all that came with it.
func (s *sender) readAnswers(ctx context.Context, stop func() bool) error {
	done, forwarded := 0, 0
	var err error
	for done < s.sent {
		if skip := s.skip[done]; skip != Forwarded {
			s.settle(&forwarded)
			s.answered(skip)
			done++
			continue
		}
		if done > 0 && !s.c.reader.Buffered() {
			break
		}
		var outcome Outcome
		if done == 0 {
			s.spin.wait()
		}
		if outcome, err = s.outcome(ctx); err != nil {
			break
		}
		done++
		if outcome == Forwarded && len(s.late) == 0 {
			forwarded++
			continue
		}
		s.settle(&forwarded)
		s.answered(outcome)
	}
	s.settle(&forwarded)
	if err == nil {
		err = s.stalled()
	}
	if err != nil {
		return err
	}
	// With answers outstanding behind a full buffer, the retry has to wait for them.
	if len(s.late) > 0 {
		return s.retry(ctx, done, stop)
	}
	s.forget(done)
	return nil
}

// outcome reads one answer.
func (s *sender) outcome(ctx context.Context) (Outcome, error) {
	err := s.c.sendReply(ctx)
	switch {
	case err == nil:
		return Forwarded, nil
	case needsLogin(err): // no fault of the event
		s.unread = true
		return 0, err
	case !Refused(err):
		return 0, err
	}
	s.doubt, s.reply = true, replyOf(err)
	s.l.m.counts.refused.Add(1)
	if ok, held := s.l.m.allow(&s.l.m.refusals, 1); ok {
		s.l.logger.Warn("remote refused an event", "error", err, "more", held)
	}
	if PeerFull(err) {
		s.full = err
		return retryLater, nil
	}
	return RefusedForGood, nil
}

// settle tells the outbox of a run of forwarded events.
func (s *sender) settle(forwarded *int) {
	if *forwarded > 0 {
		s.l.m.counts.sent.Add(uint64(*forwarded))
		s.taken(s.rows[s.gone : s.gone+*forwarded])
		s.l.outbox.Settle(*forwarded, Forwarded)
		s.gone += *forwarded
		*forwarded = 0
		s.waits = time.Now()
	}
}

// answered settles one event, or keeps its outcome until those before it are settled.
func (s *sender) answered(o Outcome) {
	a := Fate{Outcome: o}
	if o == RefusedForGood || o == retryLater {
		a.Reply = s.reply
	}
	if o == retryLater || len(s.late) > 0 {
		a.Row = s.rows[s.gone+len(s.late)]
		s.late = append(s.late, a)
		return
	}
	a.Row = s.rows[s.gone]
	s.settleOne(a)
}

func (s *sender) settleOne(a Fate) {
	s.gone++
	if a.Outcome.refused() {
		s.l.m.full.end(a.Row)
		s.l.outbox.Refuse(a)
		return
	}
	if a.Outcome.lost() { // it was not sent, so that the peer is not to blame
		s.waits = time.Now()
		s.l.outbox.Refuse(a)
		return
	}
	if a.Outcome == Forwarded {
		s.l.m.counts.sent.Add(1)
		s.taken(s.rows[s.gone-1 : s.gone])
	}
	s.waits = time.Now()
	s.l.outbox.Settle(1, a.Outcome)
}

// stalled returns an error if the peer has taken no event for too long, whatever else it answered.
func (s *sender) stalled() error {
	if after := s.l.m.opts.StallAfter; time.Since(s.waits) >= after {
		return fmt.Errorf("%w: none for %v", ErrStalled, after)
	}
	return nil
}

// retry reads the answers that are still under way, then sends again, one at a time, the events for which the peer had no
// room, until it takes them.
func (s *sender) retry(ctx context.Context, done int, stop func() bool) error {
	for ; done < s.sent; done++ {
		outcome := s.skip[done]
		if outcome == Forwarded {
			if err := s.c.begin(ctx, s.c.opts.ReplyTimeout); err != nil {
				return err
			}
			var err error
			if outcome, err = s.outcome(ctx); err != nil {
				return err
			}
		}
		s.answered(outcome)
	}
	for len(s.late) > 0 {
		if err := s.tryAgain(ctx, &s.late[0], stop); err != nil {
			return err
		}
		a := s.late[0]
		s.late = slices.Delete(s.late, 0, 1)
		s.settleOne(a)
	}
	s.forget(done)
	return nil
}

// tryAgain sends an event until the peer has room for it, or its time is over.
func (s *sender) tryAgain(ctx context.Context, a *Fate, stop func() bool) error {
	for a.Outcome == retryLater {
		if s.expired(a) {
			a.Outcome = RetryExpired
			return nil
		}
		if err := s.makeRoom(ctx, stop); err != nil {
			return err
		}
		s.c.out = appendSend(s.c.out[:0], a.Row, s.l.m.sendForm(s.p))
		s.c.clock.start()
		err := s.c.write(ctx, linkwire.VerbSend)
		s.again = s.c.wrote > 0
		if err != nil {
			return err
		}
		outcome, err := s.outcome(ctx)
		if err != nil {
			return err
		}
		s.again, a.Outcome = false, outcome
		if outcome != Forwarded {
			a.Reply = s.reply
		}
	}
	return nil
}

// makeRoom waits for a peer that is full. What waits there for this very connection may be what fills it. A visit does not
// wait for ever.
func (s *sender) makeRoom(ctx context.Context, stop func() bool) error {
	s.l.sleep(ctx, s.l.roomDelay(), nil)
	if s.l.leave.Err() != nil {
		return errLeaving
	}
	if s.l.visits() && stop != nil && stop() {
		return fmt.Errorf("no room until the visit was over: %w", s.full)
	}
	if err := s.stalled(); err != nil {
		return fmt.Errorf("%w: %w", err, s.full)
	}
	if err := s.resync(ctx); err != nil {
		return err
	}
	if s.l.fetches() {
		return s.l.fetch(ctx, s.c, s.p)
	}
	return s.l.clearBacklog(ctx, s.c)
}

// forget drops the n oldest events, which are settled.
func (s *sender) forget(n int) {
	rest := copy(s.rows, s.rows[n:])
	clear(s.rows[rest:])
	s.rows = s.rows[:rest]
	s.skip = s.skip[:copy(s.skip, s.skip[n:])]
	s.sent -= n
	s.gone -= n
}
