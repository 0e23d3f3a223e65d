package admin

import (
	"context"
	"net"
)

// callerKey is where the context of a connection over the socket has who made it.
type callerKey struct{}

// withCaller notes who made a connection, for the log.
func withCaller(ctx context.Context, c net.Conn) context.Context {
	unix, ok := c.(*net.UnixConn)
	if !ok {
		return ctx
	}
	return context.WithValue(ctx, callerKey{}, "socket"+peerOf(unix))
}

// caller says who asks over the socket.
func caller(ctx context.Context) string {
	if who, ok := ctx.Value(callerKey{}).(string); ok {
		return who
	}
	return "socket"
}
