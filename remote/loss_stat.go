package remote

import (
	"bytes"
	"context"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// statPatience is how long an answer to STAT is looked for in the receive loop. It may stand behind many events.
const statPatience = 30 * time.Second

// statAsk is a STAT in the receive loop, whose answer comes between events and keep-alives. One is under way at a time.
type statAsk struct {
	until   time.Time  // when to stop looking for the answer
	waits   bool       // for the numbers, or a refusal
	owed    bool       // the `+OK` behind the numbers
	got     Statistics // valid while told
	told    bool       // the numbers came
	refused bool       // the peer has no STAT, or not for us
}

// askStatistics sends STAT in the receive loop, if none is under way. listen finds the answer.
func (c *Client) askStatistics(ctx context.Context) error {
	now := time.Now()
	if c.stat.waits && now.Before(c.stat.until) {
		return nil
	}
	c.stat = statAsk{until: now.Add(statPatience), waits: true}
	return c.writeLine(ctx, linkwire.VerbStat, []byte("STAT\r\n"))
}

// numbers takes a data line that is the answer. No event is: see plainNumbers.
func (s *statAsk) numbers(line []byte) bool {
	if !s.waits || !plainNumbers(line) || time.Now().After(s.until) {
		return false
	}
	got, err := parseStatistics(string(line))
	if err != nil {
		return false
	}
	s.got, s.told, s.waits, s.owed = got, true, false, true
	return true
}

// done takes the `+OK` behind the numbers, so that it does not count as a keep-alive: it says nothing of the peer's rhythm.
func (s *statAsk) done() bool {
	owed := s.owed
	s.owed = false
	return owed && !time.Now().After(s.until)
}

// refuse takes a `-OK` where the numbers are awaited.
func (s *statAsk) refuse() bool {
	if !s.waits || time.Now().After(s.until) {
		return false
	}
	s.waits, s.refused = false, true
	return true
}

// plainNumbers reports whether a line is 7 or 8 fields of digits. An event line never is: its fifth field is empty or a date, which
// has other signs between its numbers.
func plainNumbers(line []byte) bool {
	fields := 0
	for {
		field, rest, more := bytes.Cut(line, []byte{','})
		field = bytes.Trim(field, " \t")
		if len(field) == 0 {
			return false
		}
		for _, b := range field {
			if b < '0' || b > '9' {
				return false
			}
		}
		if fields++; !more {
			return fields == 7 || fields == 8
		}
		line = rest
	}
}

// statInLoop looks what the peer told about its overruns, and asks again when it is due. It is called after a line came: a peer
// that is silent is not asked.
func (l *link) statInLoop(ctx context.Context, c *Client, now time.Time) error {
	if l.meter.statAt.IsZero() {
		return nil
	}
	if s := &c.stat; s.told {
		s.told = false
		l.overran(s.got.Overruns)
	} else if s.refused {
		l.noStatistics()
		return nil
	}
	if now.Before(l.meter.statAt) || l.leaving() {
		return nil
	}
	l.meter.statAt = now.Add(l.m.opts.StatEvery)
	return c.askStatistics(ctx)
}

// leaving reports whether QUIT was said in the receive loop, or is about to be.
func (l *link) leaving() bool {
	return l.m.receiving.Err() != nil || l.tracker.state() == StateClosing
}

// polled notes that a fetch was answered, and asks the peer for its overruns when it is due.
func (l *link) polled(ctx context.Context, c *Client) error {
	now := time.Now()
	l.heard = now
	if l.meter.statAt.IsZero() || now.Before(l.meter.statAt) {
		return nil
	}
	l.meter.statAt = now.Add(l.m.opts.StatEvery)
	got, err := c.Statistics(ctx)
	switch {
	case err == nil:
		l.overran(got.Overruns)
	case Refused(err):
		l.noStatistics()
	case c.ended != nil:
		return err
	default: // the connection has to show with the next command that it lives
		l.logger.Debug("no statistics from the remote this time", "error", err)
	}
	return nil
}

func (l *link) noStatistics() {
	l.meter.statAt = time.Time{}
	l.logger.Debug("remote refused STAT, not asked again on this connection")
}
