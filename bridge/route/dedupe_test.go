package route_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestDedupe(t *testing.T) {
	const line = "96,20,3,0,,," + node + ",1,2"
	const second = 1_770_000_000
	stamped := vscp.Time{Nanos: second*1e9 + 123_456_000}
	for _, tt := range []struct {
		name                 string
		first, other         string
		firstSent, otherSent vscp.Time
		after                time.Duration
		want                 route.Reason
	}{
		{"equal, no time", line, line, vscp.Time{}, vscp.Time{}, 999 * time.Millisecond, route.Duplicate},
		{"equal, no time, late", line, line, vscp.Time{}, vscp.Time{}, time.Second, route.Taken},
		{"equal", line, line, stamped, stamped, 999 * time.Millisecond, route.Duplicate},
		{"equal, late", line, line, stamped, stamped, time.Second, route.Taken},
		{"other obid", line, "96,20,3,7,,," + node + ",1,2", stamped, stamped, 0, route.Duplicate},
		{"other text", line, "0x60,20,3,0,,," + node + ",0x01,0x02", stamped, stamped, 0, route.Duplicate},
		{"other frame version", line, "352,20,3,0,,," + node + ",1,2", stamped, stamped, 0, route.Duplicate},
		{"date and microseconds", line, line, stamped, vscp.Time{Nanos: second * 1e9, Micros: 123_456}, 0, route.Duplicate},
		{"other time", line, line, stamped, vscp.Time{Nanos: stamped.Nanos + 1000}, 0, route.Taken},
		{"one without a time", line, line, stamped, vscp.Time{}, 0, route.Taken},
		{"other free-running stamp", line, line, vscp.Time{Nanos: second * 1e9, Micros: 5e6}, vscp.Time{Nanos: second * 1e9, Micros: 6e6}, 0, route.Taken},
		{"other stamp beside a fraction", line, line, vscp.Time{Nanos: stamped.Nanos, Micros: 1}, vscp.Time{Nanos: stamped.Nanos, Micros: 2}, 0, route.Taken},
		{"other bare stamp", line, line, vscp.Time{Micros: 1}, vscp.Time{Micros: 2}, 0, route.Taken},
		{"other rolling index", line, "97,20,3,0,,," + node + ",1,2", stamped, stamped, 0, route.Taken},
		{"other priority", line, "64,20,3,0,,," + node + ",1,2", stamped, stamped, 0, route.Taken},
		{"other class", line, "96,21,3,0,,," + node + ",1,2", stamped, stamped, 0, route.Taken},
		{"other type", line, "96,20,4,0,,," + node + ",1,2", stamped, stamped, 0, route.Taken},
		{"other GUID", line, "96,20,3,0,,,-,1,2", stamped, stamped, 0, route.Taken},
		{"other data", line, "96,20,3,0,,," + node + ",1,3", stamped, stamped, 0, route.Taken},
		{"more data", line, "96,20,3,0,,," + node + ",1,2,0", stamped, stamped, 0, route.Taken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := route.NewDedupe(time.Second)
			first, other := parse(t, tt.first), parse(t, tt.other)
			if got := d.Check(&first, tt.firstSent, time.Hour); got != route.Taken {
				t.Fatalf("the first one: %v, want %v", got, route.Taken)
			}
			if got := d.Check(&other, tt.otherSent, time.Hour+tt.after); got != tt.want {
				t.Errorf("%s, %+v after %s, %+v and %v: %v, want %v", tt.other, tt.otherSent, tt.first, tt.firstSent, tt.after, got, tt.want)
			}
		})
	}
}

func TestDedupeNothing(t *testing.T) {
	d := route.NewDedupe(0)
	row := button(0)
	for range 2 {
		if got := d.Check(row, vscp.Time{}, 0); d != nil || got != route.Taken {
			t.Errorf("without a window: %v of a Dedupe at %p, want %v of nil", got, d, route.Taken)
		}
	}
}

// The window begins with the one that passed: a button that is pressed for ever passes once for each window.
func TestDedupeIsTheModel(t *testing.T) {
	held := 0
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 0))
		window := time.Duration(1+random.IntN(10)) * time.Second
		d := route.NewDedupe(window)
		passed := make(map[uint8]time.Duration)
		now := time.Duration(0)
		for i := range 1000 {
			now += time.Duration(random.IntN(1000)) * time.Millisecond
			index := uint8(random.IntN(16))
			want := route.Taken
			if at, ok := passed[index]; ok && now-at < window {
				want = route.Duplicate
				held++
			} else {
				passed[index] = now
			}
			if got := d.Check(button(index), vscp.Time{}, now); got != want {
				t.Fatalf("seed %d, window %v, event %d, button %d at %v: %v, want %v", seed, window, i, index, now, got, want)
			}
		}
	}
	if least := 10_000; held < least {
		t.Errorf("%d events were held back, want at least %d", held, least)
	}
}

// Beyond its bound it lets events pass, and knows the newest.
func TestDedupeManyEvents(t *testing.T) {
	d := route.NewDedupe(time.Hour)
	row := button(0)
	stamp := func(i int) vscp.Time { return vscp.Time{Nanos: (1_770_000_000_000 + uint64(i)) * 1_000_000} }
	const events = 60_000
	for i := range events {
		if got := d.Check(row, stamp(i), 1); got != route.Taken {
			t.Fatalf("event %d: %v, want %v", i, got, route.Taken)
		}
	}
	for i := events - 16_384; i < events; i++ {
		if got := d.Check(row, stamp(i), 1); got != route.Duplicate {
			t.Fatalf("event %d again: %v, want %v", i, got, route.Duplicate)
		}
	}
	if got := d.Check(row, stamp(0), 1); got != route.Taken {
		t.Errorf("the first event again: %v, want %v", got, route.Taken)
	}
}

func TestDedupeDoesNotAllocate(t *testing.T) {
	d := route.NewDedupe(100)
	row := button(0)
	now := time.Duration(0)
	run := func() {
		for range 500 {
			now++
			d.Check(row, vscp.Time{Micros: uint32(now / 2)}, now)
		}
	}
	run()
	if got := testing.AllocsPerRun(20, run); got != 0 {
		t.Errorf("500 events, half of them twins, make %v allocations, want 0", got)
	}
}

func BenchmarkDedupe(b *testing.B) {
	for _, c := range []struct {
		name  string
		every time.Duration
	}{{"new", time.Microsecond}, {"twins", 0}} {
		b.Run(c.name, func(b *testing.B) {
			d := route.NewDedupe(2 * time.Second)
			row := measured(0, 0, 1)
			now := time.Second
			b.ReportAllocs()
			for b.Loop() {
				now += c.every
				d.Check(row, vscp.Time{Nanos: uint64(now)}, now)
			}
		})
	}
}
