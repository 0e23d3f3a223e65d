package admin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// TestDiskThatFailsIsNotReady has one of two queues on a disk that is full: /readyz and the document name that one, and why.
func TestDiskThatFailsIsNotReady(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 2, 3, 4, 5, 6, 7_000_000, time.UTC)
	h := handler("127.0.0.1:9599", &fixed{directions: []bridge.DirectionStatus{
		{Route: "sites", To: "north", Disk: &queue.DiskStats{Bytes: 90}},
		{Route: "sites", To: "south", Disk: &queue.DiskStats{Bytes: 512, MemoryOnly: 3, Degraded: journal.ErrFull, Since: since}},
	}})
	get := func(path string) (int, string) {
		request := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		request.Host = "127.0.0.1:9599"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request)
		return w.Code, w.Body.String()
	}
	const why = "route sites to south keeps events in memory only (disk is full)"
	if code, body := get("/readyz"); code != http.StatusServiceUnavailable || body != why+"\n" {
		t.Errorf("/readyz = %d %q, want 503 and %q", code, body, why)
	}
	if code, body := get("/livez"); code != http.StatusOK {
		t.Errorf("/livez = %d %q, want 200: the process is alive", code, body)
	}
	code, body := get(api.StatusPath)
	var s api.Status
	if err := json.Unmarshal([]byte(body), &s); err != nil || code != http.StatusOK {
		t.Fatalf("%s = %d %q: %v, want 200 and JSON", api.StatusPath, code, body, err)
	}
	if s.Ready || !slices.Equal(s.Reasons, []string{why}) {
		t.Errorf("ready %v for %q, want false for %q", s.Ready, s.Reasons, why)
	}
	good, bad := s.Routes[0].Directions[0], s.Routes[0].Directions[1]
	if good.Storage != "disk" || good.Degraded != "" || !good.Failing.IsZero() {
		t.Errorf("to north %+v, want a disk without trouble", good)
	}
	if bad.Degraded != "disk is full" || !bad.Failing.Equal(since) || bad.DiskBytes != 512 {
		t.Errorf("to south %+v, want a disk of 512 bytes that is full since %v", bad, since)
	}
}

// A cycle that nobody was asked to break keeps a bridge from being ready; the document has them all.
func TestCycleIsNotReady(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	cycles := func(elects, blocked bool) []bridge.Cycle {
		return []bridge.Cycle{{First: "north", Last: "south", Since: since, Elects: elects, Blocked: blocked}}
	}
	h := handler("127.0.0.1:9599", &fixed{directions: []bridge.DirectionStatus{
		{Route: "open", To: "north", Cycles: cycles(false, false)},
		{Route: "open", To: "south", Cycles: cycles(false, false)},
		{Route: "blocked", To: "south", Cycles: cycles(true, true)},
	}})
	request := httptest.NewRequest(http.MethodGet, api.StatusPath, http.NoBody)
	request.Host = "127.0.0.1:9599"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request)
	var s api.Status
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	want := []string{"route open closes a cycle: north and south are joined outside of this bridge"}
	if s.Ready || !slices.Equal(s.Reasons, want) {
		t.Errorf("ready %v for %q, want false for %q", s.Ready, s.Reasons, want)
	}
	if c := s.Routes[1].Cycles; len(c) != 1 || !slices.Equal(c[0].Remotes, []string{"north", "south"}) || !c[0].Blocked || !c[0].Elects || !c[0].Since.Equal(since) {
		t.Errorf("cycles of the blocked route: %+v, want the one of north and south", c)
	}
}
