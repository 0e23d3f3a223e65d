package main

import (
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestSimulateTLS(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	authority := linktest.NewAuthority(t, "authority")
	ca := linktest.WritePEM(t, dir, "ca.crt", authority.CertPEM())
	cert, key := authority.Issue(t, linktest.Cert{Names: []string{"127.0.0.1"}}).Write(t, dir, "server")
	for _, tt := range []struct {
		name string
		args []string
		tls  *remote.TLSOptions
		want vscp.Capabilities
	}{
		{"clear text", nil, nil, 0},
		{"TLS", []string{"--tls-cert", cert, "--tls-key", key}, &remote.TLSOptions{CAFile: ca}, vscp.CapTLS},
	} {
		s := startSimulation(t, tt.args...)
		c, err := remote.Dial(t.Context(), s.addr, remote.ClientOptions{TLS: tt.tls})
		if err != nil {
			t.Fatalf("%s: Dial = %v", tt.name, err)
		}
		if err := c.Login(t.Context(), "admin", "any"); err != nil {
			t.Errorf("%s: Login = %v, want nil", tt.name, err)
		}
		if p, err := c.Probe(t.Context()); err != nil || p.Capabilities&vscp.CapTLS != tt.want {
			t.Errorf("%s: Probe = capabilities %#x, %v, want the TLS bit %#x", tt.name, uint64(p.Capabilities), err, uint64(tt.want))
		}
		_ = c.Close()
		s.stop()
		for s.lines.Scan() { // to its end
		}
		<-s.ended
	}
}

// TestSimulateTLSTellsOfFailedHandshakes has a client that speaks no TLS.
func TestSimulateTLSTellsOfFailedHandshakes(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	cert, key := linktest.NewAuthority(t, "authority").Issue(t, linktest.Cert{Names: []string{"127.0.0.1"}}).Write(t, dir, "server")
	s := startSimulation(t, "--tls-cert", cert, "--tls-key", key)
	conn, lines := s.dial("secret")
	for lines.Scan() { // until the server hangs up
	}
	s.stop()
	for s.lines.Scan() { // to its end
	}
	<-s.ended
	got := s.stderr.String()
	for _, want := range []string{"[WARN]", "tls handshake failed", conn.LocalAddr().String(), "the client does not speak TLS"} {
		if !strings.Contains(got, want) {
			t.Errorf("stderr = %q, want %q in it", got, want)
		}
	}
}
