package queue

import (
	"strconv"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestRingBothEnds(t *testing.T) {
	row := func(i int) place { return place{row: &vscp.Row{Text: []byte(strconv.Itoa(i))}} }
	var r ring
	const n = 100 // grows several times, with the first place in the midst of the array
	for i := range n {
		r.pushBack(row(n + i))
		r.pushFront(row(n - 1 - i))
	}
	if r.len() != 2*n {
		t.Fatalf("len() = %d, want %d", r.len(), 2*n)
	}
	for i := range n {
		if got, want := string(r.popFront().row.Text), strconv.Itoa(i); got != want {
			t.Fatalf("popFront() = %s, want %s", got, want)
		}
		if got, want := string(r.popBack().row.Text), strconv.Itoa(2*n-1-i); got != want {
			t.Fatalf("popBack() = %s, want %s", got, want)
		}
	}
	for i, p := range r.places {
		if p.row != nil {
			t.Errorf("place %d of the empty ring holds %s, want nil so that the row can be freed", i, p.row.Text)
		}
	}
}

func TestRingGivesMemoryBack(t *testing.T) {
	for _, pop := range []func(r *ring) place{(*ring).popFront, (*ring).popBack} {
		var r ring
		for range 3 {
			for range 10 * ringKeep {
				r.pushBack(place{row: &vscp.Row{}})
			}
			for r.len() > 0 {
				pop(&r)
			}
			if got := cap(r.places); got > ringKeep {
				t.Errorf("the empty ring keeps %d places after a burst, want at most %d", got, ringKeep)
			}
		}
	}
}
