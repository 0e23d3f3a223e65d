package remote

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestStatOfPolls asks connections that poll after a fetch, and one that visits once at its end.
func TestStatOfPolls(t *testing.T) {
	const markSilent = "\x00silent"
	minutes := []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}
	for _, tt := range []struct {
		name   string
		change func(*Options)
		refuse string // a command
		answer string // to STAT, if it is not 3 overruns
		want   []time.Duration
		loss   uint64
	}{
		{"polls and sends", func(o *Options) { o.Receive = ReceivePoll }, "", "", minutes, 3},
		{"polls beside one that sends", func(o *Options) { o.Receive, o.Connections = ReceivePoll, 2 }, "", "", minutes, 3},
		{"loop refused", func(*Options) {}, "RCVLOOP", "", minutes, 3},
		{"held", func(o *Options) { o.Schedule = &Schedule{Every: 45 * time.Second} }, "", "", []time.Duration{90 * time.Second, 180 * time.Second}, 3},
		{"visits", func(o *Options) { o.Schedule = &Schedule{Every: time.Minute, Mode: Visit} }, "", "", append([]time.Duration{0}, minutes...), 4 * 3},
		{"visits, off", func(o *Options) { o.Schedule, o.StatEvery = &Schedule{Every: time.Minute, Mode: Visit}, 0 }, "", "", nil, 0},
		{"only sends", func(o *Options) { o.Receive = ReceiveNone }, "", "", nil, 0},
		{"visits only to send", func(o *Options) { o.Receive, o.Schedule = ReceiveNone, &Schedule{Every: time.Minute, Mode: Visit} }, "", "", nil, 0},
		{"refused", func(o *Options) { o.Receive = ReceivePoll }, "STAT", "", minutes[:1], 0},
		{"garbage", func(o *Options) { o.Receive = ReceivePoll }, "", "what?\r\n+OK\r\n", minutes, 0},
		{"no answer", func(o *Options) { o.Receive = ReceivePoll }, "", markSilent, minutes, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					switch {
					case line == tt.refuse:
						return "-OK - Unknown command\r\n", true
					case line == "STAT" && tt.answer != "":
						return strings.TrimPrefix(tt.answer, markSilent), true
					case line == "STAT":
						return "0,0,3,0,0,0,0\r\n+OK\r\n", true
					}
					return "", false
				}
				start := time.Now()
				r := newRig(t, f.dial, tt.change).start()
				time.Sleep(3*time.Minute + 10*time.Second)
				var at []time.Time
				for _, c := range f.connections() {
					at = append(at, c.times("STAT")...)
				}
				if got := since(start, at); !slices.Equal(got, tt.want) {
					t.Errorf("asked at %v, want %v", got, tt.want)
				}
				if got := r.m.Status().Loss.Overruns; got != tt.loss {
					t.Errorf("%d overruns, want %d", got, tt.loss)
				}
				for _, l := range r.m.Status().Links {
					if l.Failures != 0 {
						t.Errorf("status %+v, want no failure", l)
					}
				}
			})
		})
	}
}

// TestStatEndsAVisit is asked after everything was fetched, and before the goodbye.
func TestStatEndsAVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		newRig(t, f.dial, func(o *Options) { o.Schedule = &Schedule{Every: time.Minute, Mode: Visit, Linger: time.Second} }).start()
		time.Sleep(10 * time.Second)
		got := f.conn(1).lines("")
		if n := len(got); n < 3 || !slices.Equal(got[n-3:], []string{"RETR 64", "STAT", "QUIT"}) {
			t.Errorf("sent %q, want RETR 64, STAT, QUIT at the end", got)
		}
	})
}
