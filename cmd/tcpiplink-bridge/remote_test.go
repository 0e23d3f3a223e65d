package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// testServer is a link server on loopback, with the accounts admin (all rights) and guest (none but to look).
type testServer struct {
	*linkserver.Server
	addr string
	sent chan string // the events that clients sent

	greeted chan struct{} // closed when the last onLogin has called; nil before the first
}

func startServer(t *testing.T, change func(*testServer, *linkserver.Options)) *testServer {
	t.Helper()
	s := &testServer{sent: make(chan string, 100)}
	o := linkserver.DefaultOptions()
	o.GUID = vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 1}
	o.Accounts = map[string]linkserver.Account{
		"admin": {Password: "secret", Level: 15},
		"guest": {Password: "guest", Level: 1},
	}
	o.OnEvent = func(r linkserver.Received) { s.sent <- string(r.Row.Text) }
	if change != nil {
		change(s, &o)
	}
	var err error
	if s.Server, err = linkserver.New(o); err != nil {
		t.Fatalf("New = %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	s.serve(t, l)
	return s
}

// serve takes clients from l until the test ends.
func (s *testServer) serve(t *testing.T, l net.Listener) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
	})
}

// onLogin calls f when the first client has logged in. It waits for the call before it: what that publishes is not for this client.
func (s *testServer) onLogin(t *testing.T, f func()) {
	t.Helper()
	s.awaitIdle(t) // or a client on its way out is taken for the next one
	if s.greeted != nil {
		<-s.greeted
	}
	done := make(chan struct{})
	s.greeted = done
	go func() {
		defer close(done)
		ticker := time.NewTicker(2 * time.Millisecond)
		defer ticker.Stop()
		for s.Stats().LoggedIn == 0 {
			select {
			case <-ticker.C:
			case <-t.Context().Done():
				return
			}
		}
		f()
	}()
	t.Cleanup(func() { <-done })
}

// awaitIdle waits until the clients before are gone, so that the next one gets channel 1.
func (s *testServer) awaitIdle(t *testing.T) {
	t.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for len(s.Stats().Clients) > 0 {
		select {
		case <-ticker.C:
		case <-t.Context().Done():
			t.Fatal("clients stay")
		}
	}
}

func (s *testServer) publish(t *testing.T, lines ...string) {
	t.Helper()
	for _, line := range lines {
		var e vscp.Event
		if err := e.DecodeText([]byte(line)); err != nil {
			t.Errorf("DecodeText(%q) = %v", line, err)
			return
		}
		s.PublishEvent(&e)
	}
}

// result is what a command line came to.
type result struct {
	code           int
	stdout, stderr string
}

func runRemote(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), append([]string{"remote"}, args...), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

func (s *testServer) admin(t *testing.T, args ...string) result {
	t.Helper()
	s.awaitIdle(t)
	return runRemote(t, append([]string{"--user", "admin", "--password", "secret", s.addr}, args...)...)
}

const interfaceOne = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:01:00:00"

func TestRemoteCommands(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	s := startServer(t, nil)
	const zero = "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00"
	tests := []struct {
		args []string
		want string // a regular expression for all of the output
	}{
		{[]string{"noop"}, `ok\n`},
		{[]string{"noop", "--json"}, `{"ok":true}\n`},
		{[]string{"vers"}, `1\.0\.0-0\n`},
		{[]string{"vers", "--json"}, `{"major":1,"minor":0,"release":0,"build":"0"}\n`},
		{[]string{"wcyd"}, `0x0000000000008068\nbit 15  link-server\nbit 6   ipv6\nbit 5   ipv4\nbit 3   connections\n`},
		{[]string{"wcyd", "--json"}, `{"value":"0x0000000000008068","bits":\[{"bit":15,"name":"link-server"},.*{"bit":3,"name":"connections"}\]}\n`},
		{[]string{"chid"}, `1\n`},
		{[]string{"chid", "--json"}, `{"channel_id":1}\n`},
		{[]string{"ggid"}, interfaceOne + `\n`},
		{[]string{"ggid", "--json"}, `{"guid":"` + interfaceOne + `"}\n`},
		{[]string{"stat"}, `bus off          0\nbus warnings     0\noverruns         0\nreceived bytes   0\nreceived events  0\nsent bytes       0\nsent events      0\n`},
		{[]string{"stat", "--json"}, `{"bus_off":0,"bus_warnings":0,"overruns":0,"received_bytes":0,"received_events":0,"sent_bytes":0,"sent_events":0}\n`},
		{[]string{"info"}, `status          0\nlast error      0\nlast sub-error  0\ntext            ""\n`},
		{[]string{"info", "--json"}, `{"status":0,"last_error":0,"last_sub_error":0,"text":""}\n`},
		{[]string{"cdta"}, `0\n`},
		{[]string{"cdta", "--json"}, `{"waiting":0}\n`},
		{[]string{"clra"}, `cleared\n`},
		{[]string{"clra", "--json"}, `{"ok":true}\n`},
		{[]string{"interface"}, `INDEX  TYPE  GUID +STARTED +NAME\n1      4     ` + interfaceOne + `  \d{4}-\S+Z  tcp/ip client @ \[\S+\]\n`},
		{[]string{"interface", "--json"}, `\[{"index":1,"type":4,"guid":"` + interfaceOne + `","name":"tcp/ip client @ \[\S+\]","started":"\S+Z"}\]\n`},
		{[]string{"sgid", "::FE:0:2:0:0:0:0:0:1"}, `FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:01\n`},
		{[]string{"sflt", "0,CLASS1.MEASUREMENT,TEMPERATURE,-"}, `0,10,6,` + zero + `\n`},
		{[]string{"sflt", "0,measurement,0x06,-", "--json"}, `{"set":"0,10,6,` + zero + `"}\n`},
		{[]string{"smsk", "0,0xFFFF,0xFFFF,-"}, `0,65535,65535,` + zero + `\n`},
		{[]string{"help"}, `(?s).*BINARY.*WCYD +Get the capabilities of the server\.\n`},
		{[]string{"help", "retr"}, `RETR \[count\] +Get events.*\n`},
		{[]string{"help", "retr", "--json"}, `{"lines":\["RETR .*"\]}\n`},
		{[]string{"challenge"}, `[0-9a-f]{32}\n`},
		{[]string{"challenge", "token", "--json"}, `{"session_id":"[0-9a-f]{32}"}\n`},
		{[]string{"raw", "chid"}, `1\n\+OK.*\n`},
		{[]string{"raw", "--json", "chid"}, `{"ok":true,"text":".*","lines":\["1"\]}\n`},
		{[]string{"raw", "interface"}, `1,4,` + interfaceOne + `,.*\n\+OK.*\n`},
		{[]string{"retr", "3", "--wait", "0"}, ``},
	}
	for _, tt := range tests {
		got := s.admin(t, tt.args...)
		if got.code != exitOK || !regexp.MustCompile(`^(?:`+tt.want+`)$`).MatchString(got.stdout) {
			t.Errorf("remote %q = %d with %q and %q, want %d with a match of %q", tt.args, got.code, got.stdout, got.stderr, exitOK, tt.want)
		}
	}
}

func TestRemoteRefused(t *testing.T) {
	s := startServer(t, nil)
	for _, args := range [][]string{
		{"retr", "5"},
		{"send", "96,10,6,0,,,-,1"},
		{"sgid", "::1"},
		{"sflt", "0,10,6,-"},
		{"smsk", "0,10,6,-"},
		{"interface"},
		{"watch"},
		{"register", "read", "5", "0"},
		{"register", "write", "5", "0", "1"},
		{"test", "--yes"},
		{"shutdown", "--yes"},
		{"restart", "--yes"},
		{"raw", "--yes", "shutdown"},
	} {
		got := runRemote(t, append([]string{s.addr, "--user", "guest", "--password", "guest"}, args...)...)
		if got.code != exitFailed || !strings.Contains(got.stderr, "User need higher privilege level") {
			t.Errorf("remote as guest %q = %d with %q, want %d with the words of the server", args, got.code, got.stderr, exitFailed)
		}
	}
	tests := []struct {
		args string
		want string
	}{
		{"--user admin --password guess ADDR chid", `PASS refused: "Invalid username or password."`},
		{"ADDR chid", "no user was given, log in with --user"},
		{"ADDR --user admin --password secret raw XFOO 1", `XFOO refused: "Unknown command"`},
		{"ADDR --user admin --password secret sflt -n 2 0,10,6,-", "SFLT refused"},
		{"ADDR --user admin --password secret smsk -n 2 0,10,6,-", "SMSK refused"},
		{"ADDR --user admin --password secret help nothing", "HELP refused"},
		{"ADDR --user admin --password secret test --yes", "TEST refused"},
		{"ADDR --user admin --password secret shutdown --yes", "SHUTDOWN refused"},
		{"ADDR --user admin --password secret restart --yes", "RESTART refused"},
		{"127.0.0.1:1 --timeout 2s noop", "connection refused\nhint: is the server running, and the port right?"},
	}
	for _, tt := range tests {
		got := runRemote(t, strings.Fields(strings.ReplaceAll(tt.args, "ADDR", s.addr))...)
		if got.code != exitFailed || !strings.Contains(got.stderr, tt.want) || strings.Contains(got.stderr, "secret") {
			t.Errorf("remote %s = %d with %q, want %d with %q", tt.args, got.code, got.stderr, exitFailed, tt.want)
		}
	}
}

func TestRemoteUsage(t *testing.T) {
	t.Setenv(configVariable, "")
	tests := []struct {
		args string
		want string
		hint bool
	}{
		{"", "no remote is named", true},
		{"127.0.0.1:1", "no command is given", true},
		{"127.0.0.1:1 bogus", `there is no command "bogus"`, true},
		{"127.0.0.1:1 stat now", "unknown command", true},
		{"127.0.0.1:1 stat --bogus", "unknown flag", true},
		{"--bogus 127.0.0.1:1 stat", "unknown flag", true},
		{"127.0.0.1:0 noop", "no port from 1 to 65535", true},
		{"127.0.0.1:x noop", "no port from 1 to 65535", true},
		{"a:b:c noop", "is no address", true},
		{"@:1 noop", "is no address", true},
		{":1 noop", "is no address", true},
		{"127.0.0.1:1 --password a --password-file b noop", "both given", true},
		{"127.0.0.1:1 --password a noop", "no user", true},
		{"127.0.0.1:1 --user a --password-file missing noop", "missing", false},
		{"127.0.0.1:1 --timeout -1s noop", "negative", true},
		{"127.0.0.1:1 --ca-file a noop", "without --tls", true},
		{"--config missing.hcl north noop", "missing.hcl", true},
		{"127.0.0.1:1 retr 0", "no number of events", true},
		{"127.0.0.1:1 retr x", "no number of events", true},
		{"127.0.0.1:1 send", "no event to send", true},
		{"127.0.0.1:1 send 1,2,3", "event", true},
		{"127.0.0.1:1 send 96,10,6,0,,,- --class 10", "one of them", true},
		{"127.0.0.1:1 send --class 10", "no event to send", true},
		{"127.0.0.1:1 send --class measurment --type 6", "did you mean", true},
		{"127.0.0.1:1 send --class 10 --type temperatur", "did you mean TEMPERATURE", true},
		{"127.0.0.1:1 send --class 10 --type 6 --priority 8", "more than 7", true},
		{"127.0.0.1:1 send --class 10 --type 6 --data 256", "no number from 0 to 255", true},
		{"127.0.0.1:1 send --class 10 --type 6 --guid 1:2", "--guid", false},
		{"127.0.0.1:1 send --class 10 --type 6 --data 1" + strings.Repeat(",1", 512), "at most 512", false},
		{"127.0.0.1:1 sgid 1:2", "guid", true},
		{"127.0.0.1:1 sgid -", "zero", true},
		{"127.0.0.1:1 sflt 0,10,6", "has 3 fields", true},
		{"127.0.0.1:1 sflt 256,x,6,-", "priority", true},
		{"127.0.0.1:1 sflt -n -2 0,10,6,-", "negative", true},
		{"127.0.0.1:1 test", "add --yes", true},
		{"127.0.0.1:1 shutdown", "add --yes", true},
		{"127.0.0.1:1 restart", "Raspberry Pi Pico", true},
		{"127.0.0.1:1 raw RESTART now", "Raspberry Pi Pico", true},
		{"127.0.0.1:1 raw rcvloop", "watch", true},
		{"127.0.0.1:1 raw quitloop", "watch", true},
		{"127.0.0.1:1 raw binary", "BINARY", true},
		{"127.0.0.1:1 raw ++", "repeats", true},
		{"127.0.0.1:1 watch --class nothing", "--class", false},
		{"127.0.0.1:1 watch --type temperature", "--type", true},
		{"127.0.0.1:1 watch --guid 1:2", "--guid", false},
		{"127.0.0.1:1 register", "read or write", true},
		{"127.0.0.1:1 register erase", "only read and write", true},
		{"127.0.0.1:1 register read 5", "accepts 2 arg", true},
		{"127.0.0.1:1 register read x 5", "neither a nickname", true},
		{"127.0.0.1:1 register read 5 256", "from 0 to 255", true},
		{"127.0.0.1:1 register read 5 0:0", "no registers to read", true},
		{"127.0.0.1:1 register read 5 0:x", "no number", true},
		{"127.0.0.1:1 register read 5 0 --method best", "--method", true},
		{"127.0.0.1:1 register read 5 0 --method level2", "named by its GUID", true},
		{"127.0.0.1:1 register read 5 0 --method plain --page 1", "say no page", true},
		{"127.0.0.1:1 register read 5 0:256 --method page", "at most 255", true},
		{"127.0.0.1:1 register read 5 0 --wait 0s", "--wait", true},
		{"127.0.0.1:1 register write 5 0 256", "no number", true},
		{"127.0.0.1:1 register write 5 0:2 1", "1 value for 2", true},
		{"127.0.0.1:1 register write 300 0 1 --page 1", "say no page", true},
		{"127.0.0.1:1 register write 300 0 1 --method extended", "two bytes", true},
	}
	for _, tt := range tests {
		got := runRemote(t, strings.Fields(tt.args)...)
		if got.code != exitUsage || !strings.Contains(got.stderr, tt.want) || got.stdout != "" {
			t.Errorf("remote %s = %d with %q and output %q, want %d with %q and none", tt.args, got.code, got.stderr, got.stdout, exitUsage, tt.want)
		}
		if strings.Contains(got.stderr, "hint: ") != tt.hint {
			t.Errorf("remote %s: %q, want a hint %v", tt.args, got.stderr, tt.hint)
		}
	}
}

func TestRemoteOfTheConfiguration(t *testing.T) {
	s := startServer(t, nil)
	dir := t.TempDir()
	path := filepath.Join(dir, "hub.hcl")
	text := `remote "north" {
  address  = "` + s.addr + `"
  user     = "admin"
  password = "secret"
}
remote "south" {
  address = "` + s.addr + `"
}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte("guest\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(configVariable, "")
	tests := []struct {
		args string
		env  string
		code int
		want string
	}{
		{"--config " + path + " north chid", "", exitOK, "1\n"},
		{"north chid --config " + path, "", exitOK, "1\n"},
		{"north chid", path, exitOK, "1\n"},
		{"north interface --user guest --password-file " + password, path, exitFailed, "higher privilege"},
		{"south chid", path, exitFailed, "no user was given"},
		{"south --user admin --password secret chid", path, exitOK, "1\n"},
		{"nroth chid", path, exitUsage, "it has north, south"},
		{"north --tls chid", path, exitUsage, "tls block"},
		{s.addr + " --user admin --password secret chid", "missing.hcl", exitOK, "1\n"},
	}
	for _, tt := range tests {
		t.Setenv(configVariable, tt.env)
		s.awaitIdle(t)
		got := runRemote(t, strings.Fields(tt.args)...)
		if got.code != tt.code || !strings.Contains(got.stdout+got.stderr, tt.want) {
			t.Errorf("remote %s = %d with %q and %q, want %d with %q", tt.args, got.code, got.stdout, got.stderr, tt.code, tt.want)
		}
	}
}

func TestRemoteSend(t *testing.T) {
	s := startServer(t, nil)
	const guid = "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:01"
	tests := []struct {
		args string
		want string
	}{
		{"send 96,10,6,7,,,-,0x89,130,9,0x29", "96,10,6,0,,,-,0x89,0x82,0x09,0x29"},
		{"send --class measurement --type temperature --data 0x89,130", "96,10,6,0,,,-,0x89,0x82"},
		{"send --class CLASS2.INFORMATION --type 2 --priority 0 --guid ::FE:0:2:0:0:0:0:0:1", "0,1026,2,0,,," + guid},
		{"send 96,10,6,0,2026-02-02T02:40:00Z,,-,1", "352,10,6,0,,1770000000000000000,-,0x01"},
	}
	for _, tt := range tests {
		got := s.admin(t, strings.Fields(tt.args)...)
		if got.code != exitOK {
			t.Errorf("remote %s = %d with %q, want %d", tt.args, got.code, got.stderr, exitOK)
			continue
		}
		var sent, want vscp.Event
		line := <-s.sent
		if err := sent.DecodeText([]byte(line)); err != nil {
			t.Errorf("remote %s sent %q: %v", tt.args, line, err)
		}
		if err := want.DecodeText([]byte(tt.want)); err != nil {
			t.Fatal(err)
		}
		if g, w := sent.AppendText(nil, vscp.TextForm{}), want.AppendText(nil, vscp.TextForm{}); !bytes.Equal(g, w) {
			t.Errorf("remote %s sent %q, want %q", tt.args, g, w)
		}
		if !strings.HasPrefix(got.stdout, "sent ") || !strings.Contains(got.stdout, line) {
			t.Errorf("remote %s says %q, want what was sent: %q", tt.args, got.stdout, line)
		}
	}
}

// The events of TestRemoteRetr and TestRemoteWatch, and how they are shown.
const (
	testTemperature = "352,10,6,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:02,137,130,9,41"
	testHeartbeat   = "352,20,9,0,,1770000001000000000,-:02,1,2,3"
	testLong        = "352,1026,2,0,,1770000002000000000,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:02,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"

	shownTemperature = " 2026-02-02T02:40:00.123Z  CLASS1.MEASUREMENT TEMPERATURE  ::FE:00:01:00:00:00:00:00:02  89 82 09 29  = 23.45 °C sensor 1\n"
)

func TestRemoteRetr(t *testing.T) {
	s := startServer(t, nil)
	s.onLogin(t, func() { s.publish(t, testTemperature, testHeartbeat, testLong) })
	got := s.admin(t, "retr", "3", "--wait", "10s")
	lines := strings.SplitAfter(got.stdout, "\n")
	if got.code != exitOK || len(lines) != 4 || lines[0] != shownTemperature {
		t.Fatalf("retr 3 = %d with %q and %q, want three lines, the first %q", got.code, got.stdout, got.stderr, shownTemperature)
	}
	for i, want := range []string{"-:02  01 02 03\n", "01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 .. (17 bytes)\n"} {
		if !strings.HasSuffix(lines[i+1], want) {
			t.Errorf("retr 3: line %d = %q, want its end %q", i+2, lines[i+1], want)
		}
	}
	s.onLogin(t, func() { s.publish(t, testTemperature) })
	got = s.admin(t, "retr", "2", "--wait", "300ms", "--raw")
	if want := testTemperature + "\n"; got.code != exitOK || got.stdout != want || got.stderr != "1 event of 2 came\n" {
		t.Errorf("retr 2 with one event = %d with %q and %q, want %d with %q", got.code, got.stdout, got.stderr, exitOK, want)
	}
	s.onLogin(t, func() { s.publish(t, testTemperature) })
	got = s.admin(t, "retr", "--json", "--wait", "10s")
	var record eventRecord
	if err := json.Unmarshal([]byte(got.stdout), &record); err != nil || record.ClassToken != "CLASS1.MEASUREMENT" ||
		record.Measurement == nil || *record.Measurement.Value != 23.45 || record.Time.UnixNano() != 1770000000123456789 {
		t.Errorf("retr --json = %q, %v, want the event with its time and 23.45", got.stdout, err)
	}
}
