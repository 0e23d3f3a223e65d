package queue

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// ranked makes a row for each word, with the digit that it begins with as its priority.
func ranked(words string) []*vscp.Row {
	out := rows(words)
	for _, row := range out {
		row.Head = row.Head.WithPriority(row.Text[0] - '0')
	}
	return out
}

func TestDropLowestPriority(t *testing.T) {
	const most = 1 << 20
	const four = 4 * (2 + RowOverhead) // bytes of four rows
	long := strings.Repeat("L", RowOverhead+10)
	tests := []struct {
		name   string
		events int
		bytes  int64
		push   string // pushed first
		lease  int    // then so many are leased
		more   string // then pushed in one batch
		want   string // what waits afterwards
		drops  Drops
	}{
		{"fits", 4, most, "3a 7a", 0, "0a 7b", "3a 7a 0a 7b", Drops{}},
		{"the lowest goes", 4, most, "3a 7a 5a 0a", 0, "5b", "3a 5a 0a 5b", Drops{LowestPriority: 1}},
		{"the oldest of the lowest goes", 4, most, "7a 3a 7b 7c", 0, "0a 1a", "3a 7c 0a 1a", Drops{LowestPriority: 2}},
		{"an equal one replaces the oldest", 4, most, "3a 3b 1a 3c", 0, "3d", "3b 1a 3c 3d", Drops{LowestPriority: 1}},
		{"a lower one is refused", 4, most, "3a 3b 1a 3c", 0, "4a 7a", "3a 3b 1a 3c", Drops{LowestPriority: 2}},
		{"all of the highest", 4, most, "0a 0b 0c 0d", 0, "0e 1a", "0b 0c 0d 0e", Drops{LowestPriority: 2}},
		{"leased stay", 4, most, "7a 7b 3a 1a", 2, "3b", "1a 3b", Drops{LowestPriority: 1}},
		{"leased stay, refused below what waits", 4, most, "7a 7b 3a 1a", 2, "5a", "3a 1a", Drops{LowestPriority: 1}},
		{"all leased", 4, most, "7a 7b 3a 1a", 4, "0a", "", Drops{Newest: 1}},
		{"bytes, several go", most, four, "6a 7a 2a 7b", 0, "1" + long, "2a 1" + long, Drops{LowestPriority: 3}},
		{"bytes, equal ones count", most, four, "6a 2a 2b 2c", 0, "2" + long, "2c 2" + long, Drops{LowestPriority: 3}},
		{"bytes, none goes in vain", most, four, "6a 1a 1b 7a", 0, "2" + long, "6a 1a 1b 7a", Drops{LowestPriority: 1}},
		{"too large", most, four, "7a", 0, "0" + long + long + long + long, "7a", Drops{TooLarge: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := newQueue(t, limits(tt.events, tt.bytes, DropLowestPriority))
			q.Push(ranked(tt.push))
			leased := texts(q.Peek(nil, tt.lease))
			if got, want := q.Push(ranked(tt.more)), len(strings.Fields(tt.more)); got != want {
				t.Errorf("Push(%.20q) = %d, want %d", tt.more, got, want)
			}
			if got := checkBalance(t, q).Dropped; got != tt.drops {
				t.Errorf("dropped %+v, want %+v", got, tt.drops)
			}
			q.Release()
			if got, want := texts(q.Peek(nil, most)), strings.TrimSpace(leased+" "+tt.want); got != want {
				t.Errorf("waiting after Release: %.60q, want %.60q", got, want)
			}
		})
	}
}

// A few important events that wait for long must not make the queue grow while unimportant ones are evicted behind them.
func TestGapsDoNotPileUp(t *testing.T) {
	q := newQueue(t, limits(100, 1<<20, DropLowestPriority))
	q.Push(ranked(strings.Repeat("0a ", 10)))
	flood := ranked(strings.Repeat("7a ", 1000))
	for range 100 {
		q.Push(flood)
	}
	if got, most := len(q.ledger.slots), 256; got > most {
		t.Errorf("%d slots for 100 events, want at most %d", got, most)
	}
	if got, want := checkBalance(t, q).Dropped, (Drops{LowestPriority: 100*1000 - 90}); got != want {
		t.Errorf("dropped %+v, want %+v", got, want)
	}
}
