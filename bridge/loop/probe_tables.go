package loop

import "container/list"

// key tells probes apart.
func (s Signal) key() uint64 { return s.ID<<16 | uint64(s.Token) }

// ticket is where a probe was sent.
type ticket struct{ route, to int }

// tokens are the own probes that may still come back: of each member the last ones, however long ago. A remote that is visited
// seldom gets them late.
type tokens struct {
	at     map[uint64]ticket
	recent map[ticket][]uint64
}

// keptTokens is how many probes to a member are remembered.
const keptTokens = 16

func newTokens() tokens {
	return tokens{at: make(map[uint64]ticket), recent: make(map[ticket][]uint64)}
}

func (t *tokens) find(s Signal) (ticket, bool) {
	found, ok := t.at[s.key()]
	return found, ok
}

func (t *tokens) add(s Signal, to ticket) {
	if _, ok := t.at[s.key()]; ok {
		return // none of the tokens that were tried was free: this probe counts as the older one
	}
	keys := t.recent[to]
	if len(keys) == keptTokens {
		delete(t.at, keys[0])
		keys = append(keys[:0], keys[1:]...)
	}
	t.recent[to] = append(keys, s.key())
	t.at[s.key()] = to
}

// passed are the probes that remotes have: each gets one once, and a second time if at first it was outranked.
type passed struct {
	at    map[delivery]*list.Element
	order list.List // of *pass, the oldest first
}

type delivery struct {
	probe  uint64
	remote int
}

type pass struct {
	delivery
	outranked bool
}

// maxPassed bounds what is remembered: the probes of a hundred bridges to ten remotes, for some intervals.
const maxPassed = 4096

func newPassed() passed { return passed{at: make(map[delivery]*list.Element)} }

// offer reports whether a probe says something new at a remote, which has it from now on.
func (p *passed) offer(s Signal, remote int) bool {
	d := delivery{s.key(), remote}
	if e, ok := p.at[d]; ok {
		before, ok := e.Value.(*pass)
		if !ok || !before.outranked || s.Outranked {
			return false
		}
		before.outranked = false
		return true
	}
	if p.order.Len() == maxPassed {
		if oldest, ok := p.order.Remove(p.order.Front()).(*pass); ok {
			delete(p.at, oldest.delivery)
		}
	}
	p.at[d] = p.order.PushBack(&pass{delivery: d, outranked: s.Outranked})
	return true
}
