package remote

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
)

// spot is a point in the life of a connection at which the network fails.
type spot struct {
	name  string
	role  string // of the connection
	at    string // what the server, the lookup or the dialler holds back; empty: nothing, the link rests in the state
	state State
	tls   bool
	push  bool  // an event waits, so that there is a SEND
	cut   Cause // of the failure when the connection is cut; CauseNone: that is not one
	visit bool  // on a schedule, connected at the tick only
	home  bool  // connected to the second address, and returns to the first
}

// The points before the server's.
const (
	atLookup = "lookup"
	atDial   = "dial"
)

func spots() []spot {
	return []spot{
		{name: "resolving", role: roleReceive, at: atLookup, state: StateResolving, cut: CauseResolve},
		{name: "dialing", role: roleReceive, at: atDial, state: StateDialing, cut: CauseDial},
		{name: "tls", role: roleReceive, at: atTLS, state: StateTLS, tls: true, cut: CauseClosed},
		{name: "greeting", role: roleReceive, at: atGreeting, state: StateGreeting, cut: CauseFull},
		{name: "greeting begun", role: roleReceive, at: atWelcome, state: StateGreeting, cut: CauseClosed},
		{name: "user", role: roleReceive, at: "USER", state: StateLogin, cut: CauseClosed},
		{name: "password", role: roleReceive, at: "PASS", state: StateLogin, cut: CauseClosed},
		{name: "version", role: roleReceive, at: "VERS", state: StateProbing, cut: CauseClosed},
		{name: "guid", role: roleReceive, at: "GGID", state: StateProbing, cut: CauseClosed},
		{name: "loop", role: roleReceive, at: "RCVLOOP", state: StateProbing, cut: CauseClosed},
		{name: "receiving", role: roleReceive, state: StateReceiving, cut: CauseClosed},
		{name: "receiving, tls", role: roleReceive, state: StateReceiving, tls: true, cut: CauseClosed},
		{name: "waiting", role: roleReceive, state: StateWaiting, cut: CauseDial},
		{name: "send greeting", role: roleSend, at: atGreeting, state: StateGreeting, cut: CauseFull},
		{name: "send login", role: roleSend, at: "PASS", state: StateLogin, cut: CauseClosed},
		{name: "send probing", role: roleSend, at: "GGID", state: StateProbing, cut: CauseClosed},
		{name: "send ready", role: roleSend, state: StateReady, cut: CauseClosed},
		{name: "sending", role: roleSend, at: "SEND", state: StateSending, push: true, cut: CauseClosed},
		{name: "sending, tls", role: roleSend, at: "SEND", state: StateSending, tls: true, push: true, cut: CauseClosed},
		{name: "single login", role: roleSingle, at: "USER", state: StateLogin, cut: CauseClosed},
		{name: "single ready", role: roleSingle, state: StateReady, cut: CauseClosed},
		{name: "single fetching", role: roleSingle, at: "RETR", state: StateReady, cut: CauseClosed},
		{name: "single sending", role: roleSingle, at: "SEND", state: StateSending, push: true, cut: CauseClosed},
		{name: "closing", role: roleReceive, at: "QUIT", state: StateClosing, home: true},
		{name: "visit closing", role: roleSingle, at: "QUIT", state: StateClosing, visit: true},
	}
}

// trouble is what a network does.
type trouble struct {
	name   string
	apply  func(*linktest.FaultProxy)
	cut    bool // connections break, and no new ones can be made
	silent bool // nothing comes through
	slow   int  // 0: the deadlines are the short ones; each more doubles them
}

// deadline is that of every phase, where the peer falls silent; dead is how long a connection may be so.
func (tr *trouble) deadline() time.Duration { return deadline << tr.slow }
func (tr *trouble) dead() time.Duration     { return deadline * 3 / 2 << tr.slow }

func troubles() []trouble {
	return []trouble{
		{name: "cut", apply: func(p *linktest.FaultProxy) { p.Refuse(); p.Cut() }, cut: true},
		{name: "stall", apply: (*linktest.FaultProxy).Stall, silent: true},
		{name: "half-open", apply: (*linktest.FaultProxy).HalfOpen, silent: true},
		{name: "delay", apply: func(p *linktest.FaultProxy) { p.Delay(lag) }},
		{name: "split", apply: func(p *linktest.FaultProxy) { p.Split(1) }},
	}
}

// The times of these tests. Patience is for what should happen at once, on a machine that does much else.
const (
	lag        = 20 * time.Millisecond
	deadline   = 800 * time.Millisecond // of every phase, where the peer falls silent; longer where that was too short
	tickEvery  = 100 * time.Millisecond
	backoffCap = 200 * time.Millisecond
	patience   = time.Minute
)

// TestNetworkFailsAtEveryState breaks the network in each way at each state, and ends that again.
func TestNetworkFailsAtEveryState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	authority := linktest.NewAuthority(t, "authority")
	files := tlsFiles{ca: linktest.WritePEM(t, dir, "ca.crt", authority.CertPEM())}
	files.server.CertFile, files.server.KeyFile = authority.Issue(t, linktest.Cert{Names: []string{"house"}}).Write(t, dir, "server")
	for _, tr := range troubles() {
		t.Run(tr.name, func(t *testing.T) {
			t.Parallel()
			todo := slices.DeleteFunc(spots(), func(s spot) bool {
				return tr.cut && s.at == atWelcome // a reset may overtake the first line
			})
			for tr.slow = range rounds {
				todo = strike(t, tr, todo, files)
			}
			for _, s := range todo {
				t.Errorf("%s: the link failed %d times before the trouble, want it to get to %s", s.name, rounds, s.state)
			}
		})
	}
}

// tlsFiles are those of the servers and the authority.
type tlsFiles struct {
	server linkserver.TLSOptions
	ca     string
}

// strike runs an ordeal at each spot, several at once: they mostly wait. It returns the spots that were not reached.
func strike(t *testing.T, tr trouble, at []spot, files tlsFiles) (missed []spot) {
	t.Helper()
	ordeals, errs := make([]*ordeal, len(at)), make([]error, len(at))
	var wg sync.WaitGroup
	room := make(chan struct{}, atOnce)
	for i, s := range at {
		room <- struct{}{}
		o := newOrdeal(t, s, tr, files)
		ordeals[i] = o
		wg.Go(func() {
			errs[i] = o.run()
			<-room
		})
	}
	wg.Wait()
	for i, o := range ordeals {
		switch {
		case errors.Is(errs[i], errEarly):
			missed = append(missed, o.spot)
		case errs[i] != nil:
			t.Errorf("%s: %v", o.spot.name, errs[i])
		default:
			t.Logf("%-15s up again after %v", o.spot.name, o.back.Round(time.Millisecond))
		}
	}
	return missed
}

const (
	atOnce = 6
	// rounds is how often a spot is tried, with longer deadlines each time: on a busy machine a short one may be over before its
	// trouble begins.
	rounds = 5
)

// errEarly ends an ordeal whose link failed before the trouble.
var errEarly = errors.New("failed before the trouble")

// ordeal is a manager with its peer behind a network that fails once.
type ordeal struct {
	t       *testing.T
	spot    spot
	trouble trouble
	server  *heldServer
	proxy   *linktest.FaultProxy
	hosts   map[string]string    // their addresses
	home    *linktest.FaultProxy // in front of the same server, and not troubled; nil: there is no other way
	rig     *rig
	witness *witness
	started time.Time
	hold    *hold         // of the server, the lookup or the dialler
	failing atomic.Bool   // the trouble lasts
	over    chan struct{} // closed when it ends
	pushed  int           // events
	before  LinkStatus    // of the link when the trouble began
	back    time.Duration // from the end of the trouble to everything being well
}

func newOrdeal(t *testing.T, s spot, tr trouble, files tlsFiles) *ordeal {
	t.Helper()
	o := &ordeal{t: t, spot: s, trouble: tr, over: make(chan struct{}), started: time.Now()}
	o.server = newHeldServer(t, s, &files.server)
	o.hold = o.server.hold
	o.proxy = linktest.NewFaultProxy(t, o.server.listener.Addr().String())
	if s.state == StateWaiting {
		o.proxy.Refuse()
	}
	if s.home {
		o.home = linktest.NewFaultProxy(t, o.server.listener.Addr().String())
		o.home.Refuse()
	}
	o.rig = newRig(t, o.dial, func(opts *Options) { o.options(opts, files.ca) })
	if s.push {
		o.push(3)
	}
	o.rig.start()
	o.witness = newWitness(t, o.rig.m, o.server)
	return o
}

func (o *ordeal) options(opts *Options, ca string) {
	opts.Addresses = nil
	o.hosts = make(map[string]string)
	for name, p := range map[string]*linktest.FaultProxy{"home": o.home, "house": o.proxy} {
		if p != nil {
			ip, port, _ := net.SplitHostPort(p.Addr())
			opts.Addresses = append(opts.Addresses, net.JoinHostPort(name, port))
			o.hosts[name] = ip
		}
	}
	slices.Sort(opts.Addresses)
	opts.ReturnEvery = tickEvery
	opts.Client.Lookup = o.lookup
	opts.Backoff = Backoff{Initial: 50 * time.Millisecond, Max: backoffCap, Multiplier: 2, Jitter: 0.5, Stable: 10 * time.Second}
	opts.DeadAfter = patience
	if c := &opts.Client; o.trouble.silent {
		opts.DeadAfter = o.trouble.dead()
		d := o.trouble.deadline()
		c.ResolveTimeout, c.DialTimeout, c.TLSTimeout, c.GreetingTimeout, c.ReplyTimeout = d, d, d, d, d
	}
	if o.spot.tls {
		opts.Client.TLS = &TLSOptions{CAFile: ca}
	}
	if o.spot.role == roleSingle {
		opts.Schedule = &Schedule{Every: tickEvery}
		if o.spot.visit {
			opts.Schedule.Mode = Visit
		}
	}
}

// lookup is the resolver, which fails in the words of the real one.
func (o *ordeal) lookup(ctx context.Context, host string) ([]string, error) {
	if o.spot.at != atLookup {
		return []string{o.hosts[host]}, nil
	}
	o.hold.pass(ctx)
	if o.failing.Load() {
		if o.trouble.cut {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		if err := o.endure(ctx); err != nil {
			return nil, &net.DNSError{Err: "i/o timeout", Name: host, IsTimeout: true}
		}
	}
	return []string{o.hosts[host]}, nil
}

func (o *ordeal) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if o.spot.at == atDial {
		o.hold.pass(ctx)
		if o.failing.Load() && !o.trouble.cut {
			_ = o.endure(ctx) // the dialler says it in its own words
		}
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// endure is what a resolver or a dialler does in trouble: it waits for its end, or is late.
func (o *ordeal) endure(ctx context.Context) error {
	late := make(<-chan time.Time)
	if !o.trouble.silent {
		timer := time.NewTimer(lag)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-late:
	case <-o.over:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func (o *ordeal) push(n int) {
	o.rig.out.pushNumbered(o.pushed, n)
	o.pushed += n
}

func (o *ordeal) link() LinkStatus { return o.rig.link(o.spot.role) }
