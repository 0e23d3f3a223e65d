package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// identify asks what the server is, and reports whether the bridge could go on from there.
func (e *exam) identify(ctx context.Context) bool {
	p, answers, err := e.client.ProbeAnswers(ctx)
	e.profile = p.As(e.target.family)
	for i, a := range answers {
		e.answer(a, err != nil && i == len(answers)-1)
	}
	if err != nil {
		e.drop()
		return false
	}
	e.report()
	e.named()
	e.limits()
	return true
}

// answer tells one answer of the probe; ended says that the connection did not survive the question.
func (e *exam) answer(a remote.Answer, ended bool) {
	p := &e.profile
	name, value, meaning := "", "", ""
	switch a.Verb {
	case "VERS":
		name, value = "version", p.Version.String()
	case "WCYD":
		name, value = "can do", strings.Join(p.Capabilities.Names(), ", ")
	case "CHID":
		name, value = "channel", fmt.Sprint(p.ChannelID)
		meaning = "events that come back with this number are known as our own (own_channel)"
		if p.ChannelID == 0 {
			meaning = "has no channels, or this is number 0: events of our own cannot be told by it"
		}
	case "GGID":
		name, value = "GUID", p.Interface.String()
		meaning = "of this connection; goes into events that have none"
	}
	switch {
	case a.Err == nil && a.Asked:
		e.d.add(name, statusOK, value, meaning)
	case a.Err == nil:
		e.d.add(name, statusSkipped, "not asked", "daemons of this age do not answer "+a.Verb)
	case remote.Denied(a.Err) && e.target.user == "":
		e.d.add(name, statusNote, "refused: "+told(a.Err), "give a user with --user")
	case remote.Refused(a.Err):
		e.d.add(name, statusNote, "refused: "+told(a.Err), "the bridge does without")
	case !ended:
		e.d.add(name, statusWarning, a.Err.Error(), "the bridge does without; a time-out delays each of its connections")
	default:
		e.d.add(name, statusProblem, a.Err.Error(), "the bridge asks this after each login, and cannot go on")
	}
}

// named tells which profile results.
func (e *exam) named() {
	p := &e.profile
	s, value, meaning := statusOK, string(p.Family), profileMeaning(p)
	switch {
	case p.Family != p.Detected && p.Detected != remote.FamilyUnknown:
		s, value = statusWarning, fmt.Sprintf("%s, set; it answers like %s", p.Family, p.Detected)
	case p.Family != p.Detected:
		value += ", set"
	case p.Family == remote.FamilyUnknown:
		s, value = statusNote, "none that is known"
	}
	e.d.add("profile", s, value, meaning)
}

// profileMeaning says how events are written.
func profileMeaning(p *remote.Profile) string {
	head, data := "16-bit heads", "data as it came"
	if p.Form.Head8 {
		head = "8-bit heads"
	}
	if p.Form.Data == vscp.DataDecimal {
		data = "decimal data"
	}
	at := "time as in its own events"
	switch p.Family {
	case remote.FamilyUvscpd:
		at = "no time"
	case remote.FamilyFirmware:
		at = "nanoseconds if its own events have them"
	case remote.FamilyVSCPD, remote.FamilyUnknown:
	}
	return fmt.Sprintf("sent to it: %s, %s, %s; %s under way", head, at, data, count(p.Window, "SEND"))
}

// limits tells what the profile says: they are not tried, because some servers break.
func (e *exam) limits() {
	p := &e.profile
	value := fmt.Sprintf("command line %d bytes, data %d to %d", p.MaxCommand, p.MinData, p.MaxData)
	if p.Bus {
		value = fmt.Sprintf("command line %d bytes, class up to %d, type up to %d, data up to 8, or 16 to %d in classes 512 to 1023",
			p.MaxCommand, p.MaxClass, p.MaxType, p.MaxData)
	}
	e.d.add("limits", statusOK, value, "by the profile, not tried; other events are dropped and counted (unfit, too_long)")
}

// filters sets a filter that lets everything pass.
func (e *exam) filters(ctx context.Context) error {
	if e.profile.FiltersSends {
		e.d.add("filters", statusSkipped, "not tried", "there they would drop what we send; the bridge sets none and filters here")
		return nil
	}
	err := e.client.SetMask(ctx, vscp.Filter{})
	if err == nil {
		err = e.client.SetFilter(ctx, vscp.Filter{})
	}
	switch {
	case err == nil:
		e.d.add("filters", statusOK, "may be set", "filter and mask of a remote save bandwidth")
	case remote.Denied(err):
		e.d.add("filters", statusNote, "this login may not", "the bridge filters here; needs level 6 or the right to set filters")
	case remote.Refused(err):
		e.d.add("filters", statusNote, "refused: "+told(err), "the bridge filters here")
	default:
		return err
	}
	return nil
}

// trips is how many round trips are measured.
const trips = 5

// roundTrips measures NOOP.
func (e *exam) roundTrips(ctx context.Context) error {
	var took []time.Duration
	for range trips {
		start := time.Now()
		if err := e.client.Noop(ctx); err != nil && !remote.Refused(err) {
			return err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	e.trip = took[trips/2]
	meaning := ""
	if e.trip >= time.Millisecond && e.profile.Window == 1 {
		meaning = fmt.Sprintf("one SEND at a time: about %d events a second", time.Second/e.trip)
	}
	e.d.add("round trip", statusOK, fmt.Sprintf("%v (median of %d)", round(e.trip), trips), meaning)
	return nil
}

// pipelining sends several NOOPs at once. Servers that stall there stay behind for good, so it comes last.
func (e *exam) pipelining(ctx context.Context) error {
	const noops = 4
	answered, err := e.client.Pipelined(ctx, noops, max(time.Second, 4*e.trip))
	switch {
	case err != nil:
		return err
	case answered == noops:
		e.d.add("pipelining", statusOK, fmt.Sprintf("all %d of %d at once answered", noops, noops), "window may be larger than 1, if there is a long way between")
		return nil
	}
	e.d.add("pipelining", statusNote, fmt.Sprintf("%d of %d at once answered", answered, noops), "window has to stay 1")
	e.drop()
	return nil
}
