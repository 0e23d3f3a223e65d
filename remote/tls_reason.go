package remote

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
)

// reason says in words what package tls found wrong.
func (c *tlsConn) reason(err error) string {
	if header, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return fmt.Sprintf("the peer does not speak TLS; it began with %q", header.RecordHeader[:])
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		reason := "the peer refused: " + strings.TrimPrefix(op.Err.Error(), "tls: ")
		if c.asked {
			reason += "; it asks for a client certificate, and none is configured"
		}
		return reason
	}
	if errors.Is(err, errPin) {
		return err.Error()
	}
	if broken, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return c.opts.distrust(broken)
	}
	return strings.TrimPrefix(err.Error(), "tls: ")
}

// distrust says why a certificate is not believed.
func (o *TLSOptions) distrust(broken *tls.CertificateVerificationError) string {
	err := broken.Err
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		return fmt.Sprintf("certificate is for %s, not %s", certificateNames(name.Certificate), name.Host)
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		switch {
		case o.CAFile != "":
			return "certificate is not signed by an authority in " + o.CAFile
		case len(o.Pins) > 0 && len(broken.UnverifiedCertificates) > 0:
			return fmt.Sprintf("certificate is not signed by an authority that this system knows, and its %v; that of the certificate is %v",
				errPin, certfile.PinOf(broken.UnverifiedCertificates[0]))
		default:
			return "certificate is not signed by an authority that this system knows, and no ca_file names another"
		}
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		if now := time.Now(); now.Before(invalid.Cert.NotBefore) {
			return "certificate is not valid before " + invalid.Cert.NotBefore.Format(time.RFC3339)
		}
		return "certificate expired at " + invalid.Cert.NotAfter.Format(time.RFC3339)
	}
	return "certificate is not valid: " + strings.TrimPrefix(err.Error(), "x509: ")
}

// maxNames bounds how many names of a certificate an error lists.
const maxNames = 5

func certificateNames(c *x509.Certificate) string {
	names := make([]string, 0, len(c.DNSNames)+len(c.IPAddresses))
	for _, name := range c.DNSNames {
		names = append(names, strings.Trim(fmt.Sprintf("%.60q", name), `"`)) // whoever made it may have put anything there
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) == 0:
		return "no host name or address"
	case len(names) > maxNames:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNames], ", "), len(names)-maxNames)
	default:
		return strings.Join(names, ", ")
	}
}
