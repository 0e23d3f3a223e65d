package admin

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// TestDescribedTakings holds what requests may have against the description.
func TestDescribedTakings(t *testing.T) {
	t.Parallel()
	d, _ := readDescription(t)
	count := 0
	for path, item := range d.Paths {
		if !strings.HasPrefix(path, "/api/") {
			continue
		}
		for method, o := range item.operations() {
			takes := takingsOf(method, path)
			slices.Sort(takes.parameters)
			if got := d.named(item.Parameters, o.Parameters)["query"]; !slices.Equal(got, takes.parameters) {
				t.Errorf("%s %s is described with the parameters %q, the server takes %q", method, path, got, takes.parameters)
			}
			if got := len(o.RequestBody.Content) > 0; got != takes.body {
				t.Errorf("%s %s is described with a body: %v, the server takes one: %v", method, path, got, takes.body)
			}
			count += len(takes.parameters)
		}
	}
	if count == 0 {
		t.Error("no parameter is described, want some")
	}
}

// TestStrangeParts refuses what a path does not take: what was asked for is not what would be done.
func TestStrangeParts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	answer[api.Taken](t, o.desk, http.MethodPost, "/ram/south/events", lines(0, 3))
	o.letter(t, "ram", 9)
	for _, tt := range []struct{ method, path, body, want string }{
		{http.MethodDelete, "/queues/ram/south/events?limit=1", "", `there is no parameter "limit" here`},
		{http.MethodDelete, "/queues/ram/south/events", `{"limit":1}`, "this takes no body"},
		{http.MethodDelete, "/queues/ram/south/letters?limit=1", "", `there is no parameter "limit" here`},
		{http.MethodPost, "/queues/ram/south/letters/retry?limit=1", "", `there is no parameter "limit" here`},
		{http.MethodPost, "/queues/ram/south/events?dry_run=true", lines(5, 1), `there is no parameter "dry_run" here`},
		{http.MethodPost, "/remotes/north/pause?for=1h", "", `there is no parameter "for" here`},
		{http.MethodPost, "/remotes/north/pause", "for=1h", "this takes no body"},
		{http.MethodPost, "/routes/ram/pause?%zz", "", `invalid URL escape "%zz"`},
		{http.MethodPost, "/remotes/north/command?confirm=north", `{"command":"VERS"}`, `there is no parameter "confirm" here`},
		{http.MethodPost, "/reload", "dry_run=true", "this takes no body, but behind a question mark in the address dry_run"},
		{http.MethodPost, "/reload?dry_run=true;x=1", "", "invalid semicolon separator in query"},
		{http.MethodGet, "/status?remote=north", "", `there is no parameter "remote" here`},
		{http.MethodGet, "/config?fromat=hcl", "", `there is no parameter "fromat" here, but format`},
		{http.MethodGet, "/queues/ram/south/events?limt=1", "", `there is no parameter "limt" here, but limit`},
		{http.MethodGet, "/events/stream?limit=1", "", `there is no parameter "limit" here, but class, guid, `},
	} {
		if no := do[api.Error](t, o, tt.method, tt.path, tt.body, http.StatusBadRequest); !strings.HasPrefix(no.Error, tt.want) {
			t.Errorf("%s %s %s: %q, want %q", tt.method, tt.path, tt.body, no.Error, tt.want)
		}
	}
	if q := get[api.Queue](t, o.desk, "/ram/south"); q.Events != 3 || q.Letters != 1 {
		t.Errorf("%d events and %d letters after refusals, want 3 and 1", q.Events, q.Letters)
	}
	if len(o.paused) > 0 || len(o.said) > 0 {
		t.Errorf("paused %v and said %q after refusals, want nothing", o.paused, o.said)
	}
}
