//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// reloadConfig says what the reload with a number finds: remotes and a route that stay, and others that come, change and go. Number 0 has
// what stays alone.
func reloadConfig(number int, state string, north, south, field string) string {
	login := func(name, address, more string) string {
		return fmt.Sprintf("remote %q {\n  address = %q\n  user = \"admin\"\n  password = \"any\"\n  %s\n}\n", name, address, more)
	}
	text := fmt.Sprintf("bridge { state_dir = %q }\n", state) + login("north", north, "") + login("south", south, "window = 8") +
		"route \"sites\" {\n  from = [remote.north]\n  to = [remote.south]\n  queue {\n    max_events = 1000000\n    max_bytes = \"1GiB\"\n  }\n}\n"
	if number == 0 {
		return text
	}
	text += fmt.Sprintf("log { level = %q }\nloop { storm_window = \"%ds\" }\n", []string{"warn", "info"}[number%2], 5+number%3)
	if number%4 > 0 {
		text += login("field", field, fmt.Sprintf("window = %d", 1+number%3))
		text += fmt.Sprintf("route \"more\" {\n  from = [remote.north]\n  to = [remote.field]\n  queue {\n    max_events = %d\n    storage = %q\n  }\n}\n",
			100+number%5, []string{"memory", "disk"}[number/4%2])
		if number%3 > 0 {
			text += fmt.Sprintf("route \"rare\" {\n  from = [remote.field]\n  to = [remote.south]\n  match {\n    class = %d\n  }\n}\n", 900+number%7)
		}
	}
	return text
}

// TestReloadsUnderLoad changes the configuration of a process again and again, over the socket and by SIGHUP in turns, while events
// pass: those of the route that stays arrive once and in order, over the same connections, and the process is left with no more
// files and goroutines than before. TCPIPLINK_RELOADS says how often, with five times as many events: more than a machine with other work
// can take from a source that drops what waits for too long.
func TestReloadsUnderLoad(t *testing.T) {
	t.Parallel()
	reloads, rate := 40, 2000
	if text := os.Getenv("TCPIPLINK_RELOADS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("TCPIPLINK_RELOADS = %q, want a number", text)
		}
		reloads, rate = n, 10_000
	}
	north, south, field, dir := mustFree(t), mustFree(t), mustFree(t), t.TempDir()
	state, config := filepath.Join(dir, "state"), filepath.Join(dir, "hub.hcl")
	write := func(number int) {
		next := config + ".new"
		if err := errors.Join(os.WriteFile(next, []byte(reloadConfig(number, state, north, south, field)), 0o600), os.Rename(next, config)); err != nil {
			t.Fatal(err)
		}
	}
	write(0)
	source, sink, other := &site{}, &site{}, &site{}
	source.cmd = start(t, source.line, "", "tcpiplink-bridge", "simulate", "--listen", north, "--events", "counter", "--rate", strconv.Itoa(rate))
	sink.cmd = start(t, sink.line, "", "tcpiplink-bridge", "simulate", "--listen", south, "--rate", "0", "--print", "--guid", "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:00")
	other.cmd = start(t, other.line, "", "tcpiplink-bridge", "simulate", "--listen", field, "--rate", "0", "--print", "--guid", "FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:00:00:00:00:00")
	said := &transcript{}
	bridge := startSaying(t, func(string) {}, said, "", "tcpiplink-bridge", "run", "--config", config)
	client := adminClient{socket: filepath.Join(state, "admin.sock")}
	eventually(t, "events arrive", patience, func() (bool, string) { return len(sink.arrived()) > 1000, fmt.Sprint(len(sink.arrived())) })
	before, connects := readProcess(t, client), readConnects(t, client)

	for number := 1; number <= reloads; number++ {
		write(number % reloads)
		if number%10 == 0 {
			if err := bridge.Process.Signal(syscall.SIGHUP); err != nil {
				t.Fatalf("SIGHUP: %v", err)
			}
		}
		if _, err := answered[api.Reload](client.do(t.Context(), http.MethodPost, api.ReloadPath, http.NoBody)); err != nil {
			t.Fatalf("reload %d: %v\n%s", number, err, said)
		}
		rest(t, 10*time.Millisecond)
	}
	eventually(t, "no more files and goroutines than before", patience, func() (bool, string) {
		now := readProcess(t, client)
		return now["process_open_fds"] <= before["process_open_fds"] && now["go_goroutines"] <= before["go_goroutines"], fmt.Sprintf("%v, before %v", now, before)
	})
	if now := readConnects(t, client); !maps.Equal(now, connects) {
		t.Errorf("connections made: %v, want %v as before the reloads", now, connects)
	}
	if len(other.arrived()) == 0 {
		t.Error("no event came over the route that comes and goes, so that this test shows little")
	}
	stop(t, source.cmd)
	gaps := readGaps(t, client)
	stop(t, bridge)
	stop(t, sink.cmd)
	stop(t, other.cmd)
	checkAll(t, sink.arrived(), reloads*rate/200, gaps)
}

// readProcess reads what a process has open and runs.
func readProcess(t *testing.T, client adminClient) map[string]float64 {
	t.Helper()
	body, err := client.do(t.Context(), http.MethodGet, "/metrics", http.NoBody) // it may take longer than a person would wait
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		var value float64
		for _, name := range []string{"process_open_fds", "go_goroutines"} {
			if n, _ := fmt.Sscanf(line, name+" %g", &value); n == 1 {
				values[name] = value
			}
		}
	}
	if len(values) != 2 {
		t.Fatalf("metrics of the process: %v, want open files and goroutines", values)
	}
	return values
}

// readConnects reads how often the connections of the remotes that stay were made.
func readConnects(t *testing.T, client adminClient) map[string]uint64 {
	t.Helper()
	s, err := answered[api.Status](client.do(t.Context(), http.MethodGet, api.StatusPath, http.NoBody))
	if err != nil {
		t.Fatal(err)
	}
	connects := map[string]uint64{}
	for i := range s.Remotes {
		for _, l := range s.Remotes[i].Links {
			connects[s.Remotes[i].Name+" "+l.Name] = l.Connects
		}
	}
	return connects
}

// readGaps reads how many events the bridge missed in what came to it: a source drops some if nobody takes them for long.
func readGaps(t *testing.T, client adminClient) (gaps int) {
	t.Helper()
	s, err := answered[api.Status](client.do(t.Context(), http.MethodGet, api.StatusPath, http.NoBody))
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Remotes {
		gaps += int(s.Remotes[i].Loss.IndexGaps)
	}
	return gaps
}

// checkAll wants so many events at least, one number after the other but for what did not come to the bridge.
func checkAll(t *testing.T, arrived []int, least, gaps int) {
	t.Helper()
	if len(arrived) < least {
		t.Fatalf("%d events arrived, want %d at least", len(arrived), least)
	}
	places := 0
	for i, number := range arrived[1:] {
		switch last := arrived[i]; {
		case number <= last:
			t.Fatalf("event %d came after %d", number, last)
		case number > last+1:
			places++
		}
	}
	if places > gaps {
		t.Fatalf("events are missing in %d places, want at most %d, as the bridge missed so many", places, gaps)
	}
}
