package config

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// Rhythms below these are mostly a slip: "5ms" where 5 minutes were meant.
const (
	leastHoldEvery  = 10 * time.Millisecond
	leastVisitEvery = time.Second
)

// checkRhythm warns of ticks that come faster than what they start can be done.
func (d *decoder) checkRhythm(raw *rawSchedule, s *Schedule) {
	if s.Every > 0 {
		d.checkEvery(raw, s)
	}
	if !s.visits() || s.Linger == 0 || !s.hasTicks() {
		return
	}
	gap := s.Every
	if gap == 0 && s.Linger+s.Jitter >= time.Minute {
		gap = s.Cron.shortestGap()
	}
	if gap == 0 || s.Linger+s.Jitter < gap {
		return
	}
	with := ""
	if s.Jitter > 0 {
		with = " and jitter (" + wording.Span(s.Jitter) + ")"
	}
	d.warnf(raw.Linger.Expr.Range(), "Visits overlap", "A visit stays for linger (%s)%s, and the next one is due after %s. A tick that comes during a visit is skipped: make linger shorter, or let the ticks come less often.",
		wording.Span(s.Linger), with, wording.Span(gap))
}

func (d *decoder) checkEvery(raw *rawSchedule, s *Schedule) {
	least, what := leastHoldEvery, "asks the peer for events"
	if s.visits() {
		least, what = leastVisitEvery, "connects, logs in and quits"
	}
	if s.Every < least {
		d.warnf(raw.Every.Expr.Range(), "Very short rhythm", `Each tick %s, and every = %q means %.4g ticks a second. In durations "ms" are milliseconds, and "m" is a minute.`,
			what, wording.Span(s.Every), float64(time.Second)/float64(s.Every))
	}
}

// checkPatience warns of timeouts, set for this remote, that a visit to a silent device waits for while the next one is due. Those
// that nobody set are long for any device, and no choice.
func (d *decoder) checkPatience(raw *rawRemote, r *Remote) {
	t, s := raw.Timeouts, r.Schedule
	if t == nil || s == nil || !s.visits() || s.Every == 0 {
		return
	}
	for _, set := range []struct {
		attr *hcl.Attribute
		span time.Duration
	}{{t.Resolve, r.Timeouts.Resolve}, {t.Dial, r.Timeouts.Dial}, {t.TLS, r.Timeouts.TLS}, {t.Greeting, r.Timeouts.Greeting}, {t.Reply, r.Timeouts.Reply}} {
		if set.attr != nil && set.span >= s.Every {
			d.warnf(set.attr.Expr.Range(), "Visits overlap", "A visit to a device that does not answer waits this long (%s), and the next one is due after every (%s). A tick that comes during a visit is skipped: make %s shorter, or every longer.",
				wording.Span(set.span), wording.Span(s.Every), set.attr.Name)
		}
	}
}

// shortestGap returns how long it is from one tick to the next at least, apart from summer time: of the ticks of some days.
func (c Cron) shortestGap() time.Duration {
	const ticks = 24*60 + 1 // of a day and the next, if every minute has one
	t := Cron{Spec: c.Spec, Location: time.UTC}.Ticks()
	last := t.Next(time.Date(2023, time.January, 1, 0, 0, 0, -1, time.UTC))
	shortest := time.Duration(0)
	for range ticks {
		next := t.Next(last)
		if next.IsZero() {
			break // further ahead than is searched
		}
		if gap := next.Sub(last); shortest == 0 || gap < shortest {
			shortest = gap
		}
		last = next
	}
	return shortest
}

// mostCompared is with how many remotes of the same address a remote is compared: a thousand may share a gateway.
const mostCompared = 16

// checkShared warns of what remotes with the same address do to the one server behind it.
func (d *decoder) checkShared() {
	groups := map[string][]*pair[rawRemote, Remote]{}
	for _, p := range d.remotes {
		for i, addr := range p.typed.Addresses {
			group := groups[addr]
			d.checkOverlap(p, group[max(0, len(group)-mostCompared):])
			groups[addr] = append(group, p)
			d.checkRoom(groups[addr], p.raw.addressPlaces[i])
		}
	}
}

// checkOverlap warns of a remote that is visited while another one of the same address is.
func (d *decoder) checkOverlap(p *pair[rawRemote, Remote], others []*pair[rawRemote, Remote]) {
	s := p.typed.Schedule
	if s == nil || !s.visits() || !s.hasTicks() || p.typed.Profile == ProfileVSCPD {
		return
	}
	i := slices.IndexFunc(others, func(o *pair[rawRemote, Remote]) bool { return o.typed.Schedule != nil && s.meets(o.typed.Schedule) })
	if i < 0 {
		return
	}
	at := p.raw.Schedule.Every
	if at == nil {
		at = p.raw.Schedule.Cron
	}
	d.warnf(at.Expr.Range(), "Overlapping schedules", "The remote %s has the same address and is visited at the same times, so that the server needs room for both at once; small devices have room for one or two connections. Give one of them jitter or other times, or make one remote of the two.",
		wording.Quote(others[i].typed.Name))
}

// meets reports whether two schedules without jitter visit at the same time, mostly or always.
func (s *Schedule) meets(o *Schedule) bool {
	switch {
	case !s.visits() || !o.visits() || s.Jitter > 0 || o.Jitter > 0:
		return false
	case s.Every > 0 && o.Every > 0: // both begin with the bridge
		return max(s.Every, o.Every)%min(s.Every, o.Every) == 0
	case s.Cron.Spec != "" && o.Cron.Spec != "":
		return s.meetsByClock(o)
	default:
		return false
	}
}

// meetsByClock looks for common times of the calendar, and for those at which the other lingers.
func (s *Schedule) meetsByClock(o *Schedule) bool {
	const most = 2000 // ticks; what comes together more rarely is not worth a word
	start := time.Date(2024, time.January, 1, 0, 0, 0, -1, time.UTC)
	ticks, others := s.Cron.Ticks(), o.Cron.Ticks()
	a, b := ticks.Next(start), others.Next(start)
	for range most {
		switch gap := b.Sub(a); {
		case a.IsZero() || b.IsZero():
			return false
		case gap == 0, gap > 0 && gap < s.Linger, gap < 0 && -gap < o.Linger:
			return true
		case gap > 0:
			a = ticks.Next(a)
		default:
			b = others.Next(b)
		}
	}
	return false
}

// checkRoom warns of remotes that together hold more connections than the server behind their address takes.
func (d *decoder) checkRoom(group []*pair[rawRemote, Remote], at hcl.Range) {
	newest := group[len(group)-1].typed
	most := newest.Profile.maxConnections()
	if most == 0 || len(group) == 1 || len(group) > mostCompared {
		return
	}
	total := 0
	for _, p := range group {
		total += d.holds(p.typed)
	}
	// Who went over the limit is told, and not everybody after.
	if total > most && total-d.holds(newest) <= most {
		d.warnf(at, "Too many connections", "A peer of the profile %q takes %d connections from all its clients together, and the %d remotes with this address hold %d. Make one remote of them, or give some of them connections = 1 or a schedule that visits.",
			newest.Profile, most, len(group), total)
	}
}

// holds returns how many connections the bridge holds for a remote at least, all the time.
func (d *decoder) holds(r *Remote) int {
	switch {
	case r.Schedule != nil && r.Schedule.visits():
		return 0
	case r.Schedule != nil, r.Connections == 1, r.Connections == 0 && r.Profile == ProfileFirmware:
		return 1
	}
	n := 0
	if r.Receive != ReceiveNone {
		n++
	}
	if slices.ContainsFunc(d.routes, func(p *pair[rawRoute, Route]) bool { return slices.Contains(p.typed.destinations(), r) }) {
		n += r.SendConnections
	}
	return n
}
