package linktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Failer is the part of testing.TB that certificates need; the scripts of package testscript have it too.
type Failer interface {
	Fatalf(format string, args ...any)
}

// Authority issues certificates for tests. Its own is valid for a year from its making, by the clock of the test.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Cert is what a certificate is to say. The zero value is one of no name, valid from an hour ago for a year.
type Cert struct {
	Names     []string // host names and IP addresses
	NotBefore time.Time
	NotAfter  time.Time
}

// Issued is a certificate with its key.
type Issued struct {
	CertPEM, KeyPEM []byte
	Leaf            *x509.Certificate
}

// NewAuthority makes an authority with a key of its own.
func NewAuthority(t Failer, name string) *Authority {
	template := newTemplate(Cert{})
	template.Subject = pkix.Name{CommonName: name}
	template.IsCA, template.KeyUsage, template.ExtKeyUsage = true, x509.KeyUsageCertSign, nil
	a := &Authority{cert: template}
	issued, key := a.sign(t, template, nil)
	a.cert, a.key = issued.Leaf, key
	return a
}

// CertPEM returns the authority's certificate.
func (a *Authority) CertPEM() []byte { return encodePEM("CERTIFICATE", a.cert.Raw) }

// Issue makes a certificate, for servers and clients alike.
func (a *Authority) Issue(t Failer, c Cert) Issued {
	issued, _ := a.sign(t, newTemplate(c), a.key)
	return issued
}

// SelfSigned makes a certificate that no authority signed.
func SelfSigned(t Failer, c Cert) Issued {
	template := newTemplate(c)
	issued, _ := (&Authority{cert: template}).sign(t, template, nil)
	return issued
}

func newTemplate(c Cert) *x509.Certificate {
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "linktest"},
		NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	if c.NotBefore.IsZero() {
		template.NotBefore = now.Add(-time.Hour)
	}
	if c.NotAfter.IsZero() {
		template.NotAfter = now.AddDate(1, 0, 0)
	}
	for _, name := range c.Names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	return template
}

// sign makes a key, and a certificate for it that is signed with the authority's key, or with its own if that is nil.
func (a *Authority) sign(t Failer, template *x509.Certificate, by *ecdsa.PrivateKey) (Issued, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("key: %v", err)
	}
	if by == nil {
		by = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, by)
	if err != nil {
		t.Fatalf("certificate: %v", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatalf("certificate: %v", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatalf("key: %v", err)
	}
	return Issued{CertPEM: encodePEM("CERTIFICATE", der), KeyPEM: encodePEM("PRIVATE KEY", keyDER), Leaf: leaf}, key
}

func encodePEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// Pair returns the certificate as package tls takes it.
func (i Issued) Pair(t Failer) tls.Certificate {
	pair, err := tls.X509KeyPair(i.CertPEM, i.KeyPEM)
	if err != nil {
		t.Fatalf("pair: %v", err)
	}
	return pair
}

// Pin returns the pin of the key.
func (i Issued) Pin() string { return pin(i.Leaf) }

// Pin returns the pin of the authority's key.
func (a *Authority) Pin() string { return pin(a.cert) }

func pin(c *x509.Certificate) string {
	hash := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return "sha256/" + base64.StdEncoding.EncodeToString(hash[:])
}

// Write writes dir/name.crt and dir/name.key, and returns their paths.
func (i Issued) Write(t Failer, dir, name string) (certFile, keyFile string) {
	return WritePEM(t, dir, name+".crt", i.CertPEM), WritePEM(t, dir, name+".key", i.KeyPEM)
}

// WritePEM writes a file in dir and returns its path.
func WritePEM(t Failer, dir, name string, text []byte) string {
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatalf("write: %v", err)
	}
	return path
}
