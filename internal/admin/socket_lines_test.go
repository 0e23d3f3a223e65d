//go:build !windows

package admin

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// TestEarlyErrorReachesTheClient sends much behind a line that is none: the client has to learn of it nevertheless.
func TestEarlyErrorReachesTheClient(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := socketPath(t)
	serveOn(t, Options{Socket: path, Bridge: d.bridge})
	body := lines(0, 3) + "hello\n" + strings.Repeat(lines(7, 1), 300_000)
	status, text := request(t, over(t, path), http.MethodPost, "http://localhost"+api.QueuesPath+"/disk/south/events", body)
	var no api.Error
	if err := json.Unmarshal([]byte(text), &no); err != nil || status != http.StatusBadRequest || no.Taken == nil || no.Taken.Events != 3 || !strings.HasPrefix(no.Error, "line 4: ") {
		t.Errorf("%d %q (%v), want 400 about line 4 with 3 taken", status, text, err)
	}
}

// TestSocketChanges does over a real socket what the network may not.
func TestSocketChanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := socketPath(t)
	serveOn(t, Options{Socket: path, Bridge: d.bridge})
	client := over(t, path)
	events := "http://localhost" + api.QueuesPath + "/disk/south/events"
	const n = 20_000
	if status, body := request(t, client, http.MethodPost, events, strings.Repeat(lines(7, 1), n)); status != http.StatusOK || !strings.Contains(body, `"events":20000`) {
		t.Errorf("import over the socket = %d %q, want 200 and %d events", status, body, n)
	}
	if status, body := request(t, client, http.MethodGet, events, ""); status != http.StatusOK || strings.Count(body, "\n") != 10_000 {
		t.Errorf("export over the socket = %d with %d lines, want 200 and the 10000 that have room", status, strings.Count(body, "\n"))
	}
	if status, body := request(t, client, http.MethodDelete, events, ""); status != http.StatusOK || !strings.Contains(body, `{"events":10000,"leased":0}`) {
		t.Errorf("purge over the socket = %d %q, want 200 and 10000 events", status, body)
	}
}
