package admin

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
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
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// wanted is a request and the status of its answer.
type wanted struct{ method, path, request, body, status string }

// demands are requests for all that is answered with a document, and for some errors.
func demands() []wanted {
	return []wanted{
		{"GET", api.StatusPath, "", "", "200"},
		{"GET", api.OverviewPath, "", "", "200"},
		{"GET", api.OriginsPath, "", "", "200"},
		{"GET", api.EventsPath, "", "", "200"},
		{"GET", api.EventsPath, "/api/v1/events?class=x", "", "400"},
		{"GET", api.EventsPath, "/api/v1/events?remote=west", "", "404"},
		{"GET", "/api/v1/remotes", "", "", "200"},
		{"GET", "/api/v1/remotes/{name}", "/api/v1/remotes/north", "", "200"},
		{"GET", "/api/v1/remotes/{name}", "/api/v1/remotes/west", "", "404"},
		{"GET", "/api/v1/routes", "", "", "200"},
		{"GET", "/api/v1/routes/{name}", "/api/v1/routes/ram", "", "200"},
		{"GET", "/api/v1/config", "", "", "200"},
		{"POST", "/api/v1/reload", "/api/v1/reload?dry_run=true", "", "200"},
		{"POST", "/api/v1/remotes/{name}/pause", "/api/v1/remotes/north/pause", "", "200"},
		{"POST", "/api/v1/remotes/{name}/resume", "/api/v1/remotes/north/resume", "", "200"},
		{"POST", "/api/v1/routes/{name}/pause", "/api/v1/routes/ram/pause", "", "200"},
		{"POST", "/api/v1/routes/{name}/resume", "/api/v1/routes/ram/resume", "", "200"},
		{"POST", "/api/v1/remotes/{name}/send", "/api/v1/remotes/south/send", `{"line":"0,10,6,0,,,-,1"}`, "200"},
		{"POST", "/api/v1/remotes/{name}/send", "/api/v1/remotes/north/send", `{"line":"0,10,6,0,,,-,1"}`, "409"},
		{"POST", "/api/v1/remotes/{name}/command", "/api/v1/remotes/north/command", `{"command":"VERS"}`, "200"},
		{"POST", "/api/v1/remotes/{name}/command", "/api/v1/remotes/north/command", `{"command":"SHUTDOWN"}`, "409"},
		{"POST", "/api/v1/queues/{route}/{to}/events", "/api/v1/queues/ram/south/events", lines(1, 7), "200"},
		{"POST", "/api/v1/queues/{route}/{to}/events", "/api/v1/queues/disk/south/events", lines(1, 3) + "none\n", "400"},
		{"GET", "/api/v1/queues", "", "", "200"},
		{"GET", "/api/v1/queues/{route}/{to}", "/api/v1/queues/disk/south", "", "200"},
		{"GET", "/api/v1/queues/{route}/{to}/check", "/api/v1/queues/disk/south/check", "", "200"},
		{"GET", "/api/v1/queues/{route}/{to}/check", "/api/v1/queues/ram/south/check", "", "409"},
		{"POST", "/api/v1/queues/{route}/{to}/letters/retry", "/api/v1/queues/disk/south/letters/retry", "", "200"},
		{"DELETE", "/api/v1/queues/{route}/{to}/letters", "/api/v1/queues/disk/south/letters", "", "200"},
		{"DELETE", "/api/v1/queues/{route}/{to}/events", "/api/v1/queues/ram/south/events", "", "200"},
	}
}

// TestDescribedAnswers holds what a bridge answers against the schemas: each operation with a document, and some errors.
func TestDescribedAnswers(t *testing.T) {
	t.Parallel()
	d, _ := readDescription(t)
	h := described(t)
	left := map[string]bool{}
	for path, item := range d.Paths {
		for method, o := range item.operations() {
			if kind := o.Responses["200"].Content; strings.HasPrefix(path, "/api/") && kind["application/json"].Schema != nil {
				left[method+" "+path] = true
			}
		}
	}
	for _, tt := range demands() {
		name := tt.method + " " + tt.path
		item := d.Paths[tt.path]
		o := item.operations()[tt.method]
		if o == nil {
			t.Errorf("%s is not described", name)
			continue
		}
		if _, ok := o.Responses[tt.status]; !ok {
			t.Errorf("%s answers %s, which is not described", name, tt.status)
		}
		want := schema{"$ref": "#/components/schemas/Error"}
		if tt.status == "200" {
			want = o.Responses["200"].Content["application/json"].Schema
			delete(left, name)
		}
		for _, why := range d.differences(want, tt.ask(t, h), "") {
			t.Errorf("%s, %s: %s", name, tt.status, why)
		}
	}
	for name := range left {
		t.Errorf("%s was not asked", name)
	}
}

// ask returns the document that a request is answered with.
func (d *wanted) ask(t *testing.T, h http.Handler) (document any) {
	t.Helper()
	r := httptest.NewRequest(d.method, cmp.Or(d.request, d.path), strings.NewReader(d.body))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	err := json.Unmarshal(w.Body.Bytes(), &document)
	if got := strconv.Itoa(w.Code); got != d.status || err != nil {
		t.Errorf("%s %s = %s %s (%v), want %s", d.method, r.URL, got, w.Body, err, d.status)
	}
	return document
}

// described answers about the queues of a real bridge, and remotes and events that have most of what there can be.
func described(t *testing.T) http.Handler {
	t.Helper()
	o := newOffice(t)
	cfg, err := config.Parse("hub.hcl", []byte(twoSites), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	link := remote.LinkStatus{
		Name: "send", Role: "send", State: remote.StateWaiting, Since: time.Now(), Failing: true, LastError: "down", LastCause: remote.CauseDial,
		Causes:  map[remote.Cause]uint64{remote.CauseDial: 2},
		History: []remote.Transition{{From: remote.StateDialing, To: remote.StateWaiting, At: time.Now()}},
	}
	all := o.bridge.Remotes()
	all[0].Links = append(all[0].Links, link)
	all[0].Profile = remote.Profile{Family: remote.FamilyVSCPD, Detected: remote.FamilyUnknown}
	seen := []bridge.Sight{
		{ID: 7, At: time.Now(), Route: "ram", From: "north", To: "south", Row: vscp.NewRow(&vscp.Event{Class: 10, Type: 6, Data: []byte{0x88, 0x82, 0x18}}, vscp.TextForm{})},
		{ID: 8, At: time.Now(), Route: "ram", To: "south", Held: bridge.ReasonRefused, Reply: "no", Row: vscp.NewRow(&vscp.Event{Class: 20, Type: 3}, vscp.TextForm{})},
	}
	changed := reload.Outcome{Config: cfg, Diff: config.Diff{Changes: []config.Change{{Kind: "added", Block: "remote", Name: "east"}}}}
	return routes(&Options{
		Gatherer: prometheus.NewRegistry(), Operator: &o.operator, Logger: hclog.NewNullLogger(), Learner: o.bridge, Looker: &sights{seen: seen},
		Bridge: &furnished{Bridge: o.bridge, remotes: all},
		Reloader: &planned{outcome: changed, status: reload.Status{
			Path: "hub.hcl", Config: cfg, Loaded: time.Now(), Guarantees: map[string]string{"ram": "at most once"},
			Last: reload.Attempt{At: time.Now(), By: reload.ByWatch, Error: "not valid"},
		}},
	}, atSocket)
}

// furnished is a bridge with other remotes.
type furnished struct {
	*bridge.Bridge
	remotes []remote.Status
}

func (f *furnished) Remotes() []remote.Status { return f.remotes }
