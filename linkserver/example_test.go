package linkserver_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// A server with one user, which is told of what clients send.
func ExampleServer() {
	o := linkserver.DefaultOptions()
	o.Name = "example"
	o.Accounts = map[string]linkserver.Account{"admin": {Password: "secret", Level: 15}}
	o.OnEvent = func(r linkserver.Received) {
		fmt.Printf("%s sent %v %s %d\n", r.User, r.Row.Class, r.Row.Class.TypeToken(r.Row.Type), r.Row.AppendData(nil))
	}
	server, err := linkserver.New(o)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener) }()

	send(ctx, listener.Addr().String(), &vscp.Event{Class: 20, Type: 3, Data: []byte{1, 2, 3}})
	cancel() // ends the listener and all connections
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		fmt.Println(err)
	}
	// Output:
	// admin sent CLASS1.INFORMATION ON [1 2 3]
}

// send is a client.
func send(ctx context.Context, address string, e *vscp.Event) {
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
	if err := c.Send(ctx, e, vscp.TextForm{}); err != nil {
		fmt.Println(err)
	}
}
