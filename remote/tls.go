package remote

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
)

// TLSOptions say that a connection is encrypted from its first byte on (the link protocol has no STARTTLS), and which peer is
// believed. The certificate of the peer and its name are always verified, and there is no way back to clear text. The files
// are in PEM form and are read for every connection, so that a renewed one counts from the next on. The zero value verifies
// against the authorities of the system.
type TLSOptions struct {
	CAFile   string // the authorities that are believed; empty: those of the system
	CertFile string // certificate to show to the peer, with its chain; empty: none
	KeyFile  string // private key of CertFile
	// ServerName is the name or IP address that the certificate must be for, and what SNI asks for; empty: the host of the
	// address.
	ServerName string
	MinVersion uint16 // tls.VersionTLS12, which 0 stands for, or tls.VersionTLS13
	// Pins are keys in the form "sha256/BASE64", the SHA-256 of a SubjectPublicKeyInfo. If there are any, one of them must be
	// in the verified chain of the peer, which is verified all the same. Without a CAFile, a certificate whose own key is
	// pinned needs no authority, so that it may be self-signed; its name and its dates still count.
	Pins []string
}

// TLSError is a TLS connection that could not be made, or that the peer ended. As the peer looks at our certificate last, its
// refusal may come instead of the greeting.
type TLSError struct {
	Address string // of the peer; empty if the reason lies on this side
	Reason  string
	Err     error // from package tls or x509, or of a file
}

// Error returns the address and the reason.
func (e *TLSError) Error() string {
	if e.Address == "" {
		return "tls: " + e.Reason
	}
	return "tls: " + e.Address + ": " + e.Reason
}

// Unwrap returns what the reason was made of.
func (e *TLSError) Unwrap() error { return e.Err }

// validate checks what can be checked without files.
func (o *TLSOptions) validate() error {
	if (o.CertFile == "") != (o.KeyFile == "") {
		return errors.New("tls: a certificate file and a key file need each other")
	}
	if v := o.MinVersion; v != 0 && v != tls.VersionTLS12 && v != tls.VersionTLS13 {
		return fmt.Errorf("tls: least version is %#x, want TLS 1.2 or 1.3", v)
	}
	_, err := o.pins()
	return err
}

func (o *TLSOptions) pins() (certfile.Pins, error) {
	pins := make(certfile.Pins, len(o.Pins))
	for i, text := range o.Pins {
		var err error
		if pins[i], err = certfile.ParsePin(text); err != nil {
			return nil, fmt.Errorf("tls: pin %.60q %w", text, err)
		}
	}
	return pins, nil
}

// config reads the files.
func (o *TLSOptions) config(host string, t *traffic) (*tls.Config, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	pins, err := o.pins()
	if err != nil {
		return nil, err
	}
	host, _, _ = strings.Cut(host, "%") // the zone of an IPv6 address means something here only
	c := &tls.Config{ServerName: host, MinVersion: max(o.MinVersion, tls.VersionTLS12)}
	if o.ServerName != "" {
		c.ServerName = o.ServerName
	}
	if c.ServerName == "" {
		return nil, errors.New("tls: the address has no host, and there is no server name, that the certificate could be for")
	}
	if o.CAFile != "" {
		if c.RootCAs, err = certfile.LoadCA(o.CAFile); err != nil {
			return nil, &TLSError{Reason: err.Error(), Err: err}
		}
	}
	if o.CertFile != "" {
		pair, err := certfile.LoadPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, &TLSError{Reason: err.Error(), Err: err}
		}
		t.showed(pair)
		// Not as c.Certificates, which are kept back from a peer that names other authorities: its refusal says more.
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return pair, nil }
	}
	if len(pins) > 0 {
		v := pinned{pins: pins, name: c.ServerName, roots: c.RootCAs}
		c.InsecureSkipVerify = true // verify does the same, with a pinned key in the place of an authority
		c.VerifyConnection = v.verify
	}
	return c, nil
}

// pinned verifies a peer whose key must be known.
type pinned struct {
	pins  certfile.Pins
	name  string
	roots *x509.CertPool // nil: those of the system, and the peer's own certificate if its key is pinned
}

// errPin is an error of verify for a peer that is all right but for its key.
var errPin = errors.New("key is not pinned")

func (p pinned) verify(s tls.ConnectionState) error {
	leaf := s.PeerCertificates[0] // package tls refuses a server without one
	o := x509.VerifyOptions{DNSName: p.name, Roots: p.roots, Intermediates: x509.NewCertPool()}
	for _, c := range s.PeerCertificates[1:] {
		o.Intermediates.AddCert(c)
	}
	if p.roots == nil && p.pins.Has(leaf) {
		o.Roots = x509.NewCertPool()
		o.Roots.AddCert(leaf)
	}
	chains, err := leaf.Verify(o)
	if err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: s.PeerCertificates, Err: err}
	}
	if !p.pins.HasAny(chains) {
		return fmt.Errorf("%w; that of the certificate is %v", errPin, certfile.PinOf(leaf))
	}
	return nil
}

// secure does the handshake, and closes conn if it fails.
func (o *ClientOptions) secure(ctx context.Context, conn net.Conn, address string, config *tls.Config) (net.Conn, error) {
	c := &tlsConn{address: address, opts: o.TLS}
	if config.GetClientCertificate == nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			c.asked = true
			return new(tls.Certificate), nil
		}
	}
	c.Conn = tls.Client(conn, config)
	limit, cancel := context.WithTimeout(ctx, o.TLSTimeout)
	defer cancel()
	err := c.HandshakeContext(limit)
	if err == nil {
		o.traffic.saw(c.ConnectionState().PeerCertificates)
		return c, nil
	}
	_ = conn.Close() // the error of the handshake says more
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("tls: %s: %w", address, context.Cause(ctx))
	case limit.Err() != nil:
		return nil, fmt.Errorf("tls: %s: handshake took more than %v: %w", address, o.TLSTimeout, context.DeadlineExceeded)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return nil, fmt.Errorf("tls: %s: the peer closed the connection in the handshake: %w", address, err)
	default:
		return nil, &TLSError{Address: address, Reason: c.reason(err), Err: err}
	}
}

// closeGrace is how long a TLS connection may take to say that it ends, which a peer that reads nothing would hold up.
const closeGrace = 200 * time.Millisecond

// tlsConn is a TLS connection with errors for people.
type tlsConn struct {
	*tls.Conn
	address string
	opts    *TLSOptions
	asked   bool // the peer asked for a certificate, and we have none
}

// Read reads as tls.Conn does, and explains a refusal that comes after our part of the handshake.
func (c *tlsConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		err = &TLSError{Address: c.address, Reason: c.reason(err), Err: err}
	}
	return n, err
}

// Close tells the peer, if that is quick, and closes.
func (c *tlsConn) Close() error {
	timer := time.AfterFunc(closeGrace, func() { _ = c.NetConn().Close() })
	defer timer.Stop()
	return c.Conn.Close()
}
