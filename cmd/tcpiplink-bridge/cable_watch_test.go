package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// watchPause is the time between two readings of the metrics, and so how exactly the time of a change is known. The readings are most
// of what the test costs.
const watchPause = 150 * time.Millisecond

const endOfReading = "."

// cableWatch is a program of its own, because a process sees one network namespace: it reads the metrics at the URL in its argument
// again and again, and prints a line with time, series and value for each of ours that has changed. After each reading it prints endOfReading.
func cableWatch() {
	last := map[string]string{}
	ticker := time.NewTicker(watchPause)
	for client := (&http.Client{Timeout: 5 * time.Second}); ; <-ticker.C {
		now, err := readMetrics(client, os.Args[1])
		if err != nil {
			continue // not up yet; the test has its own patience
		}
		at := time.Now().UnixNano()
		for series, value := range now {
			if old, ok := last[series]; ok && old == value {
				continue
			}
			fmt.Fprintln(os.Stdout, at, series, value)
		}
		if _, err := fmt.Fprintln(os.Stdout, endOfReading); err != nil {
			return
		}
		last = now
	}
}

// readMetrics returns the series of the bridge, but for the time that passes by itself.
func readMetrics(client *http.Client, url string) (map[string]string, error) {
	response, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for line := range strings.Lines(string(body)) {
		if series, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(series, "tcpiplink_") && !strings.HasPrefix(series, clockMetric) {
			found[series] = value
		}
	}
	return found, nil
}

// linkChange is a link that was seen to come up or go down.
type linkChange struct {
	at     time.Time
	series string
	up     bool
}

// readings is what cableWatch printed so far.
type readings struct {
	mu      sync.Mutex         // guards what follows
	values  map[string]float64 // of the last whole reading, so that what belongs together is together
	next    map[string]float64 // what the reading that is under way has changed
	same    int                // readings that changed nothing, up to the last one
	changes []linkChange       // of the links, oldest first
}

const (
	linkUpMetric = "tcpiplink_remote_link_up"
	clockMetric  = "tcpiplink_remote_state_seconds_total"
)

// line takes a line of cableWatch.
func (r *readings) line(text string) error {
	if text == endOfReading {
		r.endReading()
		return nil
	}
	fields := strings.Fields(text)
	if len(fields) != 3 {
		return errors.New("not three words")
	}
	nanos, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return err
	}
	value, err := strconv.ParseFloat(fields[2], 64)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == nil {
		r.next = map[string]float64{}
	}
	r.next[fields[1]] = value
	if strings.HasPrefix(fields[1], linkUpMetric+"{") {
		r.changes = append(r.changes, linkChange{at: time.Unix(0, nanos), series: fields[1], up: value == 1})
	}
	return nil
}

func (r *readings) endReading() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.same++
	if len(r.next) > 0 {
		r.same = 0
	}
	if r.values == nil {
		r.values = map[string]float64{}
	}
	maps.Copy(r.values, r.next)
	clear(r.next)
}

// unchanged returns how many readings have changed nothing, up to the last one.
func (r *readings) unchanged() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.same
}

// sum adds up the series of a metric that have all these labels, each as name="value".
func (r *readings) sum(metric string, labels ...string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	total := 0.0
series:
	for series, value := range r.values {
		if !strings.HasPrefix(series, metric+"{") {
			continue
		}
		for _, label := range labels {
			if !strings.Contains(series, label) {
				continue series
			}
		}
		total += value
	}
	return int(total)
}

// change returns when the link next became up, or not up, from a moment on; ok is false if it did not so far.
func (r *readings) change(remote, link string, up bool, from time.Time) (at time.Time, ok bool) {
	series := fmt.Sprintf("%s{link=%q,remote=%q}", linkUpMetric, link, remote)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.changes {
		if c.series == series && c.up == up && !c.at.Before(from) {
			return c.at, true
		}
	}
	return time.Time{}, false
}
