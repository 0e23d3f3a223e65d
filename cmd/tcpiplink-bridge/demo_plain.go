package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	plainLook = 50 * time.Millisecond // how often the links are looked at
	plainLine = time.Second           // how often the counts are printed
)

// plainView prints lines, for pipes, logs and terminals that cannot move their cursor.
type plainView struct {
	out    io.Writer
	meter  *meter
	states map[string]linkState
}

// show prints until the demo is over or ctx ends.
func (v *plainView) show(ctx context.Context) {
	v.intro()
	look := time.NewTicker(plainLook)
	defer look.Stop()
	end := time.NewTimer(v.meter.length)
	defer end.Stop()
	for next := plainLine; ; {
		select {
		case <-ctx.Done():
			return
		case <-v.meter.world.broken:
			return
		case <-end.C:
			return
		case <-look.C:
		}
		s := v.meter.read(time.Now())
		v.links(&s)
		if s.elapsed >= next {
			next += plainLine
			v.counts(&s)
		}
	}
}

func (v *plainView) intro() {
	fmt.Fprintln(v.out, "two sites and a boiler on this machine, and a bridge between them")
	for _, s := range v.meter.world.sites {
		fmt.Fprintf(v.out, "  %-6s at %s emits %s, %v a second\n", s.name, s.listener.Addr(), s.about, s.rate)
	}
	fmt.Fprintln(v.out, "north and south play what real servers sent, with each GUID moved into its site's range")
	fmt.Fprintln(v.out, "'tcpiplink-bridge demo --show-config' prints the configuration of the bridge")
}

// links prints each change of a link.
func (v *plainView) links(s *snapshot) {
	for _, r := range s.remotes {
		if v.states[r.name] == r.state || r.state == linkConnecting && v.states[r.name] == "" {
			continue
		}
		v.states[r.name] = r.state
		fmt.Fprintf(v.out, "%5.1fs link to %s is %s (%s)\n", s.elapsed.Seconds(), r.name, r.state, r.detail)
	}
}

// counts prints what was forwarded, what waits, and one event as a sample.
func (v *plainView) counts(s *snapshot) {
	var parts []string
	var queued uint64
	for _, w := range s.ways {
		parts = append(parts, fmt.Sprintf("%s %d", w.name, w.forwarded))
		queued += w.queued
	}
	fmt.Fprintf(v.out, "%5.1fs forwarded %s; queued %d\n", s.elapsed.Seconds(), strings.Join(parts, ", "), queued)
	if n := len(s.events); n > 0 {
		e := &s.events[n-1]
		fmt.Fprintf(v.out, "       such as %s -> %s %s\n", e.from, e.to, e.text())
	}
}
