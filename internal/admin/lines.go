package admin

import (
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	pageEvents  = 4096     // that are read from a queue at once: finding the place costs as much as some thousands of them
	batchEvents = 256      // that are put into one at once
	lineBuffer  = 32 << 10 // bytes
)

// events writes what is in a queue when the request comes; what comes later is left out, so that it ends.
func (a queueAPI) events(w http.ResponseWriter, r *http.Request, q bridge.Queue) {
	began := time.Now()
	left, err := limitOf(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	out := newLineWriter(w, r)
	for after := uint64(0); left > 0 && out.wanted(); {
		page, err := q.View(after, min(left, pageEvents))
		for _, e := range page {
			if e.Came.After(began) {
				left = 0
				break
			}
			out.put(&queue.Letter{Time: e.Came, Route: q.Route(), To: q.To(), Row: e.Row})
			after = e.ID
			left--
		}
		if err != nil {
			a.breakOff(out, q, err)
			return
		}
		if len(page) == 0 {
			break
		}
	}
	out.end()
}

// letters writes the dead letters. Lines of the file that are none are left out: they are remains of writes that failed.
func (a queueAPI) letters(w http.ResponseWriter, r *http.Request, q bridge.Queue) {
	left, err := limitOf(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	out := newLineWriter(w, r)
	for l, err := range q.Letters() {
		if _, bad := errors.AsType[*queue.LetterError](err); bad {
			continue
		}
		if err != nil {
			a.breakOff(out, q, err)
			return
		}
		if left == 0 || !out.wanted() {
			break
		}
		out.put(&l)
		left--
	}
	out.end()
}

// limitOf reads how many lines are wanted.
func limitOf(r *http.Request) (int, error) {
	values, given := r.URL.Query()[api.QueryLimit]
	if !given {
		return math.MaxInt, nil
	}
	n, err := strconv.Atoi(values[0])
	if err != nil || n < 1 || len(values) > 1 {
		return 0, errors.New("limit must be one whole number from 1 on")
	}
	return n, nil
}

// breakOff ends an answer so that the client sees that it is not whole.
func (a queueAPI) breakOff(out *lineWriter, q bridge.Queue, err error) {
	if !out.begun {
		a.fail(out.to, q, "export", err, nil)
		return
	}
	a.o.Logger.Error("request about a queue failed", "what", "export", "route", q.Route(), "to", q.To(), "error", err)
	panic(http.ErrAbortHandler) // net/http closes the connection
}

// lineWriter writes letters to a client that has writeTimeout for each buffer of them.
type lineWriter struct {
	to    http.ResponseWriter
	slow  slowly
	asked *http.Request
	begun bool
	err   error // of the client; it is the end
	buf   []byte
}

func newLineWriter(w http.ResponseWriter, r *http.Request) *lineWriter {
	return &lineWriter{to: w, slow: takeTime(w), asked: r}
}

// wanted reports whether to go on.
func (l *lineWriter) wanted() bool {
	return l.asked.Method != http.MethodHead && l.err == nil && l.asked.Context().Err() == nil
}

func (l *lineWriter) put(letter *queue.Letter) {
	if l.err != nil {
		return
	}
	if l.buf, l.err = letter.AppendLine(l.buf); len(l.buf) >= lineBuffer {
		l.flush()
	}
}

func (l *lineWriter) flush() {
	if !l.begun {
		header(l.to, api.LinesType)
		l.begun = true
	}
	l.slow.reply()
	if l.err == nil {
		_, l.err = l.to.Write(l.buf) //nolint:gosec // JSON, which the header says, and nosniff
	}
	l.buf = l.buf[:0]
}

func (l *lineWriter) end() { l.flush() }

// take puts the lines of a request into a queue. There may be any number of them, at any pace.
func (a queueAPI) take(w http.ResponseWriter, r *http.Request, q bridge.Queue) {
	slow := takeTime(w)
	var done bridge.Restored
	err := takeLines(&slowBody{body: r.Body, slow: slow}, func(rows []*vscp.Row) error {
		part, err := q.Restore(r.Context(), rows)
		done.Add(part)
		return err
	})
	taken := takenOf(done)
	if taken.Events > 0 {
		taken.Unsafe = a.sync(r.Context(), q, "import")
	}
	slow.answer()
	if err != nil || taken.Events > 0 {
		a.o.Logger.Info("events imported", "route", q.Route(), "to", q.To(), "events", taken.Events, "dropped", taken.Dropped, "whole", err == nil)
	}
	if err != nil {
		a.fail(w, q, "import", err, &taken)
		return
	}
	document(w, http.StatusOK, taken)
}

// takeLines hands over the events of lines in batches, up to the first line that is none.
func takeLines(from io.Reader, put func([]*vscp.Row) error) error {
	batch := make([]*vscp.Row, 0, batchEvents)
	for l, err := range queue.ReadLetters(from) {
		if err != nil {
			if len(batch) == 0 {
				return err
			}
			return errors.Join(err, put(batch))
		}
		if batch = append(batch, l.Row); len(batch) == cap(batch) {
			if err := put(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return put(batch)
}
