package main

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// keepAlivePeriod is that of servers in the field.
const keepAlivePeriod = 2 * time.Second

// dialogue is one connection of a link server that costs as little as it can: the peer is not what is measured.
type dialogue struct {
	conn   net.Conn
	reader *linkwire.Reader
	out    []byte
	delay  *delayer // nil: answers go out at once

	before, after func()                                 // around a wait for the client; nil or both
	send          func(row []byte)                       // an event came
	retrieve      func(dst []byte) []byte                // appends the row that waits, if any
	loop          func(ctx context.Context, c *dialogue) // runs from RCVLOOP on, in a goroutine of its own, until ctx ends
}

const (
	replyOK      = "+OK - Success.\r\n"
	replyNoEvent = "-OK - No event(s) available.\r\n"
	greeting     = "Welcome to the VSCP tcp/ip server.\r\n" + replyOK
)

// answers of a VSCP daemon that is asked what it is.
var answers = map[linkwire.Verb]string{
	linkwire.VerbVers: "15,0,0,1\r\n" + replyOK,
	linkwire.VerbWcyd: "00-00-00-00-00-00-80-00\r\n" + replyOK,
	linkwire.VerbChid: "1\r\n" + replyOK,
	linkwire.VerbGgid: "FF:FF:FF:FF:FF:FF:FF:FE:FF:00:00:00:00:01:00:00\r\n" + replyOK,
	linkwire.VerbCdta: "0\r\n" + replyOK,
}

// Read is asked when no whole line waits: the moment to write the replies that were collected.
func (c *dialogue) Read(p []byte) (int, error) {
	if c.before != nil {
		c.before()
		defer c.after()
	}
	if err := c.flush(); err != nil {
		return 0, err
	}
	return c.conn.Read(p)
}

func (c *dialogue) flush() error {
	if len(c.out) == 0 {
		return nil
	}
	var err error
	if c.delay != nil {
		c.delay.later(c.out)
	} else {
		_, err = c.conn.Write(c.out)
	}
	c.out = c.out[:0]
	return err
}

// serve answers until the client leaves or ctx ends.
func (c *dialogue) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var loops sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { _ = c.conn.Close() })
	defer func() {
		stop()
		cancel()
		_ = c.conn.Close()
		loops.Wait()
	}()
	c.reader = linkwire.NewReader(c, 0)
	c.out = append(c.out, greeting...)
	for {
		line, err := c.reader.ReadLine()
		if err != nil {
			return
		}
		if row, ok := linkwire.IsSend(line); ok {
			c.send(row)
			c.out = append(c.out, replyOK...)
			continue
		}
		verb, _ := linkwire.ParseCommand(line)
		if !c.answer(verb) {
			_ = c.flush()
			return
		}
		if verb == linkwire.VerbRcvLoop && c.loop != nil {
			if c.flush() != nil {
				return
			}
			loops.Go(func() { c.loop(ctx, c) })
		}
	}
}

// answer adds the reply to a command, and reports whether the connection goes on.
func (c *dialogue) answer(verb linkwire.Verb) bool {
	if text, ok := answers[verb]; ok {
		c.out = append(c.out, text...)
		return true
	}
	if verb == linkwire.VerbRetr {
		if c.retrieve != nil {
			c.out = c.retrieve(c.out)
		}
		c.out = append(c.out, replyNoEvent...)
		return true
	}
	c.out = append(c.out, replyOK...)
	return verb != linkwire.VerbQuit
}

// listen accepts on a free loopback port until ctx ends; each connection is served in a goroutine of its own.
func listen(ctx context.Context, serve func(context.Context, net.Conn)) (address string, err error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go serve(ctx, conn)
			}
		}
	}()
	return l.Addr().String(), nil
}

// dial connects to a role's address.
func dial(ctx context.Context, address string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", address)
}

// keepAlive writes the sign of life until ctx ends or the client is gone.
func keepAlive(ctx context.Context, c *dialogue) {
	tick := time.NewTicker(keepAlivePeriod)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := c.conn.Write([]byte("+OK\r\n")); err != nil {
				return
			}
		}
	}
}

// oneArgument returns the only argument of a role.
func oneArgument(args []string, what string) (string, error) {
	if len(args) != 1 || strings.TrimSpace(args[0]) == "" {
		return "", errors.New("the role needs " + what)
	}
	return args[0], nil
}
