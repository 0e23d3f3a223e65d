package admin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// learnt is a Learner that knows this.
type learnt bridge.Origins

func (l *learnt) Origins() bridge.Origins { return bridge.Origins(*l) }

// TestOrigins holds the form of the document, which readers of other releases rely on.
func TestOrigins(t *testing.T) {
	guid := vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 1, 2, 3}
	o := &Options{Gatherer: prometheus.NewRegistry(), Learner: &learnt{
		Remotes: []bridge.RemoteOrigins{
			{
				Name: "north", Strict: true, Declared: []vscp.GUIDPattern{guid.Prefix(9)},
				Suggested: loop.Suggested{Seen: 5, Declared: 2, Prefixes: []loop.Prefix{{Pattern: guid.Prefix(11), GUIDs: 3}}},
			},
			{Name: "south"},
		},
		Apart: []loop.Apart{{GUID: guid, Moves: 9, Flaps: true, Seen: []loop.Sighting{{Remote: 0, Times: 4}, {Remote: 1, Times: 7}}}},
	}}
	request := httptest.NewRequest(http.MethodGet, api.OriginsPath, http.NoBody)
	request.Host = "localhost"
	w := httptest.NewRecorder()
	routes(o, atLoopback).ServeHTTP(w, request)
	var times struct {
		At string `json:"read_at"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &times); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %q: %v, want 200 and JSON", w.Code, w.Body, err)
	}
	got := strings.Replace(w.Body.String(), times.At, "NOW", 1)
	want := `{"api":1,"read_at":"NOW","remotes":[` +
		`{"name":"north","strict":true,"declared":["FF:FF:FF:FF:FF:FF:FF:FE:01:*"],"guids":5,"guids_declared":2,"proposed":[{"prefix":"FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:*","guids":3}]},` +
		`{"name":"south","strict":false,"declared":[],"guids":0,"guids_declared":0,"proposed":[]}],` +
		`"apart":[{"guid":"FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:00:00:00:00:00","flapping":true,"moves":9,"seen":[{"remote":"north","times":4},{"remote":"south","times":7}]}]}` + "\n"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
