package config

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// slowestKeepAlive is the longest time between two signs of life of the known servers.
const slowestKeepAlive = 3 * time.Second

// checkRemote checks what concerns several attributes of a remote.
func (d *decoder) checkRemote(raw *rawRemote, r *Remote) {
	if raw.Password != nil && raw.User == nil {
		d.lacks("user", raw.Password.NameRange, "Missing user", "A password needs a user to log in as.")
	}
	if raw.Filter != nil && raw.Mask == nil {
		d.lacks("mask", raw.Filter.NameRange, "Missing mask", "A filter without a mask passes every event: the mask says which bits of the filter count.")
	}
	if raw.Mask != nil && raw.Filter == nil {
		d.lacks("filter", raw.Mask.NameRange, "Missing filter", "A mask says which bits of the filter count, and there is no filter.")
	}
	if r.Strict && raw.Origins == nil {
		d.lacks("origins", raw.Strict.NameRange, "Missing origins", "With strict = true only events of the remote's origins are taken, and it has none. Add origins = [%s].", examplePattern)
	}
	d.checkScheduled(raw, r)
	d.checkPatience(raw, r)
	d.checkSendConnections(raw, r)
	if raw.Timeouts != nil && raw.Timeouts.TLS != nil && raw.TLS == nil {
		d.warnf(raw.Timeouts.TLS.NameRange, noEffect, "This remote has no tls block, and so no TLS handshake.")
	}
	if t := raw.Timeouts; t != nil && r.Timeouts.DeadAfter > 0 && r.Timeouts.DeadAfter < slowestKeepAlive {
		d.warnf(t.DeadAfter.Expr.Range(), "Shorter than the keep-alives", `Servers that have nothing to push send a sign of life every 1s to %v: a shorter dead_after takes a quiet connection for a dead one. "auto" follows the rhythm of the server.`, slowestKeepAlive)
	}
	if !r.Password.IsZero() && r.TLS == nil && slices.ContainsFunc(r.Addresses, func(addr string) bool { return !isLoopback(addr) }) {
		d.warnf(raw.Password.NameRange, "Password in the clear", "The link protocol sends user and password unencrypted, and this remote is not on this machine. Use a tls block if the peer speaks TLS, or else a network or tunnel that you trust.")
	}
}

// checkSendConnections checks whether there can be as many connections as the file wants.
func (d *decoder) checkSendConnections(raw *rawRemote, r *Remote) {
	if r.SendConnections < 2 {
		return
	}
	if r.Connections == 1 {
		d.errorf(raw.SendConns.NameRange, "Too many connections", "send_connections (%d) contradicts connections = 1, which receives and sends on one. Remove one of the two.", r.SendConnections)
	}
	if r.Schedule != nil {
		d.errorf(raw.SendConns.NameRange, "Too many connections", "A remote with a schedule has one connection. Remove send_connections or schedule.")
	}
	total, receiving := r.SendConnections, ""
	if r.Receive != ReceiveNone {
		total, receiving = total+1, ", with the one that receives"
	}
	if most := r.Profile.maxConnections(); most > 0 && total > most {
		d.warnf(raw.SendConns.Expr.Range(), "Too many connections", "A peer of the profile %q takes %d connections from all its clients together, and this makes %d%s.", r.Profile, most, total, receiving)
	}
}

// maxConnections returns how many connections a kind of server takes from all its clients together, or 0 for many.
func (p Profile) maxConnections() int {
	switch p {
	case ProfileFirmware:
		return 2
	case ProfileUvscpd:
		return 5
	default:
		return 0
	}
}

// checkFile checks what concerns several blocks.
func (d *decoder) checkFile() {
	if len(d.remotes) == 0 && len(d.routes) == 0 && !d.diags.HasErrors() {
		d.warnf(d.start, "Nothing to do", "The configuration defines no remote and no route.")
	}
	d.checkRouteNames()
	d.checkFolders()
	d.checkUse()
	d.checkAddresses()
	d.checkShared()
	d.checkOrigins()
	d.checkRewrites()
}

func (d *decoder) checkRouteNames() {
	seen := map[string]*Route{}
	for _, p := range d.routes {
		if first, ok := seen[p.typed.Name]; ok {
			n := len(d.diags)
			d.errorf(p.raw.NameRange, "Duplicate route", "A route %s is already defined at %s:%d. Names must be unique.", wording.Quote(p.typed.Name), first.Pos.File, first.Pos.Line)
			d.aboutNamed(n, "route", p.raw.Name, p.raw.NameRange)
			continue
		}
		seen[p.typed.Name] = p.typed
	}
}

// checkUse warns of remotes that no route uses, and of what a remote's settings mean for the routes that do.
func (d *decoder) checkUse() {
	source, destination := map[*Remote]bool{}, map[*Remote]bool{}
	for _, p := range d.routes {
		n := len(d.diags)
		for _, to := range p.typed.destinations() {
			destination[to] = true
		}
		for _, from := range p.typed.sources() {
			source[from] = true
			if from.Receive == ReceiveNone {
				ends := rangeOf(p.raw.Def, p.raw.From, p.raw.Between)
				if slices.Contains(p.typed.To, from) {
					ends = p.raw.To.Range
				}
				d.warnf(ends, "Nothing to carry", `Nothing comes from the remote %s, because of its receive = "none".`, wording.Quote(from.Name))
			}
		}
		d.aboutNamed(n, "route", p.raw.Name, p.raw.NameRange)
	}
	// After a mistake in a route a remote may well be meant to be used there.
	whole := !d.diags.HasErrors()
	for _, p := range d.remotes {
		n := len(d.diags)
		if source[p.typed] {
			d.checkVisits(p)
		}
		if whole {
			d.checkUsed(p, source[p.typed], destination[p.typed])
		}
		d.aboutNamed(n, "remote", p.raw.Name, p.raw.NameRange)
	}
}

// checkUsed checks a remote that is source or destination of routes, both or neither.
func (d *decoder) checkUsed(p *pair[rawRemote, Remote], source, destination bool) {
	r := p.typed
	if !source && !destination {
		d.warnf(p.raw.Def, "Unused remote", "No route uses the remote %s: nothing is taken from it or sent to it.", wording.Quote(r.Name))
		return
	}
	if r.SendConnections > 1 && !destination {
		d.warnf(p.raw.SendConns.NameRange, noEffect, "No route sends to the remote %s, so that it has no connection to send on.", wording.Quote(r.Name))
	}
	d.checkLazy(p)
	d.checkAges(p)
}

func (d *decoder) checkAddresses() {
	seen := map[string]*Remote{}
	for _, p := range d.remotes {
		n := len(d.diags)
		for i, addr := range p.typed.Addresses {
			if first, ok := seen[addr]; ok {
				d.warnf(p.raw.addressPlaces[i], "Same address twice", "The remote %s has the same address: a route between the two would send events back to where they came from.", wording.Quote(first.Name))
				continue
			}
			seen[addr] = p.typed
		}
		d.aboutNamed(n, "remote", p.raw.Name, p.raw.NameRange)
	}
}

// checkOrigins warns of GUIDs that are said to live in two places. A pattern inside another one is fine: the longer wins.
func (d *decoder) checkOrigins() {
	seen := map[vscp.GUIDPattern]*Remote{}
	for _, p := range d.remotes {
		n := len(d.diags)
		for i, pattern := range p.typed.Origins {
			switch first, ok := seen[pattern]; {
			case !ok:
				seen[pattern] = p.typed
			case first == p.typed:
				d.warnf(p.raw.originPlaces[i], "Same origin twice", "This pattern is in the list twice.")
			default:
				d.warnf(p.raw.originPlaces[i], "Same origin twice", "The remote %s has the same pattern; a GUID lives behind one remote, and a copy that comes from another is dropped.", wording.Quote(first.Name))
			}
		}
		d.aboutNamed(n, "remote", p.raw.Name, p.raw.NameRange)
	}
}

// rangeOf returns the place of the first attribute that is given, or else that of the block.
func rangeOf(def hcl.Range, attrs ...*hcl.Attribute) hcl.Range {
	for _, attr := range attrs {
		if attr != nil {
			return attr.Range
		}
	}
	return def
}
