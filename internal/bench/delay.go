package main

import (
	"context"
	"net"
	"slices"
	"time"
)

// delayer makes a peer far away: each answer goes out a fixed time after it was ready, and many may be on their way.
type delayer struct {
	by    time.Duration
	queue chan delayed
}

type delayed struct {
	text []byte
	due  time.Time
}

// newDelayer starts the goroutine that writes to conn until ctx ends.
func newDelayer(ctx context.Context, conn net.Conn, by time.Duration) *delayer {
	d := &delayer{by: by, queue: make(chan delayed, 4096)}
	go d.run(ctx, conn)
	return d
}

func (d *delayer) later(text []byte) {
	d.queue <- delayed{text: slices.Clone(text), due: time.Now().Add(d.by)}
}

func (d *delayer) run(ctx context.Context, conn net.Conn) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var next delayed
		select {
		case next = <-d.queue:
		case <-ctx.Done():
			return
		}
		timer.Reset(time.Until(next.due))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		if _, err := conn.Write(next.text); err != nil {
			_ = conn.Close() // the reader of the dialogue sees that
			for {            // later must not block
				select {
				case <-d.queue:
				case <-ctx.Done():
					return
				}
			}
		}
	}
}
