package topology

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// state is an event at a site, as it came there.
type state struct {
	entry int // the node that sent it to the site; negative: it began at the site -1-entry
	event event
}

// step is a way of an event into a state.
type step struct {
	before int // the state that it left; -1: it began
	lane   int
}

// flow follows one event from a site, or from several.
type flow struct {
	g      *graph
	start  int // the first of them
	starts int // how many
	mode   mode

	states []state // those in which it begins come first
	known  map[state]int
	first  []step         // into each state
	next   [][]step       // out of each state; before is the state that the step leads to
	into   map[int][]step // each site
}

// mode says what is believed while an event is followed.
type mode struct {
	sure   bool // only what surely passes
	echoes bool // sites that erase identity send an event back to its sender too
	auto   bool // sites of which it is not known erase identity
	blind  bool // everything passes
	face   int  // which of its origins is the interface of a remote at a site that erases identity
}

func (g *graph) follow(start int, e event, m mode) *flow {
	return g.followFrom([]int{start}, e, m)
}

// followFrom follows an event from several sites at once. What is in its flow of any one of them is in the flow of all.
func (g *graph) followFrom(starts []int, e event, m mode) *flow {
	f := &flow{g: g, start: starts[0], starts: len(starts), mode: m, known: map[state]int{}, into: map[int][]step{}}
	for _, start := range starts {
		f.reach(state{-1 - start, e}, step{-1, -1})
	}
	for i := 0; i < len(f.states) && g.budget > 0; i++ {
		f.spread(i)
	}
	return f
}

// reach returns the number of a state.
func (f *flow) reach(s state, by step) int {
	n, ok := f.known[s]
	if !ok {
		n = len(f.states)
		f.known[s] = n
		f.states = append(f.states, s)
		f.first = append(f.first, by)
		f.next = append(f.next, nil)
	}
	return n
}

func (f *flow) site(i int) int {
	entry := f.states[i].entry
	if entry >= 0 {
		return f.g.nodes[entry].site
	}
	return -1 - entry
}

// spread sends the event from the site of a state to the bridges there, and on.
func (f *flow) spread(i int) {
	s := f.states[i]
	st := &f.g.sites[f.site(i)]
	erases := f.erases(st)
	for _, n := range st.nodes {
		if n == s.entry && (!erases || !f.mode.echoes) {
			continue
		}
		e := s.event
		if erases {
			e.guid = f.g.native(n, f.mode.face)
		}
		f.forward(i, n, e)
	}
}

func (f *flow) erases(st *site) bool { return st.erases || f.mode.auto && st.auto }

// forward sends an event that came to a node on along its lanes.
func (f *flow) forward(i, n int, e event) {
	f.g.budget -= 1 + len(f.g.nodes[n].out)
	if !f.mode.blind && !f.g.admits(n, e.guid) {
		return
	}
	for _, ln := range f.g.nodes[n].out {
		l := &f.g.lanes[ln]
		left := e
		if !f.mode.blind {
			if a := l.takes(&e); a == no || a == maybe && f.mode.sure {
				continue
			}
			left = l.rewrite(e)
		}
		if f.erases(&f.g.sites[f.g.nodes[l.to].site]) {
			left.guid = vscp.GUID{} // what it was matters no more
		}
		by := step{before: i, lane: ln}
		to := f.reach(state{l.to, left}, by)
		f.next[i] = append(f.next[i], step{before: to, lane: ln})
		site := f.g.nodes[l.to].site
		f.into[site] = append(f.into[site], by)
	}
}

// clean reports whether no site got the event twice, and it did not come back.
func (f *flow) clean() bool {
	if len(f.into[f.start]) > 0 {
		return false
	}
	for _, steps := range f.into {
		if len(steps) > 1 {
			return false
		}
	}
	return true
}

// path returns the lanes of the way that ends in a step.
func (f *flow) path(last step) []int {
	var lanes []int
	for s := last; s.before >= 0; s = f.first[s.before] {
		lanes = append(lanes, s.lane)
	}
	slices.Reverse(lanes)
	return lanes
}

// cycle returns the lanes of a cycle among the states, or nil.
func (f *flow) cycle() []int {
	place := make([]int, len(f.states)) // on the stack, from 1; -1: done
	for start := range f.starts {
		if cycle := f.cycleFrom(start, place); cycle != nil {
			return cycle
		}
	}
	return nil
}

// cycleFrom looks at the states that can be reached from one. No state in which an event begins can be reached from another.
func (f *flow) cycleFrom(start int, place []int) []int {
	type frame struct{ state, next int }
	stack := []frame{{state: start}}
	lanes := []int{}
	place[start] = 1
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next == len(f.next[top.state]) {
			place[top.state] = -1
			stack = stack[:len(stack)-1]
			lanes = lanes[:max(len(lanes)-1, 0)]
			continue
		}
		s := f.next[top.state][top.next]
		top.next++
		switch at := place[s.before]; {
		case at > 0:
			return f.g.turned(append(slices.Clone(lanes[at-1:]), s.lane))
		case at == 0:
			place[s.before] = len(stack) + 1
			stack = append(stack, frame{state: s.before})
			lanes = append(lanes, s.lane)
		}
	}
	return nil
}

// turned returns a cycle so that it begins at its first site.
func (g *graph) turned(cycle []int) []int {
	first := 0
	for i, l := range cycle {
		if g.nodes[g.lanes[l].from].site < g.nodes[g.lanes[cycle[first]].from].site {
			first = i
		}
	}
	return slices.Concat(cycle[first:], cycle[:first])
}
