package topology_test

import (
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
)

// TestLower lowers what a report has in common with another one: by kind and ways, not by words.
func TestLower(t *testing.T) {
	// Two remotes stand for each site of a ring: A and F, B and D, C and E.
	at := func(h *hub) {
		for i, r := range h.remotes("DEF") {
			r.Addresses = h.remotes("BCA")[i].Addresses
		}
	}
	ring := func(h *hub) { at(h); h.fromTo("A", "B"); h.fromTo("D", "C"); h.fromTo("E", "F") }
	twins := func(h *hub) { h.between("AB"); h.between("AB") }
	words := []string{"A:", "B:", "C:", "D:", "E:", "F:"}
	for _, tt := range []struct {
		name         string
		inUse, after func(h *hub)
		order        []string // of the remotes afterwards
		want         int      // errors that are left
	}{
		{"the same", twins, twins, words, 0},
		{"nothing was wrong", func(h *hub) { h.between("AB") }, twins, words, 1},
		{"another pair", twins, func(h *hub) { h.between("AC"); h.between("AC") }, words, 1},
		{"one more pair", twins, func(h *hub) { twins(h); h.between("AC"); h.between("AC") }, words, 1},
		{"other names of routes", twins, func(h *hub) {
			twins(h)
			for _, r := range h.cfg.Routes {
				r.Name += "-new"
			}
		}, words, 0},
		{"another address", twins, func(h *hub) { twins(h); h.cfg.Remotes[1].Addresses = []string{"new.example:9598"} }, words, 0},
		{"another order of remotes", ring, ring, []string{"F:", "E:", "D:", "C:", "B:", "A:"}, 0},
		{"a ring the other way round", ring, func(h *hub) { at(h); h.fromTo("B", "A"); h.fromTo("C", "D"); h.fromTo("F", "E") }, words, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inUse, after := newHub(t, "hub", words...), newHub(t, "hub", tt.order...)
			tt.inUse(inUse)
			tt.after(after)
			report := topology.Check(after.cfg)
			before := report.Errors()
			if report.Lower(topology.Check(inUse.cfg)); report.Errors() != tt.want || before == 0 {
				t.Errorf("errors after Lower = %d of %d, want %d\n%+v", report.Errors(), before, tt.want, report.Findings)
			}
		})
	}
}
