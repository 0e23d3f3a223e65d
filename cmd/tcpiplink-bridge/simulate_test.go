package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestSimulateRefuses(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.password")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := []struct {
		args string
		want string // part of what is said
	}{
		{"--guid 1:2:3", "--guid: "},
		{"--rate -1", "--rate: "},
		{"--rate NaN", "--rate: "},
		{"--rate 2000000", "--rate: "},
		{"--rate often", "invalid argument"},
		{"--count -1", "invalid argument"},
		{"--events noise", `--events: there is no kind "noise"`},
		{"--like vscp", `--like: there is no family "vscp"`},
		{"--user admin", "--user admin has no password"},
		{"--password secret", "no user"},
		{"--password-file " + empty, "no user"},
		{"--user admin --password secret --password-file " + empty, "both given"},
		{"--user admin --password-file " + empty, "is empty"},
		{"--user admin --password-file " + empty + ".not", "no such file"},
		{"--user " + strings.Repeat("a", 65) + " --password secret", "a name has 1..64 bytes"},
		{"--tls-cert " + empty, "--tls-cert and --tls-key need each other"},
		{"--tls-key " + empty, "--tls-cert and --tls-key need each other"},
		{"--tls-client-ca " + empty, "client certificates are for TLS only"},
		{"--tls-require-client-cert", "client certificates are for TLS only"},
		{"--tls-require-client-cert --tls-cert a --tls-key b", "add --tls-client-ca"},
		{"--tls-cert " + empty + " --tls-key " + empty, "certificate file " + empty + ": holds no certificate in PEM form"},
		{"--listen nowhere", "--listen: "},
		{"--listen " + taken.Addr().String(), "address already in use"},
		{"now", "unknown command"},
	}
	for _, tt := range tests {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), append([]string{"simulate"}, strings.Fields(tt.args)...), &stdout, &stderr)
		if code != exitUsage || !strings.Contains(stderr.String(), tt.want) || stdout.Len() > 0 {
			t.Errorf("simulate %s = %d with %q and output %q, want %d with %q and none", tt.args, code, &stderr, &stdout, exitUsage, tt.want)
		}
		if strings.Contains(stderr.String(), "secret") {
			t.Errorf("simulate %s: %q tells the password", tt.args, &stderr)
		}
	}
}

// simulation is a running simulate.
type simulation struct {
	t      *testing.T
	lines  *bufio.Scanner
	addr   string
	stop   context.CancelFunc
	ended  chan int
	stderr bytes.Buffer // to be read after the end
}

func startSimulation(t *testing.T, args ...string) *simulation {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	s := &simulation{t: t, lines: bufio.NewScanner(out), stop: cancel, ended: make(chan int, 1)}
	go func() {
		code := run(ctx, append([]string{"simulate", "--listen", "127.0.0.1:0"}, args...), in, &s.stderr)
		_ = in.Close()
		s.ended <- code
	}()
	first := s.line()
	var ok bool
	if s.addr, ok = strings.CutPrefix(first, "listening on "); !ok {
		t.Fatalf("first line = %q, want listening on ADDRESS", first)
	}
	return s
}

func (s *simulation) line() string {
	s.t.Helper()
	if !s.lines.Scan() {
		s.t.Fatalf("no more output; exit code %d, stderr %q", <-s.ended, &s.stderr)
	}
	return s.lines.Text()
}

// dial logs in and enters the receive loop.
func (s *simulation) dial(password string) (net.Conn, *bufio.Scanner) {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatalf("Dial = %v", err)
	}
	s.t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "USER admin\r\nPASS %s\r\nRCVLOOP\r\n", password)
	return conn, bufio.NewScanner(conn)
}

func TestSimulate(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	password := filepath.Join(t.TempDir(), "north.password")
	if err := os.WriteFile(password, []byte("s e c\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startSimulation(t, "--user", "admin", "--password-file", password, "--rate", "1000", "--count", "5", "--events", "counter", "--print")
	conn, lines := s.dial("s e c")
	for n := 0; n < 5 && lines.Scan(); {
		if !strings.Contains(lines.Text(), ",10,1,0,,") {
			continue
		}
		if want := fmt.Sprintf(",128,0,0,0,0,%d", n); !strings.HasSuffix(lines.Text(), want) {
			t.Fatalf("event = %q, want it to end in %q", lines.Text(), want)
		}
		n++
	}
	const event = "96,20,3,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:01"
	fmt.Fprintf(conn, "SEND %s,1,0xFF\r\n", event)
	if got, want := s.line(), "352,20,3,1,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:01,1,0xFF"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	s.stop()
	if got, want := s.line(), "emitted 5, received 1 events"; got != want {
		t.Errorf("last line = %q, want %q", got, want)
	}
	if code := <-s.ended; code != exitOK || s.stderr.Len() > 0 {
		t.Errorf("exit code = %d with %q, want %d and no complaint", code, &s.stderr, exitOK)
	}
	for lines.Scan() { // the connection is closed with the server
	}
}

func TestSimulateRefusesAWrongPassword(t *testing.T) {
	s := startSimulation(t, "--user", "admin", "--password", "secret")
	_, lines := s.dial("guess")
	var last string
	for lines.Scan() {
		last = lines.Text()
	}
	if !strings.HasPrefix(last, "-OK") {
		t.Errorf("last answer = %q, want a refusal", last)
	}
	s.stop()
	if got, want := s.line(), "emitted 0, received 0 events"; got != want {
		t.Errorf("last line = %q, want %q: nobody has logged in", got, want)
	}
	<-s.ended
}

func TestSimulateWarnsOfTheNetwork(t *testing.T) {
	for _, tt := range []struct {
		listen string
		want   string
	}{
		{"127.0.0.1:0", ""},
		{"[::1]:0", ""},
		{"0.0.0.0:0", "can be reached from the network, and every login is accepted"},
	} {
		var out, warnings bytes.Buffer
		l, err := net.Listen("tcp", tt.listen)
		if err != nil {
			t.Logf("Listen(%q) = %v: not tried", tt.listen, err)
			continue
		}
		(&simulateOutput{out: &out, warnings: &warnings}).start(l.Addr(), true)
		l.Close()
		if got := warnings.String(); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("listening on %s warns %q, want %q", tt.listen, got, tt.want)
		}
	}
}
