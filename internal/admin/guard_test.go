package admin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// fixed is a bridge that stands still. With asked it tells when it is read, and waits until it may go on.
type fixed struct {
	remotes    []remote.Status
	directions []bridge.DirectionStatus
	asked, on  chan struct{}
}

func (f *fixed) Remotes() []remote.Status {
	if f.asked != nil {
		f.asked <- struct{}{}
		<-f.on
	}
	return f.remotes
}

func (*fixed) Queues() []bridge.Queue { return nil }

func (f *fixed) Directions() []bridge.DirectionStatus { return f.directions }

func handler(listen string, b Bridge) http.Handler {
	return routes(&Options{Address: listen, Gatherer: prometheus.NewRegistry(), Bridge: b, Reloader: &planned{}}, atLoopback)
}

// TestGuardWithoutOrigin has a browser ask for a page that may not see the answer, as for an image: then it sends no Origin.
func TestGuardWithoutOrigin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		site   string
		status int
	}{
		{"", http.StatusOK},
		{"same-origin", http.StatusOK},
		{"none", http.StatusOK},
		{"same-site", http.StatusForbidden}, // another port of this machine
		{"cross-site", http.StatusForbidden},
	} {
		request := httptest.NewRequest(http.MethodGet, api.StatusPath, http.NoBody)
		request.Host = "127.0.0.1:9599"
		if tt.site != "" {
			request.Header.Set("Sec-Fetch-Site", tt.site)
		}
		w := httptest.NewRecorder()
		handler("127.0.0.1:9599", &fixed{}).ServeHTTP(w, request)
		if w.Code != tt.status {
			t.Errorf("Sec-Fetch-Site %q: got %d, want %d", tt.site, w.Code, tt.status)
		}
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	const refused = http.StatusForbidden
	for _, tt := range []struct {
		listen, host string
		origins      []string
		status       int
	}{
		{"127.0.0.1:9599", "127.0.0.1:9599", nil, http.StatusOK},
		{"127.0.0.1:9599", "localhost:9599", nil, http.StatusOK},
		{"127.0.0.1:9599", "LOCALHOST", nil, http.StatusOK},
		{"127.0.0.1:9599", "192.0.2.7", nil, http.StatusOK},
		{"[::]:9599", "[::1]:9599", nil, http.StatusOK},
		{"[::]:9599", "[2001:db8::1]", nil, http.StatusOK},
		{"hub.example:9599", "Hub.Example:9599", nil, http.StatusOK},
		{"hub.example:9599", "hub.example", nil, http.StatusOK},
		{"127.0.0.1:9599", "attacker.example:9599", nil, refused},
		{"127.0.0.1:9599", "127.0.0.1.attacker.example:9599", nil, refused},
		{"127.0.0.1:9599", "localhost.attacker.example", nil, refused},
		{"127.0.0.1:9599", "localhost.", nil, refused},
		{"127.0.0.1:9599", "127.1", nil, refused},
		{":9599", "", nil, refused},
		{":9599", ":9599", nil, refused},
		{"hub.example:9599", "hub.example.attacker.example", nil, refused},

		{"127.0.0.1:9599", "127.0.0.1:9599", []string{"http://127.0.0.1:9599"}, http.StatusOK},
		{"127.0.0.1:9599", "127.0.0.1:9599", []string{"http://127.0.0.1:8080"}, refused},
		{"127.0.0.1:9599", "127.0.0.1:9599", []string{"http://attacker.example"}, refused},
		{"127.0.0.1:9599", "127.0.0.1:9599", []string{"http://attacker.example/127.0.0.1:9599"}, refused},
		{"127.0.0.1:9599", "127.0.0.1:9599", []string{"null"}, refused},
		{"127.0.0.1:9599", "127.0.0.1:9599", []string{"http://127.0.0.1:9599", "http://attacker.example"}, refused},
		{"127.0.0.1:9599", "attacker.example", []string{"http://attacker.example"}, refused},
	} {
		request := httptest.NewRequest(http.MethodGet, api.StatusPath, http.NoBody)
		request.Host = tt.host
		request.Header["Origin"] = tt.origins
		w := httptest.NewRecorder()
		handler(tt.listen, &fixed{remotes: []remote.Status{{Name: "north"}}}).ServeHTTP(w, request)
		if w.Code != tt.status {
			t.Errorf("listening on %s, Host %q, Origin %q: %d, want %d", tt.listen, tt.host, tt.origins, w.Code, tt.status)
		}
		var no api.Error
		if err := json.Unmarshal(w.Body.Bytes(), &no); err != nil || (no.Error == "") != (tt.status == http.StatusOK) {
			t.Errorf("Host %q, Origin %q: body %q, %v, want JSON with an error only if refused", tt.host, tt.origins, w.Body, err)
		}
		for key, want := range map[string]string{
			"Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Access-Control-Allow-Origin": "",
		} {
			if got := w.Header().Get(key); got != want {
				t.Errorf("Host %q: %s is %q, want %q", tt.host, key, got, want)
			}
		}
	}
}

// TestGuardLeavesTheRest lets probes and scrapers use whatever name they have for the machine.
func TestGuardLeavesTheRest(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/livez", "/readyz", "/metrics"} {
		request := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		request.Host = "hub.monitoring.example"
		w := httptest.NewRecorder()
		handler("127.0.0.1:9599", &fixed{}).ServeHTTP(w, request)
		if w.Code != http.StatusOK {
			t.Errorf("%s by name: %d, want 200", path, w.Code)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	t.Parallel()
	h := handler("127.0.0.1:9599", &fixed{})
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
		request := httptest.NewRequest(method, api.StatusPath, http.NoBody)
		request.Host = "127.0.0.1:9599"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request)
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q, want 405 and what is allowed", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

// TestRequestsAreBounded has as many requests under way as are allowed; the next one is turned away, not kept.
func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	b := &fixed{asked: make(chan struct{}), on: make(chan struct{})}
	h := handler("127.0.0.1:9599", b)
	ask := func() int {
		request := httptest.NewRequest(http.MethodGet, api.StatusPath, http.NoBody)
		request.Host = "127.0.0.1:9599"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request)
		return w.Code
	}
	codes := make(chan int)
	for range apiInFlight {
		go func() { codes <- ask() }()
		<-b.asked
	}
	if got := ask(); got != http.StatusServiceUnavailable {
		t.Errorf("one request too many: %d, want 503", got)
	}
	close(b.on)
	for range apiInFlight {
		if got := <-codes; got != http.StatusOK {
			t.Errorf("a request within the bound: %d, want 200", got)
		}
	}
	go func() { codes <- ask() }()
	<-b.asked
	if got := <-codes; got != http.StatusOK {
		t.Errorf("the next request: %d, want 200", got)
	}
}
