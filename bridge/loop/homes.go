package loop

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// homes finds the remotes behind which a GUID is declared, by the most specific declaration. It asks once for each length of
// declaration that there is, however many there are.
type homes struct {
	lengths []length // the longest first
	any     []int32  // that declare everything
}

// length holds the declarations with so many fixed bytes.
type length struct {
	fixed   int
	remotes map[vscp.GUID][]int32 // by the GUID, which is zero after the fixed bytes
}

func (h *homes) add(p vscp.GUIDPattern, remote int) {
	if p.Len() == 0 {
		h.any = append(h.any, int32(remote))
		return
	}
	i := slices.IndexFunc(h.lengths, func(l length) bool { return l.fixed == p.Len() })
	if i < 0 {
		i = len(h.lengths)
		h.lengths = append(h.lengths, length{p.Len(), make(map[vscp.GUID][]int32)})
	}
	h.lengths[i].remotes[p.First()] = append(h.lengths[i].remotes[p.First()], int32(remote))
}

func (h *homes) sort() {
	slices.SortFunc(h.lengths, func(a, b length) int { return b.fixed - a.fixed })
}

func (h *homes) none() bool { return len(h.lengths) == 0 && len(h.any) == 0 }

// of returns the remotes behind which guid lives.
func (h *homes) of(guid vscp.GUID) (remotes []int32, declared bool) {
	remotes, _ = h.find(guid)
	return remotes, len(remotes) > 0
}

// either returns the remotes of that of two GUIDs which is declared more specifically.
func (h *homes) either(a, b vscp.GUID) []int32 {
	ofA, longA := h.find(a)
	ofB, longB := h.find(b)
	if longB > longA {
		return ofB
	}
	return ofA
}

// find also returns the number of bytes that were declared; -1: guid is not.
func (h *homes) find(guid vscp.GUID) (remotes []int32, fixed int) {
	for i := range h.lengths {
		l := &h.lengths[i]
		clear(guid[l.fixed:])
		if remotes = l.remotes[guid]; remotes != nil {
			return remotes, l.fixed
		}
	}
	if len(h.any) > 0 {
		return h.any, 0
	}
	return nil, -1
}
