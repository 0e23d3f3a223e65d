package certfile_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
)

func block(kind string, body []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: body})
}

func TestCertificates(t *testing.T) {
	authority := linktest.NewAuthority(t, "authority")
	issued := authority.Issue(t, linktest.Cert{Names: []string{"north"}})
	good, broken := issued.CertPEM, block("CERTIFICATE", []byte{1, 2, 3})
	for _, tt := range []struct {
		name string
		text []byte
		want int
		err  string
	}{
		{"one", good, 1, ""},
		{"two", append(authority.CertPEM(), good...), 2, ""},
		{"with words", []byte("north\n" + string(good) + "end\n"), 1, ""},
		{"with its key", append(bytes.Clone(issued.KeyPEM), good...), 1, ""},
		{"one of two broken", append(bytes.Clone(broken), good...), 1, ""},
		{"broken", broken, 0, "broken certificate: malformed certificate"},
		{"key", issued.KeyPEM, 0, "holds a private key and no certificate"},
		{"empty", nil, 0, "holds no certificate in PEM form"},
		{"binary", issued.Leaf.Raw, 0, "holds no certificate in PEM form"},
		{"cut", good[:len(good)-10], 0, "holds no certificate in PEM form"},
	} {
		got, err := certfile.Certificates(tt.text)
		if len(got) != tt.want || errText(err) != tt.err {
			t.Errorf("%s: Certificates = %d certificates, %v, want %d, %q", tt.name, len(got), err, tt.want, tt.err)
		}
	}
}

func TestPair(t *testing.T) {
	issued := linktest.SelfSigned(t, linktest.Cert{Names: []string{"north"}})
	other := linktest.SelfSigned(t, linktest.Cert{Names: []string{"north"}})
	pair := issued.Pair(t)
	ec, err := x509.MarshalECPrivateKey(pair.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		key  []byte
		err  string
	}{
		{"PKCS 8", issued.KeyPEM, ""},
		{"SEC 1 with parameters", append(block("EC PARAMETERS", []byte{6, 0}), block("EC PRIVATE KEY", ec)...), ""},
		{"with its certificate", append(bytes.Clone(issued.CertPEM), issued.KeyPEM...), ""},
		{"of another", other.KeyPEM, "private key does not match public key"},
		{"broken", block("PRIVATE KEY", []byte{1, 2, 3}), "failed to parse private key"},
		{"encrypted", block("ENCRYPTED PRIVATE KEY", []byte{1}), "the private key is encrypted; it must be readable without a passphrase"},
		{
			"encrypted the old way", []byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAQID\n-----END RSA PRIVATE KEY-----\n"),
			"the private key is encrypted; it must be readable without a passphrase",
		},
		{"certificate", issued.CertPEM, "holds a certificate and no private key"},
		{"empty", nil, "holds no private key in PEM form"},
	} {
		got, err := certfile.Pair(issued.CertPEM, tt.key)
		if errText(err) != tt.err || (err == nil) != (got != nil) {
			t.Errorf("%s: Pair = %v, %v, want %q", tt.name, got, err, tt.err)
		}
		if got != nil && !got.Leaf.Equal(issued.Leaf) {
			t.Errorf("%s: leaf = %v, want the certificate", tt.name, got.Leaf)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	authority := linktest.NewAuthority(t, "authority")
	ca := linktest.WritePEM(t, dir, "ca.crt", authority.CertPEM())
	crt, key := authority.Issue(t, linktest.Cert{Names: []string{"north"}}).Write(t, dir, "north")
	large := linktest.WritePEM(t, dir, "large", make([]byte, 1<<20+1))
	none := filepath.Join(dir, "none")
	if _, err := certfile.LoadCA(ca); err != nil {
		t.Errorf("LoadCA = %v, want nil", err)
	}
	if _, err := certfile.LoadPair(crt, key); err != nil {
		t.Errorf("LoadPair = %v, want nil", err)
	}
	loadCA := func(path string) error { _, err := certfile.LoadCA(path); return err }
	loadPair := func(crt, key string) error { _, err := certfile.LoadPair(crt, key); return err }
	for _, tt := range []struct {
		got  error
		want string
	}{
		{loadCA(none), "ca file " + none + ": no such file or directory"},
		{loadCA(large), "ca file " + large + ": it is larger than 1 MiB"},
		{loadCA(key), "ca file " + key + ": holds a private key and no certificate"},
		{loadPair(none, key), "certificate file " + none + ": no such file or directory"},
		{loadPair(key, crt), "certificate file " + key + ": holds a private key and no certificate"},
		{loadPair(crt, none), "key file " + none + ": no such file or directory"},
		{loadPair(ca, key), "key file " + key + ": private key does not match public key"},
	} {
		if errText(tt.got) != tt.want {
			t.Errorf("error = %v, want %s", tt.got, tt.want)
		}
	}
}

func TestPin(t *testing.T) {
	a, b := linktest.SelfSigned(t, linktest.Cert{}), linktest.SelfSigned(t, linktest.Cert{})
	pin, err := certfile.ParsePin(a.Pin())
	if err != nil || pin != certfile.PinOf(a.Leaf) || pin.String() != a.Pin() {
		t.Fatalf("ParsePin(%q) = %v, %v, want the pin of the certificate", a.Pin(), pin, err)
	}
	pins := certfile.Pins{certfile.PinOf(b.Leaf), pin}
	if !pins.Has(a.Leaf) || !pins.HasAny([][]*x509.Certificate{{}, {b.Leaf, a.Leaf}}) {
		t.Error("Has of a pinned certificate = false, want true")
	}
	if pins = pins[:1]; pins.Has(a.Leaf) || pins.HasAny([][]*x509.Certificate{{a.Leaf}}) || pins.HasAny(nil) {
		t.Error("Has of a certificate that is not pinned = true, want false")
	}
	hash := strings.TrimPrefix(a.Pin(), "sha256/")
	for _, text := range []string{"", "sha256/", hash, "SHA256/" + hash, "sha1/" + hash, a.Pin()[:50], a.Pin() + "=", "sha256/" + hash[:20] + "\n" + hash[20:], "sha256//" + hash, "sha256/" + strings.Repeat("A", 42) + "B="} {
		if pin, err := certfile.ParsePin(text); err == nil {
			t.Errorf("ParsePin(%q) = %v, want an error", text, pin)
		}
	}
}

func FuzzParsePin(f *testing.F) {
	f.Add("sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	f.Add("sha256/")
	f.Fuzz(func(t *testing.T, text string) {
		pin, err := certfile.ParsePin(text)
		if err == nil && pin.String() != text {
			t.Errorf("ParsePin(%q).String() = %q, want the same text", text, pin)
		}
		if err != nil && pin != (certfile.Pin{}) {
			t.Errorf("ParsePin(%q) = %v beside %v, want none", text, pin, err)
		}
	})
}

func FuzzPEM(f *testing.F) {
	issued := linktest.SelfSigned(f, linktest.Cert{Names: []string{"north"}})
	f.Add(issued.CertPEM)
	f.Add(issued.KeyPEM)
	f.Add(append(bytes.Clone(issued.KeyPEM), issued.CertPEM...))
	f.Fuzz(func(t *testing.T, text []byte) {
		if certs, err := certfile.Certificates(text); (err == nil) != (len(certs) > 0) {
			t.Errorf("Certificates(%q) = %d certificates, %v, want either", text, len(certs), err)
		}
		pair, err := certfile.Pair(issued.CertPEM, text)
		if (err == nil) != (pair != nil) {
			t.Errorf("Pair with the key %q = %v, %v, want either", text, pair, err)
		}
	})
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
