package loop

import (
	"fmt"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Nodes behind one interface have GUIDs that differ in the last byte. Their places in a table must not.
func TestNeighboursAreSpread(t *testing.T) {
	const hashers, nodes, places, most = 2000, 64, 1024, 4
	crowded := 0
	for range hashers {
		h := newHasher()
		var at [places]int
		for i := range nodes {
			var row vscp.Row
			if err := row.Parse(fmt.Appendf(nil, "96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:%02X,1", i)); err != nil {
				t.Fatal(err)
			}
			at[h.event(&row)%places]++
		}
		for _, n := range at {
			if n > most {
				crowded++
				break
			}
		}
	}
	if crowded > 2 { // 7 of a million by chance
		t.Errorf("with %d of %d hashers more than %d of %d nodes share one of %d places, want next to none", crowded, hashers, most, nodes, places)
	}
}

// The same holds for the places at a door, whatever generated id the nodes share.
func TestNeighboursAreSpreadAtTheDoor(t *testing.T) {
	const ids, nodes, places, most = 2000, 64, 1024, 4
	d := Door{recent: make([]recent, places)}
	crowded := 0
	for i := range ids {
		at := make(map[*recent]int)
		for node := range nodes {
			guid := vscp.GUID{0xFE, byte(i), byte(i >> 8), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(node)}
			at[d.place(&guid)]++
		}
		for _, n := range at {
			if n > most {
				crowded++
				break
			}
		}
	}
	if crowded > 2 { // 7 of a million by chance
		t.Errorf("with %d of %d ids more than %d of %d nodes share one of %d places, want next to none", crowded, ids, most, nodes, places)
	}
}
