package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// checkRemote checks what concerns several attributes of a remote.
func (d *decoder) checkRemote(raw *rawRemote, r *Remote) {
	if raw.Password != nil && raw.User == nil {
		d.errorf(raw.Password.NameRange, "Missing user", "A password needs a user to log in as.")
	}
	if raw.Filter != nil && raw.Mask == nil {
		d.errorf(raw.Filter.NameRange, "Missing mask", "A filter without a mask passes every event: the mask says which bits of the filter count.")
	}
	if raw.Mask != nil && raw.Filter == nil {
		d.errorf(raw.Mask.NameRange, "Missing filter", "A mask says which bits of the filter count, and there is no filter.")
	}
	if r.Schedule != nil && r.Receive == ReceiveRcvloop {
		d.errorf(raw.Receive.NameRange, "Schedule without effect", `A scheduled remote is asked on its ticks; with receive = "rcvloop" it would push at all times. Remove one of the two.`)
	}
	if raw.Timeouts != nil && raw.Timeouts.TLS != nil && raw.TLS == nil {
		d.warnf(raw.Timeouts.TLS.NameRange, "No effect", "This remote has no tls block, and so no TLS handshake.")
	}
	if r.Address != "" && !r.Password.IsZero() && r.TLS == nil && !isLoopback(r.Address) {
		d.warnf(raw.Password.NameRange, "Password in the clear", "The link protocol sends user and password unencrypted, and this remote is not on this machine. Use a tls block if the peer speaks TLS, or else a network or tunnel that you trust.")
	}
}

// checkSchedule checks a schedule whose attributes are right each by itself.
func (d *decoder) checkSchedule(raw *rawSchedule, s *Schedule) {
	switch {
	case s.Every == 0:
		d.errorf(raw.Def, "Missing every", `A schedule needs the time from tick to tick, such as every = "5s".`)
	case s.Jitter > s.Every:
		d.errorf(raw.Jitter.Expr.Range(), "Jitter too long", "jitter (%v) must not be longer than every (%v).", s.Jitter, s.Every)
	}
	switch {
	case s.Mode == ModeVisit:
		d.warnf(raw.Mode.Expr.Range(), "Events between visits are lost", `A server keeps events for a client only while it is connected: what comes between two visits is lost. With mode = "hold" the connection stays.`)
	case raw.Linger != nil:
		d.warnf(raw.Linger.NameRange, "No effect", `linger counts in mode "visit" only; in mode "hold" the connection stays anyway.`)
	}
}

// checkFile checks what concerns several blocks.
func (d *decoder) checkFile() {
	if len(d.remotes) == 0 && len(d.routes) == 0 && !d.diags.HasErrors() {
		d.warnf(d.start, "Nothing to do", "The file defines no remote and no route.")
	}
	d.checkRouteNames()
	d.checkUse()
	d.checkAddresses()
	d.checkOrigins()
}

func (d *decoder) checkRouteNames() {
	seen := map[string]*Route{}
	for _, p := range d.routes {
		if first, ok := seen[p.typed.Name]; ok {
			d.errorf(p.raw.NameRange, "Duplicate route", "A route %s is already defined at %s:%d. Names must be unique.", quote(p.typed.Name), first.Pos.File, first.Pos.Line)
			continue
		}
		seen[p.typed.Name] = p.typed
	}
}

// checkUse warns of remotes that no route uses, and of routes that fetch from a remote which is not to be fetched from.
func (d *decoder) checkUse() {
	used := map[*Remote]bool{}
	for _, p := range d.routes {
		for _, to := range p.typed.To {
			used[to] = true
		}
		for _, from := range slices.Concat(p.typed.From, p.typed.Between) {
			used[from] = true
			if from.Receive == ReceiveNone {
				d.warnf(rangeOf(p.raw.Def, p.raw.From, p.raw.Between), "Nothing to carry", `Nothing comes from the remote %s, because of its receive = "none".`, quote(from.Name))
			}
		}
	}
	for _, p := range d.remotes {
		// After a mistake in a route the remote may well be meant to be used there.
		if !used[p.typed] && !d.diags.HasErrors() {
			d.warnf(p.raw.Def, "Unused remote", "No route uses the remote %s: nothing is taken from it or sent to it.", quote(p.typed.Name))
		}
	}
}

func (d *decoder) checkAddresses() {
	seen := map[string]*Remote{}
	for _, p := range d.remotes {
		first, ok := seen[p.typed.Address]
		switch {
		case p.typed.Address == "":
		case ok:
			d.warnf(p.raw.Address.Expr.Range(), "Same address twice", "The remote %s has the same address: a route between the two would send events back to where they came from.", quote(first.Name))
		default:
			seen[p.typed.Address] = p.typed
		}
	}
}

// checkOrigins warns of GUIDs that are said to live in two places. A pattern inside another one is fine: the longer wins.
func (d *decoder) checkOrigins() {
	seen := map[vscp.GUIDPattern]*Remote{}
	for _, p := range d.remotes {
		for i, pattern := range p.typed.Origins {
			switch first, ok := seen[pattern]; {
			case !ok:
				seen[pattern] = p.typed
			case first == p.typed:
				d.warnf(p.raw.originPlaces[i], "Same origin twice", "This pattern is in the list twice.")
			default:
				d.warnf(p.raw.originPlaces[i], "Same origin twice", "The remote %s has the same pattern; a GUID lives behind one remote, and a copy that comes from another is dropped.", quote(first.Name))
			}
		}
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
