package remote

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// town is several fakes behind one dialer and one resolver.
type town struct {
	mu      sync.Mutex // guards what follows
	houses  map[string]*fake
	names   map[string][]string
	lookups []string
	dials   []string
}

func newTown(t testing.TB, addresses ...string) *town {
	t.Helper()
	w := &town{houses: make(map[string]*fake), names: make(map[string][]string)}
	for _, address := range addresses {
		w.houses[address] = newFake(t)
	}
	return w
}

func (w *town) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	w.dials = append(w.dials, address)
	house := w.houses[address]
	w.mu.Unlock()
	if house == nil {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
	}
	return house.dial(ctx, network, address)
}

func (w *town) lookup(ctx context.Context, host string) ([]string, error) {
	w.mu.Lock()
	w.lookups = append(w.lookups, host)
	found, ok := w.names[host]
	w.mu.Unlock()
	if !ok {
		<-ctx.Done()
		return nil, &net.DNSError{Err: "timeout", Name: host, IsTimeout: true}
	}
	return slices.Clone(found), nil
}

func (w *town) name(host string, ips ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names[host] = ips
}

func (w *town) dialled() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.dials, " ")
}

func (w *town) rig(t testing.TB, addresses ...string) *rig {
	t.Helper()
	return newRig(t, w.dial, func(o *Options) {
		o.Addresses, o.Client.Lookup = addresses, w.lookup
		o.Client.ResolveTimeout, o.Client.DialTimeout = 3*time.Second, 4*time.Second
		o.Backoff.Jitter = 0
	})
}

// TestResolvedAnew has a host move while it is away.
func TestResolvedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "192.0.2.1:9598", "192.0.2.2:9598")
		w.name("house", "192.0.2.1")
		r := w.rig(t, "house:9598").start()
		synctest.Wait()
		if l := r.link(roleReceive); l.Address != "192.0.2.1:9598" || r.m.Status().Address != "house:9598" {
			t.Fatalf("connected to %s, want 192.0.2.1:9598", l.Address)
		}
		w.name("house", "192.0.2.2")
		w.houses["192.0.2.1:9598"].setRefuse(true)
		_ = w.houses["192.0.2.1:9598"].conn(1).conn.Close()
		_ = w.houses["192.0.2.1:9598"].conn(2).conn.Close()
		time.Sleep(2 * time.Second)
		for _, role := range []string{roleReceive, roleSend} {
			if l := r.link(role); l.Address != "192.0.2.2:9598" || !l.State.Up() {
				t.Errorf("status of %s %+v, want up at 192.0.2.2:9598", role, l)
			}
		}
	})
}

// TestResolveHasItsDeadline has a resolver that does not answer.
func TestResolveHasItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t)
		r := w.rig(t, "house:9598").start()
		time.Sleep(3*time.Second - 1)
		if l := r.link(roleReceive); l.State != StateResolving || l.Failures != 0 {
			t.Errorf("status %+v, want resolving for 3s", l)
		}
		time.Sleep(2 * time.Nanosecond)
		if l := r.link(roleReceive); l.State != StateWaiting || l.LastCause != CauseResolve {
			t.Errorf("status %+v, want waiting after resolve", l)
		}
		if got := w.dialled(); got != "" {
			t.Errorf("dialled %s, want nothing", got)
		}
	})
}

// TestHostWithSeveralAddresses takes the one that answers, within the deadline for all of them.
func TestHostWithSeveralAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "192.0.2.3:9598")
		w.name("house", "192.0.2.1", "192.0.2.2", "192.0.2.3")
		r := w.rig(t, "house:9598").start()
		time.Sleep(4 * time.Second)
		if l := r.link(roleReceive); l.Address != "192.0.2.3:9598" || l.Failures != 0 {
			t.Errorf("status %+v, want connected to 192.0.2.3:9598", l)
		}
		// What sends goes where what receives went, without another search.
		if got, want := w.dialled(), "192.0.2.1:9598 192.0.2.2:9598 192.0.2.3:9598 192.0.2.3:9598"; got != want {
			t.Errorf("dialled %s, want %s", got, want)
		}
	})
}

// TestFailoverAndReturn goes to the second address while the first is down, and back when it answers, without a failure or a
// lost event.
func TestFailoverAndReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "192.0.2.1:9598", "192.0.2.2:9598")
		first, second := w.houses["192.0.2.1:9598"], w.houses["192.0.2.2:9598"]
		first.setRefuse(true)
		r := w.rig(t, "192.0.2.1:9598", "192.0.2.2:9598").start()
		synctest.Wait()
		up := func(when, address string) {
			t.Helper()
			s := r.m.Status()
			if !s.Up || s.Address != address || s.Links[0].Address != address || s.Links[1].Address != address {
				t.Errorf("%s: Status = %+v, want both links up at %s", when, s, address)
			}
		}
		up("first down", "192.0.2.2:9598")
		r.out.pushNumbered(0, 3)
		time.Sleep(5*time.Minute + 30*time.Second)
		up("first still down", "192.0.2.2:9598")
		first.setRefuse(false)
		time.Sleep(time.Minute)
		second.conn(1).push("+OK") // the receive loop looks around with each sign of life
		time.Sleep(2 * time.Second)
		r.out.pushNumbered(3, 3)
		synctest.Wait()
		up("first back", "192.0.2.1:9598")
		for _, role := range []string{roleReceive, roleSend} {
			if l := r.link(role); l.Failures != 0 {
				t.Errorf("status of %s %+v, want no failure", role, l)
			}
		}
		if got := len(second.all("QUIT")); got != 2 {
			t.Errorf("the second server got QUIT %d times, want once for each connection", got)
		}
		r.out.wantOutcomes(6, 0, 0)
		if a, b := len(second.all("SEND")), len(first.all("SEND")); a != 3 || b != 3 {
			t.Errorf("%d and %d events sent to the second and the first, want 3 each", a, b)
		}
	})
}

// TestAllAddressesFail names each.
func TestAllAddressesFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "192.0.2.1:9598", "192.0.2.2:9598")
		w.houses["192.0.2.1:9598"].setRefuse(true)
		w.houses["192.0.2.2:9598"].greeting = "-OK - Invalid or unknown peer.\r\n"
		r := w.rig(t, "192.0.2.1:9598", "192.0.2.2:9598").start()
		synctest.Wait()
		want := `192.0.2.1:9598: dial tcp: connection refused; 192.0.2.2:9598: greeting refused: "Invalid or unknown peer."`
		if l := r.link(roleReceive); l.LastError != want || l.LastCause != CauseDial {
			t.Errorf("LastError = %s (%s), want %s (%s)", l.LastError, l.LastCause, want, CauseDial)
		}
	})
}

// TestWrongPasswordIsNotTriedElsewhere: the next server has the same accounts.
func TestWrongPasswordIsNotTriedElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "192.0.2.1:9598", "192.0.2.2:9598")
		w.houses["192.0.2.1:9598"].answer = func(_ *fakeConn, line string) (string, bool) {
			return "-OK - Invalid username or password.\r\n", strings.HasPrefix(line, "PASS")
		}
		r := w.rig(t, "192.0.2.1:9598", "192.0.2.2:9598").start()
		synctest.Wait()
		if l := r.link(roleReceive); l.LastCause != CauseLogin || time.Until(l.Next) != DefaultOptions().Backoff.Max {
			t.Errorf("status %+v, want login, and the longest delay", l)
		}
		if got, want := w.dialled(), "192.0.2.1:9598"; got != want {
			t.Errorf("dialled %s, want %s", got, want)
		}
	})
}

// TestFullOrDown tells a device that has stopped listening because its place is taken from one that is down.
func TestFullOrDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		dials := 0
		r := newRig(t, func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials++; dials == 2 {
				f.setRefuse(true)
			}
			return f.dial(ctx, network, address)
		}, nil).start()
		synctest.Wait()
		if l := r.link(roleSend); l.LastCause != CauseFull || !strings.Contains(l.LastError, "no room") {
			t.Errorf("status %+v, want full", l)
		}
		_ = f.conn(1).conn.Close()
		time.Sleep(time.Minute)
		if l := r.link(roleReceive); l.LastCause != CauseDial {
			t.Errorf("status %+v, want down", l)
		}
	})
}

// TestStalled has a peer that answers everything and takes no event.
func TestStalled(t *testing.T) {
	for _, answer := range []string{bufferFull, "-OK - Invalid parameter or format\r\n"} {
		t.Run(strings.TrimSpace(answer), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(c *fakeConn, line string) (string, bool) {
					time.Sleep(100 * time.Millisecond)
					return answer, c.n == 2 && strings.HasPrefix(line, "SEND")
				}
				r := newRig(t, f.dial, func(o *Options) { o.StallAfter = 20 * time.Second }).start()
				time.Sleep(time.Minute)
				if l := r.link(roleSend); l.Failures != 0 {
					t.Fatalf("status %+v, want no failure while nothing waits", l)
				}
				r.out.pushNumbered(0, 300)
				time.Sleep(20 * time.Second)
				if l := r.link(roleSend); l.Failures != 0 || l.State != StateSending {
					t.Errorf("status %+v, want sending", l)
				}
				time.Sleep(10 * time.Second)
				l := r.link(roleSend)
				if l.Failures != 1 || l.LastCause != CauseStalled || l.Connects != 2 || !strings.Contains(l.LastError, "none for 20s") {
					t.Errorf("status %+v, want stalled once, and connected again", l)
				}
				got := r.log.find(t, "link failed")
				if len(got) != 1 || got[0]["cause"] != "stalled" || got[0]["link"] != roleSend {
					t.Errorf("failures logged: %v, want one, stalled", got)
				}
				time.Sleep(time.Minute)
				forwarded, refused := 0, 0
				for _, s := range r.out.results() {
					if s.outcome == Forwarded {
						forwarded++
					} else {
						refused++
					}
				}
				if forwarded+refused != 300 || forwarded == 0 || (refused > 0) != (answer != bufferFull) {
					t.Errorf("%d forwarded, %d refused, want 300 in all", forwarded, refused)
				}
			})
		})
	}
}

// TestSendingIsSaidForASecond does not flip with each event.
func TestSendingIsSaidForASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := newRig(t, f.dial, nil).start()
		synctest.Wait()
		for i := range 100 {
			r.out.pushNumbered(i, 1)
			time.Sleep(100 * time.Millisecond)
		}
		l := r.link(roleSend)
		if l.State != StateSending || l.Stays[StateSending].Times != 1 {
			t.Errorf("status %+v, want sending, entered once", l)
		}
		time.Sleep(time.Second)
		if l := r.link(roleSend); l.State != StateReady {
			t.Errorf("state is %v a second after the last event, want ready", l.State)
		}
	})
}

// TestDialsAreShared lets many remotes connect one after the other.
func TestDialsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		places := rate.NewLimiter(10, 1)
		var rigs []*rig
		for range 20 {
			rigs = append(rigs, newRig(t, f.dial, func(o *Options) { o.Dials, o.Receive = places, ReceiveNone }).start())
		}
		time.Sleep(time.Second - time.Millisecond)
		if got := len(f.dialed()); got != 10 {
			t.Errorf("%d connections in the first second, want 10", got)
		}
		waiting := 0
		for _, r := range rigs {
			if l := r.link(roleSingle); l.State == StateWaiting && !l.Next.IsZero() {
				waiting++
			}
		}
		if waiting != 10 {
			t.Errorf("%d remotes wait for their turn, want 10", waiting)
		}
		time.Sleep(time.Second)
		if got := len(f.dialed()); got != 20 {
			t.Errorf("%d connections in 2 seconds, want 20", got)
		}
	})
}

func TestCausesOfTheManager(t *testing.T) {
	for want, err := range map[Cause]error{
		CauseFull:    errors.Join(ErrNoRoom, errors.New("x")),
		CauseStalled: errors.Join(ErrStalled, errors.New("x")),
	} {
		if got := CauseOf(err); got != want {
			t.Errorf("CauseOf(%v) = %s, want %s", err, got, want)
		}
	}
}
