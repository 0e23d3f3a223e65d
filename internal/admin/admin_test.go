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

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServer(t *testing.T) {
	registry := prometheus.NewRegistry()
	events := prometheus.NewCounter(prometheus.CounterOpts{Name: "events_total", Help: "Events."})
	registry.MustRegister(events)
	events.Add(3)
	var down atomic.Pointer[string]

	ctx, cancel := context.WithCancel(t.Context())
	server, err := admin.Listen(ctx, admin.Options{
		Address: "127.0.0.1:0", Gatherer: registry, Logger: hclog.NewNullLogger(),
		Unready: func() []string {
			if reason := down.Load(); reason != nil {
				return []string{*reason, "and another"}
			}
			return nil
		},
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
		{http.MethodGet, "/readyz", "remote south is down", http.StatusServiceUnavailable, "remote south is down\nand another\n"},
		{http.MethodGet, "/livez", "remote south is down", http.StatusOK, "alive\n"},
		{http.MethodPost, "/livez", "", http.StatusMethodNotAllowed, ""},
		{http.MethodGet, "/nothing", "", http.StatusNotFound, ""},
	} {
		down.Store(nil)
		if tt.down != "" {
			down.Store(&tt.down)
		}
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
