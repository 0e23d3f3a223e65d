package remote

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestTwoConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, nil)
		r := newRig(t, h.dial, func(o *Options) { o.DeadAfter = DefaultOptions().DeadAfter }).start()
		synctest.Wait()
		if s := r.m.Status(); !s.Up || s.Summary() != "up" || s.Name != "house" || s.Address != testAddress || len(s.Links) != 2 {
			t.Fatalf("Status = %+v, want two links up", s)
		}
		const n = 500
		for i := range n {
			h.server.PublishEvent(&vscp.Event{Class: 10, Type: uint16(i)})
		}
		r.out.pushNumbered(0, n)
		time.Sleep(time.Minute)
		got := r.in.all()
		if len(got) != 2*n { // the server shows the receive connection what the other one sent
			t.Fatalf("received %d events, want %d", len(got), 2*n)
		}
		published := slices.DeleteFunc(slices.Clone(got), func(a arrived) bool { return a.event.ObID != 0 })
		for i, a := range published {
			if int(a.event.Type) != i {
				t.Fatalf("event %d has type %d, want them in order", i, a.event.Type)
			}
		}
		for _, a := range got {
			if !slices.Equal(a.own, []uint32{2}) || a.iface != testGUID.Interface(1) {
				t.Fatalf("arrived with own channels %v at %v, want [2] at %v", a.own, a.iface, testGUID.Interface(1))
			}
		}
		r.out.wantOutcomes(n, 0, 0)
		for i, e := range h.events() {
			if int(e.Data[0])<<8|int(e.Data[1]) != i {
				t.Fatalf("server got %v at place %d, want them in order", e.Data, i)
			}
		}
		time.Sleep(time.Hour)
		for _, l := range r.m.Status().Links {
			if l.Connects != 1 || l.Failures != 0 {
				t.Errorf("link %s after an hour: %+v, want one connection and no failure", l.Role, l)
			}
		}
	})
}

// TestOwnChannels keeps the id of a connection that sends while it is up and for the grace after it, and no longer.
func TestOwnChannels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			if line == "CHID" {
				return fmt.Sprintf("%d\r\n+OK\r\n", 100*c.n), true
			}
			return "", false
		}
		r := newRig(t, f.dial, func(o *Options) { o.Backoff.Jitter = 0 }).start()
		synctest.Wait()
		push := func() []uint32 {
			f.conn(1).push("0,10,6,0,,,-,1")
			synctest.Wait()
			all := r.in.all()
			return all[len(all)-1].own
		}
		for _, tt := range []struct {
			wait time.Duration
			cut  bool
			want []uint32
		}{
			{time.Second, false, []uint32{200}},
			{time.Second, true, []uint32{200}},
			{time.Second, false, []uint32{200, 300}},
			{2 * time.Second, false, []uint32{300}},
		} {
			time.Sleep(tt.wait)
			if tt.cut {
				_ = f.conn(2).conn.Close()
				r.out.pushNumbered(0, 1) // to make it look
				synctest.Wait()
			}
			if got := push(); !slices.Equal(got, tt.want) {
				t.Errorf("own channels = %v, want %v", got, tt.want)
			}
		}
		for range 50 { // nothing arrives meanwhile
			f.mu.Lock()
			_ = f.conns[len(f.conns)-1].conn.Close()
			f.mu.Unlock()
			r.out.pushNumbered(0, 1)
			time.Sleep(2 * time.Minute)
		}
		r.m.mu.Lock()
		defer r.m.mu.Unlock()
		if n := len(r.m.channels); n > 2 {
			t.Errorf("%d channel ids kept after many reconnects, want 2 at most", n)
		}
	})
}

func TestSendIsDialedAfterReceiveIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			if line == "RCVLOOP" {
				time.Sleep(3 * time.Second)
			}
			return "", false
		}
		start := time.Now()
		newRig(t, f.dial, nil).start()
		time.Sleep(2 * time.Second)
		if n := len(f.dialed()); n != 1 {
			t.Errorf("%d connections before the receive loop is entered, want 1", n)
		}
		time.Sleep(2 * time.Second)
		if d := f.dialed(); len(d) != 2 || d[1].Sub(start) != 3*time.Second {
			t.Errorf("dialed at %v, want the second at 3s", d)
		}
	})
}

// wantDelays compares the pauses between times with what the backoff allows, from the interval first on.
func wantDelays(t *testing.T, times []time.Time, first int, b Backoff) {
	t.Helper()
	for i := 1; i < len(times); i++ {
		interval := b.Initial
		for range first + i - 1 {
			interval = min(time.Duration(float64(b.Max)/(1+b.Jitter)), time.Duration(float64(interval)*b.Multiplier))
		}
		low, high := time.Duration(float64(interval)*(1-b.Jitter))-1, min(b.Max, time.Duration(float64(interval)*(1+b.Jitter))+1)
		if got := times[i].Sub(times[i-1]); got < low || got > high {
			t.Errorf("delay %d is %v, want %v to %v", i, got, low, high)
		}
	}
}

// TestNeverGivesUp refuses hundreds of times and then takes the connection.
func TestNeverGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(true)
		r := newRig(t, f.dial, nil).start()
		time.Sleep(6 * time.Hour)
		dials := f.dialed()
		if len(dials) < 300 {
			t.Fatalf("%d attempts in 6 hours, want at least 300", len(dials))
		}
		wantDelays(t, dials, 0, DefaultOptions().Backoff)
		l := r.link(roleReceive)
		if l.State != StateWaiting || !l.Failing || l.LastCause != CauseDial || l.Failures != uint64(len(dials)) || l.Connects != 0 {
			t.Errorf("status %+v, want waiting, failing to dial, %d failures", l, len(dials))
		}
		if until := time.Until(l.Next); until <= 0 || until > time.Minute {
			t.Errorf("next attempt in %v, want more than 0 and at most 1m", until)
		}
		if l := r.link(roleSend); l.State != StateWaiting || l.Failures != 0 || !l.Next.IsZero() {
			t.Errorf("status of the send link %+v, want waiting without a time", l)
		}
		if s := r.m.Status(); s.Up || s.Summary() != "waiting (receive: dial tcp: connection refused)" {
			t.Errorf("Summary = %q, want the refused connection", s.Summary())
		}
		f.setRefuse(false)
		time.Sleep(2 * time.Minute)
		if s := r.m.Status(); !s.Up || s.Summary() != "up" || r.link(roleReceive).Failing {
			t.Errorf("Status = %+v, want up", s)
		}
	})
}

// TestBackoffResets has a peer that hangs up after a time: short of Stable the delays grow on, from then on they start again.
func TestBackoffResets(t *testing.T) {
	for _, tt := range []struct {
		up    time.Duration
		first func(i int) int // the interval of delay i
	}{
		{9 * time.Second, func(i int) int { return i }},
		{10 * time.Second, func(int) int { return 0 }},
	} {
		t.Run(tt.up.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(c *fakeConn, line string) (string, bool) {
					if line == "RCVLOOP" {
						time.AfterFunc(tt.up, func() { _ = c.conn.Close() })
					}
					return "", false
				}
				newRig(t, f.dial, nil).start()
				time.Sleep(15 * time.Minute)
				var ups []time.Time
				for _, c := range f.connections() {
					ups = append(ups, c.times("RCVLOOP")...)
				}
				if len(ups) < 10 {
					t.Fatalf("%d connections in 15 minutes, want at least 10", len(ups))
				}
				for i := 1; i < len(ups); i++ {
					wantDelays(t, []time.Time{ups[i-1].Add(tt.up), ups[i]}, tt.first(i-1), DefaultOptions().Backoff)
				}
			})
		})
	}
}

func TestRefusedLoginWaitsLongest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			return "-OK - Invalid username or password.\r\n" + markClose, strings.HasPrefix(line, "PASS")
		}
		r := newRig(t, f.dial, nil).start()
		time.Sleep(10*time.Minute + time.Second)
		dials := f.dialed()
		for i := 1; i < len(dials); i++ {
			if got := dials[i].Sub(dials[i-1]); got != time.Minute {
				t.Errorf("delay %d after a refused login is %v, want 1m", i, got)
			}
		}
		if l := r.link(roleReceive); len(dials) != 11 || l.LastCause != CauseLogin || !strings.Contains(l.LastError, "PASS refused") {
			t.Errorf("%d attempts, status %+v, want 11 with cause login", len(dials), l)
		}
	})
}

// TestLoginIsReadAtEveryAttempt changes it between two connections.
func TestLoginIsReadAtEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		reads := 0
		r := newRig(t, f.dial, func(o *Options) {
			o.Receive, o.IdleProbe = ReceiveNone, time.Second
			o.Login = func() (Login, error) {
				if reads++; reads == 2 {
					return Login{}, fmt.Errorf("password file pw: gone")
				}
				return Login{fmt.Sprintf("user%d", reads), fmt.Sprintf("secret%d", reads)}, nil
			}
		}).start()
		synctest.Wait()
		_ = f.conn(1).conn.Close()
		time.Sleep(10 * time.Second)
		if got, want := slices.Concat(f.all("USER"), f.all("PASS")), []string{"USER user1", "USER user3", "PASS secret1", "PASS secret3"}; !slices.Equal(got, want) {
			t.Errorf("logged in with %q, want %q", got, want)
		}
		if l := r.link(roleSingle); l.LastError != "password file pw: gone" || l.LastCause != CauseCredentials || l.Failures != 2 {
			t.Errorf("status %+v, want the password file as last of 2 failures", l)
		}
	})
}

// TestDeadAfter has a peer fall silent, which is noticed whatever its silence is made of.
func TestDeadAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) { return "", c.n == 1 && line == "NOOP" }
		r := newRig(t, f.dial, func(o *Options) { o.DeadAfter = 10 * time.Second }).start()
		synctest.Wait()
		for range 5 {
			time.Sleep(9 * time.Second)
			f.conn(1).push("+OK")
		}
		for range 5 {
			time.Sleep(9 * time.Second)
			f.conn(1).push("0,10,6,0,,,-,1")
		}
		if l := r.link(roleReceive); l.Failures != 0 {
			t.Fatalf("status %+v, want no failure while lines come", l)
		}
		time.Sleep(10*time.Second - 1)
		if l := r.link(roleReceive); l.Failures != 0 {
			t.Fatalf("status %+v, want no failure before 10s of silence", l)
		}
		time.Sleep(2 * time.Nanosecond)
		if l := r.link(roleReceive); l.Failures != 1 || l.LastCause != CauseTimeout || l.LastError != "RCVLOOP: no line for 10s" {
			t.Errorf("status %+v, want a time-out after 10s without a line", l)
		}
		synctest.Wait()
		if !f.conn(1).isGone() {
			t.Error("the dead connection is open, want it closed")
		}
	})
}

// TestRhythmIsThePeersAlone has the receiver take its time, as a full queue that blocks does: that says nothing of the peer's rhythm.
func TestRhythmIsThePeersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) { return "", line == "NOOP" }
		r := newRig(t, f.dial, func(o *Options) { o.DeadAfter = 0 })
		r.in.hold = make(chan struct{})
		r.start()
		synctest.Wait()
		alive := func(n int) {
			for range n {
				time.Sleep(2 * time.Second)
				f.conn(1).push("+OK")
			}
		}
		alive(5)
		f.conn(1).push("0,10,6,0,,,-,1\r\n+OK")
		time.Sleep(2 * time.Minute)
		close(r.in.hold)
		alive(2)
		time.Sleep(6*time.Second - 1)
		if l := r.link(roleReceive); l.Failures != 0 {
			t.Fatalf("status %+v, want no failure before 6s of silence", l)
		}
		time.Sleep(2 * time.Nanosecond)
		if l := r.link(roleReceive); l.Failures != 1 || l.LastError != "RCVLOOP: no line for 6s" {
			t.Errorf("status %+v, want a time-out after 6s without a line: three times the rhythm", l)
		}
	})
}

// TestPeerWithoutKeepAlives answers when it is asked, and that is enough.
func TestPeerWithoutKeepAlives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := newRig(t, f.dial, func(o *Options) { o.DeadAfter = 0 }).start()
		time.Sleep(time.Hour)
		if l := r.link(roleReceive); l.Failures != 0 || l.State != StateReceiving {
			t.Errorf("status %+v, want receiving without failure", l)
		}
		if got := len(f.conn(1).lines("NOOP")); got < 700 || got > 720 {
			t.Errorf("asked %d times in an hour, want once in 5s", got)
		}
	})
}

func TestNewManagerChecks(t *testing.T) {
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, context.Canceled }
	good := func() Options {
		o := DefaultOptions()
		o.Name, o.Addresses, o.Client.Dial = "house", []string{testAddress}, dial
		return o
	}
	if _, err := NewManager(good(), &inbox{}, newOutbox(t)); err != nil {
		t.Fatalf("NewManager = %v, want nil", err)
	}
	none := good()
	none.Receive = ReceiveNone
	if _, err := NewManager(none, nil, newOutbox(t)); err != nil {
		t.Errorf("NewManager without a receiver that would get nothing = %v, want nil", err)
	}
	if _, err := NewManager(good(), nil, newOutbox(t)); !strings.Contains(errText(err), "no receiver") {
		t.Errorf("NewManager without a receiver = %v, want an error", err)
	}
	for want, change := range badOptions() {
		o := good()
		change(&o)
		if _, err := NewManager(o, &inbox{}, newOutbox(t)); !strings.Contains(errText(err), want) {
			t.Errorf("NewManager = %v, want an error with %q", err, want)
		}
	}
}

func badOptions() map[string]func(*Options) {
	return map[string]func(*Options){
		"name is missing":              func(o *Options) { o.Name = "" },
		"is not host:port":             func(o *Options) { o.Addresses = []string{"house"} },
		"logger is missing":            func(o *Options) { o.Logger = nil },
		"window is -2":                 func(o *Options) { o.Window = -2 },
		`profile "cloud" is not known`: func(o *Options) { o.Profile = "cloud" },
		"window is 1025":               func(o *Options) { o.Window = 1025 },
		"dead after is -1s":            func(o *Options) { o.DeadAfter = -time.Second },
		"stall after is 0s":            func(o *Options) { o.StallAfter = 0 },
		"stat every is -1s":            func(o *Options) { o.StatEvery = -time.Second },
		"return every is 0s":           func(o *Options) { o.ReturnEvery = 0 },
		"send connections is 0":        func(o *Options) { o.SendConnections = 0 },
		"send connections is 65":       func(o *Options) { o.SendConnections = 65 },
		"where one connection does":    func(o *Options) { o.SendConnections, o.Connections = 2, 1 },
		"idle probe is 0s":             func(o *Options) { o.IdleProbe = 0 },
		"poll every is 0s":             func(o *Options) { o.PollEvery = 0 },
		"connections is 3":             func(o *Options) { o.Connections = 3 },
		"full retry is 0s":             func(o *Options) { o.FullRetry = 0 },
		"full retry max is 1ms":        func(o *Options) { o.FullRetryMax = time.Millisecond },
		"backoff from 0s":              func(o *Options) { o.Backoff.Initial = 0 },
		"backoff from 500ms to 1ms":    func(o *Options) { o.Backoff.Max = time.Millisecond },
		"backoff multiplier is 0.5":    func(o *Options) { o.Backoff.Multiplier = 0.5 },
		"backoff jitter is 1.5":        func(o *Options) { o.Backoff.Jitter = 1.5 },
		"schedule every is 0s":         func(o *Options) { o.Schedule = &Schedule{} },
		"schedule jitter is 2s":        func(o *Options) { o.Schedule = &Schedule{Every: time.Second, Jitter: 2 * time.Second} },
		"schedule max fetch is -1":     func(o *Options) { o.Schedule = &Schedule{Every: time.Second, MaxFetch: -1} },
		"schedule linger is -1s":       func(o *Options) { o.Schedule = &Schedule{Every: time.Second, Linger: -time.Second} },
		"has one connection, not 2":    func(o *Options) { o.Schedule, o.Connections = &Schedule{Every: time.Second}, 2 },
		`remote: options of "house": `: func(o *Options) { o.Window = -1 },
	}
}
