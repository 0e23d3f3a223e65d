package bridge_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

func TestCheckCommand(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]struct{ harm, refused bool }{
		"NOOP": {}, "vers": {}, "SEND 0,10,6,0,,,-,1": {}, "XSTATE 1": {}, "interface list": {},
		"SHUTDOWN": {harm: true}, "restart": {harm: true}, "TEST 1": {harm: true},
		"": {refused: true}, "  ": {refused: true}, "NOOP\r\nSHUTDOWN": {refused: true}, "NOOP\n": {refused: true}, "NO\x00OP": {refused: true},
		"RCVLOOP": {refused: true}, "QUITLOOP": {refused: true}, "QUIT": {refused: true}, "exit": {refused: true}, "BINARY": {refused: true},
		"+": {refused: true}, "++": {refused: true}, "INTERFACE": {refused: true},
	} {
		harm, err := bridge.CheckCommand(line)
		if harm != want.harm || (err != nil) != want.refused {
			t.Errorf("CheckCommand(%q) = %v, %v, want harm %v, an error %v", line, harm, err, want.harm, want.refused)
		}
	}
}

func TestCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		before := r.connects()
		pause(t, r.bridge.PauseRemote, "south", true)
		for _, name := range []string{"north", "south"} {
			reply, err := r.bridge.Command(t.Context(), name, "GGID")
			if want := r.sites[name].guid.String(); err != nil || !reply.OK || len(reply.Lines) != 1 || !strings.HasPrefix(want, reply.Lines[0][:30]) {
				t.Errorf("GGID of %s = %+v, %v, want a GUID as %s", name, reply, err, want)
			}
		}
		if reply, err := r.bridge.Command(t.Context(), "north", "NONSENSE 1"); err != nil || reply.OK {
			t.Errorf("NONSENSE = %+v, %v, want that it was refused", reply, err)
		}
		if reply, err := r.bridge.Command(t.Context(), "south", "SEND 0,10,6,0,,,-,0,7"); err != nil || !reply.OK {
			t.Errorf("SEND = %+v, %v, want ok", reply, err)
		}
		wantNumbers(t, "south", r.sites["south"].numbers(), 7, 1)
		for _, s := range r.sites["north"].server.Stats().Clients {
			if !s.LoggedIn {
				t.Errorf("a connection to north stayed: %+v", s)
			}
		}
		if got := r.connects(); got["north"] != before["north"] {
			t.Errorf("connections of north came up %d times, want as before, %d", got["north"], before["north"])
		}
		if _, err := r.bridge.Command(t.Context(), "nobody", "NOOP"); !errors.Is(err, bridge.ErrNoRemote) {
			t.Errorf("Command to nobody = %v, want ErrNoRemote", err)
		}
		if _, err := r.bridge.Command(t.Context(), "north", "RCVLOOP"); !errors.Is(err, remote.ErrNotRaw) {
			t.Errorf("RCVLOOP = %v, want ErrNotRaw", err)
		}
		r.sites["south"].down()
		if _, err := r.bridge.Command(t.Context(), "south", "NOOP"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("Command to a site that is down = %v, want why, without the password", err)
		}
		r.end()
		if _, err := r.bridge.Command(t.Context(), "north", "NOOP"); !errors.Is(err, bridge.ErrStopping) {
			t.Errorf("Command after Run = %v, want ErrStopping", err)
		}
	})
}

// TestCommandToTheAddressInUse tries the address first that the bridge is connected to.
func TestCommandToTheAddressInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		two := strings.Replace(twoSites, `address = "north:9598"`, `addresses = ["roof:9598", "north:9598"]`, 1)
		r := startReloads(t, two+routeBlock("r", "north", "south", ""))
		r.sites["roof"].down()
		r.apply(t, two+routeBlock("r", "north", "south", "match { class = [10] }"))
		time.Sleep(30 * time.Second)
		reply, err := r.bridge.Command(t.Context(), "north", "GGID")
		if want := r.sites["north"].guid.String()[:29]; err != nil || !slices.ContainsFunc(reply.Lines, func(l string) bool { return strings.HasPrefix(l, want) }) {
			t.Errorf("GGID = %+v, %v, want that of north, %s", reply, err, want)
		}
		r.end()
	})
}
