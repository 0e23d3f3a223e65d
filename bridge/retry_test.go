package bridge

import (
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestWhatIsSentAgain(t *testing.T) {
	for _, tt := range []struct {
		ambiguous config.OnAmbiguous
		class     vscp.Class
		full      time.Duration
		want      bool
	}{
		{config.AmbiguousAuto, 0, 0, false},
		{config.AmbiguousAuto, 1, 0, true},
		{config.AmbiguousAuto, 10, 0, true},
		{config.AmbiguousAuto, 15, 0, true},
		{config.AmbiguousAuto, 20, 0, true},
		{config.AmbiguousAuto, 30, 0, false},
		{config.AmbiguousAuto, 512, 0, false},
		{config.AmbiguousAuto, 522, 0, true},
		{config.AmbiguousAuto, 542, 0, false},
		{config.AmbiguousAuto, 1024, 0, false},
		{config.AmbiguousAuto, 1025, 0, false},
		{config.AmbiguousAuto, 1026, 0, true},
		{config.AmbiguousAuto, 1028, 0, false},
		{config.AmbiguousAuto, 1040, 0, true},
		{config.AmbiguousResend, 30, 0, true},
		{config.AmbiguousDrop, 10, 0, false},
		{config.AmbiguousDrop, 10, time.Second, true},
		{config.AmbiguousAuto, 30, time.Minute - 1, true},
		{config.AmbiguousResend, 10, time.Minute, false},
	} {
		r := retry{ambiguous: tt.ambiguous, maxAge: time.Minute}
		if got := r.again(&vscp.Row{Class: tt.class}, tt.full); got != tt.want {
			t.Errorf("with %s, class %d, full for %v: sent again = %v, want %v", tt.ambiguous, tt.class, tt.full, got, tt.want)
		}
	}
}

// TestReleaseWithAnswers has answers over the leases of two directions in turns: each gets its own, and balances.
func TestReleaseWithAnswers(t *testing.T) {
	one, two := blockingDirection(t, 10), blockingDirection(t, 10)
	one.retry.ambiguous, two.retry.ambiguous = config.AmbiguousDrop, config.AmbiguousResend
	offer(t.Context(), &lane{d: one}, 4)
	offer(t.Context(), &lane{d: two}, 4)
	var o outbox
	o.add(one)
	o.add(two)
	var rows []*vscp.Row
	for range 4 {
		rows = o.Peek(rows, 2)
	}
	if len(rows) != 8 {
		t.Fatalf("Peek returned %d events, want 8", len(rows))
	}
	o.Refuse(remote.Fate{Row: rows[0], Outcome: remote.RetryExpired})
	var answers []remote.Fate
	for i, row := range rows[1:7] {
		f := remote.Fate{Row: row, Outcome: remote.Ambiguous}
		if o.Again(i, row, 0) {
			f.Outcome = remote.Returned
		}
		answers = append(answers, f)
	}
	o.Release(answers)
	a, b := one.status(), two.status()
	if a.Dropped[ReasonAmbiguous] != 3 || a.Dropped[ReasonRetryExpired] != 1 || a.Queued != 0 || !a.Balanced() {
		t.Errorf("direction one: %+v, want 3 ambiguous, 1 expired, balanced", a)
	}
	if b.Queued != 4 || Sum(b.Dropped) != 0 || !b.Balanced() {
		t.Errorf("direction two: %+v, want 4 queued, none dropped, balanced", b)
	}
	if n := len(o.Peek(nil, 100)); n != 4 {
		t.Errorf("after Release, Peek returned %d events, want 4", n)
	}
}
