package loop_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
)

// modelSeeds is how many topologies a test makes up, with all that happens to them.
const modelSeeds = 2000

func TestOneBridgeOfARingBlocks(t *testing.T) {
	t.Parallel()
	for seed := range repeat.Times(uint64(modelSeeds)) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		m := newRing(rnd, 2+int(seed%3))
		largest := slices.MaxFunc(m.bridges, func(a, b *modelBridge) int { return cmp.Compare(a.id, b.id) })
		m.play(t, seed, func(part string) {
			for _, b := range m.bridges {
				want := 0
				if b == largest {
					want = 1
				}
				got := 0
				for _, site := range b.sites {
					if b.prober.Blocked(0, site) {
						got++
					}
				}
				if got != want {
					t.Fatalf("seed %d, %s: bridge %x blocks %d remotes, want %d; the largest is %x", seed, part, b.id, got, want, largest.id)
				}
				if rings := b.prober.Rings(); len(rings) != 1 {
					t.Fatalf("seed %d, %s: bridge %x knows of %d cycles, want 1", seed, part, b.id, len(rings))
				}
			}
		})
	}
}

func TestBlockedPortsLeaveASpanningTree(t *testing.T) {
	t.Parallel()
	for seed := range repeat.Times(uint64(modelSeeds)) {
		m := newMesh(rand.New(rand.NewPCG(seed, 2)))
		m.play(t, seed, func(string) {})
	}
}

// Two daemons with the same configuration, and so the same GUID, are told apart all the same.
func TestTwinsWithOneGUID(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		m := newRing(rand.New(rand.NewPCG(seed, 3)), 2)
		for _, b := range m.bridges {
			b.id = 7
			m.start(b)
		}
		for range 8 {
			m.interval()
		}
		if got := len(m.blocked()); got != 1 {
			t.Fatalf("seed %d: %d ports are blocked, want 1", seed, got)
		}
		if m.bridges[0].prober.Twins()+m.bridges[1].prober.Twins() == 0 {
			t.Fatalf("seed %d: no twin was noticed", seed)
		}
	}
}
