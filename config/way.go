package config

import "slices"

// Way is one direction of a route.
type Way struct {
	From, To *Remote
	Preset   Preset // the classes that go this way
}

// Ways returns the directions of the route: every ordered pair of Between, or every pair of From and To. With the presets
// telemetry and commands together, commands go back from To to From.
func (r *Route) Ways() []Way {
	if len(r.Between) > 0 {
		return pairs(r.Between, r.Between, PresetAll)
	}
	if r.goesBack() {
		return append(pairs(r.From, r.To, PresetTelemetry), pairs(r.To, r.From, PresetCommands)...)
	}
	preset := PresetAll
	if len(r.Presets) > 0 {
		preset = r.Presets[0]
	}
	return pairs(r.From, r.To, preset)
}

func pairs(from, to []*Remote, preset Preset) []Way {
	var ways []Way
	for _, f := range from {
		for _, t := range to {
			if f != t {
				ways = append(ways, Way{From: f, To: t, Preset: preset})
			}
		}
	}
	return ways
}

// goesBack reports whether something goes from To to From.
func (r *Route) goesBack() bool {
	return slices.Contains(r.Presets, PresetTelemetry) && slices.Contains(r.Presets, PresetCommands)
}

// sources returns the remotes that events are taken from.
func (r *Route) sources() []*Remote {
	if r.goesBack() {
		return slices.Concat(r.From, r.To)
	}
	return slices.Concat(r.From, r.Between)
}

// destinations returns the remotes that events go to.
func (r *Route) destinations() []*Remote {
	if r.goesBack() {
		return slices.Concat(r.To, r.From)
	}
	return slices.Concat(r.To, r.Between)
}
