package loop_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func echoing() *loop.Credits {
	c := new(loop.Credits)
	c.Enable(true)
	return c
}

func TestCredits(t *testing.T) {
	row := mustRow(t, "96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1,2")
	const life = loop.CreditLife
	for _, tt := range []struct {
		name string
		do   func(c *loop.Credits)
		at   []time.Duration // arrivals after that
		want []bool
	}{
		{"nothing was sent", func(*loop.Credits) {}, []time.Duration{0}, []bool{false}},
		{"before the answer", func(c *loop.Credits) { c.Lease(row) }, []time.Duration{time.Hour, time.Hour}, []bool{true, false}},
		{"after the answer", func(c *loop.Credits) { c.Lease(row); c.Sent(row, 0) }, []time.Duration{life - 1, life - 1}, []bool{true, false}},
		{"too late", func(c *loop.Credits) { c.Lease(row); c.Sent(row, 0) }, []time.Duration{life}, []bool{false}},
		{"withdrawn", func(c *loop.Credits) { c.Lease(row); c.Withdraw(row) }, []time.Duration{0}, []bool{false}},
		{
			"one of two withdrawn",
			func(c *loop.Credits) { c.Lease(row); c.Lease(row); c.Withdraw(row) },
			[]time.Duration{0, 0},
			[]bool{true, false},
		},
		{
			"the echo came before the answer",
			func(c *loop.Credits) { c.Lease(row); c.Spend(row, 0); c.Sent(row, 1) },
			[]time.Duration{1},
			[]bool{false},
		},
		{
			"ten equal events",
			func(c *loop.Credits) {
				for range 10 {
					c.Lease(row)
					c.Sent(row, 0)
				}
			},
			slices.Repeat([]time.Duration{1}, 11), append(slices.Repeat([]bool{true}, 10), false),
		},
		{
			"the first of two is spent, the second ends with its own time",
			func(c *loop.Credits) {
				c.Lease(row)
				c.Sent(row, 0)
				c.Lease(row)
				c.Sent(row, life/2)
				c.Spend(row, life/2)
			},
			[]time.Duration{life + life/4, life + life/4},
			[]bool{true, false},
		},
		{
			"the answer got lost, and it is sent again",
			func(c *loop.Credits) { c.Lease(row); c.Doubt(row, 0); c.Withdraw(row); c.Lease(row); c.Sent(row, 1) },
			[]time.Duration{2, 2, 2},
			[]bool{true, true, false},
		},
		{
			"the answer got lost behind the echo, and it is sent again",
			func(c *loop.Credits) {
				c.Lease(row)
				c.Spend(row, 0)
				c.Doubt(row, 0)
				c.Withdraw(row)
				c.Lease(row)
				c.Sent(row, 1)
			},
			[]time.Duration{2, 2},
			[]bool{true, false},
		},
		{
			"another peer",
			func(c *loop.Credits) { c.Lease(row); c.Enable(false); c.Sent(row, 0); c.Enable(true); c.Sent(row, 0) },
			[]time.Duration{1},
			[]bool{false},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := echoing()
			tt.do(c)
			var got []bool
			for _, at := range tt.at {
				got = append(got, c.Spend(row, at))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("arrivals at %v are echoes: %v, want %v", tt.at, got, tt.want)
			}
		})
	}
}

// An echo has neither GUID nor time of what was sent, and may be written in other words.
func TestCreditsKey(t *testing.T) {
	const sent = "96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,0x01,2"
	for _, tt := range []struct {
		sent, came string
		want       bool
	}{
		{sent, "0,20,3,0,2026-11-22T16:59:30,5,1:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0,1,2", true},
		{sent, "0,20,3,0,,,-,1,2,3", false},
		{sent, "0,20,3,0,,,-,1", false},
		{sent, "0,20,4,0,,,-,1,2", false},
		{sent, "0,21,3,0,,,-,1,2", false},
		{"96,532,3,0,,,-,255,255,255,255,255,255,255,254,0,1,0,0,0,0,0,1,7,8", "0,20,3,0,,,-,7,8", true},
		{"96,532,3,0,,,-,1,2", "0,20,3,0,,,-,1,2", false},
	} {
		c := echoing()
		c.Lease(mustRow(t, tt.sent))
		if got := c.Spend(mustRow(t, tt.came), 0); got != tt.want {
			t.Errorf("%q after %q was sent is an echo: %t, want %t", tt.came, tt.sent, got, tt.want)
		}
	}
}

func TestNoCreditsUnlessEnabled(t *testing.T) {
	var c loop.Credits
	row := mustRow(t, "96,20,3,0,,,-,1")
	c.Lease(row)
	c.Sent(row, 0)
	c.Doubt(row, 0)
	c.Withdraw(row)
	if c.Enabled() || c.Spend(row, 0) {
		t.Errorf("enabled %t, and a sent event is an echo, want neither", c.Enabled())
	}
}

// naiveCredits keeps one entry for each event that is on its way.
type naiveCredits struct{ all []*naiveCredit }

type naiveCredit struct {
	key    int
	spent  bool
	leased bool
	end    time.Duration
}

func (n *naiveCredits) spend(key int, now time.Duration) bool {
	var leased *naiveCredit
	for _, c := range n.all { // in the order of their ends
		if c.key != key || c.spent {
			continue
		}
		if c.leased && leased == nil {
			leased = c
		}
		if !c.leased && now < c.end {
			c.spent = true
			return true
		}
	}
	if leased != nil {
		leased.spent = true
	}
	return leased != nil
}

// oldest returns a leased event, one whose echo came before the answer if there is one: which of equal events it was, nobody can
// tell.
func (n *naiveCredits) oldest(key int, spentFirst bool) *naiveCredit {
	var found *naiveCredit
	for _, c := range n.all {
		if c.key == key && c.leased && (found == nil || c.spent == spentFirst && found.spent != spentFirst) {
			found = c
		}
	}
	return found
}

func (n *naiveCredits) drop(c *naiveCredit) {
	n.all = slices.DeleteFunc(n.all, func(o *naiveCredit) bool { return o == c })
}

func (n *naiveCredits) sent(key int, now time.Duration) {
	c := n.oldest(key, true)
	n.drop(c)
	if !c.spent {
		n.all = append(n.all, &naiveCredit{key: key, end: now + loop.CreditLife})
	}
}

func (n *naiveCredits) doubt(key int, now time.Duration) {
	if c := n.oldest(key, true); c.spent {
		c.spent = false
		return
	}
	n.all = append(n.all, &naiveCredit{key: key, end: now + loop.CreditLife})
}

func TestCreditsAgainstModel(t *testing.T) {
	rows := make([]*vscp.Row, 4)
	for i := range rows {
		rows[i] = mustRow(t, fmt.Sprintf("96,20,3,0,,,-,%d", i))
	}
	for seed := range repeat.Times(uint64(200)) {
		r := rand.New(rand.NewPCG(seed, 7))
		c, model, leased, now := echoing(), &naiveCredits{}, make([]int, len(rows)), time.Duration(0)
		for step := range 2000 {
			now += time.Duration(r.IntN(int(300 * time.Millisecond)))
			key := r.IntN(len(rows))
			switch op := r.IntN(9); {
			case op < 3:
				c.Lease(rows[key])
				model.all = append(model.all, &naiveCredit{key: key, leased: true})
				leased[key]++
			case op < 5 && leased[key] > 0:
				c.Sent(rows[key], now)
				model.sent(key, now)
				leased[key]--
			case op == 5 && leased[key] > 0:
				c.Withdraw(rows[key])
				model.drop(model.oldest(key, false))
				leased[key]--
			case op == 6 && leased[key] > 0:
				c.Doubt(rows[key], now)
				model.doubt(key, now)
			default:
				if got, want := c.Spend(rows[key], now), model.spend(key, now); got != want {
					t.Fatalf("seed %d, step %d at %v: event %d is an echo: %t, want %t", seed, step, now, key, got, want)
				}
			}
		}
	}
}

// A peer that never shows an echo costs no more and more.
func TestCreditsAreBounded(t *testing.T) {
	c := echoing()
	const n = 1<<16 + 1000
	rows := make([]*vscp.Row, n)
	for i := range rows {
		rows[i] = mustRow(t, fmt.Sprintf("96,20,3,0,,,-,%d,%d,%d", i>>16, i>>8&0xFF, i&0xFF))
		c.Lease(rows[i])
		c.Sent(rows[i], 0)
	}
	for i, want := range map[int]bool{0: false, 999: false, 1000: true, n - 1: true} {
		if got := c.Spend(rows[i], 1); got != want {
			t.Errorf("event %d of %d is an echo: %t, want %t", i, n, got, want)
		}
	}
}

// Those that send and the one that receives meet in it.
func TestCreditsForMany(t *testing.T) {
	c := echoing()
	const senders, events = 4, 2000
	var sending sync.WaitGroup
	echoes := make(chan *vscp.Row, senders*events)
	for s := range senders {
		sending.Go(func() {
			for i := range events {
				row := mustRow(t, fmt.Sprintf("96,20,3,0,,,-,%d", i%7))
				c.Lease(row)
				echoes <- row
				if (i+s)%2 == 0 {
					c.Sent(row, 0)
				}
			}
		})
	}
	for range senders * events {
		if row := <-echoes; !c.Spend(row, 0) {
			t.Errorf("an echo of %q is none", row.Text)
		}
	}
	sending.Wait()
	for i := range 7 {
		if c.Spend(mustRow(t, fmt.Sprintf("96,20,3,0,,,-,%d", i)), 0) {
			t.Errorf("an event that nobody sent is an echo")
		}
	}
}

func TestCreditsAllocateNothing(t *testing.T) {
	c := echoing()
	row := mustRow(t, "96,10,6,0,,,-,136,2,9,29")
	cycle := func() {
		c.Lease(row)
		c.Sent(row, 0)
		if !c.Spend(row, 0) {
			t.Error("an echo is none")
		}
		c.Lease(row)
		c.Doubt(row, 0)
		c.Withdraw(row)
		c.Spend(row, 0)
	}
	for range 1 << 16 { // until the table has its size
		cycle()
	}
	if n := testing.AllocsPerRun(1000, cycle); n != 0 {
		t.Errorf("a round of leases and echoes makes %v allocations, want 0", n)
	}
}

func BenchmarkCredits(b *testing.B) {
	c := echoing()
	row := mustRow(b, "96,10,6,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,136,2,9,29,0,0,0,0")
	b.ReportAllocs()
	for b.Loop() {
		c.Lease(row)
		c.Sent(row, 0)
		c.Spend(row, 0)
	}
}
