//go:build linux || darwin || freebsd || netbsd || openbsd

package remote

import (
	"net"
	"runtime"
	"testing"
)

// sockets returns the two ends of a connection over loopback.
func sockets(t testing.TB) (near, far net.Conn) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	if near, err = new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if far, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = near.Close(), far.Close() })
	return near, far
}

// TestSpinGivesUp spins less and less often while nothing comes in time, and always again once something does.
func TestSpinGivesUp(t *testing.T) {
	if runtime.GOMAXPROCS(0) == 1 {
		t.Skip("with one processor there is no spinning")
	}
	near, far := sockets(t)
	s := newSpin(socket(near))
	spun := 0
	for range 10_000 {
		if s.rest == 0 {
			spun++
		}
		s.wait()
	}
	// 2, 4, ... 1024 times not, then 1024 each.
	if spun < 15 || spun > 25 {
		t.Errorf("spun %d times of 10000 in vain, want about 18", spun)
	}
	if _, err := far.Write([]byte("+OK\r\n")); err != nil {
		t.Fatal(err)
	}
	for s.rest > 0 {
		s.wait()
	}
	for !s.came { // the bytes may be under way
		s.rest = 0
		s.wait()
	}
	if s.misses != 0 || s.rest != 0 {
		t.Errorf("after an answer in time: %d misses, rest %d, want none", s.misses, s.rest)
	}
	var b [16]byte
	if n, err := near.Read(b[:]); err != nil || string(b[:n]) != "+OK\r\n" {
		t.Errorf("Read after spinning = %q, %v, want what came", b[:n], err)
	}
	_ = far.Close()
	for s.came = false; !s.came; s.rest = 0 {
		s.wait() // an end is something that came, too
	}
}

// TestSpinWithoutSocket does nothing, as over a pipe.
func TestSpinWithoutSocket(t *testing.T) {
	s := newSpin(nil)
	s.wait()
	if s.came {
		t.Error("something came without a socket")
	}
}

func BenchmarkSpin(b *testing.B) {
	near, far := sockets(b)
	if _, err := far.Write([]byte("+OK\r\n")); err != nil {
		b.Fatal(err)
	}
	s := newSpin(socket(near))
	b.ReportAllocs()
	for b.Loop() {
		s.wait()
	}
}
