package bridge

import (
	"context"
	"sync"
	"time"
)

// Run keeps all remotes connected and moves events until ctx ends. Then it stops softly: it takes no more events, and
// sends what waits for at most the flush timeout; then hard: it cuts the connections and reports what stayed queued.
func (b *Bridge) Run(ctx context.Context) {
	hard, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var running sync.WaitGroup
	stopLetters := b.letters.run()
	for _, e := range b.endpoints {
		running.Go(func() { e.manager.Run(hard) })
	}
	running.Go(func() { b.prober.run(ctx) })
	b.logger.Info("bridge started", "remotes", len(b.endpoints), "directions", len(b.directions))
	<-ctx.Done()
	close(b.stopping)

	start := time.Now()
	b.logger.Info("stopping", "flush-timeout", b.flush.String(), "queued", b.queued())
	timeout := time.AfterFunc(b.flush, cut)
	defer timeout.Stop()
	b.stopReceiving(hard)
	for _, e := range b.endpoints {
		e.manager.Flush()
	}
	running.Wait()
	stopLetters()
	for _, d := range b.directions {
		d.endEpisodes()
	}
	for _, e := range b.endpoints {
		e.alarms.end()
	}
	if err := b.Close(); err != nil {
		b.logger.Error("queues on disk were not closed in order", "error", err)
	}
	b.report(time.Since(start))
}

// stopReceiving returns when no more events will come, so that what is queued then is all there is to send.
func (b *Bridge) stopReceiving(hard context.Context) {
	for _, e := range b.endpoints {
		e.manager.StopReceiving()
	}
	for _, e := range b.endpoints {
		select {
		case <-e.manager.Received():
		case <-hard.Done():
			return
		}
	}
}

// report logs the end, and each queue that is not empty.
func (b *Bridge) report(took time.Duration) {
	for _, d := range b.Directions() {
		lost := d.Queued
		if d.Disk != nil {
			lost = d.Disk.MemoryOnly
		}
		if lost > 0 {
			b.logger.Warn("events stayed queued and are lost", "route", d.Route, "to", d.To, "events", lost)
		}
		if kept := d.Queued - lost; kept > 0 {
			b.logger.Info("events stay queued on disk", "route", d.Route, "to", d.To, "events", kept)
		}
	}
	b.logger.Info("bridge stopped", "took", took.Round(time.Millisecond).String(), "queued", b.queued())
}

func (b *Bridge) queued() int {
	n := 0
	for _, d := range b.directions {
		n += d.queue.Stats().Events
	}
	return n
}
