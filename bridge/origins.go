package bridge

import (
	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Origins is what is declared of the places of GUIDs, and what those that came suggest.
type Origins struct {
	Remotes []RemoteOrigins // in the order of the configuration
	Apart   []loop.Apart    // their remotes are places in Remotes
}

// RemoteOrigins is the part of it about a remote.
type RemoteOrigins struct {
	Name     string
	Strict   bool
	Declared []vscp.GUIDPattern
	loop.Suggested
}

// Origins reads what was learned since the start.
func (b *Bridge) Origins() Origins {
	g := b.present.Load()
	p := g.policy.Proposal()
	out := Origins{Apart: p.Apart}
	for i, r := range g.cfg.Remotes {
		out.Remotes = append(out.Remotes, RemoteOrigins{Name: r.Name, Strict: r.Strict, Declared: r.Origins, Suggested: p.Places[i]})
	}
	return out
}
