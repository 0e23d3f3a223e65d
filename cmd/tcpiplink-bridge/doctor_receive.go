package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// receive enters the receive loop and waits for its sign of life.
func (e *exam) receive(ctx context.Context) error {
	err := e.client.ReceiveLoop(ctx)
	switch {
	case err == nil:
		return e.listen(ctx)
	case remote.Denied(err) && e.target.user == "":
		e.d.add("receive", statusProblem, "not without a login: "+told(err), "give a user with --user")
		return nil
	case remote.Denied(err):
		e.d.add("receive", statusProblem, "this login may not: "+told(err), "nothing can be bridged from this server; needs level 2 or the right to receive")
		return nil
	case !remote.Refused(err):
		return err
	}
	loop := told(err)
	reply, err := e.client.Raw(ctx, "RETR 1")
	switch {
	case err != nil:
		return err
	case reply.OK || !unknownCommand(reply.Text):
		e.d.add("receive", statusWarning, "no RCVLOOP: "+loop, "the bridge polls with RETR, once a second or as its schedule says")
	default:
		e.d.add("receive", statusProblem, "no RCVLOOP: "+loop+"; no RETR: "+reply.Text, "nothing can be bridged from this server")
	}
	return nil
}

// unknownCommand reports whether a refusal says that there is no such command, rather than no event.
func unknownCommand(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc([]string{"unknown", "invalid command", "not implemented", "not supported", "privilege", "rights", "log in"},
		func(words string) bool { return strings.Contains(text, words) })
}

// lifeWait is how long to wait for a sign of life where events show that the peer lives: the slowest comes each 3 s.
const lifeWait = 4 * time.Second

// listen waits in the receive loop for a sign of life, as long as the bridge would, and leaves it.
func (e *exam) listen(ctx context.Context) error {
	start := time.Now()
	var b remote.Batch
	events, malformed, alive := 0, 0, time.Duration(0)
	var newest newestTime
	for alive == 0 {
		limit := e.target.deadAfter
		if events > 0 {
			limit = min(limit, lifeWait) // some give no sign of life while events come
		}
		left := limit - time.Since(start)
		if left <= 0 {
			break
		}
		err := e.client.Receive(ctx, left, &b)
		now := time.Now()
		events += len(b.Rows)
		malformed += b.Malformed
		newest.look(b.Rows, now)
		if b.KeepAlives > 0 {
			alive = max(time.Since(start), 1)
		}
		if err != nil && !remote.Refused(err) {
			if remote.CauseOf(err) == remote.CauseTimeout && ctx.Err() == nil && events == 0 {
				e.d.add("receive", statusProblem, fmt.Sprintf("RCVLOOP, then no line within %v", e.target.deadAfter),
					"the bridge would take the link for dead; a longer dead_after helps if this server is just quiet")
				e.drop()
				return nil
			}
			if remote.CauseOf(err) != remote.CauseTimeout || ctx.Err() != nil {
				return err
			}
			break
		}
	}
	e.timeOf(newest.told, newest.came)
	e.heard(events, malformed, alive)
	return e.leaveLoop(ctx)
}

// newestTime is the time in the event that was under way for the shortest time, by our clock: what waited at the server since the login, which
// comes first, says nothing of its clock.
type newestTime struct {
	told vscp.Time
	came time.Time
}

func (n *newestTime) look(rows []vscp.Row, now time.Time) {
	for i := range rows {
		t := rows[i].Time
		if t.Nanos == 0 {
			continue
		}
		if n.came.IsZero() || t.AsTime().Sub(now).Abs() < n.told.AsTime().Sub(n.came).Abs() {
			n.told, n.came = t, now
		}
	}
}

// heard tells what came in the receive loop.
func (e *exam) heard(events, malformed int, alive time.Duration) {
	life := "no sign of life between events"
	if alive > 0 {
		life = fmt.Sprintf("sign of life after %v", alive.Round(100*time.Millisecond))
	}
	e.d.add("receive", statusOK, fmt.Sprintf("RCVLOOP, %s, %s", life, count(events, "event")),
		fmt.Sprintf("pushed as they come; taken for dead after %v without a line", e.target.deadAfter))
	if malformed > 0 {
		e.d.add("events", statusWarning, count(malformed, "line")+" that is no event", "the bridge counts and skips such lines")
	}
}

// leaveLoop goes back to commands. A connection that cannot is made again.
func (e *exam) leaveLoop(ctx context.Context) error {
	var b remote.Batch
	err := e.client.QuitLoop(ctx, &b)
	if err == nil || remote.Refused(err) {
		err = e.client.Noop(ctx)
	}
	if err != nil && ctx.Err() == nil {
		e.drop()
		return nil
	}
	return err
}
