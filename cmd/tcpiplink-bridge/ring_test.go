//go:build linux

package main

import (
	"fmt"
	"strings"
	"testing"
)

// ring is three daemons, and a bridge between each two of them.
type ring struct {
	towns  []*town
	joints []*joint
}

func startRing(t *testing.T, more func(*town) string, rest string) *ring {
	t.Helper()
	r := &ring{}
	for i, name := range []string{"north", "east", "south"} {
		r.towns = append(r.towns, startTown(t, name, byte(i+1), "vscpd"))
	}
	for i, p := range r.towns {
		r.joints = append(r.joints, startJoint(t, p, r.towns[(i+1)%3], more, rest))
	}
	return r
}

// TestRingWithOrigins shows that a ring is exact where each bridge knows what comes from which side: every event comes to every
// other place once, and nothing comes back. When each bridge has received all that its daemons ever had to give, nothing more can
// be under way.
func TestRingWithOrigins(t *testing.T) {
	t.Parallel()
	const n = 100
	r := startRing(t, func(p *town) string { return fmt.Sprintf("origins = [%q]\n  strict = true", p.origin()) }, "")
	emitAll(t, n, r.towns...)
	for _, j := range r.joints {
		for _, to := range []*town{j.a, j.b} {
			// Of the daemon's own events, what this bridge brought there, and what the one on the other side did.
			j.settle(t, to, balance{Received: 3 * n, Forwarded: n, Held: fmt.Sprintf("own_channel %d, unknown_origin %d", n, n)})
		}
	}
	stopAll(t, r.towns, r.joints)
	for _, p := range r.towns {
		for _, from := range r.towns {
			p.checkTimes(t, n, from, 1)
		}
	}
}

// TestRingWithoutOrigins shows what the storm breaker is for: in the same ring, with nothing that tells the bridges what comes from
// where, each event goes round and round both ways, until the first bridge of a round has seen it too often. So every way carries
// each event so often as the breaker allows, and no more.
func TestRingWithoutOrigins(t *testing.T) {
	t.Parallel()
	const n, limit = 3, 10
	r := startRing(t, func(*town) string { return "" }, fmt.Sprintf("loop {\n  storm_limit = %d\n  storm_window = \"1m\"\n}", limit))
	emitAll(t, n, r.towns...)
	for _, j := range r.joints {
		for _, to := range []*town{j.a, j.b} {
			// The breaker of a way stops what began at its own end; what it brought there itself comes back once more.
			j.settle(t, to, balance{
				Received: 3*n*limit + n + 3*n*limit, Forwarded: 3 * n * limit,
				Held: fmt.Sprintf("own_channel %d, storm %d", 3*n*limit, n),
			})
		}
	}
	stopAll(t, r.towns, r.joints)
	for _, p := range r.towns {
		for _, from := range r.towns {
			want := 2 * limit // by each of two bridges
			if from == p {
				want++ // and once from its device
			}
			p.checkTimes(t, n, from, want)
		}
	}
	for _, j := range r.joints {
		for _, words := range []string{"storm of equal events, holding them back", "storm is over"} {
			if !strings.Contains(j.said.String(), words) {
				t.Errorf("%s did not log %q, want it as its metric counts a storm", j.name, words)
			}
		}
	}
}

// TestErasingPeer joins two daemons through the bus behind a third one, which erases GUID, time and channel of what it is sent,
// and shows it to all its clients, the sender among them. Each event comes to the other daemon once; the echo is known as such.
func TestErasingPeer(t *testing.T) {
	t.Parallel()
	const n = 40
	north, bus, south := startTown(t, "north", 1, "vscpd"), startTown(t, "bus", 2, "uvscpd"), startTown(t, "south", 3, "vscpd")
	bare := func(*town) string { return "" }
	joints := []*joint{startJoint(t, north, bus, bare, ""), startJoint(t, south, bus, bare, "")}
	emitAll(t, n, north, south)
	for _, j := range joints {
		// From the daemon come its own events, and once more those that were brought there.
		j.settle(t, bus, balance{Received: 2 * n, Forwarded: n, Held: fmt.Sprintf("own_channel %d", n)})
		// From the bus come those of the other daemon, and the echoes of its own.
		j.settle(t, j.a, balance{Received: 2 * n, Forwarded: n, Held: fmt.Sprintf("echo %d", n)})
	}
	towns := []*town{north, bus, south}
	stopAll(t, towns, joints)
	for _, p := range towns {
		p.checkTimes(t, n, north, 1)
		p.checkTimes(t, n, south, 1)
	}
}
