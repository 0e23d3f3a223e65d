package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestErrorQuestions(t *testing.T) {
	no := func(verb linkwire.Verb, text string) error {
		return fmt.Errorf("somewhere: %w", &CommandError{Verb: verb, Text: text})
	}
	for _, tt := range []struct {
		err                                error
		refused, login, denied, full, need bool
		cause                              Cause
	}{
		{nil, false, false, false, false, false, CauseNone},
		{no("SEND", "Buffer Full"), true, false, false, true, false, CauseRefused},
		{no("SEND", "the queue is full"), true, false, false, true, false, CauseRefused},
		{no("SEND", "Invalid parameter or format"), true, false, false, false, false, CauseRefused},
		{no("RETR", "User need higher privilege level to perform this operation."), true, false, true, false, false, CauseRefused},
		{no("RETR", "User does not have rights to perform this operation."), true, false, true, false, false, CauseRefused},
		{no("CHID", "Need to log in to perform this command."), true, false, true, false, true, CauseRefused},
		{no("USER", "invalid user"), true, true, false, false, false, CauseLogin},
		{no("PASS", "Invalid or unknown peer."), true, true, false, false, false, CauseLogin},
		{no("NOOP", ""), true, false, false, false, false, CauseRefused},
		{errors.New("SEND refused: Buffer Full"), false, false, false, false, false, CauseIO},
		{&ProtocolError{Verb: "SEND", Reason: "full"}, false, false, false, false, false, CauseProtocol},
		{fmt.Errorf("greeting: %w", linkwire.ErrLineTooLong), false, false, false, false, false, CauseLineLength},
		{fmt.Errorf("noop: %w", context.Canceled), false, false, false, false, false, CauseNone},
		{fmt.Errorf("noop: %w", context.DeadlineExceeded), false, false, false, false, false, CauseTimeout},
		{fmt.Errorf("noop: %w", os.ErrDeadlineExceeded), false, false, false, false, false, CauseTimeout},
		{fmt.Errorf("noop: %w", io.EOF), false, false, false, false, false, CauseClosed},
		{fmt.Errorf("noop: %w", io.ErrUnexpectedEOF), false, false, false, false, false, CauseClosed},
		{fmt.Errorf("noop: %w", ErrClosed), false, false, false, false, false, CauseClosed},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, false, false, false, false, false, CauseClosed},
		{&net.OpError{Op: "write", Err: os.NewSyscallError("write", syscall.EPIPE)}, false, false, false, false, false, CauseClosed},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, false, false, false, false, false, CauseDial},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, false, false, false, false, false, CauseDial},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host"}}, false, false, false, false, false, CauseResolve},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.EIO)}, false, false, false, false, false, CauseIO},
	} {
		if Refused(tt.err) != tt.refused || LoginRefused(tt.err) != tt.login || Denied(tt.err) != tt.denied ||
			PeerFull(tt.err) != tt.full || needsLogin(tt.err) != tt.need || CauseOf(tt.err) != tt.cause {
			t.Errorf("%v: refused %v, login %v, denied %v, full %v, needs login %v, cause %s, want %+v", tt.err,
				Refused(tt.err), LoginRefused(tt.err), Denied(tt.err), PeerFull(tt.err), needsLogin(tt.err), CauseOf(tt.err), tt)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	for want, err := range map[string]error{
		"NOOP refused":                     &CommandError{Verb: "NOOP"},
		`SEND refused: "Buffer Full"`:      &CommandError{Verb: "SEND", Text: "Buffer Full"},
		`SEND refused: "\x1b[2J\x00\u202e`: &CommandError{Verb: "SEND", Text: "\x1b[2J\x00\u202e" + strings.Repeat("x", 5000)},
		"CHID: 2 data lines, want 1":       &ProtocolError{Verb: "CHID", Reason: "2 data lines, want 1"},
	} {
		if got := err.Error(); !strings.HasPrefix(got, want) || len(got) > 300 {
			t.Errorf("Error() = %.300q, want it to begin with %q and not to be endless", got, want)
		}
	}
}

func TestStateNames(t *testing.T) {
	seen := map[string]bool{}
	for s := StateStopped; s <= StateClosing; s++ {
		if name := s.String(); name == "unknown" || name == "" || seen[name] {
			t.Errorf("state %d is called %q, want a name of its own", s, name)
		} else {
			seen[name] = true
		}
		if want := s == StateReceiving || s == StateReady || s == StateSending; s.Up() != want {
			t.Errorf("%s.Up() = %v, want %v", s, s.Up(), want)
		}
	}
	if got := (StateClosing + 1).String(); got != "unknown" {
		t.Errorf("a state that is none is called %q, want unknown", got)
	}
}

func TestTracker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTracker(roleSend, "send-2", new(Counters).link("send-2"))
		start := time.Now()
		tr.enterUntil(StateWaiting, CauseNone, start.Add(time.Minute))
		time.Sleep(time.Second)
		tr.failed(io.EOF, CauseClosed)
		tr.enterUntil(StateWaiting, CauseNone, start.Add(time.Hour)) // still waiting, for something else
		if s := tr.read(); s.State != StateWaiting || s.Since != start || !s.Next.Equal(start.Add(time.Hour)) || !s.Failing || s.Failures != 1 {
			t.Errorf("status %+v, want waiting since the start for the hour, one failure", s)
		}
		tr.enter(StateDialing, CauseNone)
		if s := tr.read(); s.Since != start.Add(time.Second) || !s.Next.IsZero() || !s.Failing {
			t.Errorf("status %+v, want a new state without a next time, still failing", s)
		}
		time.Sleep(time.Second)
		tr.failed(io.EOF, CauseIO)
		if s := tr.read(); s.FailsFrom != start.Add(time.Second) || !s.CameUp.IsZero() {
			t.Errorf("failing from %v, came up at %v, want from the first failure on, and never", s.FailsFrom, s.CameUp)
		}
		tr.enter(StateReady, CauseNone)
		tr.enter(StateReady, CauseNone)
		tr.enter(StateSending, CauseNone)
		tr.skipped(3)
		tr.reached("192.0.2.7:9598")
		s := tr.read()
		if s.Connects != 1 || s.Failing || s.LastError != "EOF" || s.LastCause != CauseIO || s.Causes[CauseClosed] != 1 || s.Skipped != 3 {
			t.Errorf("status %+v, want one connection, the failures remembered, 3 skipped", s)
		}
		if s.CameUp != start.Add(2*time.Second) || !s.FailsFrom.IsZero() {
			t.Errorf("came up at %v, failing from %v, want 2 s after the start, and not at all", s.CameUp, s.FailsFrom)
		}
		if s.Name != "send-2" || s.Role != roleSend || s.Address != "192.0.2.7:9598" {
			t.Errorf("status of %s (%s) at %q, want send-2 (send) at 192.0.2.7:9598", s.Name, s.Role, s.Address)
		}
		want := []Transition{
			{StateStopped, StateWaiting, start, 0, CauseNone},
			{StateWaiting, StateDialing, start.Add(time.Second), time.Second, CauseNone},
			{StateDialing, StateReady, start.Add(2 * time.Second), time.Second, CauseNone},
			{StateReady, StateSending, start.Add(2 * time.Second), 0, CauseNone},
		}
		if !slices.Equal(s.History, want) {
			t.Errorf("History = %+v, want %+v", s.History, want)
		}
		time.Sleep(time.Minute)
		tr.enter(StateClosing, CauseStalled)
		tr.failed(ErrStalled, CauseStalled)
		s = tr.read()
		if s.CameUp != start.Add(2*time.Second) || s.FailsFrom != start.Add(62*time.Second) {
			t.Errorf("came up at %v, failing from %v, want 2 s and 62 s after the start", s.CameUp, s.FailsFrom)
		}
		if got, want := s.Stays[StateSending], (Stay{Times: 1, Total: time.Minute}); got != want {
			t.Errorf("the stay in sending is %+v, want %+v", got, want)
		}
		if got := s.History[len(s.History)-1].Cause; got != CauseStalled {
			t.Errorf("the last transition was caused by %s, want %s", got, CauseStalled)
		}
		for range historyKept {
			tr.enter(StateWaiting, CauseNone)
			tr.enter(StateDialing, CauseNone)
		}
		if got := tr.read().History; len(got) != historyKept || got[historyKept-1].To != StateDialing {
			t.Errorf("History = %+v, want the last %d", got, historyKept)
		}
	})
}

func TestGate(t *testing.T) {
	g := newGate()
	before := g.wait()
	if isClosed(before) || g.isUp() {
		t.Error("a new gate is open, want it shut")
	}
	g.set(true)
	g.set(true) // is harmless
	if !isClosed(before) || !isClosed(g.wait()) || !g.isUp() {
		t.Error("the gate is shut after set(true), want it open for who waited and who comes")
	}
	g.set(false)
	g.set(false)
	if isClosed(g.wait()) || g.isUp() || !isClosed(before) {
		t.Error("the gate is open after set(false), want it shut for who comes")
	}
}

func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &Manager{}
		var l limiter
		for _, tt := range []struct {
			wait time.Duration
			n    int
			ok   bool
			held int
		}{
			{0, 1, true, 0},
			{time.Second, 1, false, 0},
			{time.Second, 5, false, 0},
			{8 * time.Second, 1, true, 6},
			{10*time.Second - 1, 1, false, 0},
			{1, 3, true, 3},
			{time.Hour, 1, true, 0},
		} {
			time.Sleep(tt.wait)
			if ok, held := m.allow(&l, tt.n); ok != tt.ok || held != tt.held {
				t.Errorf("after %v: allow(%d) = %v, %d, want %v, %d", tt.wait, tt.n, ok, held, tt.ok, tt.held)
			}
		}
	})
}

func TestTimeForm(t *testing.T) {
	for line, want := range map[string]vscp.TimeForm{
		"0,10,6,0,,,-,1":                            vscp.TimeNone,
		"256,10,6,0,,,-,1":                          vscp.TimeNone,
		"0,10,6,0,,12345,-,1":                       vscp.TimeNone, // microseconds without a date
		"256,10,6,0,,6,-,1":                         vscp.TimeNanos,
		"0,10,6,0,,1770000000123456789,-,1":         vscp.TimeNanos,
		"0,10,6,0,2026-11-22T16:49:18Z,6,-,1":       vscp.TimeDate,
		"0,10,6,0,2026-11-22T16:49:18,6,-,1":        vscp.TimeDate,
		"256,10,6,0,2026-11-22T16:49:18Z,352,-,0x6": vscp.TimeDate,
	} {
		if got := timeForm(mustRow(t, line)); got != want {
			t.Errorf("timeForm(%q) = %v, want %v", line, got, want)
		}
	}
}

// TestFormIsLearnedAgain follows a server that was replaced by one of another era.
func TestFormIsLearnedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		version := "15,0,0,0"
		f.answer = func(_ *fakeConn, line string) (string, bool) { return version + "\r\n+OK\r\n", line == "VERS" }
		r := newRig(t, f.dial, nil).start()
		const event = "352,10,6,0,,1770000000123456789,-,1"
		send := func(row, want string) {
			t.Helper()
			time.Sleep(time.Second)
			conns := f.connections()
			if row != "" {
				conns[len(conns)-2].push(row)
				synctest.Wait()
			}
			r.pushLines(event)
			synctest.Wait()
			all := f.all("SEND")
			if got := all[len(all)-1]; got != "SEND "+want {
				t.Errorf("after %q: sent %q, want %q", row, got, want)
			}
		}
		send("", "96,10,6,0,,,-,1")
		send("0,10,6,0,2026-11-22T16:49:18Z,6,-,1", "96,10,6,0,2026-02-02T02:40:00Z,123456,-,1")
		send("256,10,6,0,,7,-,1", "96,10,6,0,2026-02-02T02:40:00Z,123456,-,1") // passed on from elsewhere: the first tells
		version = "15,1,0,0"
		for _, c := range f.connections() {
			_ = c.conn.Close()
		}
		time.Sleep(3 * time.Second)
		send("", "96,10,6,0,,,-,1")
		send("256,10,6,0,,7,-,1", "352,10,6,0,,1770000000123456789,-,1")
	})
}

// TestOldDaemon is not asked what it would not answer.
func TestOldDaemon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			switch line {
			case "VERS":
				return "1,12,4\r\n+OK\r\n", true
			case "WCYD":
				return markStall, true
			}
			return "", false
		}
		c := login(t, f.dial)
		p, err := c.Probe(t.Context())
		if err != nil || p.Family != FamilyUnknown || p.Version != (Version{Major: 1, Minor: 12, Release: 4}) || p.ChannelID != 1 {
			t.Errorf("Probe = %+v, %v, want version 1.12.4 of an unknown family on channel 1", p, err)
		}
		if got := p.Version.String(); got != "1.12.4" {
			t.Errorf("Version.String() = %q, want 1.12.4", got)
		}
	})
}
