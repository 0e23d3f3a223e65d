package remote

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestParseFamily(t *testing.T) {
	for name, want := range map[string]Family{
		"": FamilyUnknown, "auto": FamilyUnknown, "vscpd": FamilyVSCPD, "uvscpd": FamilyUvscpd, "firmware": FamilyFirmware,
	} {
		if got, err := ParseFamily(name); got != want || err != nil {
			t.Errorf("ParseFamily(%q) = %q, %v, want %q, nil", name, got, err, want)
		}
	}
	for _, name := range []string{"unknown", "VSCPD", "vscp"} {
		if got, err := ParseFamily(name); err == nil {
			t.Errorf("ParseFamily(%q) = %q, nil, want an error", name, got)
		}
	}
}

// TestTraitsAreSafe checks what holds for every family: a peer is never sent what would break it.
func TestTraitsAreSafe(t *testing.T) {
	for _, f := range []Family{FamilyUnknown, FamilyVSCPD, FamilyUvscpd, FamilyFirmware} {
		traits := TraitsOf(f)
		if traits.Window < 1 || traits.MaxCommand < 300 || traits.MaxBacklog < 1 || traits.MaxData > vscp.MaxData || traits.MinData > traits.MaxData {
			t.Errorf("TraitsOf(%s) = %+v, want limits that let events through", f, traits)
		}
		if traits.Form.Time != vscp.TimeNone {
			t.Errorf("TraitsOf(%s) writes the time form %v before the peer's is known, want none", f, traits.Form.Time)
		}
	}
}

func TestDetect(t *testing.T) {
	four, three := Version{15, 2, 0, "0"}, Version{1, 12, 4, ""}
	for _, tt := range []struct {
		v                         Version
		known, decimal, capsKnown bool
		want                      Family
	}{
		{four, true, false, true, FamilyVSCPD},
		{four, true, true, true, FamilyFirmware},
		{Version{Build: "N/A"}, true, false, true, FamilyUvscpd},
		{Version{Build: "N/A"}, true, false, false, FamilyUvscpd},
		{four, true, false, false, FamilyUnknown},
		{three, true, false, false, FamilyUnknown},
		{Version{}, false, false, true, FamilyUnknown},
		{Version{}, false, true, true, FamilyFirmware},
		{Version{}, false, false, false, FamilyUnknown},
	} {
		if got := detect(tt.v, tt.known, tt.decimal, tt.capsKnown); got != tt.want {
			t.Errorf("detect(%v, %v, %v, %v) = %s, want %s", tt.v, tt.known, tt.decimal, tt.capsKnown, got, tt.want)
		}
	}
}

func TestAs(t *testing.T) {
	p := Profile{Family: FamilyVSCPD, Detected: FamilyVSCPD, ChannelID: 7, Traits: TraitsOf(FamilyVSCPD)}
	if got := p.As(FamilyUnknown); got != p {
		t.Errorf("As(unknown) = %+v, want %+v", got, p)
	}
	want := Profile{Family: FamilyUvscpd, Detected: FamilyVSCPD, ChannelID: 7, Traits: TraitsOf(FamilyUvscpd)}
	if got := p.As(FamilyUvscpd); got != want {
		t.Errorf("As(uvscpd) = %+v, want %+v", got, want)
	}
}

func TestMaxConnections(t *testing.T) {
	for _, tt := range []struct {
		f    Family
		caps vscp.Capabilities
		want int
	}{
		{FamilyFirmware, 0x8020, 1},
		{FamilyFirmware, 0x8028, 2},
		{FamilyUvscpd, 0, 5},
		{FamilyVSCPD, 0, 0},
		{FamilyUnknown, 0, 0},
	} {
		p := Profile{Capabilities: tt.caps}.As(tt.f)
		if got := p.MaxConnections(); got != tt.want {
			t.Errorf("%s with %#x: MaxConnections = %d, want %d", tt.f, tt.caps, got, tt.want)
		}
	}
}

func TestProbeAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			switch line {
			case "VERS":
				return "1,12,4\r\n+OK\r\n", true
			case "CHID":
				return "-OK - no\r\n", true
			case "GGID":
				return markStall, true
			}
			return "", false
		}
		c := login(t, f.dial)
		_, answers, err := c.ProbeAnswers(t.Context())
		if err == nil || CauseOf(err) != CauseTimeout || len(answers) != 4 {
			t.Fatalf("ProbeAnswers = %+v, %v, want four answers and a time-out", answers, err)
		}
		vers, wcyd, chid, ggid := answers[0], answers[1], answers[2], answers[3]
		if vers.Err != nil || wcyd.Asked || !Refused(chid.Err) || !errors.Is(ggid.Err, err) || ggid.Verb != "GGID" {
			t.Errorf("answers = %+v, want VERS, no WCYD for an old daemon, CHID refused, GGID timed out", answers)
		}
	})
}

// TestPipelined asks servers that answer all, some and none of the commands that come in one piece.
func TestPipelined(t *testing.T) {
	for _, most := range []int{4, 1, 0} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			noops := 0
			f.answer = func(_ *fakeConn, line string) (string, bool) {
				if line == "NOOP" {
					if noops++; noops > most {
						return "", true
					}
				}
				return "", false
			}
			c := login(t, f.dial)
			start := time.Now()
			if got, err := c.Pipelined(t.Context(), 4, time.Second); got != most || err != nil {
				t.Errorf("Pipelined = %d, %v, want %d, nil", got, err, most)
			}
			if most == 4 {
				return
			}
			if took := time.Since(start); took != time.Second {
				t.Errorf("Pipelined took %v, want the wait of 1s", took)
			}
			wantEnded(t, c)
		})
	}
}

func TestPipelinedHostile(t *testing.T) {
	for name, answer := range map[string]string{
		"lines without end": strings.Repeat("data\r\n", 2000),
		"close":             "+OK\r\n" + markClose,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) { return answer, line == "NOOP" }
				c := login(t, f.dial)
				if got, err := c.Pipelined(t.Context(), 4, time.Second); err == nil {
					t.Errorf("Pipelined = %d, nil, want an error", got)
				}
				wantEnded(t, c)
			})
		})
	}
}

func TestUnfit(t *testing.T) {
	data := func(n int) string { return strings.Repeat(",1", n) }
	for _, tt := range []struct {
		name, row                           string
		vscpd, uvscpd, firmware, unknownFam bool // whether it fits
	}{
		{"small", "0,10,6,0,,,-" + data(3), true, true, true, true},
		{"no data", "0,10,6,0,,,-", true, true, false, true},
		{"8 bytes", "0,10,6,0,,,-" + data(8), true, true, true, true},
		{"9 bytes", "0,10,6,0,,,-" + data(9), true, false, true, true},
		{"80 bytes", "0,1040,6,0,,,-" + data(80), true, false, true, true},
		{"81 bytes", "0,1040,6,0,,,-" + data(81), true, false, false, true},
		{"512 bytes", "0,1040,6,0,,,-" + data(512), true, false, false, true},
		{"type 255", "0,10,255,0,,,-" + data(1), true, true, true, true},
		{"type 256", "0,10,256,0,,,-" + data(1), true, false, true, true},
		{"mirror without GUID", "0,522,6,0,,,-" + data(15), true, false, true, true},
		{"mirror of nothing", "0,522,6,0,,,-" + data(16), true, true, true, true},
		{"mirror of 8", "0,1023,6,0,,,-" + data(24), true, true, true, true},
		{"mirror of 9", "0,522,6,0,,,-" + data(25), true, false, true, true},
		{"level II", "0,1024,6,0,,,-" + data(3), true, false, true, true},
		{"large head", "65535,10,6,0,,,-" + data(1), true, true, true, true}, // cut where that is needed
	} {
		row := mustRow(t, tt.row)
		for family, fits := range map[Family]bool{
			FamilyVSCPD: tt.vscpd, FamilyUvscpd: tt.uvscpd, FamilyFirmware: tt.firmware, FamilyUnknown: tt.unknownFam,
		} {
			traits := TraitsOf(family)
			if why := traits.Unfit(row); (why == "") != fits {
				t.Errorf("%s to %s: Unfit = %q, want it to fit: %v", tt.name, family, why, fits)
			}
		}
	}
}

// TestSendLeavesOutWhatDoesNotFit has a window in which some events do not fit; the others are answered in order.
func TestSendLeavesOutWhatDoesNotFit(t *testing.T) {
	for _, window := range []int{0, 1, 5} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			r := newRig(t, f.dial, func(o *Options) { o.Receive, o.Window, o.Profile = ReceiveNone, window, FamilyUvscpd })
			long := "0,522,6,0,,,-" + strings.Repeat(",255", 25)
			lines := []string{"0,1024,1,0,,,-,1", "352,10,6,0,,,-,1", "0,10,300,0,,,-,1", long, "0,10,6,0,,,-,2", "0,10,6,0,,,-,3"}
			want := []Outcome{Unfit, Forwarded, Unfit, Unfit, Forwarded, Forwarded}
			r.pushLines(lines...)
			r.start()
			time.Sleep(time.Second)
			var got []Outcome
			for _, s := range r.out.results() {
				got = append(got, s.outcome)
			}
			if !slices.Equal(got, want) {
				t.Errorf("window %d: outcomes %v, want %v", window, got, want)
			}
			sends := []string{"SEND 96,10,6,0,,,-,1", "SEND 0,10,6,0,,,-,2", "SEND 0,10,6,0,,,-,3"}
			if got := f.all("SEND"); !slices.Equal(got, sends) {
				t.Errorf("window %d: sent %q, want %q", window, got, sends)
			}
			logged := r.log.find(t, "event does not fit the remote, dropped")
			if len(logged) != 1 || logged[0]["why"] != "class too large" {
				t.Errorf("window %d: logged %v, want one line that says why", window, logged)
			}
			if p := r.m.Status().Profile; p.Family != FamilyUvscpd || p.Detected != FamilyVSCPD {
				t.Errorf("profile is %s, detected %s, want that of the options, detected vscpd", p.Family, p.Detected)
			}
		})
	}
}

// TestNothingToSend keeps no connection for sending where there is no outbox, however the options are.
func TestNothingToSend(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"auto":   func(*Options) {},
		"one":    func(o *Options) { o.Connections = 1 },
		"two":    func(o *Options) { o.Connections = 2 },
		"poll":   func(o *Options) { o.Receive = ReceivePoll },
		"ticks":  func(o *Options) { o.Schedule = &Schedule{Every: time.Second} },
		"visits": func(o *Options) { o.Schedule = &Schedule{Every: time.Minute, Mode: Visit, Linger: time.Second} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, nil)
				var dials atomic.Int64
				in := &inbox{}
				o := DefaultOptions()
				o.Name, o.Addresses, o.Login, o.Logger = "house", []string{testAddress}, loginWith("admin", ""), newRig(t, h.dial, nil).m.logger
				o.Client.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					dials.Add(1)
					return h.dial(ctx, network, address)
				}
				change(&o)
				m, err := NewManager(o, in, nil)
				if err != nil {
					t.Fatalf("NewManager without an outbox = %v, want nil", err)
				}
				done := make(chan struct{})
				go func() {
					defer close(done)
					m.Run(t.Context())
				}()
				synctest.Wait()
				h.server.PublishEvent(&vscp.Event{Class: 10, Type: 6})
				time.Sleep(2 * time.Second)
				if n := len(in.all()); n != 1 {
					t.Errorf("received %d events, want 1", n)
				}
				if n, links := dials.Load(), m.Status().Links; n != 1 || len(links) != 1 {
					t.Errorf("%d connections dialed, links %+v, want one", n, links)
				}
				m.Flush()
				<-m.Received()
				<-done
			})
		})
	}
}

// oneConnection makes a fake behave like a device that takes one connection, and says so.
func oneConnection(t *testing.T) *fake {
	t.Helper()
	f := newFake(t)
	f.greet = func(c *fakeConn) string {
		for _, other := range f.connections() {
			if other != c && !other.isGone() {
				return "-OK - Max number of clients connected.\r\n" + markClose
			}
		}
		return f.greeting
	}
	f.answer = func(_ *fakeConn, line string) (string, bool) {
		switch line {
		case "VERS":
			return "0,0,1,4\r\n+OK\r\n", true
		case "WCYD":
			return "40-00-00-00-00-00-80-20 32800\r\n+OK\r\n", true
		case "RETR 64":
			return "352,20,24,0,,4185888126666,-,1\r\n-OK - No event(s) available\r\n", true
		}
		return "", false
	}
	return f
}

// TestOneConnectionIsUsed lets the profile decide: the first connection finds out, the next one does both.
func TestOneConnectionIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := oneConnection(t)
		r := newRig(t, f.dial, nil)
		r.out.pushNumbered(0, 3)
		r.start()
		time.Sleep(10 * time.Second)
		r.out.wantOutcomes(3, 0, 0)
		if n := len(r.in.all()); n == 0 {
			t.Error("received nothing, want the events that RETR fetches")
		}
		s := r.m.Status()
		if !s.Up || len(s.Links) != 1 || s.Links[0].Role != roleSingle || s.Links[0].Failures != 0 || len(f.dialed()) != 2 {
			t.Errorf("after %d connections: %+v, want up on one link without a failure after two", len(f.dialed()), s)
		}
		if got := f.conn(1).lines("QUIT"); len(got) != 1 {
			t.Errorf("the first connection ended with %q, want QUIT", got)
		}
		if got := f.all("RCVLOOP"); len(got) != 0 {
			t.Errorf("sent %q, want no receive loop on the only connection", got)
		}
		r.m.StopReceiving()
		<-r.m.Received()
		r.m.Flush()
		<-r.done
	})
}

// TestOneConnectionFoundLate has a device replaced by one that takes one connection, while both links are up.
func TestOneConnectionFoundLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := oneConnection(t)
		small := f.answer
		greet := f.greet
		var replaced atomic.Bool
		f.greet = func(c *fakeConn) string {
			if replaced.Load() {
				return greet(c)
			}
			return f.greeting
		}
		f.answer = func(c *fakeConn, line string) (string, bool) {
			if replaced.Load() {
				return small(c, line)
			}
			return "", false
		}
		r := newRig(t, f.dial, nil).start()
		time.Sleep(time.Second)
		replaced.Store(true)
		for _, c := range f.connections() {
			_ = c.conn.Close()
		}
		r.out.pushNumbered(0, 3)
		time.Sleep(2 * time.Minute)
		r.out.wantOutcomes(3, 0, 0)
		if s := r.m.Status(); !s.Up || len(s.Links) != 1 || s.Links[0].Role != roleSingle {
			t.Errorf("Status = %+v, want up on one link", s)
		}
	})
}

// TestOneConnectionStaysWhereTheOptionsSay obeys a number and a way of receiving.
func TestOneConnectionStaysWhereTheOptionsSay(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"two":  func(o *Options) { o.Connections = 2 },
		"push": func(o *Options) { o.Receive = ReceivePush },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := oneConnection(t)
				r := newRig(t, f.dial, change).start()
				time.Sleep(10 * time.Second)
				if s := r.m.Status(); len(s.Links) != 2 || s.Links[0].State != StateReceiving || s.Up {
					t.Errorf("Status = %+v, want the receiving link up and the other one not", s)
				}
				warned := r.log.find(t, "remote takes one connection only, so that none is left to send on; set connections to 1")
				if got, want := len(warned) > 0, name == "push"; got != want {
					t.Errorf("warned: %v, want %v", got, want)
				}
			})
		})
	}
}

// TestPeerProbeAnswers plays the peers' logins: every question is answered or refused, none is in doubt.
func TestPeerProbeAnswers(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		script := linktest.PeerScript(t, p.name, "login")
		c := connect(t, DialFunc(linktest.Dialer(t, script)))
		loginAs(t, c, script)
		_, answers, err := c.ProbeAnswers(t.Context())
		if err != nil || len(answers) != 4 {
			t.Fatalf("ProbeAnswers = %+v, %v, want four answers", answers, err)
		}
		for _, a := range answers {
			if !a.Asked || a.Err != nil {
				t.Errorf("%s: asked %v, error %v, want an answer", a.Verb, a.Asked, a.Err)
			}
		}
	})
}
