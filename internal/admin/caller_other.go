//go:build !linux

package admin

import "net"

// peerOf names the process at the other end of a socket, as far as the system tells.
func peerOf(*net.UnixConn) string { return "" }
