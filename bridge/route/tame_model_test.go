package route_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
)

// naiveTame knows all that ever passed.
type naiveTame struct {
	limits route.Limits
	tokens float64
	filled time.Duration
	passed []struct {
		sensor uint8
		at     time.Duration
		value  float32
	}
}

func (n *naiveTame) check(sensor uint8, value float32, now time.Duration) route.Reason {
	l := &n.limits
	for i := len(n.passed) - 1; i >= 0; i-- {
		p := &n.passed[i]
		if p.sensor != sensor {
			continue
		}
		if l.MaxSilence > 0 && now-p.at >= l.MaxSilence {
			break
		}
		if now-p.at < l.MinInterval {
			return route.TooSoon
		}
		if math.Abs(float64(p.value)-float64(value)) < l.DeadBand {
			return route.InDeadBand
		}
		break
	}
	if l.Rate > 0 {
		n.tokens = min(float64(l.Burst), n.tokens+(now-n.filled).Seconds()*l.Rate)
		if n.filled = now; n.tokens < 1 {
			return route.RateLimited
		}
		n.tokens--
	}
	n.passed = append(n.passed, struct {
		sensor uint8
		at     time.Duration
		value  float32
	}{sensor, now, value})
	return route.Taken
}

func TestTameIsTheModel(t *testing.T) {
	seen := make(map[route.Reason]int)
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		pick := func(n int) time.Duration { return time.Duration(random.IntN(n)) * time.Second }
		l := route.Limits{
			Rate: []float64{0, 0.25, 2}[random.IntN(3)], Burst: 1 + random.IntN(4),
			MinInterval: pick(5), DeadBand: float64(random.IntN(4)), MaxSilence: pick(20),
		}
		tame, model := route.NewTame(l), &naiveTame{limits: l, tokens: float64(l.Burst)}
		now := time.Duration(0)
		for i := range 500 {
			now += time.Duration(random.IntN(5)) * time.Second / 4
			sensor, value := uint8(random.IntN(8)), float32(random.IntN(10))
			want := model.check(sensor, value, now)
			if got := tame.Check(measured(sensor, 0, value), now); got != want {
				t.Fatalf("seed %d, limits %+v, event %d of sensor %d, value %v at %v: %v, want %v", seed, l, i, sensor, value, now, got, want)
			}
			seen[want]++
		}
	}
	for _, reason := range []route.Reason{route.Taken, route.TooSoon, route.InDeadBand, route.RateLimited} {
		if least := 1000; seen[reason] < least {
			t.Errorf("%v came %d times, want at least %d", reason, seen[reason], least)
		}
	}
}
