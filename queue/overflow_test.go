package queue

import (
	"strings"
	"testing"
)

func TestOverflow(t *testing.T) {
	const most = 1 << 20
	// Room for four one-letter rows. A long row costs as much as three of them, a full one as all four, a huge one more.
	const four = 4 * (1 + RowOverhead)
	long := strings.Repeat("L", 3+2*RowOverhead)
	full := strings.Repeat("F", four-RowOverhead)
	huge := full + "H"
	tests := []struct {
		name  string
		opts  Options
		push  string // pushed first
		lease int    // then so many are leased
		more  string // then pushed in one batch
		done  int    // how many of more were dealt with
		want  string // what waits afterwards
		drops Drops
	}{
		{"oldest, fits", limits(4, most, DropOldest), "a b", 0, "c d", 2, "a b c d", Drops{}},
		{"oldest, count", limits(4, most, DropOldest), "a b c d", 0, "e f", 2, "c d e f", Drops{Oldest: 2}},
		{"oldest, batch over the limit", limits(2, most, DropOldest), "", 0, "a b c d e", 5, "d e", Drops{Oldest: 3}},
		{"oldest, one place", limits(1, most, DropOldest), "a", 0, "b c", 2, "c", Drops{Oldest: 2}},
		{"oldest, leased stay", limits(4, most, DropOldest), "a b c d", 2, "e f g", 3, "f g", Drops{Oldest: 3}},
		{"oldest, all leased", limits(4, most, DropOldest), "a b c d", 4, "e f", 2, "", Drops{Newest: 2}},
		{"oldest, bytes fit", limits(most, four, DropOldest), "a b", 0, "c d", 2, "a b c d", Drops{}},
		{"oldest, bytes", limits(most, four, DropOldest), "a b c d", 0, "e", 1, "b c d e", Drops{Oldest: 1}},
		{"oldest, bytes, a long one evicts several", limits(most, four, DropOldest), "a b c d", 0, long, 1, "d " + long, Drops{Oldest: 3}},
		{"oldest, bytes, leased stay", limits(most, four, DropOldest), "a b c d", 1, long, 1, long, Drops{Oldest: 3}},
		{"oldest, bytes, nothing is evicted in vain", limits(most, four, DropOldest), "a b c d", 2, long, 1, "c d", Drops{Newest: 1}},
		{"oldest, bytes, all leased", limits(most, four, DropOldest), "a b c d", 4, "e", 1, "", Drops{Newest: 1}},
		{"oldest, bytes, one fills the queue", limits(most, four, DropOldest), "a b c d", 0, full, 1, full, Drops{Oldest: 4}},
		{"oldest, too large", limits(most, four, DropOldest), "a b c d", 0, huge + " e", 2, "b c d e", Drops{Oldest: 1, TooLarge: 1}},

		{"newest, fits", limits(4, most, DropNewest), "a b", 0, "c d", 2, "a b c d", Drops{}},
		{"newest, count", limits(4, most, DropNewest), "a b c", 0, "d e f", 3, "a b c d", Drops{Newest: 2}},
		{"newest, count, leased", limits(4, most, DropNewest), "a b c d", 4, "e", 1, "", Drops{Newest: 1}},
		{"newest, bytes", limits(most, four, DropNewest), "a b c", 0, "d e", 2, "a b c d", Drops{Newest: 1}},
		{"newest, bytes, a short one still fits", limits(most, four, DropNewest), "a b", 0, long + " c", 2, "a b c", Drops{Newest: 1}},
		{"newest, too large", limits(most, four, DropNewest), "a", 0, huge + " b", 2, "a b", Drops{TooLarge: 1}},

		{"block, fits", limits(4, most, Block), "a b", 0, "c d", 2, "a b c d", Drops{}},
		{"block, count", limits(4, most, Block), "a b c", 0, "d e f", 1, "a b c d", Drops{}},
		{"block, count, leased", limits(4, most, Block), "a b c d", 4, "e", 0, "", Drops{}},
		{"block, bytes", limits(most, four, Block), "a b", 0, "c d e", 2, "a b c d", Drops{}},
		{"block, bytes, order before room", limits(most, four, Block), "a b", 0, long + " c", 0, "a b", Drops{}},
		{"block, too large does not block", limits(most, four, Block), "a b c d", 0, huge + " e", 1, "a b c d", Drops{TooLarge: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := newQueue(t, tt.opts)
			if first := rows(tt.push); q.Push(first) != len(first) {
				t.Fatalf("Push(%q) did not take all, want room for them", tt.push)
			}
			leased := texts(q.Peek(nil, tt.lease))
			if got := q.Push(rows(tt.more)); got != tt.done {
				t.Errorf("Push(%.20q) = %d, want %d", tt.more, got, tt.done)
			}
			if got := checkBalance(t, q).Dropped; got != tt.drops {
				t.Errorf("dropped %+v, want %+v", got, tt.drops)
			}
			if got := texts(q.Peek(nil, most)); got != tt.want {
				t.Errorf("waiting %.40q, want %.40q", got, tt.want)
			}
			q.Release()
			if got, want := texts(q.Peek(nil, most)), strings.TrimSpace(leased+" "+tt.want); got != want {
				t.Errorf("after Release: %.40q, want %.40q", got, want)
			}
		})
	}
}

func TestBytesCountOverhead(t *testing.T) {
	q := newQueue(t, DefaultOptions())
	q.Push(rows("a bcd"))
	if got, want := q.Stats().Bytes, int64(4+2*RowOverhead); got != want {
		t.Errorf("Bytes of 2 rows with 4 bytes of text = %d, want %d", got, want)
	}
	q.Remove(len(q.Peek(nil, 1)))
	if got, want := q.Stats().Bytes, int64(3+RowOverhead); got != want {
		t.Errorf("Bytes after Remove = %d, want %d", got, want)
	}
}
