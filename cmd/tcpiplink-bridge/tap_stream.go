package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// tap shows a stream of events.
type tap struct {
	flags  *tapFlags
	out    *tapOutput
	errOut io.Writer
	client adminClient
	missed uint64
	shown  uint64
	begun  map[tapKey]bool // events that were shown as the last ones, and may come again
}

// tapKey names an event on one of its ways.
type tapKey struct {
	id        uint64
	route, to string
}

// tapLine is a line of the stream: an event, or a sign of life.
type tapLine struct {
	api.Event
	Missed uint64 `json:"missed"`
}

const (
	// tapSilence is for how long a bridge that lives may be silent.
	tapSilence = 3 * api.PulseEvery
	tapLineMax = 256 << 10 // bytes: more than an event has in any form
)

// run shows events until ctx ends, or all that was wanted was shown, or the stream does.
func (t *tap) run(ctx context.Context, query url.Values) error {
	ctx, end := context.WithCancelCause(ctx)
	cancel := func() { end(nil) }
	defer cancel()
	// What is asked for first is answered at once, and then it takes as long as it takes.
	late := time.AfterFunc(askTimeout, func() { end(context.DeadlineExceeded) })
	stream, err := t.client.do(ctx, http.MethodGet, api.EventStreamPath+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return err
	}
	defer stream.Close()
	t.client.at.tell(t.errOut, time.Time{})
	if t.flags.last > 0 { // the stream has begun, so that nothing falls in between
		if err := t.last(ctx, query); err != nil {
			return err
		}
	}
	if !late.Stop() {
		return t.gone(context.DeadlineExceeded)
	}
	return t.follow(stream, cancel)
}

// follow shows what a stream brings, and gives it up, by cut, when it is silent for too long.
func (t *tap) follow(stream io.Reader, cut context.CancelFunc) error {
	silent := time.AfterFunc(tapSilence, cut)
	defer silent.Stop()
	in := bufio.NewReaderSize(stream, tapLineMax)
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			if errors.Is(err, context.Canceled) {
				err = fmt.Errorf("silent for %v", tapSilence)
			}
			return t.gone(err)
		}
		silent.Reset(tapSilence)
		if err := t.line(line); err != nil {
			return err
		}
		if in.Buffered() == 0 {
			if err := t.out.flush(); err != nil {
				return err
			}
		}
	}
}

// gone says that the bridge is not there any more.
func (t *tap) gone(err error) error {
	_ = t.out.flush() // there is another error to tell
	switch {
	case errors.Is(err, io.EOF):
		err = errors.New("it ended the stream")
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the stream broke off")
	}
	return &worldError{err: fmt.Errorf("the bridge at %s is gone: %w", t.client.where(), err), hint: "has it stopped, or was it started anew? Run tap again"}
}

// last shows the newest events.
func (t *tap) last(ctx context.Context, query url.Values) error {
	query.Set(api.QueryLimit, strconv.Itoa(t.flags.last))
	var d api.Events
	if _, err := t.client.ask(ctx, api.EventsPath+"?"+query.Encode(), "events", &d, &d.API); err != nil {
		return err
	}
	t.begun = make(map[tapKey]bool)
	for i := range d.Events {
		e := &d.Events[i]
		t.begun[tapKey{e.ID, e.Route, e.To}] = true
		body, err := json.Marshal(e)
		if err == nil {
			err = t.show(e, body)
		}
		if err != nil {
			return err
		}
	}
	return t.out.flush()
}

// line shows a line of the stream.
func (t *tap) line(text []byte) error {
	var l tapLine
	if err := json.Unmarshal(text, &l); err != nil {
		return t.gone(errors.New("it sends what is not JSON"))
	}
	if l.ID == 0 {
		return t.pulse(l.Missed)
	}
	if key := (tapKey{l.ID, l.Route, l.To}); t.begun[key] {
		delete(t.begun, key)
		return nil
	}
	return t.show(&l.Event, text)
}

// pulse tells what was missed.
func (t *tap) pulse(missed uint64) error {
	if missed == 0 {
		return nil
	}
	t.missed += missed
	err := t.out.flush() // so that it stands where it belongs
	fmt.Fprintf(t.errOut, "missed %s: what reads this is too slow\n", number(missed, "event"))
	return err
}

func (t *tap) show(e *api.Event, text []byte) error {
	if err := t.out.show(e, text); err != nil {
		return err
	}
	if t.shown++; t.shown != t.flags.count {
		return nil
	}
	if err := t.out.flush(); err != nil {
		return err
	}
	return errTapped
}
