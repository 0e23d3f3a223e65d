package remote

import (
	"testing"
	"time"
)

func TestPulse(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	every := func(d time.Duration, n int) []time.Duration {
		beats := make([]time.Duration, n)
		for i := range beats {
			beats[i] = d
		}
		return beats
	}
	for _, tt := range []struct {
		name  string
		fixed time.Duration
		beats []time.Duration // pauses before keep-alives
		want  time.Duration
	}{
		{"nothing is known", 0, nil, 10 * time.Second},
		{"nothing is known, and the limit given", 7 * time.Second, nil, 7 * time.Second},
		{"the limit given", 7 * time.Second, every(3*time.Second, 9), 7 * time.Second},
		{"each second", 0, every(time.Second, 9), 5 * time.Second},
		{"each 3 seconds", 0, every(3*time.Second, 9), 9 * time.Second},
		{"each 8 seconds", 0, every(8*time.Second, 9), 24 * time.Second},
		{"each minute", 0, every(time.Minute, 9), 30 * time.Second},
		{"once late", 0, append(every(2*time.Second, 9), 4*time.Second), 12 * time.Second},
		{"late long ago", 0, append(every(4*time.Second, 9), every(2*time.Second, 40)...), 6 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pulse{fixed: tt.fixed, last: start}
			now := start
			for _, pause := range tt.beats {
				now = now.Add(pause)
				p.beat(now, true)
			}
			if got := p.limit(); got != tt.want {
				t.Errorf("limit() = %v, want %v", got, tt.want)
			}
			if got := p.wait(now); got != tt.want/2 {
				t.Errorf("wait() = %v, want half of it, %v", got, tt.want/2)
			}
			p.asked = true
			if got := p.wait(now.Add(tt.want / 2)); got != tt.want/2 {
				t.Errorf("wait() after the peer was asked = %v, want the other half, %v", got, tt.want/2)
			}
		})
	}
}

// TestPulseOfAnswers does not take the answer to our own question for the peer's rhythm.
func TestPulseOfAnswers(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := pulse{last: start, asked: true}
	p.beat(start.Add(20*time.Second), true)
	if p.rhythm != 0 || p.asked {
		t.Errorf("after an answer the rhythm is %v (asked: %v), want none (false)", p.rhythm, p.asked)
	}
	p.beat(start.Add(21*time.Second), false)
	if p.rhythm != 0 {
		t.Errorf("after an event the rhythm is %v, want none", p.rhythm)
	}
}
