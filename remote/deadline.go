package remote

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// longAgo as a deadline makes every pending and later call on a connection return at once.
var longAgo = time.Unix(1, 0)

// watcher carries a context to a connection: its deadline becomes the connection's, its end makes pending calls return. The
// watch is kept from call to call while the context stays the same, so that sending in a loop costs no allocation.
type watcher struct {
	conn net.Conn

	mu      sync.Mutex // guards what follows, and that deadlines are set one after the other
	watch   watch
	expired bool      // the watched context ended since the last begin
	limit   time.Time // no call lasts longer; zero: no such limit
	closed  bool
}

// watch is one context being watched; the zero value watches nothing.
type watch struct {
	done <-chan struct{} // of the context
	stop func() bool
	ran  chan struct{} // closed after the end of the context was handled
}

// begin sets the deadline for one call: timeout from now, or the context's if that is earlier.
func (w *watcher) begin(ctx context.Context, timeout time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	deadline := time.Now().Add(timeout)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	if w.watch.done != ctx.Done() {
		w.start(ctx)
	}
	w.expired = false
	if !w.limit.IsZero() && w.limit.Before(deadline) {
		deadline = w.limit
	}
	// A pipe says here that the far end closed it. What that still had to say waits to be read, so the call is to tell.
	if err := w.conn.SetDeadline(deadline); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	// The context may have ended between the check above and SetDeadline, which then undid the watch's work.
	return ctx.Err()
}

// start watches ctx instead of the context before, with w.mu held. A watch that it replaces may still be about to run, and
// then finds that it is no longer meant.
func (w *watcher) start(ctx context.Context) {
	if w.watch.stop != nil {
		w.watch.stop()
	}
	w.watch = watch{done: ctx.Done()}
	if w.watch.done == nil {
		return
	}
	ran := make(chan struct{})
	w.watch.ran = ran
	w.watch.stop = context.AfterFunc(ctx, func() {
		defer close(ran)
		w.expire(ctx.Done())
	})
}

func (w *watcher) expire(done <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watch.done == done {
		w.expired = true
		_ = w.conn.SetDeadline(longAgo) // fails only on a closed connection, whose calls return anyway
	}
}

// restrict makes the pending and all later calls end by limit.
func (w *watcher) restrict(limit time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limit = limit
	if !w.expired {
		_ = w.conn.SetDeadline(limit) // as in expire
	}
}

// close ends the watch for good, and waits until it is over. A context that lives long must not hold a closed connection.
func (w *watcher) close() {
	w.mu.Lock()
	last := w.watch
	w.watch, w.closed = watch{}, true
	w.mu.Unlock()
	if last.stop != nil && !last.stop() {
		<-last.ran
	}
}

// because replaces an I/O error by what caused it: the end of the context, or Close.
func (w *watcher) because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	// The connection's clock may be a little ahead of the context's.
	if d, ok := ctx.Deadline(); ok && errors.Is(err, os.ErrDeadlineExceeded) && !time.Now().Before(d) {
		return context.DeadlineExceeded
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	return err
}
