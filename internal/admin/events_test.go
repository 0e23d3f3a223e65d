package admin

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// sights is a Looker that saw this, and notes what it was asked.
type sights struct {
	seen   []bridge.Sight
	filter bridge.SightFilter
	limit  int
}

func (s *sights) Seen(f bridge.SightFilter, limit int) []bridge.Sight {
	s.filter, s.limit = f, limit
	return s.seen
}

func (*sights) Watch(bridge.SightFilter) *bridge.Watcher { panic("not asked in this test") }

func askEvents(l Looker, path string) *httptest.ResponseRecorder {
	known := &fixed{remotes: []remote.Status{{Name: "north"}, {Name: "south"}}, directions: []bridge.DirectionStatus{{Route: "sites", To: "north"}}}
	request := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	request.Host = "localhost"
	w := httptest.NewRecorder()
	routes(&Options{Gatherer: prometheus.NewRegistry(), Bridge: known, Looker: l}, atLoopback).ServeHTTP(w, request)
	return w
}

// TestEvents holds the form of the document, which readers of other releases rely on.
func TestEvents(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 2, 2, 40, 0, 123456789, time.UTC)
	guid := vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 1, 0, 0, 0, 0, 0, 1}
	l := &sights{seen: []bridge.Sight{
		{ID: 7, At: at, Route: "sites", From: "north", To: "south", Row: vscp.NewRow(&vscp.Event{
			Head: 0x60, Class: 10, Type: 6, GUID: guid, Time: vscp.TimeOf(at.Add(-time.Second)), Data: []byte{0x88, 0x82, 0x18, 0x33},
		}, vscp.TextForm{})},
		{ID: 8, At: at, Route: "sites", To: "south", Held: bridge.ReasonRefused, Reply: "no\x1b[2J<b>", Row: vscp.NewRow(&vscp.Event{Class: 20, Type: 3}, vscp.TextForm{})},
	}}
	w := askEvents(l, api.EventsPath)
	_, events, _ := strings.Cut(w.Body.String(), `"events":`)
	want := `[{"id":7,"seen_at":"2026-02-02T02:40:00.123456789Z","route":"sites","from":"north","to":"south","outcome":"queued",` +
		`"line":"352,10,6,0,,1769999999123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,136,130,24,51","sent_at":"2026-02-02T02:39:59.123456789Z",` +
		`"priority":3,"head":96,"class":10,"class_token":"CLASS1.MEASUREMENT","type":6,"type_token":"TEMPERATURE",` +
		`"guid":"FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01","data":[136,130,24,51],` +
		`"measurement":{"value":61.95,"text":"61.95","symbol":"°C","unit":1,"sensor":0,"index":0,"zone":0,"subzone":0}},` +
		`{"id":8,"seen_at":"2026-02-02T02:40:00.123456789Z","route":"sites","from":"","to":"south","outcome":"dropped","held":"refused","reply":"no\u001b[2J\u003cb\u003e",` +
		`"line":"256,20,3,0,,,-","sent_at":"2026-02-02T02:40:00.123456789Z","priority":0,"head":0,"class":20,"class_token":"CLASS1.INFORMATION","type":3,"type_token":"ON",` +
		`"guid":"00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00","data":[]}]}` + "\n"
	if w.Code != http.StatusOK || events != want {
		t.Errorf("%d, got  %s\nwant %s", w.Code, events, want)
	}
	if l.limit != defaultEvents {
		t.Errorf("limit %d, want %d", l.limit, defaultEvents)
	}
	if w = askEvents(&sights{}, api.EventsPath); !strings.HasSuffix(w.Body.String(), `"events":[]}`+"\n") {
		t.Errorf("without an event: %s, want an empty list", w.Body)
	}
}

func TestEventParameters(t *testing.T) {
	t.Parallel()
	l := &sights{}
	w := askEvents(l, api.EventsPath+"?remote=north&remote=south&route=sites&class=measurement&class=20&type=TEMPERATURE&guid=FF:01:*&show=dropped&reason=origin&limit=5")
	f := &l.filter
	if w.Code != http.StatusOK || len(f.Remotes) != 2 || len(f.Routes) != 1 || len(f.Classes) != 2 || len(f.Types) != 1 || f.Types[0] != 6 ||
		len(f.GUIDs) != 1 || f.Show != bridge.ShowDropped || len(f.Reasons) != 1 || f.Reasons[0] != policy.Origin || l.limit != 5 {
		t.Errorf("%d %s, filter %+v limit %d, want all that was asked for", w.Code, w.Body, *f, l.limit)
	}
	for query, tt := range map[string]struct {
		code int
		want string
	}{
		"remote=nroth":                {http.StatusNotFound, `there is no remote \"nroth\"`},
		"route=north":                 {http.StatusNotFound, `there is no route \"north\"`},
		"class=MEASURMENT":            {http.StatusBadRequest, "did you mean CLASS1.MEASUREMENT?"},
		"type=TEMPERATURE":            {http.StatusBadRequest, "type: "},
		"guid=1:2":                    {http.StatusBadRequest, "guid: "},
		"show=some":                   {http.StatusBadRequest, "is none of all, passed and dropped"},
		"show=all&show=all":           {http.StatusBadRequest, "is given 2 times"},
		"reason=":                     {http.StatusBadRequest, "there is no reason"},
		"remote=north;route=sites":    {http.StatusBadRequest, "semicolon"},
		"guid=%zz":                    {http.StatusBadRequest, "%zz"},
		"klass=10":                    {http.StatusBadRequest, `there is no parameter \"klass\"`},
		strings.Repeat("type=1&", 70): {http.StatusBadRequest, "more than 64 parameters"},
	} {
		for _, path := range []string{api.EventsPath, api.EventStreamPath} {
			if w := askEvents(&sights{}, path+"?"+query); w.Code != tt.code || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("%s?%.40s = %d %s, want %d and %s", path, query, w.Code, w.Body, tt.code, tt.want)
			}
		}
	}
	for path, want := range map[string]string{api.EventsPath: "limit: ", api.EventStreamPath: `there is no parameter \"limit\" here`} {
		if w := askEvents(&sights{}, path+"?limit=0"); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s?limit=0 = %d %s, want %d and %s", path, w.Code, w.Body, http.StatusBadRequest, want)
		}
	}
}

func FuzzSightsOf(f *testing.F) {
	for _, seed := range []string{"", "remote=a&route=b", "class=10&type=0x6", "type=TEMPERATURE&class=measurement", "guid=*&show=passed&limit=3", "reason=origin", "x=%zz", "limit=-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		query, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		filter, limit, err := SightsOf(query)
		switch {
		case err != nil && limit != 0:
			t.Errorf("SightsOf(%q) = limit %d with %v, want nothing with an error", text, limit, err)
		case err != nil:
		case limit < 1:
			t.Errorf("SightsOf(%q) = limit %d, want 1 or more", text, limit)
		case len(filter.Classes) != len(query[api.QueryClass]) || len(filter.Types) < len(query[api.QueryType]) || len(filter.GUIDs) != len(query[api.QueryGUID]):
			t.Errorf("SightsOf(%q) = %+v, want what it has: a filter that takes too much", text, filter)
		}
	})
}

// listener is a client of a stream that reads what it wants. With stuck it takes nothing from then on.
type listener struct {
	header http.Header

	mu    sync.Mutex // guards what follows
	text  strings.Builder
	fail  error
	waits chan struct{} // not nil: a write waits for it to be closed
}

func (l *listener) Header() http.Header { return l.header }

func (*listener) WriteHeader(int) {}

func (*listener) Flush() {}

func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	waits := l.waits
	l.mu.Unlock()
	if waits != nil {
		<-waits
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return 0, l.fail
	}
	return l.text.Write(b)
}

func (l *listener) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// streamed is a bridge from a to b, and a stream of its events.
type streamed struct {
	*listener
	server *linkserver.Server
	leave  context.CancelFunc // ends the stream
	ended  chan struct{}
}

// startStream runs all of it until the test ends. It must be called in a bubble of synctest.
func startStream(t *testing.T, query, accept string) *streamed {
	t.Helper()
	cfg, err := config.Parse("test.hcl", []byte(`
remote "a" {
  address  = "a:9598"
  user     = "admin"
  password = "secret"
}
remote "b" {
  address  = "b:9598"
  user     = "admin"
  password = "secret"
}
route "r" {
  from = [remote.a]
  to   = [remote.b]
}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &streamed{listener: &listener{header: make(http.Header)}, ended: make(chan struct{})}
	o := linkserver.DefaultOptions()
	o.QueueEvents = 100_000
	if s.server, err = linkserver.New(o); err != nil {
		t.Fatal(err)
	}
	sink, err := linkserver.New(linkserver.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	b, err := bridge.New(cfg, bridge.Options{Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		near, far := net.Pipe()
		running.Go(func() { map[string]*linkserver.Server{"a:9598": s.server, "b:9598": sink}[address].ServeConn(ctx, far) })
		return near, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	running.Go(func() { b.Run(ctx) })
	asked, leave := context.WithCancel(ctx)
	s.leave = leave
	request := httptest.NewRequestWithContext(asked, http.MethodGet, api.EventStreamPath+"?"+query, http.NoBody)
	request.Host = "localhost"
	request.Header.Set("Accept", accept)
	h := routes(&Options{Gatherer: prometheus.NewRegistry(), Bridge: b, Looker: b}, atLoopback)
	time.Sleep(time.Second)
	running.Go(func() {
		defer close(s.ended)
		h.ServeHTTP(s, request)
	})
	synctest.Wait()
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return s
}

func (s *streamed) emit(n int) {
	for i := range n {
		s.server.PublishEvent(&vscp.Event{Head: 0x60, Class: 10, Type: 6, GUID: vscp.GUID{1}, Data: []byte{0x68, byte(i)}})
	}
}

func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startStream(t, "class=10&remote=b", "")
		if got := s.take(); got != `{"alive_at":"2000-01-01T00:00:01Z","missed":0}`+"\n" {
			t.Errorf("first line %q, want a pulse", got)
		}
		if got := s.header.Get("Content-Type"); got != api.LinesType {
			t.Errorf("content type %q, want %q", got, api.LinesType)
		}
		s.emit(1)
		time.Sleep(time.Second)
		var e api.Event
		line := s.take()
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.From != "a" || e.To != "b" || e.ClassToken != "CLASS1.MEASUREMENT" || e.Measurement.Text != "0" {
			t.Errorf("line %s: %v, want the event from a to b", line, err)
		}
		time.Sleep(api.PulseEvery)
		if got := s.take(); got != `{"alive_at":"2000-01-01T00:00:06Z","missed":0}`+"\n" {
			t.Errorf("after a while %q, want a pulse", got)
		}
		s.leave()
		<-s.ended
	})
}

func TestStreamOfServerSentEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startStream(t, "", "text/event-stream")
		s.emit(1)
		time.Sleep(time.Second)
		got := s.take()
		pulse, event, _ := strings.Cut(got, "\n\n")
		if !strings.HasPrefix(pulse, "event: pulse\ndata: {\"alive_at\":") || !strings.HasPrefix(event, "id: 1\nevent: event\ndata: {\"id\":1,") || !strings.HasSuffix(event, "}\n\n") {
			t.Errorf("got %q, want a pulse and an event, each with a blank line behind it", got)
		}
		if got := s.header.Get("Content-Type"); got != api.StreamType {
			t.Errorf("content type %q, want %q", got, api.StreamType)
		}
		s.leave()
		<-s.ended
	})
}

// TestSlowStream has a client that takes nothing while thousands of events pass, and is told how many it missed.
func TestSlowStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startStream(t, "", "")
		s.take()
		s.mu.Lock()
		s.waits = make(chan struct{})
		s.mu.Unlock()
		s.emit(1)
		time.Sleep(time.Second) // the stream is stuck with this one
		const n = 6000
		for range n / 100 {
			s.emit(100)
			time.Sleep(time.Second)
		}
		s.mu.Lock()
		close(s.waits)
		s.waits = nil
		s.mu.Unlock()
		synctest.Wait()
		events, missed := 0, uint64(0)
		lines := bufio.NewScanner(strings.NewReader(s.take()))
		for lines.Scan() {
			var line struct {
				api.Event
				api.Pulse
			}
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Fatalf("line %s: %v", lines.Text(), err)
			}
			if missed += line.Missed; line.ID > 0 {
				events++
			}
		}
		if events+int(missed) != n+1 || missed == 0 || events < 4000 {
			t.Errorf("%d events and %d missed, want %d together, some of them missed", events, missed, n+1)
		}
		s.mu.Lock()
		s.fail = net.ErrClosed
		s.mu.Unlock()
		s.emit(1)
		<-s.ended // the client is gone
	})
}
