package bridge_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a link server that the bridge reaches over pipes, by its name.
type site struct {
	server *linkserver.Server
	guid   vscp.GUID
	conns  sync.WaitGroup

	mu       sync.Mutex // guards what follows
	ctx      context.Context
	stop     context.CancelFunc
	received []vscp.Event
}

func newSite(t *testing.T, guid string) *site {
	t.Helper()
	return newSiteLike(t, guid, "")
}

// newSiteLike returns a site whose server behaves like a real one.
func newSiteLike(t *testing.T, guid string, like linkserver.Family) *site {
	t.Helper()
	s := &site{}
	var err error
	if s.guid, err = vscp.ParseGUID(guid); err != nil {
		t.Fatal(err)
	}
	o := linkserver.DefaultOptions()
	o.GUID, o.Like = s.guid, like
	o.OnEvent = func(r linkserver.Received) {
		var e vscp.Event
		r.Row.Event(&e)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.received = append(s.received, e)
	}
	if s.server, err = linkserver.New(o); err != nil {
		t.Fatal(err)
	}
	s.up(t)
	return s
}

// up takes connections, until down.
func (s *site) up(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ctx, s.stop = context.WithCancel(t.Context())
}

func (s *site) down() {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	s.conns.Wait()
}

// dialSites connects to sites by their host names.
func dialSites(sites map[string]*site) remote.DialFunc {
	return func(_ context.Context, _, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return sites[host].dial()
	}
}

func (s *site) dial() (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil, &net.OpError{Op: "dial", Err: fmt.Errorf("connection refused")}
	}
	near, far := net.Pipe()
	ctx := s.ctx
	s.conns.Go(func() { s.server.ServeConn(ctx, far) })
	return near, nil
}

// emit publishes n events of class 10, type 6, numbered in their data from first.
func (s *site) emit(first, n int) {
	for i := first; i < first+n; i++ {
		s.server.PublishEvent(&vscp.Event{Head: 0x60, Class: 10, Type: 6, GUID: s.guid, Data: []byte{byte(i >> 8), byte(i)}})
	}
}

func (s *site) numbers() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []int
	for _, e := range s.received {
		out = append(out, int(e.Data[0])<<8|int(e.Data[1]))
	}
	return out
}

// rig is a bridge between sites named north and south.
type rig struct {
	bridge *bridge.Bridge
	sites  map[string]*site
	stop   context.CancelFunc
	done   chan struct{}
}

const (
	northGUID = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00"
	southGUID = "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:00"
	bothWays  = `
remote "north" {
  address = "north:9598"
  user    = "admin"
  password = "secret"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
  backoff { max = "5s" }
}
remote "south" {
  address = "south:9598"
  user    = "admin"
  password = "secret"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
  backoff { max = "5s" }
}
`
)

func newRig(t *testing.T, hcl string) *rig {
	t.Helper()
	cfg, err := config.Parse("test.hcl", []byte(hcl), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{sites: map[string]*site{"north": newSite(t, northGUID), "south": newSite(t, southGUID)}, done: make(chan struct{})}
	r.bridge, err = bridge.New(cfg, bridge.Options{Dial: dialSites(r.sites)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() {
		defer close(r.done)
		r.bridge.Run(ctx)
	}()
	return r
}

func (r *rig) end() {
	r.stop()
	<-r.done
	for _, s := range r.sites {
		s.down()
	}
}

func (r *rig) direction(t *testing.T, to string) bridge.DirectionStatus {
	t.Helper()
	for _, d := range r.bridge.Directions() {
		if d.To == to {
			return d
		}
	}
	t.Fatalf("no direction to %s", to)
	return bridge.DirectionStatus{}
}

func wantNumbers(t *testing.T, who string, got []int, first, n int) {
	t.Helper()
	if len(got) != n {
		t.Fatalf("%s received %d events, want %d", who, len(got), n)
	}
	for i, v := range got {
		if v != first+i {
			t.Fatalf("%s received event %d at place %d, want %d", who, v, i, first+i)
		}
	}
}

func TestBothWaysExactlyOnceInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, bothWays+`route "sites" { between = [remote.north, remote.south] }`)
		time.Sleep(time.Second)
		const n = 1000
		r.sites["north"].emit(0, n)
		r.sites["south"].emit(5000, n)
		time.Sleep(10 * time.Second)

		wantNumbers(t, "south", r.sites["south"].numbers(), 0, n)
		wantNumbers(t, "north", r.sites["north"].numbers(), 5000, n)
		for _, to := range []string{"north", "south"} {
			d := r.direction(t, to)
			if !d.Balanced() || d.Forwarded != n || d.Suppressed[policy.OwnChannel] != n || d.Received != 2*n {
				t.Errorf("direction to %s: %+v, want %d forwarded, as many echoes suppressed, balanced", to, d, n)
			}
		}
		r.end()
	})
}

func TestLinkComesBackByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, bothWays+`route "sites" { between = [remote.north, remote.south] }`)
		time.Sleep(time.Second)
		r.sites["north"].emit(0, 10)
		time.Sleep(time.Second)
		r.sites["south"].down()
		r.sites["north"].emit(10, 10)
		time.Sleep(3 * time.Minute)
		if d := r.direction(t, "south"); d.Queued != 10 || !d.Balanced() || time.Since(d.Oldest) != 3*time.Minute {
			t.Errorf("while south is down: %+v, want 10 queued for 3 minutes, balanced", d)
		}
		if d := r.direction(t, "north"); !d.Oldest.IsZero() {
			t.Errorf("the oldest of an empty queue came at %v, want no time", d.Oldest)
		}
		r.sites["south"].up(t)
		time.Sleep(2 * time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 20)
		r.end()
	})
}

func TestStopFlushesOrReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, `bridge { flush_timeout = "4s" }`+bothWays+`route "sites" { between = [remote.north, remote.south] }`)
		time.Sleep(time.Second)
		r.sites["south"].down()
		r.sites["north"].emit(0, 10)
		time.Sleep(time.Second)
		start := time.Now()
		r.stop()
		<-r.done
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("stop took %v, want at most 5s", took)
		}
		if d := r.direction(t, "south"); d.Queued != 10 || !d.Balanced() {
			t.Errorf("after the stop: %+v, want 10 queued, balanced", d)
		}
		r.end()
	})
}
