package bridge

import (
	"context"
	"maps"
	"slices"
	"time"
)

// Run keeps all remotes connected and moves events until ctx ends. Then it stops softly: it takes no more events, and
// sends what waits for at most the flush timeout; then hard: it cuts the connections and reports what stayed queued.
func (b *Bridge) Run(ctx context.Context) {
	hard, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	stopLetters := b.letters.run()
	b.start(hard)
	<-ctx.Done()
	endpoints, flush := b.halt()

	start := time.Now()
	b.logger.Info("stopping", "flush-timeout", flush.String(), "queued", b.queued())
	timeout := time.AfterFunc(flush, cut)
	defer timeout.Stop()
	stopReceiving(hard, endpoints)
	for _, e := range endpoints {
		e.stint.Load().manager.Flush()
	}
	b.running.Wait()
	stopLetters()
	for _, d := range b.all() {
		d.endEpisodes()
	}
	for _, e := range endpoints {
		e.alarms.end()
	}
	if err := b.Close(); err != nil {
		b.logger.Error("queues on disk were not closed in order", "error", err)
	}
	b.report(time.Since(start))
}

// Started returns a channel that is closed when Run has begun: from then on the bridge takes other configurations.
func (b *Bridge) Started() <-chan struct{} { return b.started }

// start lets the bridge run. From here on it takes other configurations.
func (b *Bridge) start(hard context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stage, b.hard = stageRunning, hard
	close(b.started)
	g := b.present.Load()
	for _, e := range g.endpoints {
		b.begin(e, e.stint.Load())
	}
	b.probe()
	b.tellLinks()
	b.logger.Info("bridge started", "remotes", len(g.endpoints), "directions", len(g.directions))
}

// halt keeps everything as it is, for the stop. It returns all endpoints that there still are.
func (b *Bridge) halt() (endpoints []*endpoint, flush time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stage = stageStopping
	close(b.stopping)
	g := b.present.Load()
	return slices.AppendSeq(slices.Clone(g.endpoints), maps.Values(b.former)), g.cfg.Bridge.FlushTimeout
}

// stopReceiving returns when no more events will come, so that what is queued then is all there is to send.
func stopReceiving(hard context.Context, endpoints []*endpoint) {
	for _, e := range endpoints {
		e.stint.Load().manager.StopReceiving()
	}
	for _, e := range endpoints {
		select {
		case <-e.stint.Load().manager.Received():
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
	for _, d := range b.all() {
		n += d.store().Stats().Events
	}
	return n
}
