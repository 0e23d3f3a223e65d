package remote_test

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// startServer runs a link server on loopback, for the examples to talk to.
func startServer() (server *linkserver.Server, address string, stop func()) {
	server, err := linkserver.New(linkserver.DefaultOptions())
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(ctx, listener) // ends with ctx
	}()
	return server, listener.Addr().String(), func() { cancel(); <-done }
}

// Connect to a server, log in, and send an event in the form that it takes.
func ExampleClient_Send() {
	_, address, stop := startServer()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	c, err := remote.Dial(ctx, address, remote.DefaultClientOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = c.Close() }()
	if err := c.Login(ctx, "admin", "secret"); err != nil {
		fmt.Println(err)
		return
	}
	profile, err := c.Probe(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	event := vscp.Event{Class: 10, Type: 6, Time: vscp.TimeOf(time.Now()), Data: []byte{136, 2, 9, 29}}
	err = c.Send(ctx, &event, profile.Form)
	switch {
	case remote.PeerFull(err):
		fmt.Println("the server has no room, try again later")
	case remote.Refused(err):
		fmt.Println("the server does not take this event:", err)
	default:
		fmt.Println("sent to a server of family", profile.Family, "with", err)
	}
	fmt.Println("left with", c.Quit(ctx))
	// Output:
	// sent to a server of family vscpd with <nil>
	// left with <nil>
}

// Fetch the events that wait at a server for this connection.
func ExampleClient_Retrieve() {
	server, address, stop := startServer()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	c, err := remote.Dial(ctx, address, remote.DefaultClientOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = c.Close() }()
	if err := c.Login(ctx, "admin", "secret"); err != nil {
		fmt.Println(err)
		return
	}
	for i := range 5 {
		server.PublishEvent(&vscp.Event{Class: 10, Type: 6, Data: []byte{byte(i)}})
	}
	var batch remote.Batch
	for {
		if err := c.Retrieve(ctx, 3, &batch); err != nil {
			fmt.Println(err)
			return
		}
		if len(batch.Rows) == 0 {
			break
		}
		for i := range batch.Rows {
			row := &batch.Rows[i]
			fmt.Printf("%v %s %d\n", row.Class, row.Class.TypeToken(row.Type), row.AppendData(nil))
		}
	}
	// Output:
	// CLASS1.MEASUREMENT TEMPERATURE [0]
	// CLASS1.MEASUREMENT TEMPERATURE [1]
	// CLASS1.MEASUREMENT TEMPERATURE [2]
	// CLASS1.MEASUREMENT TEMPERATURE [3]
	// CLASS1.MEASUREMENT TEMPERATURE [4]
}

// Let a server push events as they come.
func ExampleClient_Receive() {
	server, address, stop := startServer()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	c, err := remote.Dial(ctx, address, remote.DefaultClientOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = c.Close() }()
	if err := c.Login(ctx, "admin", "secret"); err != nil {
		fmt.Println(err)
		return
	}
	if err := c.ReceiveLoop(ctx); err != nil {
		fmt.Println(err)
		return
	}
	go func() {
		for i := range 3 {
			server.PublishEvent(&vscp.Event{Class: 20, Type: 3, Data: []byte{byte(i)}})
		}
	}()
	var batch remote.Batch
	for received := 0; received < 3; {
		// The server gives a sign of life every 2 s, so 10 s without a line mean that it is gone.
		if err := c.Receive(ctx, 10*time.Second, &batch); err != nil {
			fmt.Println(err)
			return
		}
		for i := range batch.Rows {
			row := &batch.Rows[i]
			fmt.Printf("%v %s %d\n", row.Class, row.Class.TypeToken(row.Type), row.AppendData(nil))
			received++
		}
	}
	// Output:
	// CLASS1.INFORMATION ON [0]
	// CLASS1.INFORMATION ON [1]
	// CLASS1.INFORMATION ON [2]
}
