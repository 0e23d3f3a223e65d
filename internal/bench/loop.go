package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
)

// loop is the measure of what one event at a time can be: write SEND, read the answer, and nothing else. It has no queue, no
// deadline and no second thought.
type loop struct {
	conn   net.Conn
	reader *bufio.Reader
}

// startLoop takes the address of a sink.
func startLoop(ctx context.Context, args []string) (role, reply, error) {
	address, err := oneArgument(args, "the address of a sink")
	if err != nil {
		return nil, reply{}, err
	}
	conn, err := dial(ctx, address)
	if err != nil {
		return nil, reply{}, err
	}
	l := &loop{conn: conn, reader: bufio.NewReader(conn)}
	for { // the greeting
		line, err := l.reader.ReadSlice('\n')
		if err != nil || bytes.HasPrefix(line, []byte("+OK")) {
			return l, reply{}, err
		}
	}
}

func (l *loop) handle(_ context.Context, r request) (reply, error) {
	if r.Do != "send" {
		return reply{}, fmt.Errorf("loop: what is %q", r.Do)
	}
	var out []byte
	for i := range r.Events {
		out = sendLine(out[:0], event{number: uint64(i), stamp: idleStamp})
		if _, err := l.conn.Write(out); err != nil {
			return reply{}, err
		}
		line, err := l.reader.ReadSlice('\n')
		if err != nil {
			return reply{}, err
		}
		if !bytes.HasPrefix(line, []byte("+OK")) {
			return reply{}, fmt.Errorf("loop: %.100q is not +OK", line)
		}
	}
	return reply{}, nil
}
