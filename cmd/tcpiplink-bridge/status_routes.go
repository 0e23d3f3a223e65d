package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// wayWidth is how wide the column of the directions is; the numbers have the rest.
const wayWidth = 19

var (
	wayNumbers = [...]string{"RECEIVED", "FORWARDED", "FILTERED", "SUPPRESSED", "DROPPED", "QUEUED"}
	wayWidths  = [...]int{8, 9, 8, 10, 7, 6}
)

// oldestWidth is the width of the last column.
const oldestWidth = 6

// routes lists the directions. Of many, those are listed that dropped events or have some waiting, and the rest is summed up.
func (v *statusView) routes() {
	total := 0
	for i := range v.status.Routes {
		total += len(v.status.Routes[i].Directions)
	}
	everything := v.all || total <= statusMost
	v.wayHead()
	listed, others := 0, 0
	var rest api.Direction
	for i := range v.status.Routes {
		r := &v.status.Routes[i]
		named := len(r.Cycles) > 0 || !r.Paused.IsZero()
		if named {
			v.routeName(r)
			v.cycles(r)
		}
		for j := range r.Directions {
			d := &r.Directions[j]
			if !everything && (listed == statusMost || d.Dropped.Sum() == 0 && d.Queued == 0 && d.Degraded == "") {
				others++
				add(&rest, d)
				continue
			}
			if listed++; !named {
				named = true
				v.routeName(r)
			}
			v.way("  "+wayText(d), d)
			v.reasons(d)
		}
	}
	switch {
	case others > 0 && listed == 0:
		v.way(fmt.Sprintf("all %d (see --all)", others), &rest)
	case others > 0:
		v.way(fmt.Sprintf("%d others (--all)", others), &rest)
	}
}

func (v *statusView) wayHead() {
	var line strings.Builder
	line.WriteString(pad("ROUTE", wayWidth))
	for i, name := range wayNumbers {
		fmt.Fprintf(&line, " %*s", wayWidths[i], name)
	}
	fmt.Fprintf(&line, " %*s", oldestWidth, "OLDEST")
	v.line(span{line.String(), v.theme.head})
}

func (v *statusView) routeName(r *api.Route) {
	v.line(plain("%s", r.Name))
	if !r.Paused.IsZero() {
		v.note(2, "paused for %s: what comes waits in the queues", ageText(v.status.At.Sub(r.Paused).Seconds()))
	}
	if v.verbose && r.Guarantee != "" {
		v.note(2, "%s", r.Guarantee)
	}
}

// cycles tells of the ways between the remotes of a route that its probes found outside of the bridge.
func (v *statusView) cycles(r *api.Route) {
	for _, c := range r.Cycles {
		if len(c.Remotes) != 2 {
			continue
		}
		what := "events go round"
		switch {
		case c.Blocked:
			what = "blocked at " + c.Remotes[1]
		case c.Elects:
			what = "another bridge blocks it"
		}
		v.note(2, "cycle: %s and %s are joined outside of this bridge, %s", c.Remotes[0], c.Remotes[1], what)
	}
}

// wayText names a direction by its ends, of many sources by the first.
func wayText(d *api.Direction) string {
	switch len(d.From) {
	case 0:
		return "-> " + d.To
	case 1:
		return d.From[0] + " -> " + d.To
	default:
		return fmt.Sprintf("%s +%d -> %s", d.From[0], len(d.From)-1, d.To)
	}
}

// way is a row of numbers. A name that is too long for its column has a line of its own.
func (v *statusView) way(name string, d *api.Direction) {
	if utf8.RuneCountInString(printable(name)) > wayWidth {
		v.line(plain("%s", name))
		name = ""
	}
	row := []span{plain("%s", cell(name, wayWidth))}
	for i, n := range []uint64{
		d.Received, d.Forwarded, d.Filtered.Sum(), d.Suppressed.Sum(), d.Dropped.Sum(), uint64(max(0, d.Queued)),
	} {
		s := plain(" %*s", wayWidths[i], short(n, wayWidths[i]))
		if wayNumbers[i] == "DROPPED" && n > 0 {
			s.style = v.theme.down
		}
		row = append(row, s)
	}
	oldest := "-"
	if !d.Oldest.IsZero() {
		oldest = v.age(d.Oldest)
	}
	v.line(append(row, plain(" %*s", oldestWidth, oldest))...)
}

// reasons says why events were dropped; with -v also why the others went no further, and how large the queue is.
func (v *statusView) reasons(d *api.Direction) {
	const indent = 4
	if text := tally(d.Dropped); text != "" {
		v.note(indent, "dropped: %s", text)
	}
	if v.verbose || d.Letters > 0 || d.LettersLost > 0 {
		v.note(indent, "dead letters: %d written, %d lost", d.Letters, d.LettersLost)
	}
	if d.Recovered > 0 { // else more would be forwarded than received
		v.note(indent, "also found on disk at the start, or put in by hand: %d", d.Recovered)
	}
	if d.Degraded != "" {
		v.note(indent, "disk fails, events are kept in memory: %.400s", d.Degraded)
	}
	if !v.verbose {
		return
	}
	if text := tally(d.Filtered); text != "" {
		v.note(indent, "filtered: %s", text)
	}
	if text := tally(d.Suppressed); text != "" {
		v.note(indent, "suppressed: %s", text)
	}
	if b := &d.Bytes; b.Received > 0 || b.Recovered > 0 {
		v.note(indent, "bytes: %d received, %d forwarded, %d filtered, %d suppressed, %d dropped, %d queued",
			b.Received+b.Recovered, b.Forwarded, b.Filtered.Sum(), b.Suppressed.Sum(), b.Dropped.Sum(), b.Queued)
	}
	if d.Queued > 0 {
		v.note(indent, "queue: %d bytes", d.QueueBytes)
	}
	if d.Storage == "disk" {
		v.note(indent, "on disk: %d bytes", d.DiskBytes)
	}
}

// add adds up what directions carried; the oldest event is that of all.
func add(sum, d *api.Direction) {
	merge := func(into *api.Reasons, from api.Reasons) {
		if *into == nil {
			*into = make(api.Reasons)
		}
		for reason, n := range from {
			(*into)[reason] += n
		}
	}
	sum.Received += d.Received
	sum.Recovered += d.Recovered
	sum.Forwarded += d.Forwarded
	sum.Letters += d.Letters
	sum.LettersLost += d.LettersLost
	sum.Queued += d.Queued
	merge(&sum.Filtered, d.Filtered)
	merge(&sum.Suppressed, d.Suppressed)
	merge(&sum.Dropped, d.Dropped)
	if sum.Oldest.IsZero() || !d.Oldest.IsZero() && d.Oldest.Before(sum.Oldest) {
		sum.Oldest = d.Oldest
	}
}
