package main

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// relayBuffer is what the relay reads at once.
const relayBuffer = 64 << 10

// relay is the measure of what a process between two sockets can do: read up to 64 KiB, write them, and nothing else.
type relay struct{}

// startRelay takes the plain addresses of the source and of the sink.
func startRelay(ctx context.Context, args []string) (role, reply, error) {
	if len(args) != 2 {
		return nil, reply{}, errors.New("the relay needs the addresses of a source and of a sink")
	}
	from, err := dial(ctx, args[0])
	if err != nil {
		return nil, reply{}, err
	}
	to, err := dial(ctx, args[1])
	if err != nil {
		return nil, reply{}, err
	}
	go copyAll(to, from)
	return relay{}, reply{}, nil
}

// copyAll is not io.Copy, which on Linux would move the bytes inside the kernel.
func copyAll(to, from net.Conn) {
	buf := make([]byte, relayBuffer)
	for {
		n, err := from.Read(buf)
		if err == nil {
			_, err = to.Write(buf[:n])
		}
		if err != nil { // the sink says what did not arrive
			_ = to.Close()
			_ = from.Close()
			return
		}
	}
}

func (relay) handle(_ context.Context, r request) (reply, error) {
	return reply{}, fmt.Errorf("relay: what is %q", r.Do)
}
