//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

const (
	cableRate      = 100                     // events per second, from each site
	cableDeadAfter = 4 * time.Second         // as configured below
	cableGrace     = 1500 * time.Millisecond // 0.6 s is what a machine with eight times too much to do needed
	cableBack      = 12 * time.Second        // backoff.max and 10 s
	cableBefore    = 2 * time.Second         // of traffic before the cable is cut
	cableWindow    = 1                       // events that may be on their way, unanswered, when a connection breaks
)

const cableConfig = `
log {
  format = "json"
}
admin {
  listen = "127.0.0.1:9600"
}
remote "north" {
  address  = "` + northAddress + `"
  user     = "admin"
  password = "any"
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
  timeouts {
    reply      = "2s"
    dead_after = "4s"
  }
  backoff {
    initial = "200ms"
    max     = "2s"
  }
}
remote "south" {
  address  = "` + southAddress + `"
  user     = "admin"
  password = "any"
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}
route "sites" {
  between = [remote.north, remote.south]
  queue {
    max_events = 1000000
  }
}
`

// TestCable joins two sites in network namespaces, both of which emit without a pause, and cuts the cable to the north. The cable
// stays cut for $TCPIPLINK_CABLE, or 10 s.
func TestCable(t *testing.T) {
	t.Parallel()
	outage := 10 * time.Second
	if text := os.Getenv("TCPIPLINK_CABLE"); text != "" {
		var err error
		if outage, err = time.ParseDuration(text); err != nil {
			t.Fatalf("TCPIPLINK_CABLE: %v", err)
		}
	}
	if least := cableDeadAfter + 2*cableGrace; outage < least {
		t.Fatalf("TCPIPLINK_CABLE is %v, want at least %v, for the bridge to notice", outage, least)
	}
	requireNamespaces(t)
	// All at once, however few processors there are: they mostly wait.
	var running sync.WaitGroup
	for _, s := range scenarios() {
		running.Go(func() {
			t.Run(s.name, func(t *testing.T) {
				c := newCable(t, s, outage)
				cut, mended := c.interrupt(t, s, outage)
				c.checkNoticed(t, cut, mended)
				c.checkRecovered(t, mended)
				c.settle(t)
				c.checkSouthStayedUp(t)
				c.checkBalance(t)
				stop(t, c.bridge)
				c.checkArrived(t)
			})
		})
	}
	running.Wait()
}

// cable is a bridge between two sites, and what is seen of it.
type cable struct {
	net          *network
	north, south *site
	bridge       *exec.Cmd
	seen         readings
	northEmits   int // events
	southEmits   int
}

// newCable returns when events flow.
func newCable(t *testing.T, s scenario, outage time.Duration) *cable {
	t.Helper()
	c := &cable{net: newNetwork(t, s.name)}
	s.prepare(t, c.net)
	// The sites go on emitting until after the link has to be back.
	c.northEmits = int((cableBefore + outage + cableBack + 3*time.Second).Seconds() * cableRate)
	if !s.idle {
		c.southEmits = c.northEmits
	}
	c.north = startSite(t, c.net.north, northAddress, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00", c.northEmits)
	c.south = startSite(t, c.net.south, southAddress, "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:00", c.southEmits)
	path := filepath.Join(t.TempDir(), "hub.hcl")
	if err := os.WriteFile(path, []byte(cableConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	c.bridge = start(t, func(string) {}, c.net.hub, "tcpiplink-bridge", "run", "--config", path)
	start(t, func(text string) {
		if err := c.seen.line(text); err != nil {
			t.Errorf("cable-watch printed %q: %v", text, err)
		}
	}, c.net.hub, "cable-watch", "http://127.0.0.1:9600/metrics")
	least := int(cableBefore.Seconds() * cableRate)
	ready := eventually(t, "links up and events flowing before the cable is cut", patience, func() (bool, string) {
		north, south, up := len(c.north.arrived()), len(c.south.arrived()), c.seen.sum(linkUpMetric)
		return north >= min(least, c.southEmits) && south >= least && up == 4, fmt.Sprintf("north got %d, south %d; %d links up", north, south, up)
	})
	if !ready {
		t.FailNow()
	}
	return c
}

// interrupt cuts the cable for a while, and makes sure that it was cut.
func (c *cable) interrupt(t *testing.T, s scenario, outage time.Duration) (cut, mended time.Time) {
	t.Helper()
	s.cut(t, c.net)
	cut = time.Now()
	half := time.NewTimer(time.Until(cut.Add(outage / 2)))
	whole := time.NewTimer(time.Until(cut.Add(outage)))
	<-half.C
	north, south := len(c.north.arrived()), len(c.south.arrived())
	if got := c.net.hasCarrier(t); got != s.carrier {
		t.Errorf("in the outage the bridge's interface has a carrier: %v, want %v", got, s.carrier)
	}
	<-whole.C
	north, south = len(c.north.arrived())-north, len(c.south.arrived())-south
	if north != 0 || south != 0 {
		t.Fatalf("in the outage %d events arrived in the north and %d in the south, want none: the cable was not cut", north, south)
	}
	if rests, err := abandoned(c.bridge.Process.Pid); err != nil || len(rests) > 0 {
		t.Errorf("connections that were given up, and whose rest would arrive late: %q, %v; want none", rests, err)
	}
	mended = time.Now()
	s.mend(t, c.net)
	return cut, mended
}
