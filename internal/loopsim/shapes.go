package loopsim

import (
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Topologies returns all that are run, in the order of the table.
func Topologies() []*Topology {
	return slices.Concat(trees(), rings(), meshes(), twins(), stars(), erasing())
}

// shape makes a topology of a plan.
func shape(name, settings, bounds string, accepted bool, p plan) *Topology {
	return &Topology{Name: name, Settings: settings, Bounds: bounds, Accepted: accepted, Sites: p.sites, Configs: p.configs(), Roams: p.roams}
}

func keepers(n int) []Peer { return slices.Repeat([]Peer{Daemon()}, n) }

func devicesOnly(n int) []Peer { return slices.Repeat([]Peer{Firmware()}, n) }

func line(n int) [][]int {
	var bridges [][]int
	for i := range n - 1 {
		bridges = append(bridges, []int{i, i + 1})
	}
	return bridges
}

func ring(n int) [][]int { return append(line(n), []int{n - 1, 0}) }

func mesh(n int) [][]int {
	var bridges [][]int
	for i := range n {
		for j := i + 1; j < n; j++ {
			bridges = append(bridges, []int{i, j})
		}
	}
	return bridges
}

func trees() []*Topology {
	hub := [][]int{{0, 1, 2, 3}}
	return []*Topology{
		shape("two sites, one bridge", "none", "own channel", true, plan{sites: keepers(2), bridges: line(2)}),
		shape("two sites that do not echo", "none", "nothing comes back", true, plan{sites: devicesOnly(2), bridges: line(2)}),
		shape("star of 4 around a bridge", "none", "own channel", true, plan{sites: keepers(4), bridges: hub}),
		shape("star of 4 around a bridge", "origins", "origins", true, plan{sites: keepers(4), bridges: hub, origins: local}),
		shape("star of 4 around a bridge, a device moves", "origins, roaming", "own channel", true, plan{sites: keepers(4), bridges: hub, origins: local, roams: true}),
		shape("star of 4 around a site", "none", "own channel", true, plan{sites: keepers(4), bridges: [][]int{{0, 1}, {0, 2}, {0, 3}}}),
		shape("line of 4", "none", "own channel", true, plan{sites: keepers(4), bridges: line(4)}),
		shape("line of 4", "origins of what is behind, strict", "origins", true, plan{sites: keepers(4), bridges: line(4), origins: behind, strict: true}),
		shape("line of 4, a device moves", "roaming", "own channel", true, plan{sites: keepers(4), bridges: line(4), roams: true}),
		oneWay(),
	}
}

func rings() []*Topology {
	slow := shape("ring of 3, lines that take 300 ms", "none", "the rate of the storm breaker", false, plan{sites: keepers(3), bridges: ring(3)})
	slow.Slow = true
	return []*Topology{
		shape("ring of 3", "none", "storm breaker", false, plan{sites: keepers(3), bridges: ring(3)}),
		slow,
		shape("ring of 3", "origins", "origins; where none are declared, the breaker", false, plan{sites: keepers(3), bridges: ring(3), origins: local}),
		shape("ring of 3", "origins, strict", "origins", true, plan{sites: keepers(3), bridges: ring(3), origins: local, strict: true}),
		shape("ring of 5", "origins of what is behind, strict", "origins", true, plan{sites: keepers(5), bridges: ring(5), origins: behind, strict: true}),
		shape("ring of 3, a device moves", "origins, strict, roaming", "storm breaker", false, plan{sites: keepers(3), bridges: ring(3), origins: local, strict: true, roams: true}),
	}
}

func meshes() []*Topology {
	return []*Topology{
		shape("full mesh of 4", "none", "storm breaker", false, plan{sites: keepers(4), bridges: mesh(4)}),
		shape("full mesh of 4", "origins, strict", "origins", true, plan{sites: keepers(4), bridges: mesh(4), origins: local, strict: true}),
		shape("full mesh of 5 that do not echo", "origins, strict", "origins", true, plan{sites: devicesOnly(5), bridges: mesh(5), origins: local, strict: true}),
	}
}

func twins() []*Topology {
	pair := [][]int{{0, 1}, {0, 1}}
	split := plan{sites: keepers(2), bridges: pair, origins: local}
	strict := split
	strict.strict = true
	halves := shape("twin bridges, one for each direction", "origins, strict, from and to", "origins", true, strict)
	for i, cfg := range halves.Configs {
		r := cfg.Routes[0]
		r.From, r.To, r.Between = cfg.Remotes[i:i+1], cfg.Remotes[1-i:2-i], nil
	}
	return []*Topology{
		shape("twin bridges", "none", "storm breaker", false, plan{sites: keepers(2), bridges: pair}),
		shape("twin bridges", "origins", "origins; where none are declared, the breaker", false, split),
		halves,
	}
}

func stars() []*Topology {
	joined := [][]int{{0, 1, 2}, {3, 4, 5}, {2, 3}, {1, 4}}
	return []*Topology{
		shape("two stars of 3, joined once", "none", "own channel", true, plan{sites: keepers(6), bridges: joined[:3]}),
		shape("two stars of 3, joined twice", "none", "storm breaker", false, plan{sites: keepers(6), bridges: joined}),
		shape("two stars of 3, joined twice", "origins of what is behind, strict", "origins", true, plan{sites: keepers(6), bridges: joined, origins: behind, strict: true}),
	}
}

func erasing() []*Topology {
	late := Micro()
	late.EchoDelay = 3 * time.Second
	lateEnd := shape("two sites that erase identity, echoes after 3 s", "none", "the rate of the storm breaker", false, plan{sites: []Peer{late, late}, bridges: line(2)})
	lateEnd.Slow = true
	pair := shape("two sites that erase identity", "none", "echo credits", false, plan{sites: []Peer{Micro(), Micro()}, bridges: line(2)})
	pair.Harmless = true
	return []*Topology{
		shape("star of 4, one erases identity", "none", "echo credits", true, plan{sites: append(keepers(3), Micro()), bridges: [][]int{{0, 1, 2, 3}}}),
		shape("line of 4, one in the midst erases identity", "none", "echo credits", true, plan{sites: []Peer{Daemon(), Micro(), Daemon(), Daemon()}, bridges: line(4)}),
		pair,
		lateEnd,
		shape("ring of 3, one erases identity", "origins, strict", "strict origins, after one copy", false, plan{sites: []Peer{Daemon(), Daemon(), Micro()}, bridges: ring(3), origins: local, strict: true}),
		shape("ring of 3, all erase identity", "none", "storm breaker", false, plan{sites: slices.Repeat([]Peer{Micro()}, 3), bridges: ring(3)}),
	}
}

// oneWay is a line that carries measurements to its end and commands back.
func oneWay() *Topology {
	p := plan{sites: keepers(3), bridges: line(3)}
	t := shape("line of 3, measurements up and commands down", "telemetry and commands", "direction", true, p)
	for _, cfg := range t.Configs {
		r := cfg.Routes[0]
		r.From, r.To, r.Between = cfg.Remotes[:1], cfg.Remotes[1:], nil
		r.Presets = []config.Preset{config.PresetTelemetry, config.PresetCommands}
	}
	t.Reach = func(from, to int, class vscp.Class) bool { return (from < to) != (class == classControl) }
	return t
}
