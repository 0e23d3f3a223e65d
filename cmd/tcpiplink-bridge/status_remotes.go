package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// remoteColumns are the columns of the remotes, but for the last, which has the rest of the line.
var remoteColumns = [...]struct {
	name     string
	longest  int
	wider    int  // its share, in percent, of the columns beyond statusColumns
	extra    bool // it is left out where there are fewer than narrowColumns
	contents func(*statusView, *api.Remote) string
}{
	{"REMOTE", 18, 50, false, func(_ *statusView, r *api.Remote) string { return r.Name }},
	{"STATE", 13, 0, false, (*statusView).stateText},
	{"ADDRESS", 24, 30, true, func(_ *statusView, r *api.Remote) string { return r.Address }},
	{"PEER", 8, 0, true, (*statusView).peerWord},
}

// narrowColumns is less than tables as they are need.
const narrowColumns = 77

// stateText says how a remote is, and for how long.
func (v *statusView) stateText(r *api.Remote) string {
	word := remoteWord(r)
	if since := turned(r); !since.IsZero() {
		word += " " + v.age(since)
	}
	return word
}

// turned returns since when a remote is up, paused, or down: all links had come up, or the first of them failed. It is zero where
// that does not say much, because the links come and go.
func turned(r *api.Remote) time.Time {
	if !r.Up && !r.Paused.IsZero() {
		return r.Paused
	}
	var since time.Time
	for i := range r.Links {
		switch l := &r.Links[i]; {
		case r.Up && !l.Up:
			return time.Time{} // a visitor
		case r.Up && l.CameUp.After(since):
			since = l.CameUp
		case !r.Up && l.Failing && (since.IsZero() || l.FailsFrom.Before(since)):
			since = l.FailsFrom
		}
	}
	return since
}

func (*statusView) peerWord(r *api.Remote) string {
	if r.Peer == nil {
		return "-"
	}
	return r.Peer.Family
}

// remoteWord says in one word how a remote is.
func remoteWord(r *api.Remote) string {
	switch {
	case r.Up:
		return "up"
	case !r.Paused.IsZero():
		return "paused"
	}
	word := "connecting"
	for i := range r.Links {
		switch l := &r.Links[i]; {
		case l.Failing:
			return "down"
		case l.State == "closing", l.State == "stopped":
			word = l.State
		}
	}
	return word
}

func (t *theme) remote(word string) lipgloss.Style {
	switch word {
	case "up":
		return t.up
	case "down":
		return t.down
	default:
		return t.connecting
	}
}

// remotes lists those with trouble first. Of many, the rest is summed up.
func (v *statusView) remotes() {
	var troubled, well []*api.Remote
	for i := range v.status.Remotes {
		if r := &v.status.Remotes[i]; r.Up {
			well = append(well, r)
		} else {
			troubled = append(troubled, r)
		}
	}
	listed, more, rest := troubled, []*api.Remote(nil), well
	if !v.all && len(listed) > statusMost {
		listed, more = listed[:statusMost], listed[statusMost:]
	}
	if v.all || len(well) <= statusMost {
		listed, rest = slices.Concat(listed, well), nil
	}
	v.remoteTable(listed, !v.all && len(troubled) > statusDetailed)
	if len(more) > 0 {
		causes := make(map[string]uint64)
		for _, r := range more {
			causes[troubleOf(r)]++
		}
		v.note(0, "%d more not up: %s (--all lists them)", len(more), tally(causes))
	}
	if len(rest) > 0 {
		lost := ""
		if n := withLoss(rest); n > 0 {
			lost = fmt.Sprintf(", %d of them with losses", n)
		}
		v.note(0, "%s up%s (--all lists them)", count(len(rest), "remote"), lost)
	}
}

func withLoss(remotes []*api.Remote) int {
	n := 0
	for _, r := range remotes {
		if r.Loss.Any() {
			n++
		}
	}
	return n
}

// troubleOf is the cause of the last failure of a remote that is not up, or what it is doing.
func troubleOf(r *api.Remote) string {
	for i := range r.Links {
		if l := &r.Links[i]; l.Failing {
			return l.LastCause
		}
	}
	return remoteWord(r)
}

func (v *statusView) remoteTable(remotes []*api.Remote, short bool) {
	var widths [len(remoteColumns)]int
	var head strings.Builder
	used := 0
	for i, c := range remoteColumns {
		if v.columns() < narrowColumns && c.extra {
			continue
		}
		widths[i] = len(c.name)
		for _, r := range remotes {
			widths[i] = max(widths[i], utf8.RuneCountInString(printable(c.contents(v, r))))
		}
		widths[i] = min(widths[i], c.longest+c.wider*max(0, v.columns()-statusColumns)/100)
		used += widths[i] + 1
		fmt.Fprintf(&head, "%-*s ", widths[i], c.name)
	}
	v.line(span{head.String() + "LINKS", v.theme.head})
	for _, r := range remotes {
		var row []span
		for i, c := range remoteColumns {
			if widths[i] == 0 {
				continue
			}
			style := lipgloss.Style{}
			if c.name == "STATE" {
				style = v.theme.remote(remoteWord(r))
			}
			row = append(row, span{cell(c.contents(v, r), widths[i]), style}, plain(" "))
		}
		v.line(append(row, plain("%s", cell(v.linksText(r), v.columns()-used)))...)
		if v.verbose {
			v.details(r)
		} else {
			v.trouble(r, short)
		}
		v.loss(&r.Loss)
	}
}

// failing returns the links whose last attempt failed.
func failing(r *api.Remote) []*api.Link {
	var out []*api.Link
	for i := range r.Links {
		if l := &r.Links[i]; l.Failing {
			out = append(out, l)
		}
	}
	return out
}

// linksText says what the connections are doing, those that do the same together, or when the next attempt is due.
func (v *statusView) linksText(r *api.Remote) string {
	if bad := failing(r); len(bad) > 0 && !bad[0].Next.IsZero() {
		return "next attempt in " + v.until(bad[0].Next)
	}
	var parts []string
	for i := 0; i < len(r.Links); {
		l, n := &r.Links[i], 1
		for i+n < len(r.Links) && r.Links[i+n].State == l.State {
			n++
		}
		i += n
		switch {
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, l.State))
		case !l.Next.IsZero() && l.Up:
			parts = append(parts, l.State, "next in "+v.until(l.Next))
		case !l.Next.IsZero():
			parts = append(parts, "next in "+v.until(l.Next))
		default:
			parts = append(parts, l.State)
		}
	}
	return strings.Join(parts, ", ")
}

// trouble says why a remote is not up: of the first link that fails, in one line if it is to be short.
func (v *statusView) trouble(r *api.Remote, short bool) {
	bad := failing(r)
	if len(bad) == 0 {
		return
	}
	l := bad[0]
	text := fmt.Sprintf("%s: %.400s", l.Name, l.LastError)
	if short {
		v.line(plain("%*s%s", statusIndent, "", cell(text, v.columns()-statusIndent)))
		return
	}
	v.note(statusIndent, "%s", text)
	v.note(statusIndent, "%s", strings.Join(counts(l), "; "))
	if n := len(bad) - 1; n > 0 {
		v.note(statusIndent, "%s more failing (-v shows each)", count(n, "link"))
	}
}

// counts tells what went wrong with a link so far.
func counts(l *api.Link) []string {
	var parts []string
	if l.Failures > 0 {
		parts = append(parts, number(l.Failures, "failure")+": "+tally(l.Causes))
	}
	if l.SkippedTicks > 0 {
		parts = append(parts, number(l.SkippedTicks, "tick")+" missed")
	}
	return parts
}

// loss is one line, or none if nothing was lost.
func (v *statusView) loss(l *api.Loss) {
	if !l.Any() {
		return
	}
	var parts []string
	if l.ServerOverruns > 0 || l.IndexGaps > 0 {
		parts = append(parts, fmt.Sprintf("%d by server overruns, %d by index", l.ServerOverruns, l.IndexGaps))
	}
	if l.ReceiveGaps > 0 {
		parts = append(parts, fmt.Sprintf("%s, %s in all", number(l.ReceiveGaps, "receive gap"), ageText(l.ReceiveGapSeconds)))
	}
	v.note(statusIndent, "loss: %s", strings.Join(parts, "; "))
}
