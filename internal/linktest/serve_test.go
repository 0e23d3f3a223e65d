package linktest

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// dialTCP connects to a real address; a deadline keeps a broken test from hanging.
func dialTCP(t *testing.T, address string) *client {
	t.Helper()
	return dialPipe(t, func(ctx context.Context, network, _ string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return conn, conn.SetDeadline(time.Now().Add(10 * time.Second))
	})
}

func TestServe(t *testing.T) {
	scripts, err := ParseScript("f", []byte("== a\n< a\n> A\nclose\n== b\n< b\n> B\n< bye\n"))
	if err != nil {
		t.Fatal(err)
	}
	address := Serve(t, scripts...)
	first := dialTCP(t, address)
	first.read("a\r\n")
	second := dialTCP(t, address)
	second.read("b\r\n")
	first.send("A\r\n")
	first.readEnd()
	second.send("B\r\n")
	second.read("bye\r\n")
}

func TestServeMismatch(t *testing.T) {
	rec := &recorder{}
	c := dialTCP(t, Serve(rec, Inline(rec, "> NOOP\n")))
	c.send("QUIT\r\n")
	c.readEnd()
	if got, want := rec.finish(), `got the line "QUIT", want the line "NOOP"`; !sameFailure(got, want) {
		t.Errorf("failure = %q, want %q", got, want)
	}
}

func TestServeExtraConnection(t *testing.T) {
	rec := &recorder{}
	address := Serve(rec, Inline(rec, "> A\n"))
	c := dialTCP(t, address)
	c.send("A\r\n")
	extra := dialTCP(t, address)
	extra.readEnd()
	c.close()
	if got, want := rec.finish(), "got connection 2, want 1 at most"; !sameFailure(got, want) {
		t.Errorf("failure = %q, want %q", got, want)
	}
}

func TestDialerExtraConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		dial := Dialer(rec)
		if conn, err := dial(t.Context(), "tcp", "peer:9598"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial = %v, %v, want %v", conn, err, syscall.ECONNREFUSED)
		}
		if got, want := rec.finish(), "got connection 1, want 0 at most"; !sameFailure(got, want) {
			t.Errorf("failure = %q, want %q", got, want)
		}
	})
}

func TestPeerExtra(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial := Peer{Scripts: []*Script{Inline(t, "< first\n")}, Extra: Inline(t, "< more\n")}.Dialer(t)
		for _, want := range []string{"first\r\n", "more\r\n", "more\r\n"} {
			dialPipe(t, dial).read(want)
		}
	})
}

func TestDialerOverWithTheTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		dial := Peer{Extra: Inline(rec, "close\n")}.Dialer(rec)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if conn, err := dial(ctx, "tcp", ""); !errors.Is(err, context.Canceled) {
			t.Errorf("dial with a context that is over = %v, %v, want %v", conn, err, context.Canceled)
		}
		if got := rec.finish(); got != "" {
			t.Errorf("failure = %q, want none", got)
		}
		if conn, err := dial(t.Context(), "tcp", ""); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial after the test = %v, %v, want %v", conn, err, syscall.ECONNREFUSED)
		}
	})
}

func TestScriptNotPlayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		scripts, err := ParseScript("f", []byte("== a\nclose\n== b\nclose\n== c\nclose\n"))
		if err != nil {
			t.Fatal(err)
		}
		dialPipe(t, Dialer(rec, scripts...)).readEnd()
		if got, want := rec.finish(), "got 1 connections, want 3: b of f was not played"; !sameFailure(got, want) {
			t.Errorf("failure = %q, want %q", got, want)
		}
	})
}

func TestInlineFails(t *testing.T) {
	for text, want := range map[string]string{
		"nonsense\n":             `unknown step "nonsense"`,
		"== a\n< 1\n== b\n< 2\n": "got 2 dialogues",
	} {
		got := fatal(func(tb testing.TB) {
			tb.Helper()
			Inline(tb, text)
		})
		if !strings.Contains(got, want) {
			t.Errorf("Inline(%q) failed with %q, want %q", text, got, want)
		}
	}
}

// fatal returns what f ends the test with.
func fatal(f func(t testing.TB)) string {
	rec := &fatalRecorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		f(rec)
	}()
	<-done
	return rec.finish()
}

// fatalRecorder ends its test by a panic that fatal catches.
type fatalRecorder struct{ recorder }

func (r *fatalRecorder) Fatal(args ...any) {
	r.Error(args...)
	panic(io.EOF)
}

func (r *fatalRecorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(io.EOF)
}
