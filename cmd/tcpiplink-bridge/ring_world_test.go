//go:build linux

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// town is a simulated daemon that other processes bridge. It counts what its clients send, each event by its data.
type town struct {
	name, address string
	number        byte // of its own events
	cmd           *exec.Cmd

	mu        sync.Mutex // guards what follows
	listening bool
	got       map[[3]byte]int
}

// origin is the prefix of the GUIDs of a town.
func (p *town) origin() string { return fmt.Sprintf("FF:FF:FF:FF:FF:FF:FF:FE:00:%02X:*", p.number) }

// startTown waits until the daemon listens. It emits nothing by itself.
func startTown(t *testing.T, name string, number byte, like string) *town {
	t.Helper()
	p := &town{name: name, address: mustFree(t), number: number, got: make(map[[3]byte]int)}
	p.cmd = start(t, p.line, "", "tcpiplink-bridge", "simulate", "--print", "--rate", "0", "--listen", p.address, "--like", like,
		"--guid", fmt.Sprintf("FF:FF:FF:FF:FF:FF:FF:FE:00:%02X:00:00:00:00:00:00", number))
	ready := eventually(t, name+" listens", patience, func() (bool, string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.listening, "it says nothing"
	})
	if !ready {
		t.FailNow()
	}
	return p
}

func (p *town) line(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listening = p.listening || strings.HasPrefix(text, "listening on ")
	var row vscp.Row
	if row.Parse([]byte(text)) != nil || row.Class != 20 || row.DataLen() != 3 {
		return
	}
	p.got[[3]byte(row.AppendData(nil))]++
}

// emit lets a device of the town send n events, numbered from 0, through a client as any daemon has them.
func (p *town) emit(ctx context.Context, n int) error {
	c, err := remote.Dial(ctx, p.address, remote.DefaultClientOptions())
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // Quit has said what there is to say
	if err := c.Login(ctx, "admin", "any"); err != nil {
		return err
	}
	for i := range n {
		event := vscp.Event{
			Head: 0x60, Class: 20, Type: 3, Data: []byte{p.number, byte(i >> 8), byte(i)},
			GUID: vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, p.number, 15: 7},
			Time: vscp.TimeOf(time.Now()),
		}
		if err := c.Send(ctx, &event, vscp.TextForm{}); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
	}
	return c.Quit(ctx)
}

// emitAll lets the towns send n events each, at the same time.
func emitAll(t *testing.T, n int, towns ...*town) {
	t.Helper()
	var emitting sync.WaitGroup
	for _, p := range towns {
		emitting.Go(func() {
			if err := p.emit(t.Context(), n); err != nil {
				t.Errorf("a device at %s: %v", p.name, err)
			}
		})
	}
	emitting.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// count returns how often an event came: from the device, or from a bridge.
func (p *town) count(from *town, i int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got[[3]byte{from.number, byte(i >> 8), byte(i)}]
}

// checkTimes wants each of n events of a town to have come so often, and tells of the first one that did not.
func (p *town) checkTimes(t *testing.T, n int, from *town, want int) {
	t.Helper()
	for i := range n {
		if got := p.count(from, i); got != want {
			t.Errorf("event %d of %s came to %s %d times, want %d", i, from.name, p.name, got, want)
			return
		}
	}
}

// joint is a bridge process between two towns.
type joint struct {
	name, admin string
	a, b        *town
	cmd         *exec.Cmd
	said        transcript
}

// startJoint waits until the bridge is up. more returns what else belongs to a remote; rest is appended to the configuration.
func startJoint(t *testing.T, a, b *town, more func(*town) string, rest string) *joint {
	t.Helper()
	j := &joint{name: a.name + "-" + b.name, admin: mustFree(t), a: a, b: b}
	text := fmt.Sprintf("bridge { name = %q }\nadmin { listen = %q }\n", j.name, j.admin)
	for _, p := range []*town{a, b} {
		text += fmt.Sprintf("remote %q {\n  address = %q\n  user = \"admin\"\n  password = \"any\"\n  %s\n}\n", p.name, p.address, more(p))
	}
	text += fmt.Sprintf("route \"both\" {\n  between = [remote.%s, remote.%s]\n}\n%s\n", a.name, b.name, rest)
	path := filepath.Join(t.TempDir(), j.name+".hcl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	j.cmd = startSaying(t, func(string) {}, &j.said, "", "tcpiplink-bridge", "run", "--config", path)
	ready := eventually(t, j.name+" is up", patience, func() (bool, string) {
		response, err := http.Get("http://" + j.admin + "/readyz")
		if err != nil {
			return false, err.Error()
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK, response.Status
	})
	if !ready {
		t.FailNow()
	}
	return j
}

// balance is what the counters of the way to a town say.
type balance struct {
	Received, Forwarded uint64
	Held                string // reasons that have a count, with it
}

// direction reads the counters of the way to a town, which have to balance.
func (j *joint) direction(t *testing.T, to *town) (api.Direction, error) {
	t.Helper()
	s, err := readStatus(j.admin)
	if err != nil {
		return api.Direction{}, err
	}
	for _, d := range s.Routes[0].Directions {
		if d.To != to.name {
			continue
		}
		if in, out := d.Received+d.Recovered, accounted(&d); in != out {
			t.Errorf("%s to %s: %d events received, %d accounted for, want the same: %+v", j.name, to.name, in, out, d)
		}
		return d, nil
	}
	return api.Direction{}, fmt.Errorf("no direction to %s in %+v", to.name, s)
}

// settle waits until the counters of the way to a town are as wanted, with nothing in the queue. If they do not become so, those of
// the other ways would not either, and the test ends.
func (j *joint) settle(t *testing.T, to *town, want balance) {
	t.Helper()
	settled := eventually(t, j.name+" to "+to.name, patience, func() (bool, string) {
		d, err := j.direction(t, to)
		if err != nil {
			return false, err.Error()
		}
		got := balanceOf(&d)
		return got == want && d.Queued == 0, fmt.Sprintf("%+v, queued %d, want %+v", got, d.Queued, want)
	})
	if !settled {
		t.FailNow()
	}
}

func balanceOf(d *api.Direction) balance {
	var held []string
	for _, by := range []api.Reasons{d.Filtered, d.Suppressed, d.Dropped} {
		for reason, n := range by {
			if n > 0 {
				held = append(held, fmt.Sprintf("%s %d", reason, n))
			}
		}
	}
	slices.Sort(held)
	return balance{d.Received, d.Forwarded, strings.Join(held, ", ")}
}

// stopAll ends the bridges and then the daemons. After that, all that the daemons printed has been read.
func stopAll(t *testing.T, towns []*town, joints []*joint) {
	t.Helper()
	var bridges, daemons []*exec.Cmd
	for _, j := range joints {
		bridges = append(bridges, j.cmd)
	}
	for _, p := range towns {
		daemons = append(daemons, p.cmd)
	}
	for _, cmds := range [][]*exec.Cmd{bridges, daemons} {
		for _, cmd := range cmds { // all at once: under the race detector each takes a second
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatalf("%v: SIGTERM: %v", cmd.Args, err)
			}
		}
		for _, cmd := range cmds {
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v ended with %v, want exit status 0", cmd.Args, err)
			}
		}
	}
}
