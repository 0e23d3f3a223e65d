//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// TestFullDisk has a queue outgrow its file system while the destination is away: the bridge goes on from memory and says so, and
// takes up the disk again when the events have gone. It needs the right to mount.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	const events = 12_000 // of 130 bytes each on disk
	dir := t.TempDir()
	state, config := filepath.Join(dir, "state"), filepath.Join(dir, "hub.hcl")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", state, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("a file system of 512 KiB cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(state, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	north, south, admin := mustFree(t), mustFree(t), mustFree(t)
	if err := os.WriteFile(config, fmt.Appendf(nil, killConfig, state, admin, north, south), 0o600); err != nil {
		t.Fatal(err)
	}
	source, sink := &site{}, &site{}
	source.cmd = start(t, source.line, "", "tcpiplink-bridge", "simulate", "--listen", north, "--events", "counter", "--rate", "10000", "--count", fmt.Sprint(events))
	bridge := start(t, func(string) {}, "", "tcpiplink-bridge", "run", "--config", config)
	eventually(t, "all events wait and the disk is full", patience, func() (bool, string) {
		d, err := onlyDirection(admin)
		return d.Queued == events && strings.Contains(d.Degraded, "disk is full"), fmt.Sprintf("%+v, %v", d, err)
	})
	sink.cmd = start(t, sink.line, "", "tcpiplink-bridge", "simulate", "--listen", south, "--rate", "0", "--print",
		"--guid", "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:00")
	eventually(t, "all events have gone and the disk works again", patience, func() (bool, string) {
		d, err := onlyDirection(admin)
		return d.Forwarded == events && d.Queued == 0 && d.Degraded == "", fmt.Sprintf("%+v, %v", d, err)
	})
	stop(t, bridge)
	stop(t, sink.cmd)
	stop(t, source.cmd)
	arrived := sink.arrived()
	if len(arrived) != events {
		t.Fatalf("%d events arrived, want %d", len(arrived), events)
	}
	for i, number := range arrived {
		if number != i {
			t.Fatalf("event %d came in place %d, want all in order", number, i)
		}
	}
}

// onlyDirection asks a bridge for the status of its one direction.
func onlyDirection(admin string) (api.Direction, error) {
	s, err := readStatus(admin)
	if err != nil {
		return api.Direction{}, err
	}
	return s.Routes[0].Directions[0], nil
}

// readStatus asks a bridge that has a route.
func readStatus(admin string) (s api.Status, err error) {
	response, err := http.Get("http://" + admin + api.StatusPath)
	if err != nil {
		return s, err
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&s); err != nil {
		return s, err
	}
	if len(s.Routes) == 0 || len(s.Routes[0].Directions) == 0 {
		return s, fmt.Errorf("no direction in %+v", s)
	}
	return s, nil
}
