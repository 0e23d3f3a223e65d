package certfile

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

// maxFile is more than the bundle of all public authorities.
const maxFile = 1 << 20

// Read reads a regular file of at most 1 MiB. The error does not name it.
func Read(path string) ([]byte, error) {
	b, err := smallfile.Read(path, maxFile)
	if err != nil {
		return nil, smallfile.Reason(err)
	}
	return b, nil
}

// LoadCA reads certificates of authorities. The error names the file.
func LoadCA(path string) (*x509.CertPool, error) {
	b, err := Read(path)
	var certs []*x509.Certificate
	if err == nil {
		certs, err = Certificates(b)
	}
	if err != nil {
		return nil, fmt.Errorf("ca file %s: %w", path, err)
	}
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return pool, nil
}

// LoadPair reads a certificate, with the chain that goes with it, and its private key. The error names the file.
func LoadPair(certPath, keyPath string) (*tls.Certificate, error) {
	certPEM, err := Read(certPath)
	if err == nil {
		_, err = Certificates(certPEM)
	}
	if err != nil {
		return nil, fmt.Errorf("certificate file %s: %w", certPath, err)
	}
	keyPEM, err := Read(keyPath)
	var pair *tls.Certificate
	if err == nil {
		pair, err = Pair(certPEM, keyPEM)
	}
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", keyPath, err)
	}
	return pair, nil
}

// Certificates returns the certificates in a PEM text, at least one. Those that cannot be read are passed over if another one
// can: bundles of public authorities hold some.
func Certificates(text []byte) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	var broken error
	blocks := kinds{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if blocks.add(block); block.Type != "CERTIFICATE" {
			continue
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			certs = append(certs, c)
		} else if broken == nil {
			broken = fmt.Errorf("broken certificate: %s", strings.TrimPrefix(err.Error(), "x509: "))
		}
	}
	switch {
	case len(certs) > 0:
		return certs, nil
	case broken != nil:
		return nil, broken
	case blocks.keys > 0:
		return nil, errors.New("holds a private key and no certificate")
	default:
		return nil, errors.New("holds no certificate in PEM form")
	}
}

// Pair joins the certificates in one PEM text, which Certificates can read, and the key in another.
func Pair(certPEM, keyPEM []byte) (*tls.Certificate, error) {
	blocks := kinds{}
	for block, rest := pem.Decode(keyPEM); block != nil; block, rest = pem.Decode(rest) {
		blocks.add(block)
	}
	switch {
	case blocks.encrypted > 0:
		return nil, errors.New("the private key is encrypted; it must be readable without a passphrase")
	case blocks.keys == 0 && blocks.certs > 0:
		return nil, errors.New("holds a certificate and no private key")
	case blocks.keys == 0:
		return nil, errors.New("holds no private key in PEM form")
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "tls: "))
	}
	return &pair, nil
}

// kinds counts the blocks of a PEM text.
type kinds struct{ certs, keys, encrypted int }

func (k *kinds) add(b *pem.Block) {
	switch {
	case b.Type == "CERTIFICATE":
		k.certs++
	case b.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED"):
		k.encrypted++
	case strings.HasSuffix(b.Type, "PRIVATE KEY"):
		k.keys++
	}
}
