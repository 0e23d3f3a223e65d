//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The sites and the network: 192.0.2.1 and .5 are the bridge's ends of two cables, .2 and .6 the sites'.
const (
	northAddress = "192.0.2.2:9598"
	southAddress = "192.0.2.6:9598"
)

// The cable to the north: what the two ends call each other, and what neither is called.
const (
	hubMAC     = "02:00:00:00:00:01"
	northMAC   = "02:00:00:00:00:02"
	nobodysMAC = "02:00:00:00:00:03"
)

// network is three network namespaces: the bridge's is joined to each of the two sites' by a cable, a pair of veth interfaces.
// The bridge's ends are called north and south, the far ends port. Nothing of it is seen outside.
type network struct {
	hub, north, south string // names of the namespaces
}

// requireNamespaces skips the test where the system does not let it have networks.
func requireNamespaces(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("there is no ip here; it comes with iproute2")
	}
	probe := fmt.Sprintf("tcpiplink-%d-probe", os.Getpid())
	if out, err := ipCommand("netns add " + probe); err != nil {
		t.Skipf("no network namespace can be made here: %v: %s", err, out)
	}
	defer ip(t, "netns del "+probe)
	if out, err := ipCommand("netns exec " + probe + " true"); err != nil {
		t.Skipf("nothing can be run in a network namespace here: %v: %s", err, out)
	}
	if out, err := ipCommand("-n " + probe + " link add north type veth peer name port"); err != nil {
		t.Skipf("no veth interfaces can be made here: %v: %s", err, out)
	}
}

func newNetwork(t *testing.T, name string) *network {
	t.Helper()
	prefix := fmt.Sprintf("tcpiplink-%d-%s-", os.Getpid(), name)
	n := &network{hub: prefix + "hub", north: prefix + "north", south: prefix + "south"}
	for _, ns := range []string{n.hub, n.north, n.south} {
		ip(t, "netns add "+ns)
		t.Cleanup(func() {
			if out, err := ipCommand("netns del " + ns); err != nil {
				t.Errorf("ip netns del %s: %v: %s", ns, err, out)
			}
		})
	}
	for _, args := range []string{
		"-n " + n.hub + " link add north address " + hubMAC + " type veth peer name port address " + northMAC + " netns " + n.north,
		"-n " + n.hub + " link add south type veth peer name port netns " + n.south,
		"-n " + n.hub + " addr add 192.0.2.1/30 dev north",
		"-n " + n.hub + " addr add 192.0.2.5/30 dev south",
		"-n " + n.north + " addr add 192.0.2.2/30 dev port",
		"-n " + n.south + " addr add 192.0.2.6/30 dev port",
		"-n " + n.hub + " link set lo up",
		"-n " + n.hub + " link set north up",
		"-n " + n.hub + " link set south up",
		"-n " + n.north + " link set port up",
		"-n " + n.south + " link set port up",
	} {
		ip(t, args)
	}
	return n
}

func ipCommand(args string) (output string, err error) {
	out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func ip(t *testing.T, args string) string {
	t.Helper()
	out, err := ipCommand(args)
	if err != nil {
		t.Fatalf("ip %s: %v: %s", args, err, out)
	}
	return out
}

// command is a program in a namespace, or in ours if ns is empty. It is killed when the test ends.
func command(ctx context.Context, ns string, args ...string) *exec.Cmd {
	if ns != "" {
		args = append([]string{"ip", "netns", "exec", ns}, args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.SysProcAttr = dieWithParent()
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// scenario is a way in which the cable to the north stops working.
type scenario struct {
	name    string
	carrier bool // the bridge's interface goes on saying that there is a cable
	idle    bool // the south emits nothing: what connects the bridge to the north for sending has nothing to do
	prepare func(*testing.T, *network)
	cut     func(*testing.T, *network)
	mend    func(*testing.T, *network)
}

func scenarios() []scenario {
	idle := silent()
	idle.name, idle.idle = "idle", true
	return []scenario{pulled(), silent(), idle}
}

func pulled() scenario {
	return scenario{
		name:    "pulled",
		prepare: func(*testing.T, *network) {},
		cut:     func(t *testing.T, n *network) { t.Helper(); ip(t, "-n "+n.north+" link set port down") },
		mend:    func(t *testing.T, n *network) { t.Helper(); ip(t, "-n "+n.north+" link set port up") },
	}
}

// silent makes each end send to an address that the other does not have: the frames arrive, and are thrown away without a word, as
// behind a switch whose far port is dead.
func silent() scenario {
	const toNorth, toHub = " neigh replace 192.0.2.2 dev north nud permanent lladdr ", " neigh replace 192.0.2.1 dev port nud permanent lladdr "
	return scenario{
		name:    "silent",
		carrier: true,
		prepare: func(t *testing.T, n *network) { t.Helper(); ip(t, "-n "+n.hub+toNorth+northMAC) },
		cut: func(t *testing.T, n *network) {
			t.Helper()
			ip(t, "-n "+n.north+" link set port address "+nobodysMAC) // first, because it forgets the neighbours
			ip(t, "-n "+n.north+toHub+nobodysMAC)
		},
		mend: func(t *testing.T, n *network) {
			t.Helper()
			ip(t, "-n "+n.north+" link set port address "+northMAC)
			ip(t, "-n "+n.north+toHub+hubMAC)
		},
	}
}

// hasCarrier reports whether the bridge's interface sees a cable to the north.
func (n *network) hasCarrier(t *testing.T) bool {
	t.Helper()
	return strings.Contains(ip(t, "-n "+n.hub+" -o link show dev north"), "LOWER_UP")
}
