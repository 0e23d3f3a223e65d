package remote

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
)

// speechless connects to a peer that reads and says nothing.
func speechless(t *testing.T) DialFunc {
	t.Helper()
	return func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, far); far.Close() }()
		return near, nil
	}
}

func TestTLSHandshakeWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		o := ClientOptions{Dial: speechless(t), TLS: &TLSOptions{}, TLSTimeout: 7 * time.Second}
		_, err := Dial(t.Context(), testAddress, o)
		if text := errText(err); CauseOf(err) != CauseTimeout || !strings.HasPrefix(text, "remote: tls: house:9598: handshake took more than 7s") {
			t.Errorf("Dial = %v (cause %s), want a time-out of the handshake", err, CauseOf(err))
		}
		if took := time.Since(start); took != 7*time.Second {
			t.Errorf("Dial gave up after %v, want 7s", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer time.AfterFunc(time.Second, cancel).Stop()
		start = time.Now()
		if _, err = Dial(ctx, testAddress, o); !errors.Is(err, context.Canceled) || CauseOf(err) != CauseNone {
			t.Errorf("Dial with a context that ends = %v, want its end", err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("Dial ended after %v, want 1s", took)
		}
	})
}

// TestTLSDrip has a peer send one byte a second: the deadline is for the whole handshake.
func TestTLSDrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial := func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, far) }()
			go func() {
				defer far.Close()
				for _, b := range append([]byte{22, 3, 3, 0x3F, 0xFF, 2, 0, 0x3F, 0xFB}, make([]byte, 1<<14)...) {
					time.Sleep(time.Second)
					if _, err := far.Write([]byte{b}); err != nil {
						return
					}
				}
			}()
			return near, nil
		}
		start := time.Now()
		_, err := Dial(t.Context(), testAddress, ClientOptions{Dial: dial, TLS: &TLSOptions{}})
		if took := time.Since(start); CauseOf(err) != CauseTimeout || took != DefaultClientOptions().TLSTimeout {
			t.Errorf("Dial = %v after %v, want a time-out after %v", err, took, DefaultClientOptions().TLSTimeout)
		}
		time.Sleep(2 * time.Second) // the peer finds its connection closed
	})
}

func TestTLSWrongSide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plain := newHost(t, nil)
		_, err := Dial(t.Context(), testAddress, ClientOptions{TLS: &TLSOptions{}, Dial: func(context.Context, string, string) (net.Conn, error) {
			near, far := plain.pipe()
			plain.conns.Go(func() { plain.server.ServeConn(plain.ctx, far) })
			return near, nil
		}})
		if text := errText(err); CauseOf(err) != CauseTLS || text != `remote: tls: house:9598: the peer does not speak TLS; it began with "Welco"` {
			t.Errorf("TLS to a clear-text server = %v (cause %s), want that it speaks no TLS", err, CauseOf(err))
		}
		h := newTLSHost(t)
		_, err = Dial(t.Context(), testAddress, ClientOptions{Dial: h.dial})
		if text := errText(err); CauseOf(err) != CauseTimeout || !strings.HasSuffix(text, "; a peer that waits for TLS is as silent") {
			t.Errorf("clear text to a TLS server = %v (cause %s), want a time-out that points at TLS", err, CauseOf(err))
		}
		_, err = Dial(t.Context(), testAddress, ClientOptions{TLS: &TLSOptions{}, Dial: func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			return near, far.Close()
		}})
		if text := errText(err); CauseOf(err) != CauseClosed || !strings.Contains(text, "the peer closed the connection in the handshake") {
			t.Errorf("TLS to a server that closes = %v (cause %s), want that it closed", err, CauseOf(err))
		}
	})
}

// TestTLSCloseDoesNotWait closes a connection whose peer reads nothing more.
func TestTLSCloseDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		o := ClientOptions{TLS: &TLSOptions{CAFile: h.path("ca.crt")}}
		hold := make(chan struct{})
		o.Dial = func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			h.conns.Go(func() {
				defer far.Close()
				server := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{h.cert.Pair(t)}})
				_, _ = io.WriteString(server, "+OK\r\n")
				<-hold
			})
			return near, nil
		}
		c, err := Dial(t.Context(), testAddress, o)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_ = c.Close()
		if took := time.Since(start); took > closeGrace {
			t.Errorf("Close took %v, want at most %v", took, closeGrace)
		}
		close(hold)
	})
}

// TestTLSManager brings a remote up over TLS, and up again after it was lost.
func TestTLSManager(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		h.options.ClientCAFile, h.options.RequireClientCert = h.path("ca.crt"), true
		var conns []net.Conn
		stall := false
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			if stall {
				return speechless(t)(ctx, network, address)
			}
			conn, err := h.dial(ctx, network, address)
			conns = append(conns, conn)
			return conn, err
		}
		r := newRig(t, dial, func(o *Options) {
			o.Connections, o.Receive = 1, ReceivePoll
			o.Client.TLS = &TLSOptions{CAFile: h.path("ca.crt"), CertFile: h.path("client.crt"), KeyFile: h.path("client.key")}
		}).start()
		const n = 300
		r.out.pushNumbered(0, n)
		time.Sleep(time.Second)
		r.out.wantOutcomes(n, 0, 0)

		stall = true
		conns[0].Close()
		time.Sleep(3 * time.Second)
		if l := r.link(roleSingle); l.State != StateTLS || l.State.String() != "tls" || l.Connects != 1 {
			t.Errorf("status %+v, want the link in its TLS handshake", l)
		}
		stall = false
		h.use(linktest.SelfSigned(t, linktest.Cert{Names: []string{"house"}}))
		time.Sleep(20 * time.Second)
		if l := r.link(roleSingle); l.State != StateWaiting || l.LastCause != CauseTLS || !strings.HasPrefix(l.LastError, "tls: house:9598: certificate is not signed by") {
			t.Errorf("status %+v, want a failure with cause tls", l)
		}
		if got := r.log.find(t, "link failed"); len(got) == 0 || got[len(got)-1]["cause"] != "tls" {
			t.Errorf("failures logged: %v, want the last one to be tls", got)
		}
		h.use(h.authority.Issue(t, linktest.Cert{Names: []string{"house"}}))
		r.out.pushNumbered(n, n)
		time.Sleep(2 * time.Minute)
		if l := r.link(roleSingle); !l.State.Up() || l.Connects != 2 {
			t.Errorf("status %+v, want the link up for the second time", l)
		}
		r.out.wantOutcomes(2*n, 0, 0)
	})
}

// TestTLSContextEndsRun stops a manager whose peer stalls in the handshake.
func TestTLSContextEndsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wantEndsAtOnce(t, newRig(t, speechless(t), func(o *Options) { o.Client.TLS = &TLSOptions{} }).start())
	})
}
