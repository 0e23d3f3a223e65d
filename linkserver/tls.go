package linkserver

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
)

// TLSOptions say how a server shows itself over TLS, and whom it lets in. The files are in PEM form.
type TLSOptions struct {
	CertFile          string // certificate of the server, with its chain
	KeyFile           string // private key of CertFile
	ClientCAFile      string // authorities of client certificates; empty: clients are not asked for one
	RequireClientCert bool   // a client without a certificate is refused; else only one with a wrong one is
	MinVersion        uint16 // tls.VersionTLS12, which 0 stands for, or tls.VersionTLS13
}

// TLSConfig returns a configuration for tls.NewListener, whose connections Serve takes like any other. The files are read here,
// to find mistakes at the start, and again for every client, so that a renewed one counts from the next client on.
func TLSConfig(o TLSOptions) (*tls.Config, error) {
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("linkserver: tls: %w", err)
	}
	if _, err := o.load(); err != nil {
		return nil, fmt.Errorf("linkserver: tls: %w", err)
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS12, // the one for the client counts
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return o.load() },
	}, nil
}

func (o *TLSOptions) validate() error {
	switch {
	case o.CertFile == "" || o.KeyFile == "":
		return errors.New("a certificate file and a key file are needed")
	case o.RequireClientCert && o.ClientCAFile == "":
		return errors.New("client certificates are required, and there is no authority for them")
	case o.MinVersion != 0 && o.MinVersion != tls.VersionTLS12 && o.MinVersion != tls.VersionTLS13:
		return fmt.Errorf("least version is %#x, want TLS 1.2 or 1.3", o.MinVersion)
	}
	return nil
}

// load reads the files.
func (o *TLSOptions) load() (*tls.Config, error) {
	pair, err := certfile.LoadPair(o.CertFile, o.KeyFile)
	if err != nil {
		return nil, err
	}
	c := &tls.Config{
		Certificates: []tls.Certificate{*pair},
		MinVersion:   max(o.MinVersion, tls.VersionTLS12),
		// A resumed session would let a client in by an authority that is no longer in the file. Connections last long anyway.
		SessionTicketsDisabled: true,
	}
	if o.ClientCAFile == "" {
		return c, nil
	}
	if c.ClientCAs, err = certfile.LoadCA(o.ClientCAFile); err != nil {
		return nil, err
	}
	c.ClientAuth = tls.VerifyClientCertIfGiven
	if o.RequireClientCert {
		c.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return c, nil
}

// handshakeError says why a client did not get through the handshake.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return "tls handshake: " + handshakeReason(e.err) }
func (e *handshakeError) Unwrap() error { return e.err }

// handshake does the handshake of a TLS connection, within the time for the login. The first write would do it too, but with no
// deadline for what the client has to say.
func handshake(c net.Conn, deadline time.Time) error {
	secure, ok := c.(interface{ Handshake() error })
	if !ok {
		return nil
	}
	if err := c.SetDeadline(deadline); err != nil {
		return err
	}
	if err := secure.Handshake(); err != nil {
		return &handshakeError{err: err}
	}
	return c.SetDeadline(time.Time{}) // reads and writes set their own from here on
}

// handshakeReason says in words what package tls found wrong.
func handshakeReason(err error) string {
	if header, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return fmt.Sprintf("the client does not speak TLS; it began with %q", header.RecordHeader[:])
	}
	op, broke := errors.AsType[*net.OpError](err)
	if broke && op.Op == "remote error" {
		return "the client refused: " + strings.TrimPrefix(op.Err.Error(), "tls: ")
	}
	if broken, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		if _, ok := errors.AsType[x509.UnknownAuthorityError](broken.Err); ok {
			return "the client's certificate is not signed by an authority of client certificates here"
		}
		return "the client's certificate is not valid: " + strings.TrimPrefix(broken.Err.Error(), "x509: ")
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "the client said too little within the time for the login"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the client hung up"
	case broke:
		return "the connection broke: " + op.Err.Error()
	default:
		return strings.TrimPrefix(err.Error(), "tls: ")
	}
}

// Anybody who reaches the port can fail as often as they like: so many lines at once, and then one in a while.
const (
	handshakeLines = 5
	handshakePause = 10 * time.Second
)

// handshakeLog tells of failed handshakes, and holds back lines that come too fast.
type handshakeLog struct {
	logger hclog.Logger
	limit  *rate.Limiter
	held   atomic.Uint64 // lines held back since the last one
}

func newHandshakeLog(logger hclog.Logger) *handshakeLog {
	return &handshakeLog{logger: logger, limit: rate.NewLimiter(rate.Every(handshakePause), handshakeLines)}
}

// tell logs err if it is of a handshake that the client spoiled, and not one that we cut short.
func (l *handshakeLog) tell(c net.Conn, err error) {
	failed, ok := errors.AsType[*handshakeError](err)
	if !ok || errors.Is(err, net.ErrClosed) {
		return
	}
	if !l.limit.Allow() {
		l.held.Add(1)
		return
	}
	l.logger.Warn("tls handshake failed", "remote-addr", c.RemoteAddr(), "why", handshakeReason(failed.err), "more", l.held.Swap(0))
}
