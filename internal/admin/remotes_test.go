package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// operator does what it is asked for with a remote north and a route ram, and notes it.
type operator struct {
	paused map[string]bool
	said   []string
	reply  remote.Reply
	err    error
}

func (o *operator) PauseRemote(name string, pause bool) (bool, error) {
	if name != "north" {
		return false, bridge.ErrNoRemote
	}
	return o.pause(name, pause)
}

func (o *operator) PauseRoute(name string, pause bool) (bool, error) {
	if name != "ram" {
		return false, bridge.ErrNoRoute
	}
	return o.pause(name, pause)
}

func (o *operator) pause(name string, pause bool) (bool, error) {
	changed := o.paused[name] != pause
	o.paused[name] = pause
	return changed, o.err
}

func (o *operator) Command(_ context.Context, name, line string) (remote.Reply, error) {
	o.said = append(o.said, name+": "+line)
	return o.reply, o.err
}

// office is the API over the queues of a desk.
type office struct {
	*desk
	operator
	handler http.Handler
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{desk: newDesk(t), operator: operator{paused: map[string]bool{}}}
	cfg, err := config.Parse("hub.hcl", []byte(twoSites), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o.handler = routes(&Options{
		Gatherer: prometheus.NewRegistry(), Bridge: o.bridge, Operator: &o.operator, Logger: hclog.New(&hclog.LoggerOptions{Output: &o.log}),
		Reloader: &planned{status: reload.Status{Config: cfg, Guarantees: map[string]string{"ram": "at most once"}}},
	}, atSocket)
	return o
}

// do asks with a body of JSON, and wants a status.
func do[T any](t *testing.T, o *office, method, path, body string, status int) T {
	t.Helper()
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != status {
		t.Errorf("%s %s %.200s = %d %q (%v), want %d", method, path, body, w.Code, w.Body, err, status)
	}
	return v
}

func TestRemotesAndRoutes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if got := do[api.Remotes](t, o, http.MethodGet, "/remotes", "", 200); got.API != api.Version || len(got.Remotes) != 2 || got.Remotes[1].Name != "south" {
		t.Errorf("remotes %+v, want north and south", got)
	}
	if got := do[api.Remote](t, o, http.MethodGet, "/remotes/south", "", 200); got.Name != "south" || got.Address != "south:9598" {
		t.Errorf("remote %+v, want south", got)
	}
	if got := do[api.Routes](t, o, http.MethodGet, "/routes", "", 200); got.API != api.Version || len(got.Routes) != 3 || got.Routes[0].Name != "ram" {
		t.Errorf("routes %+v, want three", got)
	}
	if got := do[api.Route](t, o, http.MethodGet, "/routes/ram", "", 200); got.Guarantee != "at most once" || len(got.Directions) != 1 || got.Directions[0].To != "south" {
		t.Errorf("route %+v, want ram to south", got)
	}
	for _, path := range []string{"/remotes/ram", "/routes/south"} {
		if got := do[api.Error](t, o, http.MethodGet, path, "", 404); !strings.Contains(got.Error, "there is no r") {
			t.Errorf("GET %s = %q, want what there is not", path, got.Error)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for query, want := range map[string]struct {
		status     int
		kind, text string
	}{
		"":                       {200, "application/json", `"readings"`},
		"?format=json":           {200, "application/json", `"readings"`},
		"?format=hcl":            {200, "text/plain; charset=utf-8", `route "readings" {`},
		"?format=xml":            {400, "application/json", "format must be"},
		"?format=hcl&format=hcl": {400, "application/json", "format must be"},
	} {
		w := demand(o.handler, http.MethodGet, api.ConfigPath+query, "")
		if w.Code != want.status || w.Header().Get("Content-Type") != want.kind || !strings.Contains(w.Body.String(), want.text) || strings.Contains(w.Body.String(), "hunter") {
			t.Errorf("GET config%s = %d %s %q, want %d %s with %s, without the password", query, w.Code, w.Header().Get("Content-Type"), w.Body, want.status, want.kind, want.text)
		}
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, step := range []struct {
		path            string
		paused, changed bool
	}{
		{"/remotes/north/pause", true, true},
		{"/remotes/north/pause", true, false},
		{"/remotes/north/resume", false, true},
		{"/routes/ram/pause", true, true},
		{"/routes/ram/resume", false, true},
		{"/routes/ram/resume", false, false},
	} {
		want := api.Paused{API: api.Version, Name: strings.Split(step.path, "/")[2], Paused: step.paused, Changed: step.changed}
		if got := do[api.Paused](t, o, http.MethodPost, step.path, "", 200); got != want || o.paused[want.Name] != want.Paused {
			t.Errorf("POST %s = %+v, want %+v", step.path, got, want)
		}
	}
	do[api.Error](t, o, http.MethodPost, "/remotes/ram/pause", "", 404)
	do[api.Error](t, o, http.MethodPost, "/routes/north/resume", "", 404)
	do[api.Error](t, o, http.MethodGet, "/routes/ram/resume", "", 405)
	o.err = bridge.ErrStopping
	do[api.Error](t, o, http.MethodPost, "/routes/ram/pause", "", 503)
}

// TestPausedIsReady shows what is paused, and stays ready.
func TestPausedIsReady(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 2, 2, 2, 40, 0, 0, time.UTC)
	b := &fixed{
		remotes:    []remote.Status{{Name: "north", Paused: since}, {Name: "south", Up: true}},
		directions: []bridge.DirectionStatus{{Route: "r", To: "south", Paused: since}, {Route: "r", To: "north", Paused: since}},
	}
	h := handler("127.0.0.1:9599", b)
	const want = "ready\nnote: remote north is paused since 2026-02-02T02:40:00Z\nnote: route r is paused since 2026-02-02T02:40:00Z\n"
	if w := demand(h, http.MethodGet, "/readyz", ""); w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("readyz = %d %q, want 200 %q", w.Code, w.Body, want)
	}
	var s api.Status
	w := demand(h, http.MethodGet, api.StatusPath, "")
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil || !s.Ready || s.Remotes[0].Summary != "paused" || !s.Remotes[0].Paused.Equal(since) ||
		len(s.Routes) != 1 || !s.Routes[0].Paused.Equal(since) {
		t.Errorf("status %q (%v), want ready, and what is paused", w.Body, err)
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, tt := range []struct{ body, route string }{
		{`{"line":"0,10,6,0,,5,-,0"}`, "ram"},
		{`{"route":"ram","line":"0,10,6,0,,5,-,1"}`, "ram"},
		{`{"route":"disk","event":{"vscpHead":0,"vscpClass":10,"vscpType":6,"vscpData":[2]}}`, "disk"},
	} {
		got := do[api.Sent](t, o, http.MethodPost, "/remotes/south/send", tt.body, 200)
		if got.API != api.Version || got.Route != tt.route || got.To != "south" || got.Taken.Queued != 1 {
			t.Errorf("send %s = %+v, want one queued in %s", tt.body, got, tt.route)
		}
	}
	for _, d := range o.bridge.Directions() {
		if want := map[string]uint64{"ram": 2, "disk": 1}[d.Route]; d.Recovered != want || d.Queued != int(want) || !d.Balanced() {
			t.Errorf("direction %+v, want %d recovered and queued, balanced", d, want)
		}
	}
	do[api.Sent](t, o, http.MethodPost, "/remotes/south/send", `{"line":"0,10,6,0,,5,-,0"}`, 200)
	for body, status := range map[string]int{
		``: 400, `{}`: 400, `[]`: 400, `{"line":"0,10"}`: 400, `{"line":1}`: 400, `{"event":{}}`: 400, `{"lin":"0,10,6,0,,5,-,0"}`: 400,
		`{"line":"0,10,6,0,,5,-,0"} x`: 400, `{"line":"0,10,6,0,,5,-,0\r\nSHUTDOWN"}`: 400, `{"line":"` + strings.Repeat("0", maxBody) + `"}`: 413,
		`{"route":"none","line":"0,10,6,0,,5,-,0"}`: 404,
	} {
		do[api.Error](t, o, http.MethodPost, "/remotes/south/send", body, status)
	}
	do[api.Error](t, o, http.MethodPost, "/remotes/none/send", `{"line":"0,10,6,0,,5,-,0"}`, 404)
	do[api.Error](t, o, http.MethodPost, "/remotes/north/send", `{"line":"0,10,6,0,,5,-,0"}`, 409)
}

func TestCommand(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.reply = remote.Reply{OK: true, Text: "Success.", Lines: []string{"1,0,0"}}
	got := do[api.Reply](t, o, http.MethodPost, "/remotes/north/command", `{"command":"VERS"}`, 200)
	if got.API != api.Version || got.Remote != "north" || !got.OK || got.Text != "Success." || len(got.Lines) != 1 {
		t.Errorf("command = %+v, want the reply", got)
	}
	do[api.Reply](t, o, http.MethodPost, "/remotes/north/command", `{"command":"SHUTDOWN","confirm":"north"}`, 200)
	for body, status := range map[string]int{
		`{"command":"SHUTDOWN"}`: 409, `{"command":"restart","confirm":"south"}`: 409, `{"command":"TEST 1","confirm":"yes"}`: 409,
		`{"command":""}`: 400, `{"command":"RCVLOOP"}`: 400, `{"command":"NOOP\r\nSHUTDOWN"}`: 400, `{"command":"+"}`: 400, `{"command":"QUIT"}`: 400,
		`{"command":"NOOP","confirms":"north"}`: 400,
	} {
		no := do[api.Error](t, o, http.MethodPost, "/remotes/north/command", body, status)
		if (no.Code == api.CodeConfirm) != (status == 409) {
			t.Errorf("%s is refused with the code %q", body, no.Code)
		}
	}
	for line, why := range map[string]string{"": "has no command", "RCVLOOP": "ends the exchange", "+": "may show a password"} {
		no := do[api.Error](t, o, http.MethodPost, "/remotes/north/command", `{"command":"`+line+`"}`, 400)
		if want := fmt.Sprintf("remote: this line cannot be sent as it is: %q %s", line, why); !strings.HasPrefix(no.Error, want) {
			t.Errorf("command %q is refused with %q, want %q", line, no.Error, want)
		}
	}
	if want := "north: VERS, north: SHUTDOWN"; strings.Join(o.said, ", ") != want {
		t.Errorf("said %q, want %q", o.said, want)
	}
	for err, status := range map[error]int{bridge.ErrNoRemote: 404, bridge.ErrStopping: 503, errors.New("connection refused"): 502} {
		o.err = err
		do[api.Error](t, o, http.MethodPost, "/remotes/north/command", `{"command":"NOOP"}`, status)
	}
}

// TestBodiesAreJSON refuses what a form of a page can send.
func TestBodiesAreJSON(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx"} {
		for _, path := range []string{"/api/v1/remotes/south/send", "/api/v1/remotes/south/command"} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{"command":"NOOP"}`))
			r.Host = "localhost"
			r.Header.Set("Content-Type", kind)
			w := httptest.NewRecorder()
			o.handler.ServeHTTP(w, r)
			if w.Code != http.StatusUnsupportedMediaType || len(o.said) > 0 {
				t.Errorf("POST %s of %q = %d %q, want 415", path, kind, w.Code, w.Body)
			}
		}
	}
}
