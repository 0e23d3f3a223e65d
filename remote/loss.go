package remote

import (
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Loss is what was lost before it reached us, as far as that can be seen from here. Each number is a lower bound.
type Loss struct {
	Overruns  uint64        // events that the server dropped because its queue for our connection was full, by its own count
	IndexGaps uint64        // events missing by the rolling indices of their senders
	Gaps      uint64        // times that a connection which receives was followed by another one
	GapTotal  time.Duration // from the last sign of life of the one to the moment the other was up, in all
	GapLast   time.Duration // the newest of these
}

// losses holds a Loss that grows while others read it.
type losses struct {
	overruns, indexGaps, gaps atomic.Uint64
	gapTotal, gapLast         atomic.Int64
}

func (c *losses) read() Loss {
	return Loss{
		Overruns: c.overruns.Load(), IndexGaps: c.indexGaps.Load(), Gaps: c.gaps.Load(),
		GapTotal: time.Duration(c.gapTotal.Load()), GapLast: time.Duration(c.gapLast.Load()),
	}
}

func (c *losses) gap(d time.Duration) {
	c.gaps.Add(1)
	c.gapTotal.Add(int64(d))
	c.gapLast.Store(int64(d))
}

// meter watches one connection that receives. It starts anew with each: the server counts per connection, and what the
// senders' indices did in between is the gap's, not the server's.
type meter struct {
	statAt   time.Time // when to ask for the server's overruns next; zero: not on this connection
	overruns uint64    // as the server told last
	follows  bool      // gaps of the rolling indices mean something: the server holds nothing back on purpose
	indices  indices
}

// meet starts the meter of a new connection. It returns how long none received, which is 0 for the first one and where that is
// meant to be.
func (l *link) meet(now time.Time, p *Profile) (gap time.Duration) {
	o := &l.m.opts
	if l.role == roleSend || o.Receive == ReceiveNone {
		return 0
	}
	l.meter = meter{follows: p.FiltersSends || (o.Filter == nil && o.Mask == nil)}
	visits := l.visits()
	switch {
	case !p.Counts || o.StatEvery == 0:
	case visits:
		l.meter.statAt = now // asked at the end
	default:
		l.meter.statAt = now.Add(o.StatEvery)
	}
	if visits {
		return 0
	}
	if !l.heard.IsZero() {
		gap = now.Sub(l.heard)
		l.m.counts.loss.gap(gap)
	}
	l.heard = now
	return gap
}

// followIndices counts what the rolling indices of a batch show to be missing. Our own events, which some servers show us, are
// left out: of their senders only those came here that a route takes.
func (l *link) followIndices(rows []vscp.Row) {
	if !l.meter.follows {
		return
	}
	missing := 0
	for i := range rows {
		row := &rows[i]
		if row.ObID != 0 && slices.Contains(l.own, row.ObID) {
			continue
		}
		missing += l.meter.indices.missing(&row.GUID, row.Head.RollingIndex())
	}
	if missing > 0 {
		l.m.counts.loss.indexGaps.Add(uint64(missing))
	}
}

// overran notes what the server says to have dropped since this connection began. Less than before means that it counts anew.
func (l *link) overran(total uint64) {
	n := total - l.meter.overruns
	if total < l.meter.overruns {
		n = total
	}
	l.meter.overruns = total
	if n == 0 {
		return
	}
	l.m.counts.loss.overruns.Add(n)
	if ok, held := l.m.allow(&l.m.overrun, int(min(n, math.MaxInt32))); ok {
		l.logger.Warn("remote lost events for want of room", "events", held+1)
	}
}
