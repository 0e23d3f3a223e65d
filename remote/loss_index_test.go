package remote

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// senderGUID is the GUID of the sender with a number; 0 gives the one that names nobody.
func senderGUID(n int) vscp.GUID {
	var g vscp.GUID
	binary.BigEndian.PutUint32(g[12:], uint32(n))
	return g
}

func TestIndices(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events string // of senders A, B and so on, or - for no GUID: `A0` is one of A with index 0
		want   int
	}{
		{"nothing missing", "A0 A1 A2 A3 A4 A5 A6 A7 A0 A1", 0},
		{"one missing", "A0 A1 A2 A4 A5", 1},
		{"one missing at the wrap", "A5 A6 A7 A1", 1},
		{"six missing across the wrap", "A3 A4 A5 A4", 6},
		{"twice in a row", "A0 A1 A2 A4 A7 A0", 3},
		{"at once", "A0 A3 A6", 0},
		{"after one step", "A0 A1 A3 A4 A6 A7 A2", 0},
		{"after two steps, late", "A0 A3 A4 A5 A7", 1},
		{"steps with one between", "A0 A1 A1 A2 A4", 0},
		{"always 0", "A0 A0 A0 A0 A0 A0", 0},
		{"always 5", "A5 A5 A5 A5 A5 A5", 0},
		{"an event twice", "A0 A1 A2 A2 A3", 0},
		{"an event twice, then one missing", "A0 A1 A2 A2 A4", 1},
		{"device restarts", "A3 A4 A5 A0 A1 A2", 2},
		{"device restarts and does not count any more", "A3 A4 A5 A0 A0 A0 A0 A0 A0", 2},
		{"two senders", "A0 B4 A1 B5 A2 B6 A3 B0 A4 B1", 1},
		{"two senders in runs", "A0 A1 A2 B5 B6 B7 A4 A5 B1 B2 A7", 3},
		{"two senders with one GUID", "A0 A4 A1 A5 A2 A6 A3 A7 A4", 0},
		{"counts in twos", "A0 A2 A4 A6 A0 A2", 0},
		{"no more steps of one", "A0 A1 A2 A4 A6 A0 A2 A4 A6 A0", gapsToStop},
		{"no more steps of one, then again", "A0 A1 A2 A4 A6 A0 A2 A4 A5 A6 A0", gapsToStop + 1},
		{"a step of one between", "A0 A1 A2 A4 A6 A0 A1 A3 A5 A7", 6},
		{"no GUID", "-0 -1 -2 -5 -1", 0},
		{"no GUID between", "A0 -5 A1 -5 A2 -1 A4", 1},
		{"no GUID first", "-0 A0 A1 A2 A4", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var x indices
			got := 0
			for event := range strings.FieldsSeq(tt.events) {
				guid := senderGUID(0)
				if event[0] != '-' {
					guid = senderGUID(int(event[0]))
				}
				got += x.missing(&guid, event[1]-'0')
			}
			if got != tt.want {
				t.Errorf("%s: %d missing, want %d", tt.events, got, tt.want)
			}
		})
	}
}

// TestIndicesAreBounded follows as many senders as there may be, and none of the others.
func TestIndicesAreBounded(t *testing.T) {
	var x indices
	all := func(index uint8) (missing int) {
		for n := range 3 * maxSenders {
			guid := senderGUID(n + 1)
			missing += x.missing(&guid, index)
		}
		return missing
	}
	if got := all(0); got != 0 {
		t.Fatalf("%d missing at the first event of each sender, want 0", got)
	}
	if len(x.senders) != maxSenders || len(x.at) != maxSenders {
		t.Fatalf("%d and %d senders kept, want %d", len(x.senders), len(x.at), maxSenders)
	}
	all(1)
	all(2)
	if got := all(4); got != maxSenders {
		t.Errorf("%d missing where each sender lost one, want the %d of those followed", got, maxSenders)
	}
	if got := testing.AllocsPerRun(5, func() { all(0) }); got != 0 {
		t.Errorf("%v allocations for known senders and too many others, want 0", got)
	}
}

// BenchmarkIndices measures what the index costs each event, by how many senders take turns.
func BenchmarkIndices(b *testing.B) {
	for _, senders := range []int{1, 16, maxSenders} {
		b.Run(fmt.Sprintf("senders=%d", senders), func(b *testing.B) {
			l := &link{m: &Manager{}, meter: meter{follows: true}}
			rows := make([]vscp.Row, max(8, senders)*8)
			for i := range rows {
				rows[i].GUID, rows[i].Head = senderGUID(1+i%senders), vscp.Head(i/senders&7)
			}
			l.followIndices(rows)
			b.ReportAllocs()
			for b.Loop() {
				l.followIndices(rows)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/event")
			if got := l.m.counts.loss.read().IndexGaps; got != 0 {
				b.Fatalf("%d events missing, want 0", got)
			}
		})
	}
}
