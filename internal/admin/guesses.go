package admin

import (
	"net/http"
	"net/netip"
	"sync"
)

// guesses counts the tokens that are looked at, or were wrong and are not answered yet.
type guesses struct {
	mu   sync.Mutex
	all  int
	from map[netip.Prefix]int // by where they come from
}

func newGuesses() *guesses { return &guesses{from: make(map[netip.Prefix]int)} }

// enter reports whether one more may be looked at.
func (g *guesses) enter(from netip.Prefix) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all == tokensInFlight || g.from[from] == tokensFromOne {
		return false
	}
	g.all++
	g.from[from]++
	return true
}

func (g *guesses) leave(from netip.Prefix) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all--
	if g.from[from]--; g.from[from] == 0 {
		delete(g.from, from)
	}
}

// network is where a request comes from: an address, or for IPv6 the network that a single machine has to itself.
func network(r *http.Request) netip.Prefix {
	from, _ := netip.ParseAddrPort(r.RemoteAddr) // nobody in particular if that is none
	address, bits := from.Addr().Unmap().WithZone(""), 32
	if address.Is6() {
		bits = 64
	}
	prefix, _ := address.Prefix(bits)
	return prefix
}
