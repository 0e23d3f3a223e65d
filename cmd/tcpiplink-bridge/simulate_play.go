package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/simdevice"
	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// loopPause is between two rounds of a recording, at speed 1.
const loopPause = time.Second

// player gives the events of a recording to a device, at the pace at which they were seen. It implements simdevice.Feed.
type player struct {
	path  string
	stdin io.Reader // read instead of a file; nil: there is a file
	speed float64
	loop  bool
	warn  func(error) // told of lines that are no events

	events chan played   // nil before the first
	closed chan struct{} // when a file was read to the end
	due    time.Time     // of the last event
	last   time.Time     // when it was seen
	count  int
	ended  func(events int) // called behind the last one
}

// Next implements simdevice.Feed.
func (p *player) Next(ctx context.Context) (vscp.Row, bool) {
	if p.events == nil {
		p.start(ctx)
	}
	var e played
	select {
	case <-ctx.Done():
		return vscp.Row{}, false
	case next, more := <-p.events:
		if !more {
			p.ended(p.count)
			return vscp.Row{}, false
		}
		e = next
	}
	if !p.wait(ctx, &e) {
		return vscp.Row{}, false
	}
	p.count++
	return simdevice.Play{e.row}.Row(0, time.Now()), true
}

// playLag is for how much later than due events are made up for at once. After a longer pause, as when the machine slept, the rest
// moves.
const playLag = time.Second

// wait waits until an event is due, and reports whether to go on.
func (p *player) wait(ctx context.Context, e *played) bool {
	now := time.Now()
	var gap time.Duration
	switch {
	case e.new:
		gap = loopPause
	case !e.at.IsZero() && !p.last.IsZero():
		gap = max(0, e.at.Sub(p.last))
	}
	p.due = p.due.Add(time.Duration(float64(gap) / p.speed))
	if now.Sub(p.due) > playLag {
		p.due = now
	}
	if !e.at.IsZero() {
		p.last = e.at
	}
	if !p.due.After(now) {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(p.due.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// start reads the recording in a goroutine of its own, which ends with ctx, but for one that waits for standard input.
func (p *player) start(ctx context.Context) {
	p.events, p.closed = make(chan played), make(chan struct{})
	go func() {
		defer close(p.closed)
		defer close(p.events)
		for again := false; p.round(ctx, again) && p.loop; again = true {
		}
	}()
}

// round hands over all events once, and reports whether it could.
func (p *player) round(ctx context.Context, again bool) bool {
	from := p.stdin
	if from == nil {
		f, err := smallfile.Open(p.path)
		if err != nil {
			p.warn(err)
			return false
		}
		defer f.Close() //nolint:errcheck // only read
		from = f
	}
	r := newRecording(from)
	for {
		e, err := r.next()
		if bad := new(lineError); errors.As(err, &bad) {
			p.warn(err)
			continue
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				p.warn(err)
			}
			return errors.Is(err, io.EOF)
		}
		e.new, again = again, false
		select {
		case p.events <- e:
		case <-ctx.Done():
			return false
		}
	}
}

// close waits for the goroutine. One that waits for standard input goes with the process.
func (p *player) close() {
	if p.closed != nil && p.stdin == nil {
		<-p.closed
	}
}

// The bounds of --speed: beyond them it is a mistake.
const (
	minSpeed = 0.001
	maxSpeed = 1_000_000
)

// player makes what --play asks for; nil if it was not given.
func (f *simulateFlags) player(cmd *cobra.Command, out *simulateOutput) (*player, error) {
	changed := cmd.Flags().Changed
	switch {
	case f.play == "" && (changed("play") || changed("speed") || f.loop):
		return nil, &usageError{err: errors.New("--speed and --loop are for --play"), hint: "add --play FILE"}
	case f.play == "":
		return nil, nil
	case changed("rate") || changed("events"):
		return nil, &usageError{err: errors.New("--play sends the events of a file, --rate and --events others"), hint: "use --speed with --play"}
	case !(f.speed >= minSpeed && f.speed <= maxSpeed):
		return nil, &usageError{err: fmt.Errorf("--speed %v is not within %v and %v", f.speed, minSpeed, maxSpeed), hint: "use a speed such as 1, 0.5 or 10"}
	}
	p := &player{path: f.play, speed: f.speed, loop: f.loop, warn: out.warning, ended: out.played}
	if f.play == "-" {
		if f.loop {
			return nil, &usageError{err: errors.New("--loop: standard input comes once"), hint: "write it to a file, and play that"}
		}
		p.stdin = cmd.InOrStdin()
		return p, nil
	}
	switch err := checkRecording(f.play); {
	case errors.Is(err, smallfile.ErrNoFile): // it would be read twice, first to check it
		return nil, &usageError{err: fmt.Errorf("--play: %w", err), hint: "give it as standard input: --play - <" + f.play}
	case err != nil:
		return nil, &usageError{err: fmt.Errorf("--play: %w", err), hint: "record with 'tap --json'"}
	}
	return p, nil
}
