package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/simdevice"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// demoSite is one endpoint of the demo: what it emits, and what reached it.
type demoSite struct {
	name     string
	example  string // its address in the text of the configuration
	about    string // what it emits, for people
	guid     vscp.GUID
	home     vscp.GUIDPattern
	rate     float64
	form     vscp.TimeForm // of the rows that it sends
	crosses  func(*vscp.Row) bool
	source   simdevice.Source
	device   *simdevice.Device
	listener net.Listener

	mu      sync.Mutex // guards arrived
	arrived map[*demoSite]*arrival
}

// arrival checks what comes to one site from another, without asking the bridge: the source is a function of the event's
// number, so the receiver knows what should come next.
type arrival struct {
	events uint64
	next   uint64 // number of the first event at the source that was not looked at
	astray uint64 // events that were not the next one
}

// newDemoSites returns the three endpoints, not yet listening.
func newDemoSites() ([]*demoSite, error) {
	north := &demoSite{name: "north", rate: 6, form: vscp.TimeDate, about: "events of a VSCP daemon and of uvscpd", crosses: crossesSites}
	south := &demoSite{name: "south", rate: 4, form: vscp.TimeNanos, about: "events of three microcontrollers", crosses: crossesSites}
	device := &demoSite{name: "boiler", rate: 2, form: vscp.TimeNanos, about: "its temperature and a heartbeat", crosses: isReading}
	sites := []*demoSite{north, south, device}
	for i, s := range sites {
		s.example = fmt.Sprintf("127.0.0.1:%d", 9601+i)
		s.guid = vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, byte(i + 1)}
		pattern := s.guid.String()[:sitePrefix*3] + "*"
		var err error
		if s.home, err = vscp.ParseGUIDPattern(pattern); err != nil {
			return nil, err
		}
	}
	for _, s := range sites[:2] {
		rows, err := captured(demoEvents, s.name, s.guid)
		if err != nil {
			return nil, err
		}
		s.source = rows
	}
	device.source = newBoiler(device.guid)
	return sites, nil
}

// crossesSites is what the demo expects of the route between the sites, put down apart from the bridge's own rules: protocol
// and high level object classes stay, and so does what is a daemon's own.
func crossesSites(row *vscp.Row) bool {
	switch row.Class {
	case 0, 512, 1024, 1028, 65535:
		return false
	default:
		return true
	}
}

// isReading is what the demo expects of the route from the boiler.
func isReading(row *vscp.Row) bool { return row.Class == 10 && row.Type == 6 }

// listen builds the device and takes a free port.
func (s *demoSite) listen(ctx context.Context, all []*demoSite) error {
	s.arrived = make(map[*demoSite]*arrival)
	for _, from := range all {
		if from != s {
			s.arrived[from] = &arrival{}
		}
	}
	o := simdevice.DefaultOptions()
	o.Source, o.Rate = s.source, s.rate
	o.Server.Name, o.Server.GUID, o.Server.Form.Time = "demo "+s.name, s.guid, s.form
	o.Server.Accounts = map[string]linkserver.Account{demoUser: {Password: demoPassword, Level: 15}}
	o.Server.OnEvent = s.receive
	var err error
	if s.device, err = simdevice.New(o); err != nil {
		return err
	}
	var lc net.ListenConfig
	s.listener, err = lc.Listen(ctx, "tcp", "127.0.0.1:0")
	return err
}

// receive looks at an event that the bridge handed to this site.
func (s *demoSite) receive(r linkserver.Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for from, a := range s.arrived {
		if from.home.Match(r.Row.GUID) {
			a.take(from, r.Row)
			return
		}
	}
}

// take compares row with the next event of from that should cross.
func (a *arrival) take(from *demoSite, row *vscp.Row) {
	a.events++
	want := from.source.Row(a.next, time.Time{})
	a.next++
	for !from.crosses(&want) {
		want = from.source.Row(a.next, time.Time{})
		a.next++
	}
	if row.Class != want.Class || row.Type != want.Type || !bytes.Equal(row.AppendData(nil), want.AppendData(nil)) {
		a.astray++
	}
}

// from returns what came from another site.
func (s *demoSite) from(other *demoSite) arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.arrived[other]
}

// crossed returns how many of the first n events of s should cross.
func (s *demoSite) crossed(n uint64) uint64 {
	var count uint64
	for i := range n {
		if row := s.source.Row(i, time.Time{}); s.crosses(&row) {
			count++
		}
	}
	return count
}
