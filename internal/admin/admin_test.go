package admin_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// oneRemote is a bridge with one remote and no routes.
type oneRemote struct {
	failure atomic.Value // string: why the remote is down; empty: it is up
}

func (b *oneRemote) Remotes() []remote.Status {
	s := remote.Status{Name: "north", Address: "127.0.0.1:9601", Up: true, Links: []remote.LinkStatus{{Name: "receive", State: remote.StateReceiving}}}
	if why, _ := b.failure.Load().(string); why != "" {
		s.Up = false
		s.Links[0] = remote.LinkStatus{Name: "receive", State: remote.StateWaiting, Failing: true, LastError: why}
	}
	return []remote.Status{s}
}

func (*oneRemote) Directions() []bridge.DirectionStatus { return nil }

func (*oneRemote) Queues() []bridge.Queue { return nil }

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServer(t *testing.T) {
	registry := prometheus.NewRegistry()
	events := prometheus.NewCounter(prometheus.CounterOpts{Name: "events_total", Help: "Events."})
	registry.MustRegister(events)
	events.Add(3)
	north := &oneRemote{}

	ctx, cancel := context.WithCancel(t.Context())
	server, err := admin.Listen(ctx, admin.Options{
		Address: "127.0.0.1:0", Gatherer: registry, Logger: hclog.NewNullLogger(),
		Bridge: north, Reloader: reload.New(config.Default(), reload.Options{Logger: hclog.NewNullLogger()}),
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Run(ctx)
	}()
	transport := &http.Transport{}
	client := &http.Client{Transport: transport}
	get := func(method, path string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+server.Addr().String()+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}

	for _, tt := range []struct {
		method, path, down string
		status             int
		body               string
	}{
		{http.MethodGet, "/metrics", "", http.StatusOK, "events_total 3"},
		{http.MethodGet, "/livez", "", http.StatusOK, "alive\n"},
		{http.MethodGet, "/readyz", "", http.StatusOK, "ready\n"},
		{http.MethodGet, "/readyz", "no answer", http.StatusServiceUnavailable, "remote north is waiting (receive: no answer)\n"},
		{http.MethodGet, "/livez", "no answer", http.StatusOK, "alive\n"},
		{http.MethodGet, "/api/v1/status", "", http.StatusOK, `"ready":true,"remotes":[{"name":"north",`},
		{http.MethodGet, "/api/v1/status", "no answer", http.StatusOK, `"ready":false,"reasons":["remote north is waiting (receive: no answer)"]`},
		{http.MethodPost, "/api/v1/status", "", http.StatusMethodNotAllowed, `{"error":"this can only be read"}`},
		{http.MethodGet, "/api/v2/status", "", http.StatusNotFound, `{"error":"there is nothing at this path"}`},
		{http.MethodPost, "/livez", "", http.StatusMethodNotAllowed, ""},
		{http.MethodGet, "/nothing", "", http.StatusNotFound, ""},
	} {
		north.failure.Store(tt.down)
		status, body := get(tt.method, tt.path)
		if status != tt.status || !strings.Contains(body, tt.body) {
			t.Errorf("%s %s with %q = %d %q, want %d and %q", tt.method, tt.path, tt.down, status, body, tt.status, tt.body)
		}
	}

	if _, err := admin.Listen(ctx, admin.Options{Address: server.Addr().String(), Logger: hclog.NewNullLogger()}); err == nil {
		t.Error("Listen on an address in use succeeded, want an error")
	} else if !strings.HasPrefix(err.Error(), "admin: listen") {
		t.Errorf("Listen on an address in use: %v, want it to begin with admin: listen", err)
	}
	transport.CloseIdleConnections()
	cancel()
	<-done
}
