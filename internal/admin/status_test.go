package admin

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const twoSites = `
bridge {
  name          = "hub"
  flush_timeout = "1s"
}
remote "north" {
  address  = "north:9598"
  user     = "admin"
  password = "hunter2"
}
remote "south" {
  address  = "south:9598"
  user     = "admin"
  password = "hunter2"
}
route "readings" {
  from = [remote.north]
  to   = [remote.south]
}
`

// rig is a real bridge whose remotes are reached over pipes.
type rig struct {
	handler http.Handler
	conns   sync.WaitGroup
	stop    context.CancelFunc
	done    chan struct{}
}

// newRig serves each connection to a host with the function of that name; without one it is refused.
func newRig(t *testing.T, serve map[string]func(net.Conn)) *rig {
	t.Helper()
	cfg, err := config.Parse("hub.hcl", []byte(twoSites), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{done: make(chan struct{})}
	b, err := bridge.New(cfg, bridge.Options{Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		host, _, _ := strings.Cut(address, ":")
		if serve[host] == nil {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("connection refused")}
		}
		near, far := net.Pipe()
		r.conns.Go(func() { serve[host](far) })
		return near, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	r.handler = routes(&Options{
		Address: "127.0.0.1:9599", Gatherer: prometheus.NewRegistry(), Bridge: b,
		Daemon:   Daemon{Version: "1.2.3", Started: time.Now()},
		Reloader: reload.New(cfg, reload.Options{Path: "hub.hcl", Logger: hclog.NewNullLogger()}),
	}, atLoopback)
	var ctx context.Context
	ctx, r.stop = context.WithCancel(t.Context())
	go func() {
		defer close(r.done)
		b.Run(ctx)
	}()
	return r
}

func (r *rig) end() {
	r.stop()
	<-r.done
	r.conns.Wait()
}

// read returns the document, and its text.
func (r *rig) read(t *testing.T) (api.Status, string) {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, api.StatusPath, http.NoBody)
	request.Host = "127.0.0.1:9599"
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, request)
	var s api.Status
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %q: %v, want 200 and JSON", w.Code, w.Body, err)
	}
	return s, w.Body.String()
}

func TestStatusOfABridge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := linkserver.DefaultOptions()
		o.GUID = vscp.GUID{0: 0xFF, 15: 1}
		server, err := linkserver.New(o)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		r := newRig(t, map[string]func(net.Conn){"north": func(c net.Conn) { server.ServeConn(ctx, c) }})
		began := time.Now()
		time.Sleep(time.Minute)
		server.PublishEvent(&vscp.Event{Head: 0x60, Class: 10, Type: 6, GUID: o.GUID, Data: []byte{1}})
		time.Sleep(10 * time.Second)

		s, text := r.read(t)
		if s.API != api.Version || !s.At.Equal(time.Now()) || s.Daemon != (api.Daemon{Name: "hub", Version: "1.2.3", Started: began.UTC(), UptimeSeconds: 70}) {
			t.Errorf("at %v of API %d: %+v, want hub for 70 s", s.At, s.API, s.Daemon)
		}
		if s.Ready || len(s.Reasons) != 1 || !strings.HasPrefix(s.Reasons[0], "remote south is waiting (") {
			t.Errorf("ready %v, reasons %q, want only south not ready", s.Ready, s.Reasons)
		}
		north, south := s.Remotes[0], s.Remotes[1]
		if !north.Up || north.Summary != "up" || north.Peer == nil || north.Peer.Family == "" || north.Peer.Version == "" {
			t.Errorf("north %+v, peer %+v, want it up, and known", north, north.Peer)
		}
		l := north.Links[0]
		if !l.Up || l.State != "receiving" || l.Connects != 1 || l.Failures != 0 || l.LastError != "" || !l.Next.IsZero() || !l.Since.Equal(began) || !l.CameUp.Equal(began) {
			t.Errorf("link of north %+v, want receiving from the start, without a failure", l)
		}
		if got := l.States["receiving"]; got != (api.Stay{Times: 1, Seconds: 70}) {
			t.Errorf("north was receiving %+v, want once for 70 s", got)
		}
		if south.Up || south.Peer != nil {
			t.Errorf("south %+v, want it down, and unknown", south)
		}
		l = south.Links[0]
		if l.State != "waiting" || !l.Failing || l.Failures < 2 || l.Causes["dial"] != l.Failures || !l.FailsFrom.Equal(began) || l.LastCause != "dial" ||
			!strings.Contains(l.LastError, "connection refused") || !l.Next.After(s.At) || len(l.History) == 0 {
			t.Errorf("link of south %+v, want it waiting after failures to dial, with a next attempt", l)
		}
		if last := l.History[len(l.History)-1]; last.To != "waiting" || !last.At.Equal(l.Since) {
			t.Errorf("last step of south %+v, want to waiting at %v", last, l.Since)
		}
		d := s.Routes[0].Directions[0]
		if s.Routes[0].Name != "readings" || !strings.HasPrefix(s.Routes[0].Guarantee, "Events are taken from north") ||
			!slices.Equal(d.From, []string{"north"}) || d.To != "south" {
			t.Errorf("route %+v, want readings from north to south with what it promises", s.Routes[0])
		}
		if d.Received != 1 || d.Queued != 1 || d.QueueBytes == 0 || s.At.Sub(d.Oldest) != 10*time.Second || d.Dropped.Sum() != 0 {
			t.Errorf("direction %+v, want one event that has waited for 10 s", d)
		}
		if strings.Contains(text, "hunter2") {
			t.Errorf("the document holds the password: %s", text)
		}
		cancel()
		r.end()
	})
}

// parrot repeats all that it heard in its answer to one command, and accepts the others without a word.
type parrot struct {
	verb, form string
	mu         sync.Mutex // guards what follows
	told       bool       // the password
}

func (p *parrot) serve(t *testing.T, c net.Conn, secret string) {
	t.Helper()
	defer c.Close()
	say := func(text string) { _, _ = io.WriteString(c, text) } // the client went away
	say("+OK - hello\r\n")
	var heard []string
	for lines := bufio.NewScanner(c); lines.Scan(); {
		line := lines.Text()
		heard = append(heard, line)
		if line == "PASS "+secret {
			p.mu.Lock()
			p.told = true
			p.mu.Unlock()
		}
		switch {
		case line == "QUIT":
			return
		case strings.HasPrefix(line, p.verb):
			say(fmt.Sprintf(p.form, strings.Join(heard, " | ")))
		default:
			say("+OK\r\n")
		}
	}
}

// TestStatusTellsNoPassword has a server repeat all that it heard, in each of its answers in turn.
func TestStatusTellsNoPassword(t *testing.T) {
	const secret = "hunter2"
	forms := []string{"-OK - %s\r\n", "%s\r\n", "+OK - %s\r\n", "%s\r\n+OK\r\n", "-OK - no rights: %s\r\n", "-OK - log in, %s\r\n", "-OK - full %s\r\n"}
	for _, verb := range []string{"USER", "PASS", "VERS", "WCYD", "CHID", "GGID", "RCVLOOP"} {
		for _, form := range forms {
			t.Run(verb+" "+strings.TrimSpace(form), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := &parrot{verb: verb, form: form}
					r := newRig(t, map[string]func(net.Conn){"north": func(c net.Conn) { p.serve(t, c, secret) }})
					for range 10 {
						time.Sleep(7 * time.Second)
						if _, text := r.read(t); strings.Contains(text, secret) {
							t.Fatalf("the document holds the password: %s", text)
						}
					}
					r.end()
					if !p.told && verb != "USER" {
						t.Error("the server was not told the password, want it to be able to repeat it")
					}
				})
			})
		}
	}
}

// TestDocument holds the form of the document, which readers of other releases rely on.
func TestDocument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		link := remote.LinkStatus{
			Name: "send-2", Role: "send", State: remote.StateWaiting, Since: now.Add(-1500 * time.Millisecond), Address: "192.0.2.7:9598",
			Connects: 3, Failures: 2, Failing: true, LastError: "greeting: \x1b[31m\u202e", LastCause: remote.CauseClosed,
			CameUp: now.Add(-time.Hour), FailsFrom: now.Add(-time.Minute), Next: now.Add(10 * time.Second), Skipped: 4, Causes: map[remote.Cause]uint64{remote.CauseClosed: 2},
			History: []remote.Transition{
				{From: remote.StateDialing, To: remote.StateGreeting, At: now.Add(-3 * time.Second), Took: 20 * time.Millisecond, Cause: remote.CauseNone},
				{From: remote.StateGreeting, To: remote.StateWaiting, At: now.Add(-1500 * time.Millisecond), Took: 1500 * time.Millisecond, Cause: remote.CauseClosed},
			},
		}
		link.Stays[remote.StateGreeting] = remote.Stay{Times: 2, Total: 2 * time.Second}
		o := &Options{
			Daemon: Daemon{Version: "1.2.3", Started: now.Add(-time.Minute).In(time.FixedZone("", 3600))},
			Reloader: &planned{status: reload.Status{
				Path: "/etc/hub.hcl", Config: &config.Config{Bridge: config.Bridge{Name: "hub"}, Hash: "0123abcd"}, Loaded: now.Add(-time.Minute),
				Guarantees: map[string]string{"r": "All of it."}, Last: reload.Attempt{At: now.Add(-time.Second), By: reload.ByWatch, Error: "configuration /etc/hub.hcl is not valid"},
			}},
			Bridge: &fixed{
				remotes: []remote.Status{{
					Name: "north", Received: 882, Sent: 3, Address: "house:9598", Links: []remote.LinkStatus{link},
					Loss:    remote.Loss{Overruns: 5, IndexGaps: 6, Gaps: 7, GapTotal: 80 * time.Second, GapLast: 9500 * time.Millisecond},
					Profile: remote.Profile{Family: remote.FamilyVSCPD, Detected: remote.FamilyUnknown, Version: remote.Version{Major: 15, Build: "7"}},
				}},
				directions: []bridge.DirectionStatus{
					{
						Route: "r", From: []string{"north"}, To: "south", Received: 10, Forwarded: 4, Filtered: map[bridge.Reason]uint64{policy.NoMatch: 1},
						Suppressed: map[bridge.Reason]uint64{policy.Origin: 1}, Dropped: map[bridge.Reason]uint64{bridge.ReasonRefused: 1},
						Letters: 2, LettersLost: 1, Queued: 3, QueueBytes: 900, Oldest: now.Add(-time.Second),
						Text: bridge.Volume{
							Received: 1000, Recovered: 16, Forwarded: 400, Queued: 516, Filtered: map[bridge.Reason]uint64{policy.NoMatch: 70, policy.Excluded: 0},
							Suppressed: map[bridge.Reason]uint64{policy.Origin: 20}, Dropped: map[bridge.Reason]uint64{bridge.ReasonRefused: 10},
						},
					},
					{Route: "r", From: []string{"south"}, To: "north"},
					{Route: "s", From: []string{"south"}, To: "north"},
				},
			},
		}
		got, err := json.MarshalIndent(o.status(), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := filepath.Join("testdata", "status.json")
		if os.Getenv("UPDATE_SCREENS") != "" {
			if err := os.WriteFile(file, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("got\n%s\nwant\n%s(UPDATE_SCREENS=1 go test writes it anew)", got, want)
		}
	})
}

// BenchmarkStatus answers about 1,000 remotes of two links with all they can have to tell.
func BenchmarkStatus(b *testing.B) {
	f := &fixed{}
	for i := range 1000 {
		r := remote.Status{Name: fmt.Sprintf("device-%d", i), Address: "192.0.2.7:9598", Profile: remote.Profile{Family: remote.FamilyVSCPD}}
		for _, role := range []string{"receive", "send"} {
			l := remote.LinkStatus{
				Name: role, Role: role, Since: time.Now(), Failing: true, LastError: strings.Repeat("x", 200), LastCause: remote.CauseIO,
				History: make([]remote.Transition, 8), Causes: map[remote.Cause]uint64{remote.CauseIO: 1, remote.CauseDial: 2},
			}
			for j := range l.Stays {
				l.Stays[j] = remote.Stay{Times: 1000, Total: 12345678 * time.Millisecond}
			}
			r.Links = append(r.Links, l)
		}
		f.remotes = append(f.remotes, r)
	}
	h := handler("127.0.0.1:9599", f)
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		request := httptest.NewRequest(http.MethodGet, api.StatusPath, http.NoBody)
		request.Host = "127.0.0.1:9599"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request)
		size = w.Body.Len()
	}
	b.ReportMetric(float64(size), "bytes/answer")
}
