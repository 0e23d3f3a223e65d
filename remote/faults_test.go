package remote

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// call is one command as a method.
type call struct {
	name string
	verb linkwire.Verb
	run  func(ctx context.Context, c *Client) error
}

// calls returns every command whose answer is one reply.
func calls() []call {
	var b Batch
	event := vscp.Event{Class: 10, Type: 6, Data: []byte{1}}
	return []call{
		{"Noop", "NOOP", func(ctx context.Context, c *Client) error { return c.Noop(ctx) }},
		{"Version", "VERS", func(ctx context.Context, c *Client) error {
			v, err := c.Version(ctx)
			return wanted(v, Version{15, 2, 0, "0"}, err)
		}},
		{"Capabilities", "WCYD", func(ctx context.Context, c *Client) error {
			v, _, err := c.Capabilities(ctx)
			return wanted(v, 0x8078, err)
		}},
		{"ChannelID", "CHID", func(ctx context.Context, c *Client) error {
			v, err := c.ChannelID(ctx)
			return wanted(v, 7, err)
		}},
		{"DataCount", "CDTA", func(ctx context.Context, c *Client) error {
			v, err := c.DataCount(ctx)
			return wanted(v, 3, err)
		}},
		{"GUID", "GGID", func(ctx context.Context, c *Client) error {
			v, err := c.GUID(ctx)
			return wanted(v, testGUID, err)
		}},
		{"SetGUID", "SGID", func(ctx context.Context, c *Client) error { return c.SetGUID(ctx, testGUID) }},
		{"Statistics", "STAT", func(ctx context.Context, c *Client) error {
			v, err := c.Statistics(ctx)
			return wanted(v, Statistics{Overruns: 3, SentEvents: 7}, err)
		}},
		{"Info", "INFO", func(ctx context.Context, c *Client) error {
			v, err := c.Info(ctx)
			return wanted(v, ChannelStatus{Status: 1, Text: "ok"}, err)
		}},
		{"Interfaces", "INTERFACE", func(ctx context.Context, c *Client) error {
			v, err := c.Interfaces(ctx)
			return wanted(len(v), 2, err)
		}},
		{"Help", "HELP", func(ctx context.Context, c *Client) error {
			v, err := c.Help(ctx, "")
			return wanted(strings.Join(v, "|"), "Help|+n - Repeat|++ - List", err)
		}},
		{"Challenge", "CHALLENGE", func(ctx context.Context, c *Client) error {
			v, err := c.Challenge(ctx, "")
			return wanted(v, "00112233445566778899aabbccddeeff", err)
		}},
		{"Test", "TEST", func(ctx context.Context, c *Client) error { _, err := c.Test(ctx, ""); return err }},
		{"Raw", "XFOO", func(ctx context.Context, c *Client) error {
			v, err := c.Raw(ctx, "XFOO bar")
			return wanted(v.OK, true, err)
		}},
		{"User", "USER", func(ctx context.Context, c *Client) error { return c.User(ctx, "admin") }},
		{"Pass", "PASS", func(ctx context.Context, c *Client) error { return c.Pass(ctx, "secret") }},
		{"SetFilter", "SFLT", func(ctx context.Context, c *Client) error { return c.SetFilter(ctx, vscp.Filter{}) }},
		{"SetMask", "SMSK", func(ctx context.Context, c *Client) error { return c.SetMask(ctx, vscp.Filter{}) }},
		{"Clear", "CLRA", func(ctx context.Context, c *Client) error { return c.Clear(ctx) }},
		{"Retrieve", "RETR", func(ctx context.Context, c *Client) error {
			err := c.Retrieve(ctx, 2, &b)
			return wanted(len(b.Rows), 2, err)
		}},
		{"Send", "SEND", func(ctx context.Context, c *Client) error { return c.Send(ctx, &event, vscp.TextForm{}) }},
		{"SendVariable", "SEND", func(ctx context.Context, c *Client) error { return c.SendVariable(ctx, "door") }},
		{"Shutdown", "SHUTDOWN", func(ctx context.Context, c *Client) error { return c.Shutdown(ctx) }},
		{"Restart", "RESTART", func(ctx context.Context, c *Client) error { return c.Restart(ctx) }},
	}
}

// pairingError is the answer to another command, taken for one's own.
type pairingError struct{ got, want any }

func (e *pairingError) Error() string { return fmt.Sprintf("got %v, want %v", e.got, e.want) }

func wanted[T comparable](got, want T, err error) error {
	if err == nil && got != want {
		return &pairingError{got, want}
	}
	return err
}

// tagged answers a command with its own data, and a status line that names the command and its number, where it may.
func tagged(line string, n int) string {
	verb, _, _ := strings.Cut(line, " ")
	status := fmt.Sprintf("+OK - %s %d\r\n", verb, n)
	switch verb {
	case "VERS":
		return "15,2,0,0\r\n" + status
	case "WCYD":
		return "00-00-00-00-00-00-80-78\r\n" + status
	case "CHID":
		return "7\r\n" + status
	case "CDTA":
		return "3 \r\n" + status
	case "GGID":
		return testGUID.String() + "\r\n" + status
	case "STAT":
		return "0,0,3,0,0,0,7\r\n" + status
	case "INFO":
		return "1,0,0,\"ok\"\r\n" + status
	case "INTERFACE":
		return "2 rows\r\n0,1," + testGUID.String() + ",a\r\n1,1," + testGUID.String() + ",b\r\n" + status
	case "HELP":
		return "Help\r\n+n - Repeat\r\n++ - List\r\n" + status
	case "CHALLENGE":
		return "+OK - 00112233445566778899aabbccddeeff\r\n"
	case "RETR":
		return "0,10,6,0,,,-,1\r\n0,10,7,0,,,-,1\r\n" + status
	default:
		return status
	}
}

// checkPairing checks after a call that the status line was that of the last command that the server got.
func checkPairing(t *testing.T, c *Client, which call, n int) {
	t.Helper()
	got := linkwire.StatusText(c.status)
	if want := fmt.Sprintf("%s %d", which.verb, n); which.verb != "CHALLENGE" && got != want {
		t.Errorf("%s got the answer %q, want %q", which.name, got, want)
	}
}

// fault is what a server does wrong with one answer.
type fault struct {
	name string
	// what is written in place of the answer; wait is before it
	spoil func(answer string) string
	wait  time.Duration
	fatal bool // the connection cannot go on
}

func faults() []fault {
	status := func(answer string) string {
		lines := strings.SplitAfter(answer, "\r\n")
		return lines[len(lines)-2]
	}
	same := func(answer string) string { return answer }
	return []fault{
		{"doubled", func(a string) string { return a + a }, 0, false},
		{"status doubled", func(a string) string { return a + status(a) }, 0, false},
		{"a thousand times OK", func(a string) string { return a + strings.Repeat("+OK\r\n", 1000) }, 0, false},
		{"refused twice", func(string) string { return "-OK - no\r\n-OK - no\r\n" }, 0, false},
		{"stray before", func(a string) string { return "+OK\r\n" + a }, 0, false},
		{"stray refusal before", func(a string) string { return "-OK - late\r\n" + a }, 0, false},
		{"data where none belongs", func(a string) string { return "7\r\n" + a }, 0, false},
		{"event where none belongs", func(a string) string { return a + "0,20,3,0,,,-,1\r\n" }, 0, false},
		{"dropped", func(string) string { return "" }, 0, false},
		{"data dropped", status, 0, false},
		{"status dropped", func(a string) string { return strings.TrimSuffix(a, status(a)) }, 0, false},
		{"late", same, 7 * time.Second, false},
		{"late and doubled", func(a string) string { return a + a }, 7 * time.Second, false},
		{"too late", same, time.Minute, true},
		{"never", func(string) string { return markStall }, 0, true},
		{"closed", func(string) string { return markClose }, 0, true},
	}
}

// TestFaults spoils the answer to each command in each way: every later command gets its own answer, or the connection has
// ended and says why.
func TestFaults(t *testing.T) {
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			for _, victim := range calls() {
				t.Run(victim.name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { testFault(t, f, victim) })
				})
			}
		})
	}
}

func testFault(t *testing.T, f fault, victim call) {
	t.Helper()
	n := 0
	spoil := true
	peer := newFake(t)
	peer.answer = func(_ *fakeConn, line string) (string, bool) {
		n++
		answer := tagged(line, n)
		if spoil {
			spoil = false
			time.Sleep(f.wait)
			answer = f.spoil(answer)
		}
		return answer, true
	}
	c := connect(t, peer.dial)
	victimErr := victim.run(t.Context(), c) // may be anything: its answer is spoilt
	for range 2 {
		for _, next := range calls() {
			err := next.run(t.Context(), c)
			if f.fatal {
				if err == nil || Refused(err) || CauseOf(err) == CauseNone {
					t.Fatalf("%s = %v after %s = %v, want the end of the connection", next.name, err, victim.name, victimErr)
				}
				wantEnded(t, c)
				return
			}
			if err != nil && victim.verb == "RETR" && c.ended != nil {
				return // more events than asked for are the end, too
			}
			if err != nil {
				t.Fatalf("%s = %v after %s = %v, want nil", next.name, err, victim.name, victimErr)
			}
			checkPairing(t, c, next, n)
		}
	}
}

// TestFaultsOfEveryAnswer has a server whose every answer comes twice: each command is right, or the connection has ended.
func TestFaultsOfEveryAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		peer := newFake(t)
		peer.answer = func(_ *fakeConn, line string) (string, bool) {
			n++
			return tagged(line, n) + tagged(line, n), true
		}
		c := connect(t, peer.dial)
		for _, next := range calls() {
			if err := next.run(t.Context(), c); err != nil {
				if _, wrong := err.(*pairingError); wrong || c.ended == nil { //nolint:errorlint // not wrapped
					t.Fatalf("%s = %v, want its own answer or the end of the connection", next.name, err)
				}
				return
			}
			checkPairing(t, c, next, n)
		}
	})
}

// TestDoubt counts the marks before the command that follows an answer: one after each that leaves room for doubt.
func TestDoubt(t *testing.T) {
	event := vscp.Event{Class: 10, Type: 6, Data: []byte{1}}
	send := func(ctx context.Context, c *Client) error { return c.Send(ctx, &event, vscp.TextForm{}) }
	noop := func(ctx context.Context, c *Client) error { return c.Noop(ctx) }
	chid := func(ctx context.Context, c *Client) error { _, err := c.ChannelID(ctx); return err }
	help := func(ctx context.Context, c *Client) error { _, err := c.Help(ctx, ""); return err }
	for _, tt := range []struct {
		name, answer string
		first, then  func(ctx context.Context, c *Client) error
		marks        int
	}{
		{"taken", "+OK\r\n", send, send, 0},
		{"SEND refused", "-OK - no\r\n", send, send, 1},
		{"NOOP refused", "-OK - no\r\n", noop, send, 0},
		{"surplus between SENDs", "+OK\r\n+OK\r\n", send, send, 1},
		{"data where none belongs", "7\r\n+OK\r\n", noop, noop, 1},
		{"data before a refusal", "7\r\n-OK - no\r\n", chid, noop, 1},
		{"lines before a refusal", "Help\r\n-OK - no\r\n", help, noop, 1},
		{"no data", "+OK\r\n", chid, noop, 1},
		{"wrong data", "seven\r\n+OK\r\n", chid, noop, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				first := true
				f.answer = func(*fakeConn, string) (string, bool) {
					defer func() { first = false }()
					return tt.answer, first
				}
				c := connect(t, f.dial)
				_ = tt.first(t.Context(), c) // some are refused
				if err := tt.then(t.Context(), c); err != nil {
					t.Errorf("the next command = %v, want nil", err)
				}
				if got := len(f.all("VERS")); got != tt.marks {
					t.Errorf("the client set %d marks, want %d", got, tt.marks)
				}
			})
		})
	}
}

// TestNoMarks has a server that knows neither VERS nor WCYD: NOOP has to do, and the client finds a doubled answer to that too.
func TestNoMarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, noops := 0, 0
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			n++
			if line == "VERS" || line == "WCYD" {
				return "-OK - Unknown command\r\n", true
			}
			if noops++; line == "NOOP" && noops == 2 {
				return "+OK\r\n+OK\r\n", true
			}
			return tagged(line, n), true
		}
		c := connect(t, f.dial)
		if v, err := c.Raw(t.Context(), "XFOO"); err != nil || !v.OK {
			t.Fatalf("Raw = %+v, %v, want OK, nil", v, err)
		}
		for range 2 {
			c.step.doubt = true
			if err := c.Clear(t.Context()); err != nil {
				t.Fatalf("Clear = %v, want nil", err)
			}
			checkPairing(t, c, call{"Clear", linkwire.VerbClra, nil}, n)
		}
		if got := len(f.all("NOOP")); got != 3 {
			t.Errorf("the client sent %d NOOPs, want 3: the first was doubled", got)
		}
		if got := len(f.all("VERS")); got != 1 {
			t.Errorf("the client asked for the version %d times, want once", got)
		}
	})
}

// TestFaultsInLaterSegments sends the surplus in a segment of its own, over TCP, so that no command reads it together with its
// own answer. It has arrived before the next command, which gets its own answer nevertheless.
func TestFaultsInLaterSegments(t *testing.T) {
	surplus := []string{"+OK\r\n", "-OK - no\r\n", "7\r\n+OK\r\n", "15,2,0,0\r\n+OK - Success.\r\n", "0,20,3,0,,,-,1\r\n"}
	for i, victim := range calls() {
		t.Run(victim.name, func(t *testing.T) {
			for j, next := range calls() {
				if victim.verb == "SEND" && next.name == "Send" {
					continue // between two SENDs only what was read together is noticed, for speed
				}
				c, said := lateServer(t, surplus[(i+j)%len(surplus)])
				if err := victim.run(t.Context(), c); err != nil {
					t.Fatalf("%s = %v, want nil: its answer came first", victim.name, err)
				}
				<-said
				if err := next.run(t.Context(), c); err != nil {
					t.Errorf("%s = %v after %s, want nil", next.name, err, victim.name)
				}
				checkPairing(t, c, next, 3) // between the two the client found out where it was
				_ = c.Close()
			}
		})
	}
}

// lateServer answers one connection over TCP, and closes said when the surplus behind the first answer is written.
func lateServer(t *testing.T, surplus string) (c *Client, said <-chan struct{}) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	near, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	written, done := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { _ = far.Close(); <-done })
	go func() {
		defer close(done)
		defer far.Close()
		_, _ = far.Write([]byte("+OK\r\n"))
		r := bufio.NewReader(far)
		for n := 1; ; n++ {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			_, _ = far.Write([]byte(tagged(strings.TrimSpace(line), n)))
			if n == 1 {
				_, _ = far.Write([]byte(surplus))
				close(written)
			}
		}
	}()
	if c, err = NewClient(t.Context(), near, ClientOptions{}); err != nil {
		t.Fatal(err)
	}
	return c, written
}
