package policy

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// slots number the remotes. A name keeps its number as long as the process lives, also while no remote has it: what was learned and
// what is under way needs no new numbers when the configuration changes. They do not change once made.
type slots struct {
	names []string // by slot
	of    []int    // by place in the configuration
	place []int    // by slot; -1: no remote has the name
}

// newSlots numbers remotes in their order.
func newSlots(remotes []*config.Remote) slots {
	var s slots
	for i, r := range remotes {
		s.names, s.of, s.place = append(s.names, r.Name), append(s.of, i), append(s.place, i)
	}
	return s
}

// next numbers the remotes of another configuration.
func (s *slots) next(remotes []*config.Remote) slots {
	n := slots{names: slices.Clip(s.names), of: make([]int, len(remotes))}
	known := make(map[string]int, len(s.names))
	for slot, name := range s.names {
		known[name] = slot
	}
	for i, r := range remotes {
		slot, ok := known[r.Name]
		if !ok {
			slot = len(n.names)
			n.names = append(n.names, r.Name)
		}
		n.of[i] = slot
	}
	n.place = slices.Repeat([]int{-1}, len(n.names))
	for i, slot := range n.of {
		n.place[slot] = i
	}
	return n
}

// index returns the slots by remote.
func (s *slots) index(remotes []*config.Remote) map[*config.Remote]int {
	index := make(map[*config.Remote]int, len(remotes))
	for i, r := range remotes {
		index[r] = s.of[i]
	}
	return index
}
