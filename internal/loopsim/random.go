package loopsim

import (
	"fmt"
	"math/rand/v2"
)

// Random makes a topology of a seed, of which nobody said what to expect: Accepted is not set. Where sites do not reach each other,
// nothing is missing.
func Random(seed uint64) *Topology {
	rng := rand.New(rand.NewPCG(seed, 0x70B0))
	p := plan{origins: declared(rng.IntN(3)), roams: rng.IntN(4) == 0, limit: 20}
	p.strict = p.origins != nothing && rng.IntN(2) == 0
	for range 2 + rng.IntN(4) {
		kinds := []Peer{Daemon(), Daemon(), Daemon(), Firmware(), Firmware(), Micro()}
		p.sites = append(p.sites, kinds[rng.IntN(len(kinds))])
	}
	for range 1 + rng.IntN(len(p.sites)) {
		size := min(2+rng.IntN(2), len(p.sites))
		p.bridges = append(p.bridges, rng.Perm(len(p.sites))[:size])
	}
	t := shape(fmt.Sprintf("random %d", seed), fmt.Sprintf("origins %d, strict %t", p.origins, p.strict), "", false, p)
	t.Partial = true
	return t
}
