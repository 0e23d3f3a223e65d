package simdevice

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// number is what a Counter event counts.
func number(data []byte) uint64 { return uint64(binary.BigEndian.Uint32(data[2:])) }

func TestEmissionStartsAtTheFirstLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, l := start(t, func(o *Options) { o.Source = Counter{} })
		c := l.dial(t)
		time.Sleep(20 * time.Second)
		if got := d.Stats(); got.Emitted != 0 || got.Clients != 0 {
			t.Errorf("before a login: emitted %d with %d clients, want 0 with 0", got.Emitted, got.Clients)
		}
		c.login()
		time.Sleep(100 * time.Millisecond)
		rows := c.rows()
		if len(rows) != 1 || number(rows[0].AppendData(nil)) != 0 {
			t.Errorf("after the login: %d events, want event 0 at once", len(rows))
		}
		if got := d.Stats().Clients; got != 1 {
			t.Errorf("clients = %d, want 1", got)
		}
	})
}

func TestRate(t *testing.T) {
	tests := []struct {
		rate float64
		span time.Duration
		want uint64
	}{
		{0, time.Hour, 0},
		{0.01, 250 * time.Second, 3}, // at 0, 100 and 200 s
		{1, 10*time.Second + 500*time.Millisecond, 11},
		{3, 10*time.Second + 100*time.Millisecond, 31},
		{20_000, 2 * time.Second, 40_000},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			d, l := start(t, func(o *Options) {
				o.Rate, o.Source = tt.rate, Counter{}
				o.Server.QueueEvents = 100_000
			})
			c := l.dial(t).login()
			time.Sleep(tt.span)
			got := d.Stats().Emitted
			// A batch of 10 ms may be on either side of the moment.
			slack := uint64(tt.rate * emitTick.Seconds() * 2)
			if got+slack < tt.want || got > tt.want+slack {
				t.Errorf("rate %v: emitted %d in %v, want %d (%d more or less)", tt.rate, got, tt.span, tt.want, slack)
			}
			synctest.Wait()
			rows := c.rows()
			for i := range rows {
				if n := number(rows[i].AppendData(nil)); n != uint64(i) || rows[i].Head.RollingIndex() != uint8(i&7) {
					t.Fatalf("rate %v: event %d has number %d and rolling index %d, want %d and %d",
						tt.rate, i, n, rows[i].Head.RollingIndex(), i, i&7)
				}
			}
		})
	}
}

func TestEventsAreEvenlySpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, l := start(t, func(o *Options) { o.Rate = 4 })
		c := l.dial(t).login()
		time.Sleep(5 * time.Second)
		rows := c.rows()
		for i := 1; i < len(rows); i++ {
			got := rows[i].Time.AsTime().Sub(rows[i-1].Time.AsTime())
			if off := got - 250*time.Millisecond; off < 0 || off > time.Microsecond {
				t.Errorf("event %d came %v after the one before, want 250ms", i, got)
			}
		}
		if len(rows) < 20 {
			t.Errorf("%d events in 5 s, want 20", len(rows))
		}
	})
}

func TestCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, l := start(t, func(o *Options) { o.Rate, o.Count, o.Source = 5000, 1234, Counter{} })
		c := l.dial(t).login()
		time.Sleep(time.Minute)
		if rows := c.rows(); len(rows) != 1234 || d.Stats().Emitted != 1234 {
			t.Errorf("got %d events of %d emitted, want 1234", len(rows), d.Stats().Emitted)
		}
		if got := l.dial(t).login().do("NOOP"); got != "+OK - Success." {
			t.Errorf("NOOP after the last event = %q, want +OK: the device goes on serving", got)
		}
	})
}

func TestStopEmitting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, l := start(t, func(o *Options) { o.Rate = 100 })
		c := l.dial(t).login()
		time.Sleep(time.Second)
		d.StopEmitting()
		before := d.Stats().Emitted
		time.Sleep(time.Second)
		if got := d.Stats().Emitted; got != before || got == 0 {
			t.Errorf("emitted %d, want %d as when it was stopped, and some", got, before)
		}
		if rows := c.rows(); uint64(len(rows)) != before {
			t.Errorf("got %d events, want all %d", len(rows), before)
		}
	})
}

func TestReceivedEventsAreHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		d, l := start(t, func(o *Options) {
			o.Rate = 0
			o.Server.OnEvent = func(r linkserver.Received) { got = append(got, r.User+" "+string(r.Row.Text)) }
		})
		c := l.dial(t).login()
		if reply := c.do("SEND 0,20,3,0,,,-,1,2"); reply != "+OK - Success." {
			t.Errorf("SEND = %q, want +OK", reply)
		}
		if len(got) != 1 || got[0] != "admin 0,20,3,0,,,-,1,2" || d.Stats().Received != 1 {
			t.Errorf("handed over %q, received %d, want the one event", got, d.Stats().Received)
		}
	})
}

// TestPauseIsNotCaughtUp stands for a machine that slept: the clock jumps, and there is no flood.
func TestPauseIsNotCaughtUp(t *testing.T) {
	t.Parallel()
	base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := clock{rate: 100, start: base}
	if got := c.due(0, base); got != 1 {
		t.Errorf("due(0) at the start = %d, want 1", got)
	}
	if got := c.due(1, base.Add(900*time.Millisecond)); got != 91 {
		t.Errorf("due(1) after 0.9 s = %d, want 91", got)
	}
	if got := c.due(91, base.Add(time.Hour)); got != 92 {
		t.Errorf("due(91) after an hour = %d, want 92", got)
	}
	if got := c.due(92, base.Add(time.Hour+time.Second)); got < 191 || got > 192 {
		t.Errorf("due(92) a second later = %d, want 191 or 192", got)
	}
	if got := c.due(192, base); got != 192 {
		t.Errorf("due(192) after the clock went back = %d, want 192", got)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Options){
		"negative":  func(o *Options) { o.Rate = -1 },
		"NaN":       func(o *Options) { o.Rate = math.NaN() },
		"infinite":  func(o *Options) { o.Rate = math.Inf(1) },
		"too fast":  func(o *Options) { o.Rate = MaxRate + 1 },
		"too slow":  func(o *Options) { o.Rate = 1e-9 },
		"no source": func(o *Options) { o.Source = nil },
		"no rows":   func(o *Options) { o.Source = Play{} },
		"server":    func(o *Options) { o.Server.QueueEvents = 0 },
	} {
		o := DefaultOptions()
		change(&o)
		d, err := New(o)
		if err == nil {
			t.Errorf("%s: New = %v, nil, want an error", name, d)
		}
		if wantRate := o.Source != nil && o.Rate != 1; errors.Is(err, ErrRate) != wantRate {
			t.Errorf("%s: New = %v, is ErrRate: %v, want %v", name, err, !wantRate, wantRate)
		}
	}
}

// spaced is a Feed of counter events, one each second.
type spaced struct{ n, end uint64 }

func (s *spaced) Next(ctx context.Context) (vscp.Row, bool) {
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return vscp.Row{}, false
	}
	s.n++
	return Counter{}.Row(s.n-1, time.Now()), s.n <= s.end
}

func TestFeed(t *testing.T) {
	for _, tt := range []struct{ count, end, want uint64 }{{0, 20, 20}, {5, 20, 5}} {
		synctest.Test(t, func(t *testing.T) {
			d, l := start(t, func(o *Options) { o.Rate, o.Count, o.Feed = 0, tt.count, &spaced{end: tt.end} })
			time.Sleep(5 * time.Second) // nobody is there, so that it waits
			c := l.dial(t).login()
			time.Sleep(3500 * time.Millisecond)
			if got := d.Stats().Emitted; got != 3 {
				t.Errorf("emitted %d in 3.5 s, want 3", got)
			}
			time.Sleep(time.Minute)
			rows := c.rows()
			if uint64(len(rows)) != tt.want || d.Stats().Emitted != tt.want {
				t.Fatalf("got %d events of %d emitted, want %d", len(rows), d.Stats().Emitted, tt.want)
			}
			for i := range rows {
				if n := number(rows[i].AppendData(nil)); n != uint64(i) || rows[i].Head.RollingIndex() != uint8(i&7) {
					t.Errorf("event %d has number %d and rolling index %d, want %d and %d", i, n, rows[i].Head.RollingIndex(), i, i&7)
				}
			}
		})
	}
}
