package queue

import (
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// about makes a row for each word, with the letter that it begins with as its subject.
func about(words string) []*vscp.Row {
	out := rows(words)
	for _, row := range out {
		row.Type = uint16(row.Text[0])
	}
	return out
}

func TestLatestOnly(t *testing.T) {
	const most = 1 << 20
	tests := []struct {
		name   string
		events int
		push   string // pushed first
		lease  int    // then so many are leased
		more   string // then pushed in one batch
		want   string // what waits after a release
		drops  Drops
	}{
		{"different subjects", 9, "a1 b1", 0, "c1", "a1 b1 c1", Drops{}},
		{"the newer one is last", 9, "a1 b1", 0, "a2", "b1 a2", Drops{Replaced: 1}},
		{"within a batch", 9, "", 0, "a1 a2 b1 a3", "b1 a3", Drops{Replaced: 2}},
		{"in a full queue", 3, "a1 b1 c1", 0, "b2", "a1 c1 b2", Drops{Replaced: 1}},
		{"a new subject in a full queue", 3, "a1 b1 c1", 0, "d1 a2", "c1 d1 a2", Drops{Oldest: 2}},
		{"evicted subjects are forgotten", 2, "a1 b1", 0, "c1 a2 a3", "c1 a3", Drops{Oldest: 2, Replaced: 1}},
		{"leased ones are replaced when they are released", 9, "a1 b1", 2, "a2", "b1 a2", Drops{Replaced: 1}},
		{"leased ones that are still the latest return", 9, "a1 b1 c1", 2, "c2", "a1 b1 c2", Drops{Replaced: 1}},
		{"all leased", 2, "a1 b1", 2, "a2", "a1 b1", Drops{Newest: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := newQueue(t, limits(tt.events, most, LatestOnly))
			q.Push(about(tt.push))
			q.Peek(nil, tt.lease)
			q.Push(about(tt.more))
			q.Release()
			if got := checkBalance(t, q).Dropped; got != tt.drops {
				t.Errorf("dropped %+v, want %+v", got, tt.drops)
			}
			if got := texts(q.Peek(nil, most)); got != tt.want {
				t.Errorf("waiting %q, want %q", got, tt.want)
			}
		})
	}
}

// What a destination that is away does not take must cost no memory for each event that was replaced.
func TestLatestOnlyOnDiskForgetsWhatWasReplaced(t *testing.T) {
	q := mustOpenDisk(t, limits(100, 1<<20, LatestOnly), diskOptions(faultfs.New()))
	q.Push(about("a1"))
	for range 1000 {
		q.Push(about("b1 c1 b2")) // the first is never written, which leaves a gap
		if err := q.settle(t); err != nil {
			t.Fatalf("settle = %v, want nil", err)
		}
	}
	if got, most := len(q.runs.list), 2*3+runsLeast; got > most {
		t.Errorf("%d runs for 3 events, want at most %d", got, most)
	}
	if got, want := texts(q.Peek(nil, 9)), "a1 c1 b2"; got != want {
		t.Errorf("Peek = %q, want %q", got, want)
	}
	if err := q.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
}

// What tells subjects apart is in the data of most classes.
func TestLatestOnlyReadsTheData(t *testing.T) {
	const from = ",0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07,"
	q := newQueue(t, limits(100, 1<<20, LatestOnly))
	var lines []*vscp.Row
	for _, line := range []string{
		"96,10,6" + from + "0x80,1", "96,10,6" + from + "0x81,1", "96,10,6" + from + "0x80,2", // a second sensor, and the first again
		"96,20,3" + from + "0,1,0", "96,20,3" + from + "0,2,0", // two zones
	} {
		row := new(vscp.Row)
		if err := row.Parse([]byte(line)); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, row)
	}
	q.Push(lines)
	if s := checkBalance(t, q); s.Events != 4 || s.Dropped.Replaced != 1 {
		t.Errorf("Stats() = %+v, want 4 events and 1 replaced", s)
	}
}
