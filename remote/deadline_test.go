package remote

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// silent is a connection to a peer that greets and then neither reads nor says anything.
func silent(t *testing.T, o ClientOptions) *Client {
	t.Helper()
	near, far := net.Pipe()
	t.Cleanup(func() { _ = far.Close() })
	go func() { _, _ = io.WriteString(far, "+OK\r\n") }()
	c, err := NewClient(t.Context(), near, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mute is a connection to a peer that greets, reads everything and says nothing.
func mute(t *testing.T) *Client {
	t.Helper()
	f := newFake(t)
	f.answer = func(*fakeConn, string) (string, bool) { return "", true }
	return connect(t, f.dial)
}

// TestContextReachesTheSocket ends the context of a call in each phase.
func TestContextReachesTheSocket(t *testing.T) {
	var b Batch
	noop := func(ctx context.Context, c *Client) error { return c.Noop(ctx) }
	receive := func(ctx context.Context, c *Client) error { return c.Receive(ctx, time.Hour, &b) }
	write := func(t *testing.T) *Client { t.Helper(); return silent(t, ClientOptions{}) }
	for _, tt := range []struct {
		name   string
		client func(t *testing.T) *Client
		call   func(ctx context.Context, c *Client) error
	}{
		{"write", write, noop},
		{"read", mute, noop},
		{"receive", mute, receive},
	} {
		for _, way := range []struct {
			name string
			end  func(ctx context.Context) (context.Context, context.CancelFunc)
			want error
			took time.Duration
		}{
			{"cancelled before", func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return ctx, cancel
			}, context.Canceled, 0},
			{"cancelled during", func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(time.Second, cancel)
				return ctx, cancel
			}, context.Canceled, time.Second},
			{"deadline before", func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, -time.Second)
			}, context.DeadlineExceeded, 0},
			{"deadline during", func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 2*time.Second)
			}, context.DeadlineExceeded, 2 * time.Second},
			{"cancelled for a reason", func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancelCause(ctx)
				time.AfterFunc(time.Second, func() { cancel(io.ErrNoProgress) })
				return ctx, func() { cancel(nil) }
			}, io.ErrNoProgress, time.Second},
		} {
			t.Run(tt.name+"/"+way.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := tt.client(t)
					ctx, cancel := way.end(t.Context())
					defer cancel()
					start := time.Now()
					err := tt.call(ctx, c)
					if took := time.Since(start); !errors.Is(err, way.want) && way.took > 0 || took != way.took {
						t.Errorf("call = %v after %v, want %v after %v", err, took, way.want, way.took)
					}
					if way.took == 0 && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
						t.Errorf("call = %v, want %v", err, ctx.Err())
					}
					wantEnded(t, c)
				})
			})
		}
	}
}

// TestTimeouts has no deadline in the context: the phase has its own.
func TestTimeouts(t *testing.T) {
	for _, tt := range []struct {
		name   string
		client func(t *testing.T) *Client
	}{
		{"write", func(t *testing.T) *Client { t.Helper(); return silent(t, ClientOptions{ReplyTimeout: 3 * time.Second}) }},
		{"read", func(t *testing.T) *Client { t.Helper(); return mute(t) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := tt.client(t)
				want := c.opts.ReplyTimeout
				start := time.Now()
				err := c.Send(t.Context(), &vscp.Event{Class: 10, Type: 6}, vscp.TextForm{})
				if took := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || CauseOf(err) != CauseTimeout || took != want {
					t.Errorf("Send = %v after %v, want a time-out after %v", err, took, want)
				}
				if text := errText(err); !strings.HasPrefix(text, "SEND: ") {
					t.Errorf("error is %q, want it to name the command", text)
				}
				wantEnded(t, c)
			})
		})
	}
}

// TestReplyTimeoutIsForTheWholeReply has a server that answers a line a second.
func TestReplyTimeoutIsForTheWholeReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, _ string) (string, bool) {
			for range 20 {
				time.Sleep(time.Second)
				c.push("1")
			}
			return "", true
		}
		c := connect(t, f.dial)
		start := time.Now()
		_, err := c.ChannelID(t.Context())
		if took := time.Since(start); CauseOf(err) != CauseTimeout || took != c.opts.ReplyTimeout {
			t.Errorf("ChannelID = %v after %v, want a time-out after %v", err, took, c.opts.ReplyTimeout)
		}
	})
}

// TestContextBetweenCalls ends a context while no call uses it: the connection serves other contexts as before.
func TestContextBetweenCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, newFake(t).dial)
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			if err := c.Noop(ctx); err != nil {
				t.Fatalf("Noop = %v, want nil", err)
			}
			cancel()
			synctest.Wait()
			if err := c.Noop(t.Context()); err != nil {
				t.Fatalf("Noop with another context = %v, want nil", err)
			}
			if err := c.Noop(context.Background()); err != nil { //nolint:usetesting // a context without Done
				t.Fatalf("Noop with a context that never ends = %v, want nil", err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Noop(ctx); err != nil {
			t.Fatalf("Noop = %v, want nil", err)
		}
		time.Sleep(2 * time.Second)
		if err := c.Noop(t.Context()); err != nil {
			t.Errorf("Noop after the deadline of another context = %v, want nil", err)
		}
	})
}

// TestCancelRacesWithTheEnd cancels around the moment at which calls end. Whatever comes first, a call gives nil or the
// context's error, and no later call with another context meets the old deadline.
func TestCancelRacesWithTheEnd(t *testing.T) {
	f := newFake(t)
	for range 50 {
		c := connect(t, f.dial)
		for range 20 {
			ctx, cancel := context.WithCancel(t.Context())
			var canceling sync.WaitGroup
			canceling.Go(cancel)
			err := c.Noop(ctx)
			canceling.Wait()
			if err != nil {
				if !errors.Is(err, context.Canceled) {
					t.Fatalf("Noop beside cancel = %v, want nil or context.Canceled", err)
				}
				break
			}
			if err := c.Noop(t.Context()); err != nil {
				t.Fatalf("Noop after a race = %v, want nil", err)
			}
		}
		_ = c.Close()
	}
}

// lateEnd is a context that ends in the middle of begin: after it was looked at, and before the deadline is set.
type lateEnd struct {
	context.Context
	end func()
}

// Deadline is what begin asks in between.
func (l *lateEnd) Deadline() (time.Time, bool) {
	if l.end != nil {
		l.end()
		synctest.Wait() // the watch has run
	}
	return l.Context.Deadline()
}

func TestContextEndsBesideBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, cancel := context.WithCancel(t.Context())
		ctx := &lateEnd{Context: inner}
		f := newFake(t)
		f.answer = func(c *fakeConn, _ string) (string, bool) { return "", len(c.lines("")) > 1 }
		c := connect(t, f.dial)
		if err := c.Noop(ctx); err != nil {
			t.Fatal(err)
		}
		ctx.end = cancel
		start := time.Now()
		if err := c.Noop(ctx); !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
			t.Errorf("Noop = %v after %v, want context.Canceled at once", err, time.Since(start))
		}
	})
}

// TestCloseFromAnotherGoroutine ends calls that read and write, and none that wait for a context.
func TestCloseFromAnotherGoroutine(t *testing.T) {
	for name, client := range map[string]func(t *testing.T) *Client{
		"write": func(t *testing.T) *Client { t.Helper(); return silent(t, ClientOptions{}) },
		"read":  mute,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := client(t)
				time.AfterFunc(time.Second, func() { _ = c.Close() })
				start := time.Now()
				if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) || time.Since(start) != time.Second {
					t.Errorf("Noop = %v after %v, want ErrClosed after 1s", err, time.Since(start))
				}
				for range 2 {
					if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) || err.Error() != ErrClosed.Error() {
						t.Errorf("Noop after Close = %v, want ErrClosed", err)
					}
				}
			})
		})
	}
}

// TestCloseBeforeACall closes a connection that is idle.
func TestCloseBeforeACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, newFake(t).dial)
		if err := c.Close(); err != nil {
			t.Fatalf("Close = %v, want nil", err)
		}
		var b Batch
		for name, err := range map[string]error{
			"Noop":    c.Noop(t.Context()),
			"Send":    c.Send(t.Context(), &vscp.Event{}, vscp.TextForm{}),
			"Receive": c.Receive(t.Context(), time.Second, &b),
			"Login":   c.Login(t.Context(), "admin", "secret"),
			"Quit":    c.Quit(t.Context()),
		} {
			if !errors.Is(err, ErrClosed) || CauseOf(err) != CauseClosed {
				t.Errorf("%s after Close = %v, want ErrClosed", name, err)
			}
		}
	})
}

// TestErrorOfTheEndIsTold has a later call say what ended the connection, without being that error.
func TestErrorOfTheEndIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := mute(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_ = c.Noop(ctx)
		err := c.Noop(t.Context())
		if !errors.Is(err, ErrClosed) || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(errText(err), "deadline") {
			t.Errorf("second Noop = %v, want ErrClosed that tells of the deadline", err)
		}
	})
}

// contextLeft is a context that knows how many watch it.
type contextLeft struct {
	context.Context
	mu      sync.Mutex // guards watches
	watches int
}

// Value hides the context inside, whose own list of watches would be used otherwise.
func (c *contextLeft) Value(any) any { return nil }

// AfterFunc is what context.AfterFunc calls.
func (c *contextLeft) AfterFunc(f func()) (stop func() bool) {
	c.mu.Lock()
	c.watches++
	c.mu.Unlock()
	inner := context.AfterFunc(c.Context, f)
	return func() bool {
		stopped := inner()
		c.mu.Lock()
		defer c.mu.Unlock()
		if stopped {
			c.watches--
		}
		return stopped
	}
}

// TestNoWatchOutlivesTheConnection uses one long context for many connections, which end in every way.
func TestNoWatchOutlivesTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := &contextLeft{Context: t.Context()}
		for name, end := range map[string]func(c *Client){
			"close":      func(c *Client) { _ = c.Close() },
			"quit":       func(c *Client) { _ = c.Quit(ctx) },
			"no login":   func(c *Client) { _ = c.Login(ctx, "all", "wrong") },
			"close used": func(c *Client) { _ = c.Noop(ctx); _ = c.Close() },
		} {
			c, err := Dial(ctx, testAddress, ClientOptions{Dial: newHost(t, levels).dial})
			if err != nil {
				t.Fatal(err)
			}
			if ctx.watches != 1 {
				t.Errorf("%d watches of the context of an open connection, want 1", ctx.watches)
			}
			end(c)
			if ctx.watches != 0 {
				t.Errorf("%d watches of the context after %s, want 0", ctx.watches, name)
			}
		}
		f := newFake(t)
		f.greeting = "-OK - full\r\n"
		_, _ = Dial(ctx, testAddress, ClientOptions{Dial: f.dial})
		if ctx.watches != 0 {
			t.Errorf("%d watches of the context after a refused greeting, want 0", ctx.watches)
		}
	})
}
