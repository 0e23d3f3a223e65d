package bridge_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestOneWayNeedsNoSendConnection: a remote that is only a source has nothing to send on, one that is only a destination
// nothing to receive on.
func TestOneWayNeedsNoSendConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, bothWays+`
route "readings" {
  from = [remote.north]
  to   = [remote.south]
}`)
		time.Sleep(time.Second)
		r.sites["north"].emit(0, 3)
		time.Sleep(time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 3)
		want := map[string]string{"north": "receive", "south": "single"}
		for _, s := range r.bridge.Remotes() {
			if len(s.Links) != 1 || s.Links[0].Role != want[s.Name] || !s.Up {
				t.Errorf("remote %s has links %+v, want one that is up: %s", s.Name, s.Links, want[s.Name])
			}
			if n := len(r.sites[s.Name].server.Stats().Clients); n != 1 {
				t.Errorf("server %s has %d clients, want 1", s.Name, n)
			}
		}
		r.end()
	})
}

// TestProfileOfTheConfiguration takes a server for uvscpd: what that cannot take is dropped and counted.
func TestProfileOfTheConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, `
remote "north" {
  address  = "north:9598"
  user     = "admin"
  password = "secret"
}
remote "south" {
  address  = "south:9598"
  user     = "admin"
  password = "secret"
  profile  = "uvscpd"
}
route "readings" {
  from = [remote.north]
  to   = [remote.south]
}`)
		time.Sleep(time.Second)
		r.sites["north"].emit(0, 2)
		r.sites["north"].server.PublishEvent(&vscp.Event{Class: 1040, Type: 6, GUID: r.sites["north"].guid, Data: []byte{0, 9}})
		r.sites["north"].emit(2, 1)
		time.Sleep(time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 3)
		d := r.direction(t, "south")
		if d.Received != 4 || d.Forwarded != 3 || d.Dropped[bridge.ReasonUnfit] != 1 || !d.Balanced() {
			t.Errorf("direction to south: %+v, want 4 received, 3 forwarded, 1 unfit, balanced", d)
		}
		if got := seen(r.bridge.Seen(bridge.SightFilter{Reasons: []bridge.Reason{bridge.ReasonUnfit}}, 10)); got != "readings >south 1040.6 00 09 unfit\n" {
			t.Errorf("seen %q, want the event that is unfit", got)
		}
		if p := r.bridge.Remotes()[1].Profile; p.Family != remote.FamilyUvscpd || p.Detected != remote.FamilyVSCPD {
			t.Errorf("south has profile %s, detected %s, want uvscpd, detected vscpd", p.Family, p.Detected)
		}
		r.end()
	})
}
