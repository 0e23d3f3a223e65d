package admin

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// stream writes events as they pass, until the client goes, is silent for too long, or the server ends.
func (a eventAPI) stream(w http.ResponseWriter, r *http.Request) {
	f, _, ok := a.wanted(w, r)
	if !ok {
		return
	}
	out := newStreamWriter(w, r)
	if r.Method == http.MethodHead {
		return
	}
	watcher := a.o.Looker.Watch(f)
	defer watcher.Close()
	out.pulse(0) // tells the client that from now on it misses nothing without being told
	out.flush()
	beat := time.NewTicker(api.PulseEvery)
	defer beat.Stop()
	for ended := false; out.err == nil && !ended; {
		select {
		case <-r.Context().Done():
			ended = true
		case <-beat.C:
			out.pulse(0)
		case <-watcher.Ready():
		}
		seen, missed := watcher.Take()
		for i := range seen {
			out.event(eventOf(&seen[i]))
		}
		if missed > 0 {
			out.pulse(missed)
		}
		out.flush()
	}
}

// streamWriter writes documents as lines, or as server-sent events.
type streamWriter struct {
	to   http.ResponseWriter
	slow slowly
	sse  bool
	buf  []byte
	err  error // of the client; it is the end
}

// newStreamWriter begins the answer.
func newStreamWriter(w http.ResponseWriter, r *http.Request) *streamWriter {
	s := &streamWriter{to: w, slow: takeTime(w), sse: acceptsEvents(r)}
	if s.sse {
		header(w, api.StreamType)
	} else {
		header(w, api.LinesType)
	}
	w.WriteHeader(http.StatusOK)
	return s
}

// acceptsEvents reports whether the client is one for server-sent events, as EventSource in a browser is.
func acceptsEvents(r *http.Request) bool {
	for _, accept := range r.Header.Values("Accept") {
		if strings.Contains(accept, api.StreamType) {
			return true
		}
	}
	return false
}

func (s *streamWriter) event(e api.Event) {
	if s.sse {
		s.buf = append(strconv.AppendUint(append(s.buf, "id: "...), e.ID, 10), '\n')
	}
	s.put(api.StreamEvent, e)
}

func (s *streamWriter) pulse(missed uint64) {
	s.put(api.StreamPulse, api.Pulse{At: utc(time.Now()), Missed: missed})
}

// put adds a document to what is to be written. JSON has no line ends in it.
func (s *streamWriter) put(name string, document any) {
	body, err := json.Marshal(document)
	if s.err = cmp.Or(s.err, err); s.err != nil { // a document that cannot be written is a mistake of ours
		return
	}
	if s.sse {
		s.buf = append(append(append(s.buf, "event: "...), name...), "\ndata: "...)
	}
	s.buf = append(append(s.buf, body...), '\n')
	if s.sse {
		s.buf = append(s.buf, '\n')
	}
	if len(s.buf) >= lineBuffer {
		s.write()
	}
}

func (s *streamWriter) write() {
	if s.err == nil && len(s.buf) > 0 {
		s.slow.reply()
		_, s.err = s.to.Write(s.buf) //nolint:gosec // JSON, which the header says, and nosniff
	}
	s.buf = s.buf[:0]
}

// flush sends what there is to the client.
func (s *streamWriter) flush() {
	s.write()
	if s.err == nil {
		s.err = s.slow.deadlines.Flush()
	}
}
