package queue

import (
	"strconv"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestRingBothEnds(t *testing.T) {
	row := func(i int) *vscp.Row { return &vscp.Row{Text: []byte(strconv.Itoa(i))} }
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
		if got, want := string(r.popFront().Text), strconv.Itoa(i); got != want {
			t.Fatalf("popFront() = %s, want %s", got, want)
		}
		if got, want := string(r.popBack().Text), strconv.Itoa(2*n-1-i); got != want {
			t.Fatalf("popBack() = %s, want %s", got, want)
		}
	}
	for i, row := range r.rows {
		if row != nil {
			t.Errorf("place %d of the empty ring holds %s, want nil so that the row can be freed", i, row.Text)
		}
	}
}

func TestRingGivesMemoryBack(t *testing.T) {
	for _, pop := range []func(r *ring) *vscp.Row{(*ring).popFront, (*ring).popBack} {
		var r ring
		for range 3 {
			for range 10 * ringKeep {
				r.pushBack(&vscp.Row{})
			}
			for r.len() > 0 {
				pop(&r)
			}
			if got := cap(r.rows); got > ringKeep {
				t.Errorf("the empty ring keeps %d places after a burst, want at most %d", got, ringKeep)
			}
		}
	}
}
