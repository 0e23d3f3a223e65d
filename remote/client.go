package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// verbGreeting names the greeting in errors, where a command has its verb.
const verbGreeting linkwire.Verb = "greeting"

// maxGreeting is how many lines of a greeting are kept.
const maxGreeting = 32

// Client is one connection to a link server. It is used by one goroutine at a time; Close may be called from any.
type Client struct {
	conn     net.Conn
	raw      syscall.RawConn // the socket under conn; nil if there is none
	reader   *linkwire.Reader
	watcher  watcher
	opts     ClientOptions
	greeting []string
	out      []byte        // the command being written, reused
	status   []byte        // the last status line of a reply, valid until the next read
	password string        // sent last, so that no error repeats it
	last     linkwire.Verb // the last command sent
	ended    error         // why the connection can no longer be used
	step     step
	wrote    int  // how many bytes of the last command were written
	looping  bool // between RCVLOOP and QUITLOOP
	stat     statAsk
	clock    stopwatch
}

// Dial connects to address (host:port), with TLS if o.TLS is set, and reads the greeting up to its status line.
func Dial(ctx context.Context, address string, o ClientOptions) (*Client, error) {
	o = o.withDefaults()
	conn, _, err := o.open(ctx, address, func(State) {})
	if err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	c, err := NewClient(ctx, conn, o)
	if err != nil {
		return nil, fmt.Errorf("remote: %s: %w", address, err)
	}
	return c, nil
}

// NewClient takes over an open connection, which speaks TLS already if that is wanted, and reads the greeting. The connection
// is closed if that fails.
func NewClient(ctx context.Context, conn net.Conn, o ClientOptions) (*Client, error) {
	o = o.withDefaults()
	c := &Client{
		conn: conn, raw: socket(conn), reader: linkwire.NewReader(o.traffic.counted(conn), o.MaxLine), watcher: watcher{conn: conn}, opts: o,
	}
	c.clock.of = o.traffic
	if err := c.readGreeting(ctx); err != nil {
		_ = c.Close() // the greeting's error says more
		return nil, err
	}
	return c, nil
}

// Greeting returns the lines that the server sent before its first status line, at most the first 32.
func (c *Client) Greeting() []string { return c.greeting }

// RemoteAddr returns the address of the peer.
func (c *Client) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// CertificateExpiry returns when the certificate ends that the peer showed, and the zero time without TLS.
func (c *Client) CertificateExpiry() time.Time {
	secured, ok := c.conn.(*tlsConn)
	if !ok {
		return time.Time{}
	}
	return secured.ConnectionState().PeerCertificates[0].NotAfter // verified, so there is one
}

// Close closes the connection without a QUIT. Pending calls return.
func (c *Client) Close() error {
	c.watcher.close()
	return c.conn.Close()
}

// abort closes the connection and makes the system forget what the peer has not acknowledged. Otherwise the kernel goes on
// sending it: when the network returns, an event that was sent again since would arrive once more, late and out of order.
func (c *Client) abort() {
	conn := c.conn
	if outer, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = outer.NetConn()
	}
	if s, ok := conn.(*net.TCPConn); ok {
		_ = s.SetLinger(0) // fails on a closed connection only
	}
	_ = c.Close() // whoever gives up says why
}

func (c *Client) readGreeting(ctx context.Context) error {
	if err := c.begin(ctx, c.opts.GreetingTimeout); err != nil {
		return c.end(ctx, verbGreeting, err)
	}
	err := c.readReply(ctx, verbGreeting, c.opts.MaxReplyLines, func(line []byte) error {
		if len(c.greeting) < maxGreeting {
			c.greeting = append(c.greeting, string(line))
		}
		return nil
	})
	switch {
	case len(c.greeting) == 0 && c.opts.TLS == nil && errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w; a peer that waits for TLS is as silent", err)
	case refusedWith(err, "max", "full", "too many", "busy"):
		return &wordedError{words: err.Error(), err: errors.Join(ErrNoRoom, err)}
	case len(c.greeting) == 0 && !errors.Is(err, io.ErrUnexpectedEOF) && CauseOf(err) == CauseClosed:
		return &wordedError{words: fmt.Sprintf("%v at once; it may have no room for another", err), err: errors.Join(ErrNoRoom, err)}
	}
	return err
}

// command sends one command and reads its reply. Each data line is handed to data, valid during the call; nil means that
// data lines are not expected and are passed over. A `-OK` gives a *CommandError.
func (c *Client) command(ctx context.Context, data func(line []byte) error, verb linkwire.Verb, args ...string) error {
	return c.exchange(ctx, c.opts.MaxReplyLines, data, verb, args...)
}

// exchange is command with a limit of its own for the data lines.
func (c *Client) exchange(
	ctx context.Context, most int, data func(line []byte) error, verb linkwire.Verb, args ...string,
) error {
	out, err := linkwire.AppendCommand(c.out[:0], verb, args...)
	if err != nil {
		return err
	}
	c.out = out
	return c.roundTrip(ctx, most, data, verb)
}

// roundTrip sends c.out, a command, and reads its reply.
func (c *Client) roundTrip(ctx context.Context, most int, data func(line []byte) error, verb linkwire.Verb) error {
	if err := c.settle(ctx, verb); err != nil {
		return err
	}
	c.clock.start()
	if err := c.write(ctx, verb); err != nil {
		return err
	}
	return c.readReply(ctx, verb, most, data)
}

// write sends c.out under the deadline of one reply, which the reads that follow share.
func (c *Client) write(ctx context.Context, verb linkwire.Verb) error {
	return c.writeLine(ctx, verb, c.out)
}

func (c *Client) writeLine(ctx context.Context, verb linkwire.Verb, line []byte) error {
	c.wrote = 0
	if err := c.begin(ctx, c.opts.ReplyTimeout); err != nil {
		return c.end(ctx, verb, err)
	}
	c.last = verb
	n, err := c.conn.Write(line)
	c.wrote = n
	c.opts.traffic.wrote(n)
	if err != nil {
		return c.end(ctx, verb, err)
	}
	return nil
}

// readReply reads up to and including the final line of a reply. A time-out leaves the connection open and in doubt.
func (c *Client) readReply(ctx context.Context, verb linkwire.Verb, most int, data func(line []byte) error) error {
	for lines := 0; ; lines++ {
		line, err := c.reader.ReadLine()
		if err != nil {
			c.clock.reset()
			return c.interrupted(ctx, verb, err)
		}
		switch linkwire.StatusOf(line) {
		case linkwire.OK:
			c.clock.stop()
			c.status = line
			return nil
		case linkwire.NotOK:
			c.clock.stop()
			c.status = line
			return c.refusal(verb, line)
		case linkwire.Data:
			if lines == most {
				return c.end(ctx, verb, &ProtocolError{Verb: verb, Reason: fmt.Sprintf("more than %d lines before the status line", most)})
			}
			if data == nil {
				_ = c.odd(verb, "a data line where none belongs")
				continue
			}
			if err := data(line); err != nil {
				return c.end(ctx, verb, err)
			}
		}
	}
}

// refusal is what a `-OK` line says.
func (c *Client) refusal(verb linkwire.Verb, line []byte) *CommandError {
	return &CommandError{Verb: verb, Text: c.masked(linkwire.StatusText(line))}
}

// masked takes the password out of what a server says: there are some that repeat what they were told, also later.
func (c *Client) masked(text string) string {
	if c.password == "" {
		return text
	}
	return strings.ReplaceAll(text, c.password, "***")
}

// begin checks that the connection is usable and sets the deadline of a call.
func (c *Client) begin(ctx context.Context, timeout time.Duration) error {
	switch {
	case c.ended == nil:
		return c.watcher.begin(ctx, timeout)
	case errors.Is(c.ended, ErrClosed):
		return ErrClosed
	default:
		// As text only: the error that ended the connection was for the call that met it.
		return fmt.Errorf("%w: %s", ErrClosed, c.ended.Error())
	}
}

// end closes the connection: after an interrupted or wrong answer nobody knows to which command the next line belongs.
func (c *Client) end(ctx context.Context, verb linkwire.Verb, err error) error {
	if c.ended != nil {
		return err
	}
	err = c.watcher.because(ctx, err)
	c.ended = err
	c.abort()
	var broke *ProtocolError
	if errors.As(err, &broke) || errors.Is(err, ErrClosed) {
		return err
	}
	return fmt.Errorf("%s: %w", verb, inWords(err))
}

// ask runs a command whose reply has exactly one data line, and hands that to parse.
func (c *Client) ask(ctx context.Context, parse func(line string) error, verb linkwire.Verb) error {
	var got string
	lines := 0
	err := c.command(ctx, func(line []byte) error {
		got = string(line)
		lines++
		return nil
	}, verb)
	switch {
	case err != nil:
		if lines > 0 && Refused(err) {
			_ = c.odd(verb, "data lines before a refusal")
		}
		return err
	case lines != 1:
		return c.odd(verb, fmt.Sprintf("%d data lines, want 1", lines))
	}
	if err := parse(got); err != nil {
		return c.odd(verb, err.Error())
	}
	return nil
}

// lines runs a command whose reply has any number of data lines, and returns them without the blanks at their ends.
func (c *Client) lines(ctx context.Context, verb linkwire.Verb, args ...string) ([]string, error) {
	var lines []string
	err := c.command(ctx, func(line []byte) error {
		lines = append(lines, strings.TrimRight(string(line), " \t"))
		return nil
	}, verb, args...)
	if err != nil {
		if len(lines) > 0 && Refused(err) {
			_ = c.odd(verb, "data lines before a refusal")
		}
		return nil, err
	}
	return lines, nil
}
