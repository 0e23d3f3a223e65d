package remote

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
)

// tlsHost is a host behind TLS, with the files of both sides in a folder: those of the authority, the server and the client.
type tlsHost struct {
	*host
	t         testing.TB
	dir       string
	authority *linktest.Authority
	cert      linktest.Issued // of the server
	options   linkserver.TLSOptions
}

// newTLSHost makes a host with a certificate for "house". It wants no client certificate.
func newTLSHost(t testing.TB) *tlsHost {
	t.Helper()
	h := &tlsHost{host: newHost(t, nil), t: t, dir: t.TempDir()}
	h.authority = linktest.NewAuthority(t, "authority")
	linktest.WritePEM(t, h.dir, "ca.crt", h.authority.CertPEM())
	h.use(h.authority.Issue(t, linktest.Cert{Names: []string{"house"}}))
	h.authority.Issue(t, linktest.Cert{}).Write(t, h.dir, "client")
	h.options = linkserver.TLSOptions{CertFile: h.path("server.crt"), KeyFile: h.path("server.key")}
	return h
}

// use gives the server another certificate.
func (h *tlsHost) use(cert linktest.Issued) {
	h.cert = cert
	cert.Write(h.t, h.dir, "server")
}

func (h *tlsHost) path(name string) string { return filepath.Join(h.dir, name) }

func (h *tlsHost) dial(ctx context.Context, network, address string) (net.Conn, error) {
	config, err := linkserver.TLSConfig(h.options)
	if err != nil {
		return nil, err
	}
	if h.ctx.Err() != nil {
		return h.host.dial(ctx, network, address) // refuses
	}
	near, far := h.pipe()
	h.conns.Go(func() { h.server.ServeConn(h.ctx, tls.Server(far, config)) })
	return near, nil
}

// pipe is net.Pipe with room between the ends, as sockets have it. In a handshake both sides may want to write at once.
func (h *host) pipe() (near, far net.Conn) {
	near, a := net.Pipe()
	b, far := net.Pipe()
	pass := func(dst, src net.Conn) {
		way := make(chan []byte, 1<<10)
		h.conns.Go(func() {
			defer close(way)
			for {
				buf := make([]byte, 1<<14)
				n, err := src.Read(buf)
				if way <- buf[:n]; err != nil {
					return
				}
			}
		})
		h.conns.Go(func() {
			defer dst.Close()
			for buf := range way {
				_, _ = dst.Write(buf)
			}
		})
	}
	pass(a, b)
	pass(b, a)
	return near, far
}

// try dials and logs in.
func (h *tlsHost) try(o TLSOptions) error {
	c, err := Dial(h.t.(*testing.T).Context(), testAddress, ClientOptions{Dial: h.dial, TLS: &o})
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if got, want := c.CertificateExpiry(), h.cert.Leaf.NotAfter; !got.Equal(want) {
		h.t.Errorf("CertificateExpiry = %v, want %v", got, want)
	}
	return c.Login(h.t.(*testing.T).Context(), "admin", "secret")
}

// want checks the outcome of an attempt: no error for an empty text, else a *TLSError with that text.
func (h *tlsHost) want(what string, o TLSOptions, want string) {
	h.t.Helper()
	err := h.try(o)
	if want == "" {
		if err != nil {
			h.t.Errorf("%s: %v, want no error", what, err)
		}
		return
	}
	_, ok := errors.AsType[*TLSError](err)
	if text := errText(err); !ok || CauseOf(err) != CauseTLS || !strings.Contains(text, want) || !strings.HasPrefix(text, "remote: ") {
		h.t.Errorf("%s: %v (cause %s), want a *TLSError with %q", what, err, CauseOf(err), want)
	}
	synctest.Wait()
	if n := len(h.server.Stats().Clients); n != 0 {
		h.t.Errorf("%s: server has %d clients afterwards, want 0", what, n)
	}
}

func TestTLSAuthority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		ca := TLSOptions{CAFile: h.path("ca.crt")}
		h.want("good", ca, "")
		h.want("system roots", TLSOptions{}, "tls: house:9598: certificate is not signed by an authority that this system knows")
		linktest.WritePEM(t, h.dir, "other.crt", linktest.NewAuthority(t, "other").CertPEM())
		h.want("wrong authority", TLSOptions{CAFile: h.path("other.crt")}, "certificate is not signed by an authority in "+h.path("other.crt"))
		h.use(linktest.SelfSigned(t, linktest.Cert{Names: []string{"house"}}))
		h.want("self-signed", ca, "certificate is not signed by an authority in ")
	})
}

func TestTLSName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		ca := TLSOptions{CAFile: h.path("ca.crt")}
		h.use(h.authority.Issue(t, linktest.Cert{Names: []string{"garden.example", "192.0.2.1"}}))
		h.want("wrong name", ca, "tls: house:9598: certificate is for garden.example, 192.0.2.1, not house")
		h.want("server name", TLSOptions{CAFile: ca.CAFile, ServerName: "garden.example"}, "")
		h.want("server address", TLSOptions{CAFile: ca.CAFile, ServerName: "192.0.2.1"}, "")
		h.want("wrong server name", TLSOptions{CAFile: ca.CAFile, ServerName: "192.0.2.2"}, "not 192.0.2.2")
		h.use(h.authority.Issue(t, linktest.Cert{}))
		h.want("no name", ca, "certificate is for no host name or address, not house")
		h.use(h.authority.Issue(t, linktest.Cert{Names: []string{"a", "b", "c", "d", "e", "f", "g"}}))
		h.want("many names", ca, "certificate is for a, b, c, d, e and 2 more, not house")
	})
}

func TestTLSDates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		ca := TLSOptions{CAFile: h.path("ca.crt")}
		now := time.Now().UTC().Truncate(time.Second)
		cert := linktest.Cert{Names: []string{"house"}, NotBefore: now.Add(-2 * time.Hour), NotAfter: now.Add(time.Hour)}
		h.use(h.authority.Issue(t, cert))
		h.want("still valid", ca, "")
		time.Sleep(time.Hour + time.Second)
		h.want("expired", ca, "tls: house:9598: certificate expired at "+cert.NotAfter.Format(time.RFC3339))
		h.want("expired and pinned", TLSOptions{Pins: []string{h.cert.Pin()}}, "certificate expired at ")
		cert.NotBefore, cert.NotAfter = now.Add(100*time.Hour), now.Add(200*time.Hour)
		h.use(h.authority.Issue(t, cert))
		h.want("not yet valid", ca, "certificate is not valid before "+cert.NotBefore.Format(time.RFC3339))
	})
}

func TestTLSPins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		ca := h.path("ca.crt")
		other := linktest.SelfSigned(t, linktest.Cert{Names: []string{"house"}})
		good, wrong := h.cert.Pin(), other.Pin()
		h.want("chain and pin", TLSOptions{CAFile: ca, Pins: []string{wrong, good}}, "")
		h.want("chain, wrong pin", TLSOptions{CAFile: ca, Pins: []string{wrong}}, "key is not pinned; that of the certificate is "+good)
		h.want("chain, pinned authority", TLSOptions{CAFile: ca, Pins: []string{h.authority.Pin()}}, "")
		linktest.WritePEM(t, h.dir, "other.crt", linktest.NewAuthority(t, "other").CertPEM())
		h.want("wrong chain, pin", TLSOptions{CAFile: h.path("other.crt"), Pins: []string{good}}, "not signed by an authority in")
		h.want("no chain, pin", TLSOptions{Pins: []string{good}}, "")
		h.want("no chain, wrong pin", TLSOptions{Pins: []string{wrong}}, "that this system knows, and its key is not pinned; that of the certificate is "+good)
		h.want("no chain, pin, wrong name", TLSOptions{Pins: []string{good}, ServerName: "garden"}, "certificate is for house, not garden")
		h.use(other)
		h.want("self-signed and pinned", TLSOptions{Pins: []string{wrong}}, "")
		h.want("self-signed, other key pinned", TLSOptions{Pins: []string{good}}, "its key is not pinned; that of the certificate is "+wrong)
	})
}

func TestTLSClientCertificate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		h.options.ClientCAFile = h.path("ca.crt")
		ca := TLSOptions{CAFile: h.path("ca.crt")}
		with := ca
		with.CertFile, with.KeyFile = h.path("client.crt"), h.path("client.key")
		linktest.NewAuthority(t, "other").Issue(t, linktest.Cert{}).Write(t, h.dir, "stranger")
		stranger := ca
		stranger.CertFile, stranger.KeyFile = h.path("stranger.crt"), h.path("stranger.key")
		h.want("optional, none", ca, "")
		h.want("optional, good", with, "")
		h.want("optional, wrong", stranger, "tls: house:9598: the peer refused: unknown certificate authority")
		h.options.RequireClientCert = true
		h.want("required, none", ca, "greeting: tls: house:9598: the peer refused: certificate required; it asks for a client certificate, and none is configured")
		h.want("required, good", with, "")
		h.want("required, wrong", stranger, "the peer refused: unknown certificate authority")
	})
}

func TestTLSVersions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		for _, tt := range []struct {
			server, client uint16
			want           string
		}{
			{0, 0, ""},
			{tls.VersionTLS13, 0, ""},
			{0, tls.VersionTLS13, ""},
		} {
			h.options.MinVersion = tt.server
			h.want("versions", TLSOptions{CAFile: h.path("ca.crt"), MinVersion: tt.client}, tt.want)
		}
		for _, tt := range []struct {
			least, most uint16 // of the client and the server
			want        string
		}{
			{tls.VersionTLS12, tls.VersionTLS12, ""},
			{tls.VersionTLS13, tls.VersionTLS12, "protocol version not supported"},
			{0, tls.VersionTLS11, "protocol version not supported"},
		} {
			dial := func(context.Context, string, string) (net.Conn, error) {
				near, far := h.pipe()
				config := &tls.Config{Certificates: []tls.Certificate{h.cert.Pair(t)}, MinVersion: tls.VersionTLS10, MaxVersion: tt.most}
				h.conns.Go(func() { h.server.ServeConn(h.ctx, tls.Server(far, config)) })
				return near, nil
			}
			c, err := Dial(t.Context(), testAddress, ClientOptions{Dial: dial, TLS: &TLSOptions{CAFile: h.path("ca.crt"), MinVersion: tt.least}})
			if err == nil {
				_ = c.Close()
			}
			if text := errText(err); (tt.want == "") != (err == nil) || !strings.Contains(text, tt.want) || err != nil && CauseOf(err) != CauseTLS {
				t.Errorf("client from %#x, server up to %#x: %v, want %q", tt.least, tt.most, err, tt.want)
			}
		}
	})
}

// TestTLSFilesAreReadAtEveryDial changes the files of both sides between connections.
func TestTLSFilesAreReadAtEveryDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		h.options.ClientCAFile, h.options.RequireClientCert = h.path("ca.crt"), true
		o := TLSOptions{CAFile: h.path("trusted.crt"), CertFile: h.path("client.crt"), KeyFile: h.path("client.key")}
		linktest.WritePEM(t, h.dir, "trusted.crt", h.authority.CertPEM())
		h.want("first", o, "")
		next := linktest.NewAuthority(t, "next")
		h.use(next.Issue(t, linktest.Cert{Names: []string{"house"}}))
		h.want("server rotated", o, "not signed by an authority in")
		linktest.WritePEM(t, h.dir, "trusted.crt", append(h.authority.CertPEM(), next.CertPEM()...))
		h.want("authorities rotated", o, "")
		linktest.WritePEM(t, h.dir, "ca.crt", next.CertPEM())
		h.want("authority of clients rotated", o, "the peer refused: unknown certificate authority")
		next.Issue(t, linktest.Cert{}).Write(t, h.dir, "client")
		h.want("client rotated", o, "")
		if err := os.Remove(o.CertFile); err != nil {
			t.Fatal(err)
		}
		h.want("client certificate gone", o, "tls: certificate file "+o.CertFile+": no such file or directory")
	})
}

func TestTLSOptionsAreChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		ca, crt, key := h.path("ca.crt"), h.path("client.crt"), h.path("client.key")
		junk := linktest.WritePEM(t, h.dir, "junk", []byte("junk"))
		for _, tt := range []struct {
			o    TLSOptions
			want string
		}{
			{TLSOptions{CAFile: junk}, "remote: tls: ca file " + junk + ": holds no certificate in PEM form"},
			{TLSOptions{CAFile: key}, "remote: tls: ca file " + key + ": holds a private key and no certificate"},
			{TLSOptions{CAFile: ca, CertFile: crt, KeyFile: crt}, "remote: tls: key file " + crt + ": holds a certificate and no private key"},
			{TLSOptions{CAFile: ca, CertFile: crt, KeyFile: h.path("server.key")}, "remote: tls: key file " + h.path("server.key") + ": private key does not match public key"},
			{TLSOptions{CertFile: crt}, "remote: tls: a certificate file and a key file need each other"},
			{TLSOptions{KeyFile: key}, "remote: tls: a certificate file and a key file need each other"},
			{TLSOptions{MinVersion: tls.VersionTLS11}, "remote: tls: least version is 0x302, want TLS 1.2 or 1.3"},
			{TLSOptions{Pins: []string{"md5/x"}}, `remote: tls: pin "md5/x" does not begin with sha256/`},
		} {
			if err := h.try(tt.o); errText(err) != tt.want {
				t.Errorf("Dial with %+v = %v, want %s", tt.o, err, tt.want)
			}
		}
		for _, o := range []TLSOptions{{CertFile: crt}, {MinVersion: 1}, {Pins: []string{"sha256/"}}} {
			mo := DefaultOptions()
			mo.Name, mo.Addresses, mo.Client.TLS = "house", []string{testAddress}, &o
			if _, err := NewManager(mo, &inbox{}, newOutbox(t)); !strings.Contains(errText(err), "tls: ") {
				t.Errorf("NewManager with %+v = %v, want a refusal", o, err)
			}
		}
		o := ClientOptions{Dial: h.dial, TLS: &TLSOptions{Pins: []string{h.cert.Pin()}}}
		if _, err := Dial(t.Context(), ":9598", o); !strings.Contains(errText(err), "the address has no host") {
			t.Errorf("Dial without a host = %v, want a refusal: there would be no name to verify", err)
		}
	})
}
