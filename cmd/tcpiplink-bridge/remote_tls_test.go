package main

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
)

func TestRemoteTLS(t *testing.T) {
	authority := linktest.NewAuthority(t, "authority")
	ca := linktest.WritePEM(t, t.TempDir(), "ca.pem", authority.CertPEM())
	pair := authority.Issue(t, linktest.Cert{Names: []string{"127.0.0.1"}}).Pair(t)
	s := startServer(t, func(_ *testServer, o *linkserver.Options) { o.KeepAlive = 20 * time.Millisecond })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.serve(t, tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}))
	s.addr = l.Addr().String()

	if got := s.admin(t, "--tls", "--ca-file", ca, "chid"); got.code != exitOK || got.stdout != "1\n" {
		t.Errorf("chid over TLS = %d with %q and %q, want %d with 1", got.code, got.stdout, got.stderr, exitOK)
	}
	if got := s.admin(t, "--tls", "chid"); got.code != exitFailed || !strings.Contains(got.stderr, "tls: ") {
		t.Errorf("chid over TLS with an unknown authority = %d with %q, want %d", got.code, got.stderr, exitFailed)
	}
	s.awaitIdle(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr syncBuffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"remote", s.addr, "--tls", "--ca-file", ca, "--user", "admin", "--password", "secret", "watch", "-v"}, &stdout, &stderr)
	}()
	stdout.await(t, "keep-alive")
	cancel()
	if code := <-ended; code != exitOK || stderr.String() != "" {
		t.Errorf("watch over TLS = %d with %q, want %d", code, stderr.String(), exitOK)
	}
}
