package linktest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	maxClientLine = 64 << 10 // longest line taken from a client
	grace         = 2 * time.Second
)

// errLeft ends a play early: the client closed where it may.
var errLeft = errors.New("linktest: client closed where it may")

// MismatchError is what Play returns when the client did something else than the script says.
type MismatchError struct {
	Script string // its name
	File   string
	Line   int    // of the step
	Got    string // what the client did, in words
	Want   string
}

// Error implements error.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("linktest: play %s, %s:%d: got %s, want %s", e.Script, e.File, e.Line, e.Got, e.Want)
}

// Play does what the script says on conn, closes conn and returns: nil, or a *MismatchError. When ctx is done, a peer that
// expects nothing more or allows the client to close does so at once; any other cuts its waits short and fails if the client
// does not do what is left within two seconds.
func (s *Script) Play(ctx context.Context, conn net.Conn) error {
	p := newPlayer(s, conn)
	defer p.close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now().Add(grace)) })
	defer stop()
	for _, st := range s.steps {
		if err := p.play(ctx, st); errors.Is(err, errLeft) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return p.end(ctx)
}

// player is one play. Its reader goroutine takes lines off the connection all the time, so that a client which writes while
// the peer writes is never blocked.
type player struct {
	script   *Script
	conn     net.Conn
	mayClose bool
	closed   bool // the script has closed the connection

	quit    chan struct{} // closed when the play is over
	lines   chan string   // with their line ends
	gone    chan struct{} // closed when nothing more will come
	readErr error         // set before gone is closed
	wg      sync.WaitGroup
}

func newPlayer(s *Script, conn net.Conn) *player {
	p := &player{
		script: s, conn: conn,
		quit: make(chan struct{}), lines: make(chan string, 1024), gone: make(chan struct{}),
	}
	p.wg.Go(p.read)
	return p
}

func (p *player) close() {
	close(p.quit)
	_ = p.conn.Close()
	p.wg.Wait()
}

func (p *player) read() {
	defer close(p.gone)
	r := bufio.NewReaderSize(p.conn, maxClientLine)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			p.readErr = err
			if len(line) > 0 && errors.Is(err, io.EOF) {
				p.readErr = fmt.Errorf("the unfinished line %.200q", line)
			}
			return
		}
		select {
		case p.lines <- string(line):
		case <-p.quit:
			return
		}
	}
}

func (p *player) play(ctx context.Context, st step) error {
	switch st.kind {
	case stepSend:
		p.write(st.text + "\r\n")
	case stepRaw:
		p.write(st.text)
	case stepExpect:
		return p.expect(ctx, st)
	case stepWait:
		p.wait(ctx, st.wait)
	case stepMayClose:
		p.mayClose = true
	case stepClose:
		p.closed = true
	case stepStall:
		p.stall(ctx)
	}
	return nil
}

// write ignores errors: what the client does not read is its own affair, and on TCP the peer would not learn of it either.
func (p *player) write(text string) {
	_, _ = io.WriteString(p.conn, text)
}

func (p *player) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.gone:
	case <-ctx.Done():
	}
}

func (p *player) expect(ctx context.Context, st step) error {
	want := fmt.Sprintf("the line %q", st.text)
	var over <-chan struct{}
	if p.mayClose {
		over = ctx.Done()
	}
	line, ok := p.next(over)
	if !ok && p.mayClose {
		return errLeft
	}
	if !ok {
		return p.mismatch(st.line, p.ending(), want)
	}
	if text, found := strings.CutSuffix(line, "\r\n"); !found || !match(st.text, text) {
		return p.mismatch(st.line, quoteLine(line), want)
	}
	return nil
}

// next returns the next line, or false when none will come or over is closed. Lines sent before the client closed come first.
func (p *player) next(over <-chan struct{}) (string, bool) {
	select {
	case line := <-p.lines:
		return line, true
	case <-over:
		return "", false
	case <-p.gone:
	}
	select {
	case line := <-p.lines:
		return line, true
	default:
		return "", false
	}
}

// stall reads and forgets until the client has closed.
func (p *player) stall(ctx context.Context) {
	for ok := true; ok; {
		_, ok = p.next(ctx.Done())
	}
	p.closed = true
}

// end checks that the client has nothing more to say.
func (p *player) end(ctx context.Context) error {
	if p.closed {
		return nil
	}
	line, ok := p.next(ctx.Done())
	if !ok {
		return nil
	}
	last := p.script.steps[len(p.script.steps)-1]
	return p.mismatch(last.line, quoteLine(line), "the end of the dialogue")
}

// ending says why no line comes any more.
func (p *player) ending() string {
	switch {
	case errors.Is(p.readErr, os.ErrDeadlineExceeded):
		return "nothing until the test ended"
	case errors.Is(p.readErr, bufio.ErrBufferFull):
		return fmt.Sprintf("a line of more than %d bytes", maxClientLine)
	case errors.Is(p.readErr, io.EOF), errors.Is(p.readErr, io.ErrClosedPipe):
		return "the connection closed"
	default:
		return p.readErr.Error()
	}
}

func (p *player) mismatch(line int, got, want string) error {
	return &MismatchError{Script: p.script.Name, File: p.script.file, Line: line, Got: got, Want: want}
}

// quoteLine returns a line for a message: without its end if that is as it should be.
func quoteLine(line string) string {
	return fmt.Sprintf("the line %.200q", strings.TrimSuffix(line, "\r\n"))
}
