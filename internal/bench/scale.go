package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	manyPeers  = 1000
	memoryMax  = 40 // MiB
	pollPeriod = 10 * time.Second
)

// crowd is a bridge with many peers.
type crowd struct {
	peers *child
	sink  *child
	d     *daemon
	n     int
	admin string
}

// crowdOf starts n peers and a bridge with the configuration that config makes of their addresses, and of a sink's.
func (w *world) crowdOf(config func(addresses []string, sink string) string) (*crowd, error) {
	c := &crowd{n: manyPeers}
	if w.short {
		c.n = 20
	}
	var err error
	if c.peers, err = w.child("peers", strconv.Itoa(c.n)); err != nil {
		return nil, err
	}
	if c.sink, err = w.child("sink", "0s"); err != nil {
		return nil, err
	}
	if c.admin, err = freeAddress(w.ctx); err != nil {
		return nil, err
	}
	head := fmt.Sprintf("log {\n  level = \"error\"\n}\nadmin {\n  listen = %q\n}\n", c.admin)
	c.d, err = w.bridge(head + config(c.peers.first.Addresses, c.sink.first.Link))
	return c, err
}

// freeAddress is free now; that somebody else takes it in between is unlikely, and an error.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// pairs joins each two peers, so that each has a connection that receives and one that sends.
func pairs(addresses []string, _ string) string {
	var b strings.Builder
	for i, address := range addresses {
		fmt.Fprintf(&b, "remote \"r%d\" {\n  address     = %q\n  connections = 2\n}\n", i, address)
	}
	for i := 0; i+1 < len(addresses); i += 2 {
		fmt.Fprintf(&b, "route \"p%d\" {\n  between = [remote.r%d, remote.r%d]\n}\n", i, i, i+1)
	}
	return b.String()
}

// scheduled fetches from each peer at an interval, and routes what comes to the sink.
func scheduled(every time.Duration) func([]string, string) string {
	return func(addresses []string, sink string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "remote \"sink\" {\n  address = %q\n  receive = \"none\"\n  time    = \"ns\"\n}\n", sink)
		var all []string
		for i, address := range addresses {
			fmt.Fprintf(&b, "remote \"r%d\" {\n  address = %q\n  schedule {\n    every = %q\n    mode  = \"hold\"\n  }\n}\n",
				i, address, every)
			all = append(all, fmt.Sprintf("remote.r%d", i))
		}
		fmt.Fprintf(&b, "route \"all\" {\n  from = [%s]\n  to   = [remote.sink]\n}\n", strings.Join(all, ", "))
		return b.String()
	}
}

// await asks the peers until they have so many connections, and in the receive loop, and returns how long that took.
func (c *crowd) await(ctx context.Context, links, loops int, limit time.Duration) (time.Duration, error) {
	start := time.Now()
	for {
		r, err := c.peers.ask(request{Do: "count"})
		if err != nil || r.Links == links && r.Loops == loops {
			return time.Since(start), err
		}
		if time.Since(start) > limit {
			return 0, fmt.Errorf("after %v there are %d connections and %d receive loops, want %d and %d; the bridge said: %s",
				limit, r.Links, r.Loops, links, loops, c.d.lastWords())
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return 0, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// rest lets the bridge settle and measures it over a while, in which it has nothing to do but its period's work.
func (c *crowd) rest(w *world, what string, load float64) ([]result, error) {
	settle, period := 3*pollPeriod/2, 30*time.Second
	if w.short {
		settle, period = 0, time.Second
	}
	if err := pause(w.ctx, settle); err != nil {
		return nil, err
	}
	before, err := processorTime(c.d.pid())
	if err != nil {
		return nil, err
	}
	if err := pause(w.ctx, period); err != nil {
		return nil, err
	}
	after, err := processorTime(c.d.pid())
	if err != nil {
		return nil, err
	}
	rss, pss, err := memory(c.d.pid())
	if err != nil {
		return nil, err
	}
	goroutines, err := c.metric(w.ctx, "go_goroutines")
	if err != nil {
		return nil, err
	}
	return []result{
		{
			Figure: fmt.Sprintf("memory of %d %s", c.n, what), Unit: "MiB", Measured: mib(rss), Target: memoryMax, AtMost: true,
			Note: fmt.Sprintf("PSS %.1f MiB, %.1f KiB a link, %.2f goroutines a link", mib(pss), mib(rss)*1024/float64(c.n), goroutines/float64(c.n)),
		},
		{
			Figure: "part of a core", Unit: "%", Measured: 100 * (after - before).Seconds() / period.Seconds(), Target: load, AtMost: true,
			Note: fmt.Sprintf("over %v", period),
		},
	}, nil
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }

// metric reads one number from the bridge's metrics.
func (c *crowd) metric(ctx context.Context, name string) (float64, error) {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.admin+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if value, ok := bytes.CutPrefix(line, []byte(name+" ")); ok {
			return strconv.ParseFloat(string(bytes.TrimSpace(value)), 64)
		}
	}
	return 0, fmt.Errorf("the bridge has no metric %s", name)
}

// idle measures links that carry nothing but keep-alives.
func idle(w *world) ([]result, error) {
	c, err := w.crowdOf(pairs)
	if err != nil {
		return nil, err
	}
	took, err := c.await(w.ctx, 2*c.n, c.n, time.Minute)
	if err != nil {
		return nil, err
	}
	all, err := c.rest(w, "links of two sockets", 1)
	return append(all, result{Figure: "all links up after the start", Unit: "s", Measured: took.Seconds()}), err
}

// held measures devices that are asked at an interval, and have an event each time.
func held(w *world) ([]result, error) {
	every := pollPeriod
	if w.short {
		every = time.Second
	}
	c, err := w.crowdOf(scheduled(every))
	if err != nil {
		return nil, err
	}
	if _, err := c.await(w.ctx, c.n, 0, time.Minute); err != nil {
		return nil, err
	}
	before, err := c.sink.ask(request{Do: "count"})
	if err != nil {
		return nil, err
	}
	start := time.Now()
	all, err := c.rest(w, fmt.Sprintf("devices held and asked every %v", every), 3)
	if err != nil {
		return nil, err
	}
	after, err := c.sink.ask(request{Do: "count"})
	if err != nil {
		return nil, err
	}
	ticks := int(time.Since(start)/every) - 1 // each tick may come as much as one interval late
	if got, want := after.Events-before.Events, ticks*c.n; got < want {
		err = fmt.Errorf("%d events came of %d devices in %v, want at least %d", got, c.n, time.Since(start), want)
	}
	return all, err
}

// outage is how long the peers refuse.
const outage = 20 * time.Second

// reconnection cuts all links, lets the peers refuse for a while, and sees how the bridge comes back.
func reconnection(w *world) ([]result, error) {
	c, err := w.crowdOf(pairs)
	if err != nil {
		return nil, err
	}
	if _, err := c.await(w.ctx, 2*c.n, c.n, time.Minute); err != nil {
		return nil, err
	}
	down := outage
	if w.short {
		down = time.Second
	}
	before, err := processorTime(c.d.pid())
	if err != nil {
		return nil, err
	}
	if _, err := c.peers.ask(request{Do: "refuse"}); err != nil {
		return nil, err
	}
	if err := pause(w.ctx, down); err != nil {
		return nil, err
	}
	refused, err := c.peers.ask(request{Do: "accept"})
	if err != nil {
		return nil, err
	}
	took, err := c.await(w.ctx, 2*c.n, c.n, 3*time.Minute)
	if err != nil {
		return nil, err
	}
	all, err := c.peers.ask(request{Do: "count"})
	if err != nil {
		return nil, err
	}
	after, err := processorTime(c.d.pid())
	return []result{
		{
			Figure: fmt.Sprintf("all %d links back after an outage of %v", c.n, down), Unit: "s", Measured: took.Seconds(),
			Note: fmt.Sprintf("the bridge used %.2f s of processor time, outage included", (after - before).Seconds()),
		},
		{
			Figure: "most attempts in one second", Measured: float64(all.Peak),
			Note: fmt.Sprintf("%d while refused, most in one second %d; %d in all", refused.Attempts, refused.Peak, all.Attempts),
		},
	}, err
}
