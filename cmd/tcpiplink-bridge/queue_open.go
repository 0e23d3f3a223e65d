package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"syscall"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// openBridge is the bridge that a command is about.
type openBridge struct {
	queueReader
	queueChanger
	// repair mends the files of a queue, as a start does; nil: the bridge runs.
	repair   func(ctx context.Context, name store.Name) (*api.Check, error)
	live     bool
	where    string // the socket, or the state folder
	stateDir string // empty: it has none, or none is known
	// routed says that the configuration is known, so that a queue without limits is of no route.
	routed bool
}

// in names the bridge in messages.
func (b *openBridge) in() string {
	if b.live {
		return "in the running bridge at " + b.where
	}
	return "of the stopped bridge in " + b.where
}

// open asks the bridge if it runs, and opens its state folder if it does not.
func (f *queueFlags) open(ctx context.Context, notes io.Writer) (*openBridge, error) {
	at, err := f.find()
	if err == nil {
		err = at.known()
	}
	if err != nil {
		return nil, err
	}
	if f.admin != "" || !at.token.IsZero() {
		live := liveQueues{adminClient{address: at.address, token: at.token, at: &at}}
		return &openBridge{queueReader: live, queueChanger: live, live: true, where: at.address, routed: true}, nil
	}
	running, err := at.answers(ctx)
	switch {
	case err != nil:
		return nil, err
	case running:
		at.tell(notes, time.Time{})
		live := liveQueues{adminClient{socket: at.socket, at: &at}}
		return &openBridge{queueReader: live, queueChanger: live, live: true, where: at.socket, stateDir: at.stateDir, routed: true}, nil
	case at.spoiled():
		return nil, at.mistakes.unanswered(at.socket, errNoSocket)
	case at.stateDir == "":
		return nil, &worldError{
			err:  fmt.Errorf("no bridge answers at %s", at.socket),
			hint: "is it running? The queues of a stopped one are in its state folder: --state-dir or --config",
		}
	}
	return at.openStopped()
}

// errNoSocket is told of when nothing listens at the socket of a bridge.
var errNoSocket = errors.New("nothing listens there")

// known reports by its error that too little is known of where queues are.
func (p *place) known() error {
	switch {
	case !p.token.IsZero() && p.address != "", p.path == "" && p.address != "":
		return nil // over the network
	case p.socket != "" || p.stateDir != "":
		return nil
	case p.path == "":
		return errWhichBridge()
	case p.mistakes != nil:
		return p.mistakes.lost()
	}
	return &usageError{
		err:  fmt.Errorf("configuration %s has neither a state folder nor a unix socket, so its bridge cannot be looked into", p.path),
		hint: exampleState,
	}
}

// answers reports whether something listens on the socket.
func (p *place) answers(ctx context.Context) (bool, error) {
	if p.socket == "" {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", p.socket)
	switch {
	case err == nil:
		return true, conn.Close()
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED): // never started, stopped, or killed
		return false, nil
	}
	return false, adminClient{socket: p.socket, at: p}.unreachable(ctx, fmt.Errorf("socket: %w", err))
}
