package bridge_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// station is a link server on a port, which knows what it may receive: from each source the numbers from 0 on, once each and in order.
type station struct {
	net.Listener
	server  *linkserver.Server
	guid    vscp.GUID
	accepts atomic.Int64
	done    chan struct{}

	mu    sync.Mutex // guards what follows
	next  map[byte]uint32
	wrong []string
}

// Accept implements net.Listener.
func (s *station) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err == nil {
		s.accepts.Add(1)
	}
	return c, err
}

func newStation(t *testing.T, number byte) *station {
	t.Helper()
	s := &station{guid: vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, number}, next: map[byte]uint32{}, done: make(chan struct{})}
	o := linkserver.DefaultOptions()
	o.GUID, o.QueueEvents, o.QueueBytes, o.OnEvent = s.guid, 1<<17, 1<<28, s.check
	var err error
	if s.server, err = linkserver.New(o); err != nil {
		t.Fatal(err)
	}
	if s.Listener, err = new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer close(s.done)
		_ = s.server.Serve(ctx, s)
	}()
	t.Cleanup(func() {
		stop()
		<-s.done
	})
	return s
}

// check is called for each event that comes.
func (s *station) check(r linkserver.Received) {
	var data [5]byte
	r.Row.ReadData(data[:])
	from, number := data[0], binary.BigEndian.Uint32(data[1:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if number != s.next[from] && len(s.wrong) < 5 {
		s.wrong = append(s.wrong, fmt.Sprintf("event %d of station %d, want %d", number, from, s.next[from]))
	}
	s.next[from] = number + 1
}

func (s *station) has(from byte) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next[from]
}

// emit publishes the event with a number.
func (s *station) emit(number uint32) {
	s.server.PublishEvent(&vscp.Event{Head: 0x60, Class: 10, Type: 6, GUID: s.guid, Data: binary.BigEndian.AppendUint32([]byte{s.guid[9]}, number)})
}

const (
	stationsStay  = 3 // 0 and 1 exchange events, and 2 gets those of 0
	stationsCome  = 4 // come, go and change; nobody asks what they get
	loadPerSecond = 5000
	loadAhead     = 5_000 // events on the way at most, where the machine is too slow
)

// load is the configuration of the stations, with as many changes as random numbers make; nil: none.
func load(state string, stations []*station, r *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, "bridge {\n flush_timeout = \"200ms\"\n state_dir = %q\n}\n", state)
	put := func(i int, more string) {
		address := stations[i].Addr().String()
		if strings.HasPrefix(more, "# dead") {
			address = "127.0.0.1:1"
		}
		fmt.Fprintf(&b, "remote \"s%d\" {\n address = %q\n user = \"admin\"\n password = \"secret\"\n backoff {\n initial = \"20ms\"\n max = \"1s\"\n }\n%s\n}\n", i, address, more)
	}
	for i := range stationsStay { // what is cut off may come back later than anybody remembers: origins are exact
		put(i, fmt.Sprintf("origins = [\"FF:FF:FF:FF:FF:FF:FF:FE:00:%02d:*\"]", i+1))
	}
	const ample = "queue {\n max_events = 200000\n max_bytes = \"1GiB\"\n overflow = \"block\"\n}\n"
	fmt.Fprintf(&b, "route \"stay\" {\n between = [remote.s0, remote.s1]\n match { class = [10] }\n%s}\n", ample)
	fmt.Fprintf(&b, "route \"too\" {\n from = [remote.s0]\n to = [remote.s2]\n%s}\n", ample)
	if r == nil {
		return b.String()
	}
	fmt.Fprintf(&b, "loop { storm_window = \"%ds\" }\n", 5+r.IntN(2))
	for i := stationsStay; i < stationsStay+stationsCome; i++ {
		if r.IntN(3) == 0 {
			continue
		}
		put(i, []string{"", "window = 3", "send_connections = 2", "receive = \"none\"", "origins = [\"FF:FF:FF:FF:FF:FF:FF:FE:00:09:*\"]", "# dead"}[r.IntN(6)])
		for k := range 2 {
			if r.IntN(3) == 0 {
				continue
			}
			storage := []string{"", "storage = \"disk\""}[r.IntN(2)]
			class := []string{"", "match { class = [10] }", "exclude { type = [7] }"}[r.IntN(3)]
			ends := []string{"from = [remote.s%d]\n to = [remote.s%d]", "between = [remote.s%d, remote.s%d]"}[r.IntN(2)]
			fmt.Fprintf(&b, "route \"r%d%d\" {\n "+ends+"\n%s\n queue {\n max_events = %d\n %s\n}\n}\n", i, k, k, i, class, 100+r.IntN(2)*500, storage)
		}
	}
	return b.String()
}

// feed emits numbered events of two stations until stop is closed, and returns how many each emitted.
func feed(stations []*station, stop <-chan struct{}) uint32 {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	began, n := time.Now(), uint32(0)
	for {
		select {
		case <-stop:
			return n
		case <-ticker.C:
		}
		for due := uint32(time.Since(began).Seconds() * loadPerSecond); n < due; n++ {
			if least := min(stations[1].has(1), stations[0].has(2), stations[2].has(1)); n >= least+loadAhead {
				break
			}
			stations[0].emit(n)
			stations[1].emit(n)
		}
	}
}

// census counts what may leak.
type census struct{ goroutines, files, series int }

func (c census) within(o census) bool {
	return c.goroutines <= o.goroutines && c.files <= o.files && c.series == o.series
}

func takeCensus(t *testing.T, registry *prometheus.Registry) census {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatalf("Gather: %v", err)
	}
	c := census{goroutines: runtime.NumGoroutine()}
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "tcpiplink_route") || strings.HasPrefix(f.GetName(), "tcpiplink_queue") {
			c.series += len(f.GetMetric())
		}
	}
	if entries, err := os.ReadDir("/proc/self/fd"); err == nil { // elsewhere files are not counted
		c.files = len(entries)
	}
	return c
}

// await polls, in real time.
func await(t *testing.T, what string, long time.Duration, is func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(long); !is(); <-ticker.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, long)
		}
	}
}

// TestReloadsUnderLoad changes the configuration again and again while 10,000 events a second pass over routes that stay as they are.
// Each of them arrives once and in order, the connections that they take stay, and nothing is left behind. TCPIPLINK_RELOADS sets how
// often.
func TestReloadsUnderLoad(t *testing.T) {
	reloads := 40
	if text := os.Getenv("TCPIPLINK_RELOADS"); text != "" {
		var err error
		if reloads, err = strconv.Atoi(text); err != nil {
			t.Fatalf("TCPIPLINK_RELOADS is %q, want a number", text)
		}
	}
	var stations []*station
	for i := range stationsStay + stationsCome {
		stations = append(stations, newStation(t, byte(i+1)))
	}
	state, registry := t.TempDir(), prometheus.NewPedanticRegistry()
	calm := parse(t, load(state, stations, nil))
	b, err := bridge.New(calm, bridge.Options{Registry: registry, Logger: hclog.New(&hclog.LoggerOptions{Output: testLog{t}, Level: hclog.Error})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Run(ctx)
	}()
	defer func() { end(); <-ended }()
	await(t, "all remotes are up", time.Minute, func() bool {
		for _, r := range b.Remotes() {
			if !r.Up {
				return false
			}
		}
		return true
	})
	before, accepts := takeCensus(t, registry), acceptsOf(stations)

	stop, fed, began := make(chan struct{}), make(chan uint32, 1), time.Now()
	go func() { fed <- feed(stations, stop) }()
	random, pace := rand.New(rand.NewPCG(1, 2)), time.NewTicker(60*time.Millisecond)
	defer pace.Stop()
	apply := func(cfg *config.Config) {
		if err := b.Apply(cfg); err != nil {
			t.Errorf("Apply = %v, want nil", err)
		}
	}
	for range reloads {
		apply(parse(t, load(state, stations, random)))
		<-pace.C
	}
	apply(calm)
	close(stop)
	n, took := <-fed, time.Since(began)
	moved := 0
	for _, s := range stations[stationsStay:] {
		moved += int(s.accepts.Load())
	}
	t.Logf("%d reloads within %v, %.0f events/s, %d connections to what came and went", reloads, took.Round(time.Millisecond), 2*float64(n)/took.Seconds(), moved)
	if moved < reloads/2 {
		t.Errorf("%d connections to the sites that come and go, want at least %d", moved, reloads/2)
	}

	await(t, "all events arrived", time.Minute, func() bool {
		return stations[1].has(1) >= n && stations[0].has(2) >= n && stations[2].has(1) >= n
	})
	await(t, "all events are answered", time.Minute, func() bool {
		for _, d := range b.Directions() {
			if d.Queued > 0 && !d.Removed {
				return false
			}
		}
		return true
	})
	checkStay(t, b, stations, n)
	if got := acceptsOf(stations); got != accepts {
		t.Errorf("connections to the sites that stay: %v, want %v as before", got, accepts)
	}
	var after census
	await(t, "what was left behind is gone", 20*time.Second, func() bool {
		after = takeCensus(t, registry)
		return after.within(before) || time.Since(began) > took+15*time.Second
	})
	if !after.within(before) {
		buf := make([]byte, 1<<20)
		t.Errorf("after the reloads %+v, want at most %+v\n%s", after, before, buf[:runtime.Stack(buf, true)])
	}
}

func acceptsOf(stations []*station) (out [stationsStay]int64) {
	for i := range out {
		out[i] = stations[i].accepts.Load()
	}
	return out
}

// checkStay looks at the routes that stayed, on which n events came from each source.
func checkStay(t *testing.T, b *bridge.Bridge, stations []*station, n uint32) {
	t.Helper()
	for i, s := range stations[:stationsStay] {
		s.mu.Lock()
		if len(s.wrong) > 0 {
			t.Errorf("station %d received %v", i+1, s.wrong)
		}
		s.mu.Unlock()
	}
	for _, r := range b.Remotes() {
		for _, l := range r.Links {
			if l.Connects != 1 || !r.Up {
				t.Errorf("%s: the connection %s came up %d times, want once, and that it is up", r.Name, l.Name, l.Connects)
			}
		}
	}
	for _, d := range b.Directions() {
		if d.Removed {
			continue
		}
		if d.Forwarded != uint64(n) || bridge.Sum(d.Dropped) != 0 || !d.Balanced() {
			t.Errorf("%s to %s: %+v, want %d forwarded, none dropped, balanced", d.Route, d.To, d, n)
		}
	}
}

// testLog is where a log goes whose lines are all failures.
type testLog struct{ t *testing.T }

// Write implements io.Writer.
func (l testLog) Write(line []byte) (int, error) {
	l.t.Errorf("log: %s", line)
	return len(line), nil
}
