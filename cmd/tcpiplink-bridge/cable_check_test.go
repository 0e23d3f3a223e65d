//go:build linux

package main

import (
	"fmt"
	"testing"
	"time"
)

// checkNoticed wants both links down soon after the cut, and until the end of the outage.
func (c *cable) checkNoticed(t *testing.T, cut, mended time.Time) {
	t.Helper()
	for _, link := range []string{"receive", "send"} {
		down, ok := c.seen.change("north", link, false, cut)
		if !ok {
			t.Errorf("north/%s: not noticed in an outage of %v, want it within %v", link, mended.Sub(cut), cableDeadAfter+cableGrace)
			continue
		}
		t.Logf("north/%s: down %v after the cut", link, down.Sub(cut).Round(time.Millisecond))
		if took := down.Sub(cut); took > cableDeadAfter+cableGrace {
			t.Errorf("north/%s: noticed after %v, want at most %v", link, took, cableDeadAfter+cableGrace)
		}
		if up, ok := c.seen.change("north", link, true, cut); ok && up.Before(mended) {
			t.Errorf("north/%s: up %v after the cut, while the cable was out", link, up.Sub(cut))
		}
	}
}

func (c *cable) checkRecovered(t *testing.T, mended time.Time) {
	t.Helper()
	for _, link := range []string{"receive", "send"} {
		var up time.Time
		// The time of the change decides, not that of the question.
		ok := eventually(t, "north/"+link+" comes up again", cableBack+patience, func() (ok bool, _ string) {
			up, ok = c.seen.change("north", link, true, mended)
			return ok, "down"
		})
		if !ok {
			continue
		}
		took := up.Sub(mended)
		t.Logf("north/%s: up %v after the cable was mended", link, took.Round(time.Millisecond))
		if took > cableBack {
			t.Errorf("north/%s: up %v after the cable was mended, want at most %v", link, took, cableBack)
		}
	}
}

// settle waits until everything has been emitted and delivered.
func (c *cable) settle(t *testing.T) {
	t.Helper()
	eventually(t, "all events from the south are with the north", time.Minute, func() (bool, string) {
		got, queued := c.seen.sum(forwardedMetric, `to="north"`), c.seen.sum(queuedMetric)
		return got == c.southEmits && queued == 0, fmt.Sprintf("forwarded %d of %d, queued %d", got, c.southEmits, queued)
	})
	eventually(t, "the newest event from the north is with the south", time.Minute, func() (bool, string) {
		number, _ := c.south.last()
		return number == c.northEmits-1, fmt.Sprintf("number %d of %d", number, c.northEmits)
	})
	// What a connection that was given up still holds could arrive after the test.
	eventually(t, "connections that were given up have nothing left to deliver", 2*time.Minute, func() (bool, string) {
		rests, err := abandoned(c.bridge.Process.Pid)
		return err == nil && len(rests) == 0, fmt.Sprint(rests, err)
	})
	// The servers show the bridge what it has sent, which counts too.
	eventually(t, "the counters stand still", patience, func() (bool, string) {
		got := c.seen.unchanged()
		return got >= 5, fmt.Sprintf("unchanged in %d readings", got)
	})
}

const (
	receivedMetric  = "tcpiplink_route_events_received_total"
	forwardedMetric = "tcpiplink_route_events_forwarded_total"
	queuedMetric    = "tcpiplink_queue_events"
)

func (c *cable) checkSouthStayedUp(t *testing.T) {
	t.Helper()
	if got := c.seen.sum("tcpiplink_remote_failures_total", `remote="south"`); got != 0 {
		t.Errorf("south: %d failures, want none: its cable was not touched", got)
	}
	for _, link := range []string{"receive", "send"} {
		if got := c.seen.sum("tcpiplink_remote_connects_total", `remote="south"`, `link="`+link+`"`); got != 1 {
			t.Errorf("south/%s: %d connects, want 1", link, got)
		}
	}
}

// checkBalance wants each event accounted for, and none dropped.
func (c *cable) checkBalance(t *testing.T) {
	t.Helper()
	for _, to := range []string{`to="north"`, `to="south"`} {
		received, forwarded := c.seen.sum(receivedMetric, to), c.seen.sum(forwardedMetric, to)
		filtered := c.seen.sum("tcpiplink_route_events_filtered_total", to)
		suppressed := c.seen.sum("tcpiplink_route_events_suppressed_total", to)
		dropped, queued := c.seen.sum("tcpiplink_route_events_dropped_total", to), c.seen.sum(queuedMetric, to)
		if got := forwarded + filtered + suppressed + dropped + queued; got != received || dropped != 0 {
			t.Errorf("%s: received %d, but forwarded %d + filtered %d + suppressed %d + dropped %d + queued %d = %d; want equal, and none dropped",
				to, received, forwarded, filtered, suppressed, dropped, queued, got)
		}
	}
}

// checkArrived stops the sites, and compares what came with what was emitted and with what the bridge says.
func (c *cable) checkArrived(t *testing.T) {
	t.Helper()
	stop(t, c.north.cmd)
	stop(t, c.south.cmd)
	// From the north some were lost at their source, for want of a client; but none came twice, or out of order.
	south := inOrder(t, "south", c.south.arrived())
	if south.repeated != 0 || south.distinct != c.seen.sum(forwardedMetric, `to="south"`) {
		t.Errorf("south: %d events arrived, %d again; want %d, as forwarded, and none again",
			south.distinct, south.repeated, c.seen.sum(forwardedMetric, `to="south"`))
	}
	north := inOrder(t, "north", c.north.arrived())
	t.Logf("north: %d events arrived, %d of them again; south: %d arrived", north.distinct, north.repeated, south.distinct)
	if north.distinct != c.southEmits {
		t.Errorf("north: %d different events arrived in order, want %d", north.distinct, c.southEmits)
	}
	if north.repeated > cableWindow {
		t.Errorf("north: %d events arrived again, want at most %d, the window", north.repeated, cableWindow)
	}
	want := fmt.Sprintf("emitted %d, received %d events", c.northEmits, len(c.north.arrived()))
	if c.north.summary != want {
		t.Errorf("the north said %q, want %q", c.north.summary, want)
	}
}

// sequence is what arrived from one sender.
type sequence struct {
	distinct, repeated int
}

// inOrder wants numbers in order. One may come again directly after itself, which is how an event that was sent again looks; not
// after newer ones.
func inOrder(t *testing.T, who string, numbers []int) sequence {
	t.Helper()
	var s sequence
	newest := -1
	for _, number := range numbers {
		switch {
		case number > newest:
			s.distinct++
			newest = number
		case number == newest:
			s.repeated++
		default:
			s.repeated++
			t.Errorf("%s: event %d arrived after event %d", who, number, newest)
		}
	}
	return s
}
