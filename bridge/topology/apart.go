package topology

import "github.com/tcpiplink/tcpiplink-bridge/config"

// apart finds files that share no site with any other: usually a server has another address in each.
func (g *graph) apart(r *Report) {
	if len(g.bridges) < 2 {
		return
	}
	shares := make([]bool, len(g.bridges))
	for i := range g.sites {
		nodes := g.sites[i].nodes
		for _, n := range nodes {
			if g.nodes[n].bridge != g.nodes[nodes[0]].bridge {
				shares[g.nodes[n].bridge], shares[g.nodes[nodes[0]].bridge] = true, true
			}
		}
	}
	for b := range g.bridges {
		if remotes := g.bridges[b].cfg.Remotes; !shares[b] && len(remotes) > 0 {
			r.Findings = append(r.Findings, Finding{
				Kind: Apart, Severity: config.SeverityWarning, Pos: remotes[0].Pos, Block: remoteBlock(remotes[0]),
				Summary: g.bridges[b].name + " shares no site with the other files",
				Instead: `if a remote is the same server as one in another file, the same address, or the same site = "name", in both`,
			})
		}
	}
}
