package config

import (
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

func (d *decoder) decodeLoop(raw *rawLoop, l *Loop) {
	if raw == nil {
		return
	}
	l.Roaming, raw.roamingPlaces = d.patterns(raw.Roaming)
	if it, ok := d.scalar(raw.StormLimit); ok {
		const most = 1_000_000
		if n, ok := number(it); ok && n >= 0 && n <= most {
			l.Storm.Limit = int(n)
		} else {
			d.errorf(it.rng, "Wrong number", "storm_limit must be a whole number from 1 to %d, or 0 for no storm breaker.", most)
		}
	}
	d.duration(raw.StormWindow, &l.Storm.Window, 1)
	if raw.StormWindow != nil && l.Storm.Limit == 0 {
		d.warnf(raw.StormWindow.NameRange, noEffect, "With storm_limit = 0 there is no storm breaker.")
	}
}

// checkLoop warns of origins that hold for no GUID, because all of theirs roam. An origin that contains a pattern of roaming is
// what roaming is for.
func (d *decoder) checkLoop(raw *rawLoop, l *Loop) {
	for i, roaming := range l.Roaming {
		for _, p := range d.remotes {
			for j, origin := range p.typed.Origins {
				if !roaming.Contains(origin) {
					continue
				}
				place := p.raw.originPlaces[j]
				d.warnf(raw.roamingPlaces[i], "Origin without effect", "All GUIDs of an origin of the remote %s (%s:%d) match this: they are taken from every remote. Write the devices that move one by one, or remove the origin.",
					wording.Quote(p.typed.Name), place.Filename, place.Start.Line)
			}
		}
	}
}
