package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
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
	reader   *linkwire.Reader
	watcher  watcher
	opts     ClientOptions
	greeting []string
	out      []byte // the command being written, reused
	ended    error  // why the connection can no longer be used
}

// Dial connects to address (host:port), and reads the greeting up to its status line.
func Dial(ctx context.Context, address string, o ClientOptions) (*Client, error) {
	o = o.withDefaults()
	dialCtx, cancel := context.WithTimeout(ctx, o.DialTimeout)
	defer cancel()
	conn, err := o.Dial(dialCtx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	c, err := NewClient(ctx, conn, o)
	if err != nil {
		return nil, fmt.Errorf("remote: %s: %w", address, err)
	}
	return c, nil
}

// NewClient takes over an open connection and reads the greeting. The connection is closed if that fails.
func NewClient(ctx context.Context, conn net.Conn, o ClientOptions) (*Client, error) {
	o = o.withDefaults()
	c := &Client{conn: conn, reader: linkwire.NewReader(conn, o.MaxLine), watcher: watcher{conn: conn}, opts: o}
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

// Close closes the connection without a QUIT. Pending calls return.
func (c *Client) Close() error {
	c.watcher.close()
	return c.conn.Close()
}

func (c *Client) readGreeting(ctx context.Context) error {
	if err := c.begin(ctx, c.opts.GreetingTimeout); err != nil {
		return c.end(ctx, verbGreeting, err)
	}
	return c.readReply(ctx, verbGreeting, c.opts.MaxReplyLines, func(line []byte) error {
		if len(c.greeting) < maxGreeting {
			c.greeting = append(c.greeting, string(line))
		}
		return nil
	})
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
	if err := c.write(ctx, verb); err != nil {
		return err
	}
	return c.readReply(ctx, verb, most, data)
}

// write sends c.out under the deadline of one reply, which the reads that follow share.
func (c *Client) write(ctx context.Context, verb linkwire.Verb) error {
	if err := c.begin(ctx, c.opts.ReplyTimeout); err != nil {
		return c.end(ctx, verb, err)
	}
	if _, err := c.conn.Write(c.out); err != nil {
		return c.end(ctx, verb, err)
	}
	return nil
}

// readReply reads up to and including the final line of a reply.
func (c *Client) readReply(ctx context.Context, verb linkwire.Verb, most int, data func(line []byte) error) error {
	for lines := 0; ; lines++ {
		line, err := c.reader.ReadLine()
		if err != nil {
			return c.end(ctx, verb, err)
		}
		switch linkwire.StatusOf(line) {
		case linkwire.OK:
			return nil
		case linkwire.NotOK:
			return &CommandError{Verb: verb, Text: linkwire.StatusText(line)}
		case linkwire.Data:
			if lines == most {
				return c.end(ctx, verb, &ProtocolError{Verb: verb, Reason: fmt.Sprintf("more than %d lines before the status line", most)})
			}
			if data == nil {
				continue
			}
			if err := data(line); err != nil {
				return c.end(ctx, verb, err)
			}
		}
	}
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
	_ = c.Close() // err says more
	var broke *ProtocolError
	if errors.As(err, &broke) || errors.Is(err, ErrClosed) {
		return err
	}
	return fmt.Errorf("%s: %w", verb, err)
}

// oneLine runs a command whose reply has exactly one data line, and returns it.
func (c *Client) oneLine(ctx context.Context, verb linkwire.Verb, args ...string) (string, error) {
	var got string
	lines := 0
	err := c.command(ctx, func(line []byte) error {
		got = string(line)
		lines++
		return nil
	}, verb, args...)
	if err == nil && lines != 1 {
		return "", &ProtocolError{Verb: verb, Reason: fmt.Sprintf("%d data lines, want 1", lines)}
	}
	return got, err
}
