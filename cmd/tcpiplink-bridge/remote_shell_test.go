package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// openShell connects a shell to a server, as admin.
func openShell(t *testing.T, address string, c *console) *shell {
	t.Helper()
	r := &remoteRun{flags: remoteFlags{user: "admin", password: "secret"}, name: address, console: c}
	s, err := r.connect(t.Context(), loginOffered)
	if err != nil {
		t.Fatalf("connect = %v", err)
	}
	return &shell{s: s, read: lines(c.in)}
}

func TestShellReadsLines(t *testing.T) {
	s := startServer(t, nil)
	tests := []struct {
		in   string
		want string // of the output
		err  string // part of the error; empty: none
	}{
		{"", "", ""},
		{"CHID\n", "1\n+OK - Success.\n", ""},
		{"# nothing\n\n  chid  \n\nGGID", "1\n+OK - Success.\n" + interfaceOne + "\n+OK - Success.\n", ""},
		{"chid\nquit\nchid\n", "1\n+OK - Success.\n", ""},
		{"chid\nexit\nchid\n", "1\n+OK - Success.\n", ""},
		{"XFOO\nCDTA\nXBAR\n", "-OK - Unknown command\n0\n+OK - Success.\n-OK - Unknown command\n", "2 commands refused"},
		{"interface\n", "*tcp/ip client", ""},
		{"help cdta\n", "*Get the number", ""},
		{"history\n", "", ""},
		{"?\n", "*Ctrl-D", ""},
		{"RESTART\nCHID\n", "", "hang for good"},
		{"RCVLOOP\nCHID\n", "", "without being asked"},
		{"PASS Zwiebel\x00\n", "", "PASS ***"},
	}
	for _, tt := range tests {
		s.awaitIdle(t)
		var out bytes.Buffer
		sh := openShell(t, s.addr, &console{in: strings.NewReader(tt.in), out: &out, errOut: &out})
		err := sh.run(t.Context())
		want, contains := strings.CutPrefix(tt.want, "*")
		if got := out.String(); contains && !strings.Contains(got, want) || !contains && got != want {
			t.Errorf("shell with %q prints %q, want %q", tt.in, got, want)
		}
		if (err == nil) != (tt.err == "") || err != nil && (!strings.Contains(err.Error(), tt.err) || strings.Contains(err.Error(), "Zwiebel")) {
			t.Errorf("shell with %q = %v, want %q", tt.in, err, tt.err)
		}
	}
}

// keyboard is a person at a terminal: types when the screen shows what is waited for.
type keyboard struct {
	t      *testing.T
	screen syncBuffer
	keys   *io.PipeWriter
	in     *io.PipeReader
	ended  chan error
}

func (k *keyboard) Read(p []byte) (int, error)  { return k.in.Read(p) }
func (k *keyboard) Write(p []byte) (int, error) { return k.screen.Write(p) }

// sit starts a shell with line editing.
func sit(t *testing.T, address string) *keyboard {
	t.Helper()
	k := &keyboard{t: t, ended: make(chan error, 1)}
	k.in, k.keys = io.Pipe()
	e := newEditor(k, "north")
	c := e.console(&console{in: k})
	sh := openShell(t, address, c)
	sh.read, sh.editor = e.readLine, e
	go func() { k.ended <- sh.run(context.WithoutCancel(t.Context())) }()
	k.screen.await(t, "north> ")
	return k
}

// types presses keys, and waits until something new is shown.
func (k *keyboard) types(keys, want string) string {
	k.t.Helper()
	k.screen.mu.Lock()
	k.screen.b.Reset()
	k.screen.mu.Unlock()
	k.press(keys)
	k.screen.await(k.t, want)
	return k.screen.String()
}

func (k *keyboard) press(keys string) {
	k.t.Helper()
	if _, err := io.WriteString(k.keys, keys); err != nil {
		k.t.Fatal(err)
	}
}

func TestShellOnATerminal(t *testing.T) {
	s := startServer(t, nil)
	k := sit(t, s.addr)
	k.types("chi\t\r", "1\r\n+OK - Success.\r\nnorth> ")
	k.types("S\t", "SEND  SFLT  SGID  SHUTDOWN  SMSK  STAT")
	k.types("\b", "")
	k.types("wc\t\r", "00-00-00-00-00-00-80-68")
	k.types("PASS Zwiebel\r", "+OK")
	k.types("user admin\r", "+OK")
	if got := k.types("PASS\rKnoblauch\r", "+OK - Success.\r\nnorth> "); strings.Contains(got, "Knoblauch") {
		t.Errorf("PASS with a prompt shows %q, want no password", got)
	}
	k.types("restart\r", "Type yes: ")
	k.types("no\r", "not sent\r\nnorth> ")
	k.types("restart\r", "Type yes: ")
	k.types("yes\r", "-OK - Not supported")
	k.types("rcvloop\r", "hint: use 'tcpiplink-bridge remote NAME watch'")
	got := k.types("history\r", "rcvloop\r\n")
	got += k.types("?\r", "Ctrl-D does")
	for _, secret := range []string{"Zwiebel", "Knoblauch", "user admin", "yes"} {
		if strings.Contains(got, secret) {
			t.Errorf("history shows %q, want no %q", got, secret)
		}
	}
	if !strings.Contains(got, "wcyd") {
		t.Errorf("history shows %q, want wcyd in it", got)
	}
	k.types("\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\r", "+OK - Success.") // the fifth line from the end
	k.press("\x04")
	if err := <-k.ended; err != nil {
		t.Errorf("shell = %v, want nil after Ctrl-D", err)
	}
}

func TestShellConnectsAgain(t *testing.T) {
	s := startServer(t, nil)
	proxy := linktest.NewFaultProxy(t, s.addr)
	k := sit(t, proxy.Addr())
	proxy.Cut()
	k.types("chid\r", "Connect again? [Y/n] ")
	proxy.Refuse()
	k.types("\r", "Connect again? [Y/n] ")
	if err := proxy.Accept(); err != nil {
		t.Fatal(err)
	}
	k.types("y\r", "Connected again.")
	k.types("cdta\r", "0\r\n+OK - Success.\r\n")
	proxy.Cut()
	k.types("chid\r", "Connect again? [Y/n] ")
	k.press("n\r")
	if err := <-k.ended; remote.CauseOf(err) != remote.CauseClosed {
		t.Errorf("shell = %v, want that the peer closed", err)
	}
}

func TestShellHistory(t *testing.T) {
	h := &shellHistory{}
	for _, line := range []string{"noop", "noop", " ", "PASS a", "pass a", "passa", "xpass a", "USER b", "user b", " chid ", "noop"} {
		h.Add(line)
	}
	if got, want := strings.Join(h.all(), "|"), "noop|chid|noop"; got != want {
		t.Errorf("history = %q, want %q", got, want)
	}
	if got := h.At(1); got != "chid" {
		t.Errorf("At(1) = %q, want %q", got, "chid")
	}
	for range maxHistory {
		h.Add("a")
		h.Add("b")
	}
	if h.Len() != maxHistory || h.At(0) != "b" || h.At(maxHistory-1) != "a" {
		t.Errorf("history has %d lines, from %q to %q, want %d from a to b", h.Len(), h.At(maxHistory-1), h.At(0), maxHistory)
	}
}

func TestShellCompletes(t *testing.T) {
	var screen bytes.Buffer
	e := newEditor(struct {
		io.Reader
		io.Writer
	}{strings.NewReader(""), &screen}, "north")
	tests := []struct {
		line string
		pos  int
		want string
		at   int
	}{
		{"n", 1, "noop ", 5},
		{"NO", 2, "NOOP ", 5},
		{"int", 3, "interface list ", 15},
		{"re", 2, "re", 2},
		{"ch", 2, "ch", 2},
		{"cha", 3, "challenge ", 10},
		{"x", 1, "x", 1},
		{"ret 5", 3, "retr 5", 4},
		{"retr 5", 6, "retr 5", 6},
	}
	for _, tt := range tests {
		got, at, ok := e.complete(tt.line, tt.pos, '\t')
		if got != tt.want || at != tt.at || !ok {
			t.Errorf("complete(%q, %d) = %q, %d, %v, want %q, %d", tt.line, tt.pos, got, at, ok, tt.want, tt.at)
		}
	}
	if _, _, ok := e.complete("n", 1, 'x'); ok {
		t.Errorf("complete takes the key x, want Tab only")
	}
}
