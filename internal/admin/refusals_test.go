package admin

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// TestChangesNeedTheSocket has everything refused that changes something.
func TestChangesNeedTheSocket(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answer[api.Taken](t, d, http.MethodPost, "/ram/south/events", lines(0, 2))
	d.letter(t, "ram", 9)
	for _, tt := range [][2]string{
		{http.MethodPost, "/ram/south/events"},
		{http.MethodDelete, "/ram/south/events"},
		{http.MethodPost, "/ram/south/letters/retry"},
		{http.MethodDelete, "/ram/south/letters"},
		{http.MethodDelete, "/nobody/south/letters"}, // it does not tell either
	} {
		w := ask(d.remote, tt[0], tt[1], lines(5, 1))
		var no api.Error
		if err := json.Unmarshal(w.Body.Bytes(), &no); err != nil || w.Code != http.StatusForbidden || no.Code != api.CodeSocketOnly || !strings.Contains(no.Error, "unix socket") {
			t.Errorf("%s %s over the network = %d %q (%v), want 403 with %s and what to use", tt[0], tt[1], w.Code, w.Body, err, api.CodeSocketOnly)
		}
	}
	if q := get[api.Queue](t, d, "/ram/south"); q.Events != 2 || q.Letters != 1 {
		t.Errorf("%d events, %d letters after refusals, want 2 and 1", q.Events, q.Letters)
	}
	for _, path := range []string{"", "/ram/south", "/ram/south/events", "/ram/south/letters", "/disk/south/check"} {
		if w := ask(d.remote, http.MethodGet, path, ""); w.Code != http.StatusOK {
			t.Errorf("GET %s over the network = %d %q, want 200", path, w.Code, w.Body)
		}
	}
}

func TestWrongRequests(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, tt := range []struct {
		method, path string
		status       int
		want, allow  string
	}{
		{http.MethodGet, "/nobody/south", http.StatusNotFound, `there is no queue \"nobody@south\"`, ""},
		{http.MethodGet, "/ram/nobody/events", http.StatusNotFound, `there is no queue \"ram@nobody\"`, ""},
		{http.MethodPost, "/nobody/south/events", http.StatusNotFound, "there is no queue", ""},
		{http.MethodGet, "/ram", http.StatusNotFound, "nothing at this path", ""},
		{http.MethodGet, "/ram/south/nothing", http.StatusNotFound, "nothing at this path", ""},
		{http.MethodPut, "/ram/south/events", http.StatusMethodNotAllowed, "what can be done here is", "DELETE, GET, HEAD, POST"},
		{http.MethodGet, "/ram/south/letters/retry", http.StatusMethodNotAllowed, "what can be done here is", "POST"},
		{http.MethodDelete, "", http.StatusMethodNotAllowed, "this can only be read", "GET, HEAD"},
		{http.MethodGet, "/ram/south/events?limit=0", http.StatusBadRequest, "limit must be", ""},
		{http.MethodGet, "/ram/south/events?limit=-1", http.StatusBadRequest, "limit must be", ""},
		{http.MethodGet, "/ram/south/events?limit=ten", http.StatusBadRequest, "limit must be", ""},
		{http.MethodGet, "/ram/south/letters?limit=1&limit=2", http.StatusBadRequest, "limit must be", ""},
		{http.MethodGet, "/ram/south/letters?limit=99999999999999999999", http.StatusBadRequest, "limit must be", ""},
	} {
		w := ask(d.local, tt.method, tt.path, "")
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) || w.Header().Get("Allow") != tt.allow {
			t.Errorf("%s %s = %d %q, Allow %q, want %d, %q and %q", tt.method, tt.path, w.Code, w.Body, w.Header().Get("Allow"), tt.status, tt.want, tt.allow)
		}
	}
}

// TestHostileLines takes what is in front of a line that is none, and nothing behind it.
func TestHostileLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body, want string
		taken            int
	}{
		{"no JSON", lines(0, 2) + "hello\n" + lines(2, 1), "line 3: ", 2},
		{"no event", lines(0, 1) + "\n\n{}\n", "line 4: has neither", 1},
		{"no event line", `{"line":"hello"}` + "\n" + lines(0, 1), "line 1: ", 0},
		{"a command in the line", `{"line":"0,10,6,0,,,-,1\r\nSHUTDOWN"}`, "line 1: ", 0},
		{"NUL in the line", `{"line":"0,10,6,0,,,-,1\u0000"}`, "line 1: ", 0},
		{"a long line", lines(0, 3) + `{"line":"` + strings.Repeat("1", 1<<20) + `"}` + "\n" + lines(3, 1), "line 4: is longer than", 3},
		{"a long event", `{"line":"0,10,6,0,,,-` + strings.Repeat(",255", 1500) + `"}`, "line 1: ", 0},
		{"deep JSON", `{"x":` + strings.Repeat("[", 60_000), "line 1: ", 0},
		{"an event in pieces", `{"event":{"class":"x"}}`, "line 1: ", 0},
		{"bytes", "\x00\xff\xfe\x1f\x8b", "line 1: ", 0},
		{"half a line", lines(0, 1) + `{"line":"0,10,6,0,,,-`, "line 2: ", 1},
	} {
		d := newDesk(t)
		w := ask(d.local, http.MethodPost, "/disk/south/events", tt.body)
		var no api.Error
		if err := json.Unmarshal(w.Body.Bytes(), &no); err != nil {
			t.Fatalf("%s: %q: %v", tt.name, w.Body, err)
		}
		if w.Code != http.StatusBadRequest || !strings.Contains(no.Error, tt.want) || no.Taken == nil || no.Taken.Events != tt.taken {
			t.Errorf("%s = %d %q, want 400, %q and %d taken", tt.name, w.Code, w.Body, tt.want, tt.taken)
		}
		if w.Body.Len() > 1000 {
			t.Errorf("%s: the answer has %d bytes, want 1000 at most", tt.name, w.Body.Len())
		}
		if q := get[api.Queue](t, d, "/disk/south"); q.Events != tt.taken {
			t.Errorf("%s: %d events in the queue, want %d", tt.name, q.Events, tt.taken)
		}
	}
	d := newDesk(t)
	if got := answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", ""); got.Events != 0 {
		t.Errorf("nothing: taken %+v, want nothing", got)
	}
	if got := answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", "\r\n \n"+`{"line":"0,10,6,0,,,-,1","more":{"a":[1]}}`); got.Events != 1 {
		t.Errorf("one line among blank ones, with more in it: taken %+v, want 1", got)
	}
}
