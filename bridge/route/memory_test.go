package route

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestMemoryKeepsTheNewest(t *testing.T) {
	const limit = 100
	m := newMemory[int, int](limit, 0)
	for n := range 10 * limit {
		m.put(n, -n, time.Duration(n))
		for key := range n + 1 {
			value, ok := m.get(key)
			if ok && value != -key {
				t.Fatalf("get(%d) after %d entries = %d, want %d", key, n+1, value, -key)
			}
			if age := n - key; age < limit && !ok || age >= 2*limit && ok {
				t.Fatalf("get(%d) after %d entries = %t, want the newest %d to %d", key, n+1, ok, limit, 2*limit)
			}
		}
	}
	if got := len(m.young) + len(m.old); got > 2*limit {
		t.Errorf("%d entries are kept, want at most %d", got, 2*limit)
	}
}

func TestMemoryForgetsInTime(t *testing.T) {
	const life = 10 * time.Second
	m := newMemory[time.Duration, int](1000, life)
	for now := time.Duration(0); now < 10*life; now += time.Second {
		m.put(now, 0, now)
		for at := time.Duration(0); at <= now; at += time.Second {
			if _, ok := m.get(at); !ok && now-at < life {
				t.Fatalf("get(%v) at %v = %t, want what is younger than %v", at, now, ok, life)
			}
		}
		if got, most := len(m.young)+len(m.old), int(2*life/time.Second); got > most {
			t.Fatalf("%d entries are kept at %v, want at most %d", got, now, most)
		}
	}
}

func TestMemoryRecallKeeps(t *testing.T) {
	const limit = 100
	m := newMemory[int, string](limit, 0)
	m.put(-1, "asked", 0)
	m.put(-2, "not asked", 0)
	for n := range 10 * limit {
		m.put(n, "", 0)
		if value, ok := m.recall(-1, 0); !ok || value != "asked" {
			t.Fatalf("recall(-1) after %d other entries = %q, %t, want it kept", n+1, value, ok)
		}
	}
	if _, ok := m.recall(-2, 0); ok {
		t.Error("recall(-2) = true, want it forgotten")
	}
}

func TestMemoryDoesNotAllocate(t *testing.T) {
	m := newMemory[uint64, int](1000, 0)
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		m.put(random.Uint64(), 0, 0)
	}
	got := testing.AllocsPerRun(10, func() {
		for range 2000 {
			m.put(random.Uint64(), 0, 0)
		}
	})
	if most := 20.0; got > most {
		t.Errorf("2000 new entries make %v allocations, want at most %v", got, most)
	}
}
