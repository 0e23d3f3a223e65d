package remote_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// printer prints the first events that come, and then calls enough.
type printer struct {
	left   int
	enough func()
}

// Receive implements remote.Receiver.
func (p *printer) Receive(_ context.Context, a remote.Arrival) {
	for i := range a.Rows {
		if p.left == 0 {
			return
		}
		row := &a.Rows[i]
		fmt.Println(row.Class, row.Class.TypeToken(row.Type))
		if p.left--; p.left == 0 {
			p.enough()
		}
	}
}

// Stay connected to a server, whatever happens to it or to the network, and take its events.
func ExampleManager() {
	server, address, stop := startServer()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	o := remote.DefaultOptions()
	o.Name, o.Addresses = "house", []string{address}
	o.Login = func() (remote.Login, error) { return remote.Login{User: "admin", Password: "secret"}, nil }
	m, err := remote.NewManager(o, &printer{left: 3, enough: cancel}, nil) // nothing is sent, so there is no outbox
	if err != nil {
		fmt.Println(err)
		return
	}
	var events sync.WaitGroup
	events.Go(func() { publish(ctx, server) })
	m.Run(ctx) // returns when ctx has ended and the connection is closed
	events.Wait()
	// Output:
	// CLASS1.INFORMATION ON
	// CLASS1.INFORMATION ON
	// CLASS1.INFORMATION ON
}

// publish has the server say something now and then.
func publish(ctx context.Context, server *linkserver.Server) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			server.PublishEvent(&vscp.Event{Class: 20, Type: 3, Data: []byte{0, 1, 2}})
		}
	}
}
