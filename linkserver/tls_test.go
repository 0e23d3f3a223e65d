package linkserver

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
)

// tlsFiles are the files of a server and its authority.
type tlsFiles struct {
	dir       string
	authority *linktest.Authority
	options   TLSOptions
}

func newTLSFiles(t *testing.T) *tlsFiles {
	t.Helper()
	f := &tlsFiles{dir: t.TempDir(), authority: linktest.NewAuthority(t, "authority")}
	linktest.WritePEM(t, f.dir, "ca.crt", f.authority.CertPEM())
	f.options.CertFile, f.options.KeyFile = f.authority.Issue(t, linktest.Cert{Names: []string{"house"}}).Write(t, f.dir, "server")
	return f
}

func (f *tlsFiles) config(t *testing.T) *tls.Config {
	t.Helper()
	config, err := TLSConfig(f.options)
	if err != nil {
		t.Fatalf("TLSConfig = %v, want nil", err)
	}
	return config
}

// client returns the configuration of a client that believes the authority; certs are those that it shows.
func (f *tlsFiles) client(certs ...tls.Certificate) *tls.Config {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(f.authority.CertPEM())
	return &tls.Config{
		RootCAs: pool, ServerName: "house", MinVersion: tls.VersionTLS12, Certificates: certs, ClientSessionCache: tls.NewLRUClientSessionCache(1),
	}
}

// serveTLS serves on loopback until the test ends.
func serveTLS(t *testing.T, srv *Server, config *tls.Config) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, tls.NewListener(l, config)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve = %v, want nil after its context ended", err)
		}
	})
	return l.Addr().String()
}

// greeting connects, and returns the first line of the server.
func greeting(address string, config *tls.Config) (string, error) {
	conn, err := tls.Dial("tcp", address, config)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	return bufio.NewReader(conn).ReadString('\n')
}

func TestTLSConfigChecks(t *testing.T) {
	f := newTLSFiles(t)
	crt, key, none := f.options.CertFile, f.options.KeyFile, filepath.Join(f.dir, "none")
	for _, tt := range []struct {
		o    TLSOptions
		want string
	}{
		{TLSOptions{}, "a certificate file and a key file are needed"},
		{TLSOptions{CertFile: crt}, "a certificate file and a key file are needed"},
		{TLSOptions{CertFile: crt, KeyFile: key, RequireClientCert: true}, "client certificates are required, and there is no authority for them"},
		{TLSOptions{CertFile: crt, KeyFile: key, MinVersion: tls.VersionTLS11}, "least version is 0x302, want TLS 1.2 or 1.3"},
		{TLSOptions{CertFile: none, KeyFile: key}, "certificate file " + none + ": no such file or directory"},
		{TLSOptions{CertFile: crt, KeyFile: crt}, "key file " + crt + ": holds a certificate and no private key"},
		{TLSOptions{CertFile: crt, KeyFile: key, ClientCAFile: key}, "ca file " + key + ": holds a private key and no certificate"},
	} {
		if c, err := TLSConfig(tt.o); c != nil || err == nil || err.Error() != "linkserver: tls: "+tt.want {
			t.Errorf("TLSConfig(%+v) = %v, %v, want %q", tt.o, c, err, tt.want)
		}
	}
}

func TestTLSClientCertificates(t *testing.T) {
	f := newTLSFiles(t)
	good := f.authority.Issue(t, linktest.Cert{}).Pair(t)
	wrong := linktest.SelfSigned(t, linktest.Cert{}).Pair(t)
	// A certificate is shown whatever the server says about authorities.
	show := func(c tls.Certificate) *tls.Config {
		config := f.client()
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }
		return config
	}
	for _, tt := range []struct {
		name       string
		ca         string
		required   bool
		none, good bool // whether such clients get in
		wrong      bool
	}{
		{"not asked", "", false, true, true, true},
		{"optional", "ca.crt", false, true, true, false},
		{"required", "ca.crt", true, false, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := f.options
			o.RequireClientCert = tt.required
			if tt.ca != "" {
				o.ClientCAFile = filepath.Join(f.dir, tt.ca)
			}
			config, err := TLSConfig(o)
			if err != nil {
				t.Fatal(err)
			}
			addr := serveTLS(t, newTestServer(t, testOptions()), config)
			for _, client := range []struct {
				name   string
				config *tls.Config
				want   bool
			}{{"none", f.client(), tt.none}, {"good", show(good), tt.good}, {"wrong", show(wrong), tt.wrong}} {
				if line, err := greeting(addr, client.config); (err == nil) != client.want || client.want && !strings.HasPrefix(line, "Welcome") {
					t.Errorf("client with certificate %q: %q, %v, want it to get in: %v", client.name, line, err, client.want)
				}
			}
		})
	}
}

// TestTLSFilesAreReadForEveryClient renews the server's certificate and the authority of the clients while it runs.
func TestTLSFilesAreReadForEveryClient(t *testing.T) {
	f := newTLSFiles(t)
	f.options.ClientCAFile, f.options.RequireClientCert = filepath.Join(f.dir, "ca.crt"), true
	addr := serveTLS(t, newTestServer(t, testOptions()), f.config(t))
	old := f.client(f.authority.Issue(t, linktest.Cert{}).Pair(t))
	if _, err := greeting(addr, old); err != nil {
		t.Fatalf("before: %v, want no error", err)
	}
	next := linktest.NewAuthority(t, "next")
	linktest.WritePEM(t, f.dir, "ca.crt", next.CertPEM())
	if _, err := greeting(addr, old); err == nil {
		t.Error("a client of the old authority got in, want it refused, whatever session it resumes")
	}
	next.Issue(t, linktest.Cert{Names: []string{"house"}}).Write(t, f.dir, "server")
	cert := next.Issue(t, linktest.Cert{}).Pair(t)
	f.authority = next
	if _, err := greeting(addr, f.client(cert)); err != nil {
		t.Errorf("after: %v, want the renewed certificates to count", err)
	}
	linktest.WritePEM(t, f.dir, "server.key", []byte("junk"))
	if _, err := greeting(addr, f.client(cert)); err == nil {
		t.Error("a server without its key served a client, want it refused")
	}
}

func TestTLSVersions(t *testing.T) {
	f := newTLSFiles(t)
	f.options.MinVersion = tls.VersionTLS13
	addr := serveTLS(t, newTestServer(t, testOptions()), f.config(t))
	config := f.client()
	if _, err := greeting(addr, config); err != nil {
		t.Errorf("client of TLS 1.3: %v, want no error", err)
	}
	config.MaxVersion = tls.VersionTLS12
	if _, err := greeting(addr, config); err == nil || !strings.Contains(err.Error(), "protocol version not supported") {
		t.Errorf("client of TLS 1.2: %v, want its version refused", err)
	}
}

// TestTLSHandshakeBlocksNobody has clients that say nothing, and one that does.
func TestTLSHandshakeBlocksNobody(t *testing.T) {
	f := newTLSFiles(t)
	addr := serveTLS(t, newTestServer(t, testOptions()), f.config(t))
	for range 5 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	if _, err := greeting(addr, f.client()); err != nil {
		t.Errorf("client beside silent ones: %v, want no error", err)
	}
}

// TestTLSHandshakeDeadline has a client that says nothing, as a session and as one client too many.
func TestTLSHandshakeDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := newTLSFiles(t).config(t)
		opts := testOptions()
		opts.MaxClients, opts.LoginTimeout = 1, 9*time.Second
		srv := newTestServer(t, opts)
		wrap := func(c net.Conn) net.Conn { return tls.Server(c, config) }
		start := time.Now()
		session := connect(t, srv, wrap)
		synctest.Wait()
		tooMany := connect(t, srv, wrap)
		for name, c := range map[string]*testClient{"session": session, "too many": tooMany} {
			c.expectEnd()
			if took := time.Since(start); took != 9*time.Second {
				t.Errorf("%s ended after %v, want %v", name, took, opts.LoginTimeout)
			}
		}
	})
}

// TestTLSClientTooMany tells the reason over TLS.
func TestTLSClientTooMany(t *testing.T) {
	f := newTLSFiles(t)
	opts := testOptions()
	opts.MaxClients = 1
	addr := serveTLS(t, newTestServer(t, opts), f.config(t))
	first, err := tls.Dial("tcp", addr, f.client())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	if line, err := greeting(addr, f.client()); err != nil || line != replyTooManyClients+"\r\n" {
		t.Errorf("second client got %q, %v, want %q", line, err, replyTooManyClients)
	}
}

func TestTLSClearTextClient(t *testing.T) {
	f := newTLSFiles(t)
	addr := serveTLS(t, newTestServer(t, testOptions()), f.config(t))
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "USER admin\r\nPASS secret\r\n"); err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(conn) // a reset is as good an end
	if strings.Contains(string(got), "OK") {
		t.Errorf("clear-text client got %q, want no answer in clear text", got)
	}
}

// logLines takes one line of log with each Write.
type logLines chan string

func (l logLines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

func (l logLines) logger() hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: l, DisableTime: true})
}

// TestTLSFailedHandshakesAreTold has clients that fail each in a way of its own.
func TestTLSFailedHandshakesAreTold(t *testing.T) {
	f := newTLSFiles(t)
	f.options.ClientCAFile, f.options.RequireClientCert = filepath.Join(f.dir, "ca.crt"), true
	lines := make(logLines, 100)
	opts := testOptions()
	opts.Logger = lines.logger()
	addr := serveTLS(t, newTestServer(t, opts), f.config(t))
	says := func(hello string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, hello); err != nil {
				t.Fatal(err)
			}
		}
	}
	dials := func(config *tls.Config) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			if _, err := greeting(addr, config); err == nil {
				t.Error("greeting, want the handshake to fail")
			}
		}
	}
	stranger, wrong := f.client(), linktest.SelfSigned(t, linktest.Cert{}).Pair(t)
	stranger.RootCAs = x509.NewCertPool()
	shows := f.client()
	shows.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &wrong, nil }
	for _, tt := range []struct {
		fail func(*testing.T)
		want string
	}{
		{says("USER admin\r\n"), `the client does not speak TLS; it began with "USER "`},
		{says(""), "the client hung up"},
		{dials(stranger), "the client refused: bad certificate"},
		{dials(f.client()), "client didn't provide a certificate"},
		{dials(shows), "the client's certificate is not signed by an authority of client certificates here"},
	} {
		tt.fail(t)
		got := <-lines
		if !strings.Contains(got, "tls handshake failed: remote-addr=127.0.0.1:") || !strings.Contains(strings.ReplaceAll(got, `\"`, `"`), `why="`+tt.want+`"`) {
			t.Errorf("logged %q, want a failed handshake of 127.0.0.1, and why: %s", got, tt.want)
		}
	}
}

// TestTLSFailedHandshakesAreToldSeldom has a peer that fails again and again.
func TestTLSFailedHandshakesAreToldSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines := make(logLines, 100)
		log := newHandshakeLog(lines.logger())
		conn, peer := net.Pipe()
		defer conn.Close()
		defer peer.Close()
		fail := func(times int) {
			for range times {
				log.tell(conn, &handshakeError{err: io.EOF})
			}
		}
		fail(handshakeLines + 3)
		if len(lines) != handshakeLines {
			t.Errorf("%d lines for %d failures at once, want %d", len(lines), handshakeLines+3, handshakeLines)
		}
		for len(lines) > 0 {
			if got := <-lines; !strings.Contains(got, "more=0") {
				t.Errorf("logged %q, want more=0: none was held back before", got)
			}
		}
		time.Sleep(handshakePause)
		fail(2)
		if len(lines) != 1 {
			t.Fatalf("%d lines for 2 failures after a pause, want 1", len(lines))
		}
		if got := <-lines; !strings.Contains(got, "more=3") {
			t.Errorf("logged %q, want more=3: so many were held back", got)
		}
	})
}

// TestTLSOtherEndsAreNotTold has what ends a session and is no failed handshake.
func TestTLSOtherEndsAreNotTold(t *testing.T) {
	lines := make(logLines, 100)
	log := newHandshakeLog(lines.logger())
	conn, peer := net.Pipe()
	defer conn.Close()
	defer peer.Close()
	for _, err := range []error{nil, io.EOF, &handshakeError{err: net.ErrClosed}} {
		if log.tell(conn, err); len(lines) != 0 {
			t.Errorf("after %v: logged %q, want nothing", err, <-lines)
		}
	}
}
