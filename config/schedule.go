package config

import (
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// maxCronJitter limits the jitter of cron, which has no length between two ticks to compare it with.
const maxCronJitter = time.Hour

// What uvscpd does with a connection that is not read from: it keeps 100 events, and the next one blocks it for good.
const (
	uvscpdQueue = 100
	uvscpdEvery = 10 * time.Second
)

func (d *decoder) decodeSchedule(raw *rawSchedule) *Schedule {
	if raw == nil {
		return nil
	}
	s := defaultSchedule()
	n := len(d.diags)
	choice(d, raw.Mode, &s.Mode, ModeHold, ModeVisit, ModeLazy)
	d.duration(raw.Every, &s.Every, 1)
	d.cron(raw, &s.Cron)
	d.duration(raw.Jitter, &s.Jitter, 0)
	d.integer(raw.Threshold, &s.Threshold, 1<<31-1)
	d.duration(raw.MaxWait, &s.MaxWait, 1)
	s.Commands = d.commands(raw.Commands)
	d.integer(raw.MaxFetch, &s.MaxFetch, 1<<31-1)
	d.duration(raw.Linger, &s.Linger, 0)
	if raw.Every != nil && raw.Cron != nil {
		d.errorf(raw.Cron.NameRange, "Two rhythms", "A schedule has either every (a fixed time from tick to tick) or cron (times of the calendar).")
	}
	if d.clean(n) {
		d.checkTicks(raw, s)
		d.checkMode(raw, s)
	}
	if d.clean(n) {
		d.checkRhythm(raw, s)
	}
	return s
}

// hasTicks reports whether anything happens by the clock.
func (s *Schedule) hasTicks() bool {
	return s.Every > 0 || s.Cron.Spec != ""
}

// visits reports whether the connection is closed between two runs.
func (s *Schedule) visits() bool {
	return s.Mode != ModeHold
}

// checkTicks checks when the ticks come.
func (d *decoder) checkTicks(raw *rawSchedule, s *Schedule) {
	switch {
	case !s.hasTicks() && s.Mode != ModeLazy:
		d.lacks("every cron mode", raw.Def, "Missing every", `In mode %q a schedule needs the time from tick to tick, such as every = "5s", or times of the calendar, such as cron = "*/15 * * * *".`, s.Mode)
	case !s.hasTicks() && raw.Jitter != nil:
		d.warnf(raw.Jitter.NameRange, noEffect, "jitter delays the ticks of every or cron, and this schedule has neither.")
	case s.Every > 0 && s.Jitter > s.Every:
		d.errorf(raw.Jitter.Expr.Range(), "Jitter too long", "jitter (%v) must not be longer than every (%v).", s.Jitter, s.Every)
	case s.Cron.Spec != "" && s.Jitter > maxCronJitter:
		d.errorf(raw.Jitter.Expr.Range(), "Jitter too long", "jitter (%v) must not be longer than 1h together with cron.", s.Jitter)
	}
}

// checkMode refuses what the mode does not know, and completes mode lazy.
func (d *decoder) checkMode(raw *rawSchedule, s *Schedule) {
	if s.Mode == ModeLazy {
		if s.Threshold == 0 && s.MaxWait == 0 {
			s.Threshold = 1
		}
		if s.Threshold > 1 && s.MaxWait == 0 && !s.hasTicks() {
			d.warnf(raw.Threshold.NameRange, "Events may wait without end", "Fewer events than threshold (%d) wait until more come, however long that takes. max_wait limits the time.", s.Threshold)
		}
	} else {
		for _, attr := range []*hcl.Attribute{raw.Threshold, raw.MaxWait} {
			if attr != nil {
				d.errorf(attr.NameRange, "Not in this mode", `%s says when mode "lazy" connects. Mode %q goes by every or cron alone.`, attr.Name, s.Mode)
			}
		}
	}
	if s.visits() {
		return
	}
	if raw.Commands != nil {
		d.errorf(raw.Commands.NameRange, "Not in this mode", `commands are sent at each visit, in mode "visit" or "lazy". Mode "hold" stays connected and has no visits.`)
	}
	if raw.Linger != nil {
		d.warnf(raw.Linger.NameRange, noEffect, `linger counts in modes "visit" and "lazy" only; in mode "hold" the connection stays anyway.`)
	}
}

// checkScheduled checks a schedule against the rest of its remote.
func (d *decoder) checkScheduled(raw *rawRemote, r *Remote) {
	s := r.Schedule
	if s == nil {
		return
	}
	if r.Receive == ReceiveRcvloop {
		d.errorf(raw.Receive.NameRange, "Schedule without effect", `A scheduled remote is asked on its ticks; with receive = "rcvloop" it would push at all times. Remove one of the two.`)
	}
	if r.Connections == 2 {
		d.errorf(raw.Connections.NameRange, "Too many connections", "A remote with a schedule has one connection. Remove connections or schedule.")
	}
	if r.Profile != ProfileUvscpd || s.Mode != ModeHold || r.Receive == ReceiveNone {
		return
	}
	const why = "A connection at uvscpd blocks for good when more than %d events wait in it"
	switch {
	case s.Every > uvscpdEvery:
		d.warnf(raw.Schedule.Every.Expr.Range(), "Fetched too seldom", why+". Fetch every 10s or more often, or remove the schedule: then they do not wait.", uvscpdQueue)
	case s.Cron.Spec != "":
		d.warnf(raw.Schedule.Cron.Expr.Range(), "Fetched too seldom", why+`, and cron fetches once a minute at most. Use every = "10s" or less, or remove the schedule: then they do not wait.`, uvscpdQueue)
	case s.MaxFetch < uvscpdQueue:
		d.warnf(raw.Schedule.MaxFetch.Expr.Range(), "Fetched too little", why+". With max_fetch = %d the rest can grow from tick to tick; use %d or more.", uvscpdQueue, s.MaxFetch, uvscpdQueue)
	}
}

// checkVisits warns of what is lost between the visits to a remote that routes take from.
func (d *decoder) checkVisits(p *pair[rawRemote, Remote]) {
	s := p.typed.Schedule
	if s == nil || !s.visits() || p.typed.Receive == ReceiveNone {
		return
	}
	hint := `With mode = "hold" the connection stays.`
	if s.Mode == ModeLazy && !s.hasTicks() {
		hint = `A visit comes only when there is something to send; every or cron makes more of them. ` + hint
	}
	d.warnf(p.raw.Schedule.Mode.Expr.Range(), "Events between visits are lost", "Most servers keep events for a client only while it is connected: what comes between two visits is lost, unless this device keeps it. %s", hint)
}

// checkLazy finds a lazy remote that never becomes busy: nothing is sent to it, or its queues stay too short.
func (d *decoder) checkLazy(p *pair[rawRemote, Remote]) {
	s := p.typed.Schedule
	if s == nil || s.Mode != ModeLazy {
		return
	}
	routes, room := 0, 0
	for _, r := range d.routes {
		if slices.Contains(r.typed.destinations(), p.typed) {
			routes, room = routes+1, room+r.typed.Queue.MaxEvents
		}
	}
	switch {
	case s.hasTicks():
	case routes == 0:
		d.errorf(p.raw.Schedule.Def, "Never connected", `Mode "lazy" connects when there is something to send, and no route sends to the remote %s. Give the schedule every or cron too, or use mode "hold" or "visit".`, wording.Quote(p.typed.Name))
	case s.Threshold > room && s.MaxWait == 0:
		d.errorf(p.raw.Schedule.Threshold.Expr.Range(), "Never connected", "threshold (%d) is more than the queues to this remote can hold (%s). Make it smaller, or give max_wait.", s.Threshold, wording.Count(room, "event"))
	}
}

// until says when mode lazy connects, for a sentence.
func (s *Schedule) until() string {
	var when []string
	if s.Threshold == 1 {
		when = append(when, "an event waits")
	} else if s.Threshold > 1 {
		when = append(when, fmt.Sprintf("%d events wait", s.Threshold))
	}
	if s.MaxWait > 0 {
		when = append(when, fmt.Sprintf("the oldest has waited %v", s.MaxWait))
	}
	if s.hasTicks() {
		when = append(when, "its schedule says so")
	}
	return wording.Join(when, "or")
}
