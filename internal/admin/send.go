package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// roomTimeout is how long an event that somebody sends waits for room in a queue that blocks.
const roomTimeout = 5 * time.Second

// send puts an event into a queue to a remote, so that it takes its turn, is tried again, and is counted.
func (a remoteAPI) send(w http.ResponseWriter, r *http.Request) {
	var asked api.Send
	if !readBody(w, r, &asked) {
		return
	}
	row, err := rowOf(&asked)
	if err != nil {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("this is no event: %.300v", err))
		return
	}
	q, ok := a.queueTo(w, r, asked.Route)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), roomTimeout)
	defer cancel()
	slow := takeTime(w)
	done, err := q.Restore(ctx, []*vscp.Row{row})
	taken := takenOf(done)
	if err == nil {
		taken.Unsafe = queueAPI(a).sync(r.Context(), q, "send")
	}
	slow.answer()
	switch {
	case err == nil:
		document(w, http.StatusOK, api.Sent{API: api.Version, Route: q.Route(), To: q.To(), Taken: taken})
	case errors.Is(err, context.DeadlineExceeded):
		refuse(w, http.StatusServiceUnavailable, "the queue is full, and its rule is to wait for room")
	default:
		queueAPI(a).fail(w, q, "send", err, nil)
	}
}

// rowOf reads the event of a request.
func rowOf(s *api.Send) (*vscp.Row, error) {
	line, err := json.Marshal(struct {
		Line  string          `json:"line,omitempty"`
		Event json.RawMessage `json:"event,omitempty"`
	}{s.Line, s.Event})
	if err != nil {
		return nil, err
	}
	for l, err := range queue.ReadLetters(bytes.NewReader(line)) {
		if bad, ok := errors.AsType[*queue.LetterError](err); ok {
			err = bad.Err // there is one line only
		}
		return l.Row, err
	}
	return nil, queue.ErrNoEvent
}

// queueTo finds the queue of a route to a remote, or the first one of all routes. It answers a request for one that is not there.
func (a remoteAPI) queueTo(w http.ResponseWriter, r *http.Request, route string) (bridge.Queue, bool) {
	name := r.PathValue("name")
	for _, q := range a.o.Bridge.Queues() {
		if q.To() == name && (route == "" || q.Route() == route) {
			return q, true
		}
	}
	for _, s := range a.o.Bridge.Remotes() {
		if s.Name == name && route != "" {
			refuse(w, http.StatusNotFound, fmt.Sprintf("there is no route %.200q to remote %s", route, name))
			return bridge.Queue{}, false
		} else if s.Name == name {
			refuse(w, http.StatusConflict, fmt.Sprintf("no route leads to remote %s, so the bridge sends it nothing; the command SEND does it on a connection of its own", name))
			return bridge.Queue{}, false
		}
	}
	refuseRemote(w, r)
	return bridge.Queue{}, false
}

// commandTimeout bounds a command with the connection that it takes.
const commandTimeout = 30 * time.Second

// command sends a line to a remote on a connection of its own.
func (a remoteAPI) command(w http.ResponseWriter, r *http.Request) {
	var asked api.Command
	if !readBody(w, r, &asked) {
		return
	}
	name := r.PathValue("name")
	harm, err := bridge.CheckCommand(asked.Command)
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, err.Error())
		return
	case harm && asked.Confirm != name:
		document(w, http.StatusConflict, api.Error{
			Error: fmt.Sprintf("this can do harm that nobody takes back from here: it takes confirm, with the name of the remote, %.200q", name), Code: api.CodeConfirm,
		})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), commandTimeout)
	defer cancel()
	slow := takeTime(w)
	reply, err := a.o.Operator.Command(ctx, name, asked.Command)
	slow.answer()
	switch {
	case err == nil:
		document(w, http.StatusOK, replyOf(name, &reply))
	case errors.Is(err, bridge.ErrNoRemote):
		refuseRemote(w, r)
	case errors.Is(err, bridge.ErrStopping), errors.Is(err, bridge.ErrNotRunning):
		refuse(w, http.StatusServiceUnavailable, err.Error())
	default:
		refuse(w, http.StatusBadGateway, fmt.Sprintf("the remote did not answer as it should: %.1000v", err))
	}
}

func replyOf(name string, r *remote.Reply) api.Reply {
	return api.Reply{API: api.Version, Remote: name, OK: r.OK, Text: r.Text, Lines: append([]string{}, r.Lines...)}
}
