package remote

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestUserTimeout looks at the options of a real socket.
func TestUserTimeout(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	conn, err := tcpDialer(12*time.Second)(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatalf("dial = %v, want nil", err)
	}
	defer func() { _ = conn.Close() }()
	err = socket(conn).Control(func(fd uintptr) {
		for _, tt := range []struct {
			name      string
			opt, want int
		}{
			{"TCP_USER_TIMEOUT", unix.TCP_USER_TIMEOUT, 12_000},
			{"TCP_KEEPIDLE", unix.TCP_KEEPIDLE, 6},
			{"TCP_KEEPINTVL", unix.TCP_KEEPINTVL, 2},
			{"TCP_KEEPCNT", unix.TCP_KEEPCNT, 3},
		} {
			if got, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, tt.opt); err != nil || got != tt.want {
				t.Errorf("%s is %d (%v), want %d", tt.name, got, err, tt.want)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
