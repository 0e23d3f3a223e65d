package remote

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// answering makes a fake that answers each command as the peer did in some dialogue.
func (p peer) answering(t *testing.T) *fake {
	t.Helper()
	f := newFake(t)
	f.greeting = wire(strings.Split(strings.TrimSpace(p.steps(t, "greeting")), "\n"))
	replies := make(map[string]string)
	for _, name := range []string{"commands", "command", "login"} {
		for exchange := range strings.SplitSeq(p.steps(t, name), "\n> ") {
			lines := strings.Split(exchange, "\n")
			verb, _, _ := strings.Cut(lines[0], " ")
			if reply := wire(lines[1:]); linkwire.StatusOf([]byte(lastLine(reply))) == linkwire.OK || replies[verb] == "" {
				replies[verb] = reply
			}
		}
	}
	replies["QUIT"] += markClose
	f.answer = func(_ *fakeConn, line string) (string, bool) {
		verb, _, _ := strings.Cut(line, " ")
		reply, ok := replies[verb]
		if !ok {
			t.Errorf("%s was sent %q, which is in none of its dialogues", p.name, line)
		}
		return reply, ok
	}
	return f
}

// wire returns the lines that steps of a script send.
func wire(steps []string) string {
	var b strings.Builder
	for _, step := range steps {
		if text, ok := strings.CutPrefix(step, "< "); ok {
			b.WriteString(text + "\r\n")
		}
	}
	return b.String()
}

func lastLine(reply string) string {
	lines := strings.Split(strings.TrimSpace(reply), "\r\n")
	return lines[len(lines)-1]
}

// eventsToSend have all that a peer may not take: an obid, a stamp, head bits above 255, hexadecimal data, no GUID.
var eventsToSend = []string{
	"352,10,6,7,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,0x88,0x02",
	"96,20,3,0,2026-11-22T16:49:01Z,500,-,1",
}

// sent is how the events have to reach each peer.
var sent = map[string][]string{
	"uvscpd": {
		"SEND 96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,136,2",
		"SEND 96,20,3,0,,,-,1",
	},
	"tcpipsrv": {
		"SEND 96,10,6,0,2026-02-02T02:40:00Z,123456,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,0x88,0x02",
		"SEND 96,20,3,0,2026-11-22T16:49:01Z,500,-,1",
	},
	"fwlink": sentToFirmware,
	"pico":   sentToFirmware,
	"stm32":  sentToFirmware,
}

var sentToFirmware = []string{
	"SEND 352,10,6,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,136,2",
	"SEND 352,20,3,0,,1795366141000500000,-,1",
}

func (r *rig) pushLines(lines ...string) {
	r.t.Helper()
	for _, line := range lines {
		r.out.push(mustRow(r.t, line))
	}
}

// TestPeerManager runs a manager against each peer: the receive connection plays the captured dialogue, the one that sends
// gets the captured answers. The device that takes one connection turns the second away.
func TestPeerManager(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		head, _ := cut(t, p.steps(t, "receive"), "may close")
		_, bye := cut(t, p.steps(t, "receive"), "> QUIT")
		pushing := linktest.Dialer(t, linktest.Inline(t, head+"> QUIT\n"+bye))
		sending := p.answering(t)
		var dials atomic.Int64
		var echoes atomic.Bool
		r := newRig(t, func(ctx context.Context, network, address string) (net.Conn, error) {
			switch {
			case dials.Add(1) == 1:
				return pushing(ctx, network, address)
			case p.name == "stm32":
				sending.greeting = wire(strings.Split(p.steps(t, "full"), "\n")) + markClose
			}
			return sending.dial(ctx, network, address)
		}, func(o *Options) {
			user, password := linktest.PeerScript(t, p.name, "receive").Account()
			o.Login = loginWith(user, password)
			o.DeadAfter, o.Connections = 20*time.Second, 2 // the dialogues end before
			o.Echoes = echoes.Store
		}).start()

		time.Sleep(1500 * time.Millisecond) // rows have told the form of the time
		r.pushLines(eventsToSend...)
		time.Sleep(8 * time.Second)
		p.wantReceived(t, r)
		if p.name == "stm32" {
			r.out.wantOutcomes(0, 0, 2)
			r.m.StopReceiving()
			<-r.m.Received()
			return
		}
		r.out.wantOutcomes(2, 0, 0)
		if got, want := echoes.Load(), p.name == "uvscpd"; got != want {
			t.Errorf("told that the peer echoes and erases: %t, want %t", got, want)
		}
		c := sending.conn(1)
		if got := c.lines("SEND"); !slices.Equal(got, sent[p.name]) {
			t.Errorf("sent %q, want %q", got, sent[p.name])
		}
		if got, want := len(c.lines("CLRA")) > 0, p.profile.MaxBacklog < p.rows; got != want {
			t.Errorf("queue of the connection that sends cleared: %v after %d rows, want %v", got, p.rows, want)
		}
		if s := r.m.Status(); !s.Up || s.Profile != p.profile {
			t.Errorf("Status = %+v, want up with %+v", s, p.profile)
		}
		r.m.StopReceiving()
		<-r.m.Received()
		r.m.Flush()
		<-r.done
		if got := r.log.find(t, "link failed"); len(got) > 0 {
			t.Errorf("failures logged: %v, want none", got)
		}
	})
}

// wantReceived checks what the receiver got of the dialogue "receive".
func (p peer) wantReceived(t *testing.T, r *rig) {
	t.Helper()
	got := r.in.all()
	if len(got) != p.rows {
		t.Fatalf("received %d events, want %d", len(got), p.rows)
	}
	wantEvent(t, "first", got[0].event, p.first)
	last := got[len(got)-1]
	wantEvent(t, "last", last.event, p.last)
	if last.iface != p.profile.Interface {
		t.Errorf("interface of the last event is %v, want %v", last.iface, p.profile.Interface)
	}
	var own []uint32
	if id := p.profile.ChannelID; id != 0 && p.name != "stm32" { // which has no connection that sends
		own = []uint32{id}
	}
	if !slices.Equal(last.own, own) {
		t.Errorf("own channels of the last event are %v, want %v", last.own, own)
	}
	if n := len(r.log.find(t, "malformed event line")); n > 0 {
		t.Errorf("%d malformed lines logged, want none", n)
	}
}

// TestPeerManagerOneConnection sends and fetches in turns from the devices.
func TestPeerManagerOneConnection(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		_, rows := cut(t, p.steps(t, "command"), "> RETR 10")
		rows, _, _ = strings.Cut(rows, "> SEND")
		f := p.answering(t)
		usual := f.answer
		var fetches atomic.Int64
		f.answer = func(c *fakeConn, line string) (string, bool) {
			if !strings.HasPrefix(line, "RETR") {
				return usual(c, line)
			}
			if fetches.Add(1) == 2 {
				return wire(strings.Split(rows, "\n")), true
			}
			return "-OK - No event(s) available\r\n", true
		}
		r := newRig(t, f.dial, func(o *Options) { o.Connections = 1 }).start()
		time.Sleep(1500 * time.Millisecond)
		r.pushLines(eventsToSend...)
		time.Sleep(2 * time.Second)
		if got := len(r.in.all()); got != p.fetched {
			t.Errorf("fetched %d events, want %d", got, p.fetched)
		}
		c := f.conn(1)
		if got := c.lines("SEND"); !slices.Equal(got, sent[p.name]) {
			t.Errorf("sent %q, want %q", got, sent[p.name])
		}
		if got := c.lines("CLRA"); len(got) > 0 {
			t.Errorf("cleared a queue that is fetched: %q", got)
		}
		r.out.wantOutcomes(2, 0, 0)
		r.m.Flush()
		<-r.done
	})
}
