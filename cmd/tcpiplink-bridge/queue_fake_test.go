package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
)

// fakeBridge answers on a unix socket as a running bridge does, from lines that it holds.
type fakeBridge struct {
	t      *testing.T
	socket string

	mu      sync.Mutex // guards what follows
	serves  http.Handler
	queues  []api.Queue
	events  map[string][]string // lines by ROUTE/TO
	letters map[string][]string
	checks  map[string]api.Check
	asked   []string // what changed something
	unsafe  string   // why that is in memory only
}

var fakeNow = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// fakeLine is an event as a line: temperature n.
func fakeLine(n int, more string) string {
	return fmt.Sprintf(`{"time":"2026-03-04T11:59:%02dZ","route":"sites","to":"south"%s,"line":"0,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00,138,0,%d"}`, n%60, more, n%256)
}

func newFakeBridge(t *testing.T) *fakeBridge {
	t.Helper()
	b := &fakeBridge{
		t: t, socket: filepath.Join(t.TempDir(), "admin.sock"),
		events: make(map[string][]string), letters: make(map[string][]string), checks: make(map[string]api.Check),
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", b.socket)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+api.QueuesPath, b.list)
	mux.HandleFunc("GET "+api.QueuesPath+"/{route}/{to}/{part}", b.read)
	mux.HandleFunc("POST "+api.QueuesPath+"/{route}/{to}/events", b.put)
	mux.HandleFunc("POST "+api.QueuesPath+"/{route}/{to}/letters/retry", b.retry)
	mux.HandleFunc("DELETE "+api.QueuesPath+"/{route}/{to}/{part}", b.purge)
	b.serves = mux
	server := &http.Server{Handler: http.HandlerFunc(b.serve), ReadHeaderTimeout: time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // it is closed below
	}()
	t.Cleanup(func() {
		_ = server.Close() // what it serves ends with the test
		<-done
	})
	return b
}

func (b *fakeBridge) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	serves := b.serves
	b.mu.Unlock()
	serves.ServeHTTP(w, r)
}

// instead has everything answered in another way.
func (b *fakeBridge) instead(h http.Handler) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.serves = h
}

// add gives the bridge a queue with so many events and dead letters.
func (b *fakeBridge) add(q api.Queue, events, letters int) {
	key := q.Route + "/" + q.To
	for n := range events {
		b.events[key] = append(b.events[key], fakeLine(n, ""))
	}
	for n := range letters {
		b.letters[key] = append(b.letters[key], fakeLine(n, `,"reason":"refused","reply":"Not \u001b[2J allowed"`))
	}
	b.queues = append(b.queues, q)
}

func (b *fakeBridge) answer(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		b.t.Error(err)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client went away
}

func (b *fakeBridge) list(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := api.Queues{API: api.Version, At: fakeNow, Queues: b.queues}
	for i := range all.Queues {
		q := &all.Queues[i]
		q.Events, q.Letters = len(b.events[q.Route+"/"+q.To]), len(b.letters[q.Route+"/"+q.To])
	}
	b.answer(w, http.StatusOK, all)
}

func (b *fakeBridge) read(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := r.PathValue("route") + "/" + r.PathValue("to")
	if r.PathValue("part") == "check" {
		b.answer(w, http.StatusOK, b.checks[key])
		return
	}
	lines := b.events[key]
	if r.PathValue("part") == "letters" {
		lines = b.letters[key]
	}
	if limit := r.URL.Query().Get("limit"); limit != "" {
		n, err := strconv.Atoi(limit)
		if err != nil {
			b.t.Error(err)
		}
		lines = lines[:min(n, len(lines))]
	}
	w.Header().Set("Content-Type", api.LinesType)
	for _, line := range lines {
		_, _ = io.WriteString(w, line+"\n") // the client went away
	}
}

func (b *fakeBridge) put(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if got := r.Header.Get("Content-Type"); got != api.LinesType {
		b.t.Errorf("content type %q, want %q", got, api.LinesType)
	}
	var taken api.Taken
	for l, err := range queue.ReadLetters(r.Body) {
		if err != nil {
			b.answer(w, http.StatusBadRequest, api.Error{Error: fmt.Sprintf("%v; the %d events before are in the queue", err, taken.Queued)})
			return
		}
		key := r.PathValue("route") + "/" + r.PathValue("to")
		b.events[key] = append(b.events[key], string(l.Row.Text))
		taken.Events++
		taken.Queued++
	}
	b.asked = append(b.asked, r.Method+" "+r.URL.Path)
	taken.Unsafe = b.unsafe
	b.answer(w, http.StatusOK, taken)
}

func (b *fakeBridge) retry(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.letters[r.PathValue("route")+"/"+r.PathValue("to")])
	if n == 1 {
		b.answer(w, http.StatusOK, api.Taken{Left: n})
		return
	}
	b.asked = append(b.asked, r.Method+" "+r.URL.Path)
	b.answer(w, http.StatusOK, api.Taken{Events: n, Queued: n - 1, Dropped: 1, Reasons: api.Reasons{"queue_newest": 1}})
}

func (b *fakeBridge) purge(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, r.Method+" "+r.URL.Path)
	key := r.PathValue("route") + "/" + r.PathValue("to")
	if r.PathValue("part") == "letters" {
		b.answer(w, http.StatusOK, api.Purged{Events: len(b.letters[key])})
		return
	}
	b.answer(w, http.StatusOK, api.Purged{Events: len(b.events[key]) - 1, Leased: 1, Unsafe: b.unsafe})
}

// changes returns what was asked for that changes something.
func (b *fakeBridge) changes() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.asked, ", ")
}
