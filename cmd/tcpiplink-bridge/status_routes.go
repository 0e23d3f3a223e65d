package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// wayNumber is a column of numbers.
type wayNumber struct {
	name  string
	width int
	of    func(*api.Direction) uint64
}

var wayNumbers = [...]wayNumber{
	{"RECEIVED", 8, func(d *api.Direction) uint64 { return d.Received }},
	{"FORWARDED", 9, func(d *api.Direction) uint64 { return d.Forwarded }},
	{"FILTERED", 8, func(d *api.Direction) uint64 { return d.Filtered.Sum() }},
	{"SUPPRESSED", 10, func(d *api.Direction) uint64 { return d.Suppressed.Sum() }},
	{droppedName, 7, func(d *api.Direction) uint64 { return d.Dropped.Sum() }},
	{"QUEUED", 6, func(d *api.Direction) uint64 { return uint64(max(0, d.Queued)) }},
}

const (
	droppedName = "DROPPED"
	wayLeast    = 19 // the column of the directions, where lines have statusColumns
	oldestWidth = 6  // of the last column
)

// wayLayout is how the table of the directions is laid out.
type wayLayout struct {
	numbers []wayNumber
	names   int // the width of their column
}

// layOut makes the most of the columns that there are. In a narrow terminal the names have lines of their own, and what was filtered is left
// out.
func (v *statusView) layOut() wayLayout {
	if v.columns() < narrowColumns {
		return wayLayout{slices.DeleteFunc(slices.Clone(wayNumbers[:]), func(n wayNumber) bool { return n.name == "FILTERED" }), len("ROUTE")}
	}
	names, most := wayLeast, wayLeast+max(0, v.columns()-statusColumns)
	for i := range v.status.Routes {
		for j := range v.status.Routes[i].Directions {
			names = max(names, 2+utf8.RuneCountInString(printable(wayText(&v.status.Routes[i].Directions[j]))))
		}
	}
	return wayLayout{wayNumbers[:], min(names, most)}
}

// routes lists the directions. Of many, those are listed that dropped events or have some waiting, and the rest is summed up.
func (v *statusView) routes() {
	total := 0
	for i := range v.status.Routes {
		total += len(v.status.Routes[i].Directions)
	}
	everything := v.all || total <= statusMost
	if total == 0 {
		v.line(plain("no routes"))
		return
	}
	v.ways = v.layOut()
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
	line.WriteString(pad("ROUTE", v.ways.names))
	for _, n := range v.ways.numbers {
		fmt.Fprintf(&line, " %*s", n.width, n.name)
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
	if utf8.RuneCountInString(printable(name)) > v.ways.names {
		v.line(plain("%s", name))
		name = ""
	}
	row := []span{plain("%s", cell(name, v.ways.names))}
	for _, n := range v.ways.numbers {
		value := n.of(d)
		s := plain(" %*s", n.width, short(value, n.width))
		if n.name == droppedName && value > 0 {
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
	if d.Removed {
		v.note(indent, "removed from the configuration: what waits is sent for a while yet")
	}
	if text := tally(d.Dropped); text != "" {
		v.note(indent, "dropped: %s", text)
	}
	if v.verbose || d.Letters > 0 || d.LettersLost > 0 {
		v.note(indent, "dead letters: %d written, %d lost", d.Letters, d.LettersLost)
	}
	if d.Recovered > 0 { // else more would be forwarded than received
		v.note(indent, "also found on disk, or put in by hand: %d", d.Recovered)
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
