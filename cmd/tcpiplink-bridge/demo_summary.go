package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
)

// demoSummary is what a demo came to.
type demoSummary struct {
	directions []bridge.DirectionStatus
	flows      []flowResult
	problems   []string // empty: every direction balances, and nothing was lost
}

// flowResult is what the sites themselves counted.
type flowResult struct {
	from, to                   string
	emitted, expected, arrived uint64
	astray                     uint64
}

const allArrived = "all, in order"

// verdict says in words whether everything arrived.
func (f *flowResult) verdict() string {
	switch {
	case f.arrived < f.expected:
		return fmt.Sprintf("%d LOST", f.expected-f.arrived)
	case f.arrived > f.expected:
		return fmt.Sprintf("%d TOO MANY", f.arrived-f.expected)
	case f.astray > 0:
		return fmt.Sprintf("%d OUT OF PLACE", f.astray)
	default:
		return allArrived
	}
}

// summarize takes the last readings of the bridge and of the sites.
func (w *demoWorld) summarize(flows []flow) demoSummary {
	directions := w.bridge.Directions()
	var results []flowResult
	for _, f := range flows {
		a := f.to.from(f.from)
		results = append(results, flowResult{
			from: f.from.name, to: f.to.name, emitted: f.emitted, expected: f.expected, arrived: a.events, astray: a.astray,
		})
	}
	var offered []uint64
	for i := range directions {
		offered = append(offered, w.offered(&directions[i]))
	}
	return judge(directions, results, offered)
}

// judge compares what the bridge counted with what the sites saw. offered is what the sources of each direction have shown to
// the bridge.
func judge(directions []bridge.DirectionStatus, flows []flowResult, offered []uint64) demoSummary {
	s := demoSummary{directions: directions, flows: flows}
	problem := func(format string, args ...any) { s.problems = append(s.problems, fmt.Sprintf(format, args...)) }
	for i := range flows {
		if v := flows[i].verdict(); v != allArrived {
			problem("%s -> %s: %s", flows[i].from, flows[i].to, v)
		}
	}
	for i := range directions {
		d := &directions[i]
		if !d.Balanced() {
			problem("%s: the bridge's counters do not balance", wayName(d))
		}
		if d.Received != offered[i] {
			problem("%s: the bridge received %d events, its sources showed it %d", wayName(d), d.Received, offered[i])
		}
		var arrived uint64
		for _, f := range flows {
			if f.to == d.To && slices.Contains(d.From, f.from) {
				arrived += f.arrived
			}
		}
		if d.Forwarded != arrived {
			problem("%s: the bridge forwarded %d events, %d arrived", wayName(d), d.Forwarded, arrived)
		}
	}
	return s
}

func (s *demoSummary) print(out io.Writer) {
	fmt.Fprintln(out, "\ncounted by the bridge, for each direction:")
	fmt.Fprintln(out, "  received = forwarded + filtered + suppressed + dropped + queued")
	for i := range s.directions {
		d := &s.directions[i]
		balanced := "balanced"
		if !d.Balanced() {
			balanced = "NOT BALANCED"
		}
		fmt.Fprintf(out, "  %-15s %7d = %7d + %6d + %7d + %5d + %5d  %s\n", wayName(d), d.Received,
			d.Forwarded, bridge.Sum(d.Filtered), bridge.Sum(d.Suppressed), bridge.Sum(d.Dropped), d.Queued, balanced)
	}
	s.printReasons(out)
	fmt.Fprintln(out, "\ncounted by the sites, without asking the bridge:")
	for i := range s.flows {
		f := &s.flows[i]
		fmt.Fprintf(out, "  %-15s %5d emitted, %5d to cross, %5d arrived  %s\n", f.from+" -> "+f.to, f.emitted, f.expected, f.arrived, f.verdict())
	}
	fmt.Fprintln(out)
	if len(s.problems) == 0 {
		fmt.Fprintln(out, "every direction balances, and no event was lost")
	}
	for _, p := range s.problems {
		fmt.Fprintln(out, "PROBLEM:", p)
	}
}

// reasonTexts says what the reasons mean that a demo can show.
func reasonTexts() map[bridge.Reason]string {
	return map[bridge.Reason]string{
		policy.NoMatch:       "no match block of the route takes them",
		policy.ProtocolClass: "protocol classes stay unless a route names them",
		policy.LocalClass:    "a daemon's own events never leave it",
		policy.OwnChannel:    "our own sending, as the site shows it to all clients",
		policy.Origin:        "copies on their way back to where they came from",
	}
}

func (s *demoSummary) printReasons(out io.Writer) {
	counts := make(map[bridge.Reason]uint64)
	for i := range s.directions {
		d := &s.directions[i]
		for _, by := range []map[bridge.Reason]uint64{d.Filtered, d.Suppressed, d.Dropped} {
			for reason, n := range by {
				counts[reason] += n
			}
		}
	}
	texts := reasonTexts()
	reasons := slices.SortedFunc(maps.Keys(counts), func(a, b bridge.Reason) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(string(a), string(b)))
	})
	for _, r := range reasons {
		if counts[r] > 0 {
			fmt.Fprintf(out, "  %8d %-14s %s\n", counts[r], r, texts[r])
		}
	}
}
