package loop_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func mustRow(tb testing.TB, text string) *vscp.Row {
	tb.Helper()
	row := new(vscp.Row)
	if err := row.Parse([]byte(text)); err != nil {
		tb.Fatalf("Parse(%q): %v", text, err)
	}
	return row
}

func TestStorm(t *testing.T) {
	const limit, window = 3, 10 * time.Second
	row := mustRow(t, "96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1,2")
	for _, tt := range []struct {
		name string
		at   []float64 // seconds
		want string    // for each event: - passes, ! is the first that is held, x is held
	}{
		{"up to the limit", []float64{0, 1, 2}, "---"},
		{"one more", []float64{0, 1, 2, 3, 4}, "---!x"},
		{"the window begins with the first", []float64{0, 9, 9.5, 10, 10.5, 11, 11.5}, "------!"},
		{"slow", []float64{0, 4, 8, 12, 16, 20, 24, 28}, "--------"},
		{"held until a window is quiet", []float64{0, 0, 0, 0, 9, 18, 27, 37, 37, 37, 37}, "---!xxx---!"},
		{"again after the end", []float64{0, 0, 0, 0, 10, 10, 10, 10, 11}, "---!---!x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := loop.NewStorm(limit, window)
			got := ""
			for _, at := range tt.at {
				held, began := s.Check(row, time.Duration(at*float64(time.Second)))
				got += mark(held, began)
			}
			if got != tt.want {
				t.Errorf("events at %v: %q, want %q", tt.at, got, tt.want)
			}
		})
	}
}

func mark(held, began bool) string {
	switch {
	case began:
		return "!"
	case held:
		return "x"
	default:
		return "-"
	}
}

// What is no part of the key makes an event no other, and what is makes it one.
func TestStormKey(t *testing.T) {
	const base = "96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1,2"
	for text, same := range map[string]bool{
		base: true,
		"97,20,3,7,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1,2": true,
		"96,21,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1,2":                    false,
		"96,20,4,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1,2":                    false,
		"96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:02,1,2":                    false,
		"96,20,3,0,,,FE:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1,2":                    false,
		"96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1":                      false,
		"96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,2,1":                    false,
	} {
		s := loop.NewStorm(1, time.Second)
		s.Check(mustRow(t, base), 0)
		if held, _ := s.Check(mustRow(t, text), 0); held != same {
			t.Errorf("%q after %q: held %t, want %t", text, base, held, same)
		}
	}
}

func TestNoStormBreaker(t *testing.T) {
	row := mustRow(t, "96,20,3,0,,,-,1")
	for _, s := range []*loop.Storm{loop.NewStorm(0, time.Second), loop.NewStorm(5, 0), new(loop.Storm)} {
		for range 1000 {
			if held, began := s.Check(row, 0); held || began {
				t.Fatalf("without a limit: held %t, began %t, want neither", held, began)
			}
		}
	}
}

// naiveStorm keeps everything.
type naiveStorm map[string]*naiveKey

type naiveKey struct {
	first, last time.Duration
	count       int
	tripped     bool
}

func (n naiveStorm) check(key string, now, window time.Duration, limit int) (held, began bool) {
	k := n[key]
	if k == nil || k.tripped && now-k.last >= window || !k.tripped && now-k.first >= window {
		k = &naiveKey{first: now}
		n[key] = k
	}
	k.last = now
	k.count++
	held = k.count > limit
	began = held && !k.tripped
	k.tripped = held
	return held, began
}

// As long as no event loses its place in the table to others, the breaker is exact.
func TestStormAgainstModel(t *testing.T) {
	for seed := range repeat.Times(uint64(50)) {
		r := rand.New(rand.NewPCG(seed, 6))
		limit, window := 1+r.IntN(20), time.Duration(1+r.IntN(20))*time.Second
		keys := 1 + r.IntN(64) // so few that never five share a place in the table
		s, model, now := loop.NewStorm(limit, window), naiveStorm{}, time.Duration(0)
		rows := make([]*vscp.Row, keys)
		for i := range rows {
			rows[i] = mustRow(t, fmt.Sprintf("96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:%02X:%02X,1", i>>8, i&0xFF))
		}
		var total uint64
		for step := range 20_000 {
			now += time.Duration(r.IntN(int(20 * time.Millisecond)))
			i := min(r.IntN(keys), r.IntN(keys))
			held, began := s.Check(rows[i], now)
			wantHeld, wantBegan := model.check(fmt.Sprint(i), now, window, limit)
			if wantHeld {
				total++
			}
			if held != wantHeld || began != wantBegan {
				t.Fatalf("seed %d, event %d of key %d at %v: held %t, began %t, want %t, %t (limit %d in %v)", seed, step, i, now, held, began, wantHeld, wantBegan, limit, window)
			}
		}
		if got := s.Held(); got != total {
			t.Errorf("seed %d: Held() = %d, want %d", seed, got, total)
		}
	}
}

// A storm is found among more other events than the table holds.
func TestStormAmongMany(t *testing.T) {
	s := loop.NewStorm(10, 10*time.Second)
	circling := mustRow(t, "96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,1")
	passed := 0
	for i := range 100_000 {
		now := time.Duration(i) * 50 * time.Microsecond
		other := mustRow(t, fmt.Sprintf("96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:01,%d,%d,%d", i>>16&0xFF, i>>8&0xFF, i&0xFF))
		if held, _ := s.Check(other, now); held {
			t.Fatalf("event %d came once and is held", i)
		}
		if i%100 != 0 {
			continue
		}
		if held, _ := s.Check(circling, now); !held {
			passed++
		}
	}
	if passed > 20 {
		t.Errorf("%d of 1000 equal events passed among 100000 others, want at most 20", passed)
	}
}

func TestStormAllocatesNothing(t *testing.T) {
	s := loop.NewStorm(100, 10*time.Second)
	rows := make([]*vscp.Row, 10_000)
	for i := range rows {
		rows[i] = mustRow(t, fmt.Sprintf("96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:01,%d,%d", i>>8, i&0xFF))
		s.Check(rows[i], 0)
	}
	i := 0
	if n := testing.AllocsPerRun(20_000, func() { s.Check(rows[i%len(rows)], time.Second); i++ }); n != 0 {
		t.Errorf("Check makes %v allocations, want 0", n)
	}
}

func BenchmarkStorm(b *testing.B) {
	s := loop.NewStorm(100, 10*time.Second)
	row := mustRow(b, "96,10,6,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,136,2,9,29,0,0,0,0")
	b.ReportAllocs()
	for b.Loop() {
		s.Check(row, 0)
	}
}
