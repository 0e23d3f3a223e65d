package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// moving is a bridge whose readings are set from outside.
type moving struct {
	mu         sync.Mutex // guards what follows
	remotes    []remote.Status
	directions []bridge.DirectionStatus
}

func (m *moving) Remotes() []remote.Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.remotes)
}

func (m *moving) Directions() []bridge.DirectionStatus {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.directions)
}

func (*moving) Queues() []bridge.Queue { return nil }

func (m *moving) change(how func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	how()
}

func up(name string) remote.Status {
	return remote.Status{Name: name, Address: name + ":9598", Up: true, Links: []remote.LinkStatus{{Name: "receive", State: remote.StateReceiving}, {Name: "send", State: remote.StateReady}}}
}

func newMoving() *moving {
	return &moving{
		remotes: []remote.Status{up("north"), up("south")},
		directions: []bridge.DirectionStatus{
			{Route: "sites", From: []string{"north"}, To: "south", Limits: queue.DefaultOptions()},
			{Route: "sites", From: []string{"south"}, To: "north", Limits: queue.DefaultOptions()},
		},
	}
}

// parts are the documents of a stream of server-sent events, by name, in order.
func parts(t *testing.T, text string) (names []string, bodies []string) {
	t.Helper()
	for part := range strings.SplitSeq(strings.TrimSuffix(text, "\n\n"), "\n\n") {
		name, body, ok := strings.Cut(strings.TrimPrefix(part, "event: "), "\ndata: ")
		if !ok {
			t.Fatalf("part of a stream is %q, want a name and a document", part)
		}
		names, bodies = append(names, name), append(bodies, body)
	}
	return names, bodies
}

func TestOverviewStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, seen := newMoving(), &sights{}
		ctx, leave := context.WithCancel(t.Context())
		out := &listener{header: http.Header{}}
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, api.OverviewStreamPath, http.NoBody)
		r.Host = "localhost"
		r.Header.Set("Accept", api.StreamType)
		var ended sync.WaitGroup
		ended.Go(func() {
			routes(&Options{Gatherer: prometheus.NewRegistry(), Bridge: m, Looker: seen, Reloader: &planned{}}, atLoopback).ServeHTTP(out, r)
		})
		next := func() ([]string, []string) {
			t.Helper()
			time.Sleep(overviewEvery)
			synctest.Wait()
			return parts(t, out.take())
		}
		synctest.Wait()
		names, bodies := parts(t, out.take())
		var whole api.Overview
		if err := json.Unmarshal([]byte(bodies[0]), &whole); err != nil || names[0] != api.StreamOverview || len(whole.Remotes) != 2 || len(whole.Directions) != 2 || !whole.Ready {
			t.Errorf("first document = %v %s, want an overview of two remotes and two directions", names, bodies)
		}

		names, bodies = next()
		if want := `{"ready":true,"remotes":[],"directions":[]}`; names[0] != api.StreamChange || bodies[0] != want {
			t.Errorf("with nothing new: %v %v, want a change %s", names, bodies, want)
		}

		m.change(func() {
			m.remotes[1].Up = false
			m.remotes[1].Links[0] = remote.LinkStatus{Name: "receive", State: remote.StateWaiting, Failing: true, LastError: "<b>no"}
			m.directions[0].Queued = 7
		})
		names, bodies = next()
		var change api.OverviewChange
		if err := json.Unmarshal([]byte(bodies[0]), &change); err != nil || names[0] != api.StreamChange || change.Ready || len(change.Reasons) != 1 {
			t.Fatalf("after a failure: %v %v, want a change with a reason", names, bodies)
		}
		if len(change.Remotes) != 1 || change.Remotes[0].State != "waiting" || change.Remotes[0].Error != "<b>no" || len(change.Directions) != 1 || change.Directions[0].Queued != 7 {
			t.Errorf("after a failure: %s, want the failing remote and the waiting events alone", bodies[0])
		}

		m.change(func() { m.remotes = append(m.remotes, up("west")) })
		if names, bodies = next(); names[0] != api.StreamOverview || !strings.Contains(bodies[0], `"west"`) {
			t.Errorf("with a new remote: %v %v, want an overview", names, bodies)
		}

		leave()
		ended.Wait()
	})
}

// TestOverviewShowsNewEvents tells each event once.
func TestOverviewShowsNewEvents(t *testing.T) {
	l := &sights{}
	a := eventAPI{&Options{Looker: l}}
	after := uint64(0)
	for i, want := range []string{"[]", "[1 2]", "[]", "[3]"} {
		switch i {
		case 1:
			l.seen = []bridge.Sight{{ID: 1, Route: "sites"}, {ID: 2, Route: "sites"}}
		case 3:
			l.seen = append(l.seen, bridge.Sight{ID: 3, Route: "sites"})
		}
		got := []uint64{}
		for _, e := range a.seenSince(&after) {
			got = append(got, e.ID)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("look %d shows %v, want %s", i, got, want)
		}
	}
}

// TestTellingLink picks what keeps a remote from being up.
func TestTellingLink(t *testing.T) {
	for want, links := range map[string][]remote.LinkStatus{
		"receiving": {{State: remote.StateReceiving}, {State: remote.StateReady}},
		"dialing":   {{State: remote.StateReceiving}, {State: remote.StateDialing}},
		"waiting":   {{State: remote.StateDialing}, {State: remote.StateWaiting, Failing: true}},
		"":          nil,
	} {
		got := ""
		if l := telling(links); l != nil {
			got = l.State.String()
		}
		if got != want {
			t.Errorf("telling state of %v = %q, want %q", links, got, want)
		}
	}
}
