package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// details shows the peer, and each connection with its history.
func (v *statusView) details(r *api.Remote) {
	if p := r.Peer; p != nil {
		text := "peer: " + strings.TrimSpace(p.Family+" "+p.Version)
		if p.Detected != p.Family && p.Detected != "" && p.Detected != "unknown" {
			text += ", looks like " + p.Detected
		}
		v.note(statusIndent, "%s", text)
	}
	for i := range r.Links {
		v.link(&r.Links[i])
	}
}

func (v *statusView) link(l *api.Link) {
	const indent = statusIndent + 2
	text := fmt.Sprintf("%s: %s for %s", l.Name, l.State, v.age(l.Since))
	switch {
	case l.Next.IsZero():
	case l.Up:
		text += ", next tick in " + v.until(l.Next)
	default:
		text += ", next attempt in " + v.until(l.Next)
	}
	v.note(statusIndent, "%s", text)
	made := "never connected"
	if l.Connects > 0 {
		made = number(l.Connects, "connection")
	}
	if l.Address != "" {
		made += ", address " + l.Address
	}
	v.note(indent, "%s", strings.Join(append([]string{made}, counts(l)...), "; "))
	if l.LastError != "" {
		v.note(indent, "last error (%s): %.400s", l.LastCause, l.LastError)
	}
	if text := stays(l.States); text != "" {
		v.note(indent, "time spent: %s", text)
	}
	for _, t := range l.History {
		cause := ""
		if t.Cause != "" {
			cause = ": " + t.Cause
		}
		v.note(indent, "%s %s for %s -> %s%s", v.clock(t.At, "2006-01-02 15:04:05.000"), t.From, preciseText(t.Seconds), t.To, cause)
	}
}

// stays lists the states that took a second or more, the longest first.
func stays(states map[string]api.Stay) string {
	names := slices.SortedFunc(maps.Keys(states), func(a, b string) int {
		return cmp.Or(cmp.Compare(states[b].Seconds, states[a].Seconds), cmp.Compare(a, b))
	})
	var parts []string
	for _, name := range names {
		if s := states[name].Seconds; s >= 1 {
			parts = append(parts, name+" "+ageText(s))
		}
	}
	return strings.Join(parts, ", ")
}

// preciseText writes short stays in milliseconds.
func preciseText(seconds float64) string {
	if seconds < 10 {
		return fmt.Sprintf("%.3fs", seconds)
	}
	return ageText(seconds)
}
