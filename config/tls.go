package config

import (
	"crypto/x509"
	"net/netip"
	"path/filepath"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
)

// expirySoon is how long before its end a certificate gives a warning.
const expirySoon = 14 * 24 * time.Hour

// decodeTLS reads a tls block, and the files it names: the daemon reads them again for each connection, but a mistake in them
// is better found now.
func (d *decoder) decodeTLS(raw *rawTLS) *TLS {
	if raw == nil {
		return nil
	}
	t := defaultTLS()
	choice(d, raw.MinVersion, &t.MinVersion, TLS12, TLS13)
	d.serverName(raw.ServerName, &t.ServerName)
	t.Pins = d.pins(raw.Pins)
	if text, it, ok := d.path(raw.CAFile, &t.CAFile); ok {
		d.checkCA(it, text)
	}
	certText, certItem, certOK := d.path(raw.CertFile, &t.CertFile)
	keyText, keyItem, keyOK := d.path(raw.KeyFile, &t.KeyFile)
	if keyOK {
		d.checkPrivate(keyItem.rng, expr.FileMark{Path: t.KeyFile, Sensitive: keyItem.sensitive})
	}
	switch {
	case raw.CertFile != nil && raw.KeyFile == nil:
		d.lacks("key_file", raw.CertFile.NameRange, "Missing key", "A certificate needs its private key: give key_file too.")
	case raw.CertFile == nil && raw.KeyFile != nil:
		d.lacks("cert_file", raw.KeyFile.NameRange, "Missing certificate", "A private key needs its certificate: give cert_file too.")
	case certOK:
		d.checkPair(certItem, keyItem, certText, keyText, keyOK)
	}
	return t
}

// path reads the name of a file into dst, made relative to the folder of the configuration, and the file itself.
func (d *decoder) path(attr *hcl.Attribute, dst *string) (text []byte, it item, ok bool) {
	name, it, ok := d.text(attr)
	if !ok {
		return nil, it, false
	}
	if name == "" {
		d.errorf(it.rng, "Missing file name", "%s must name a file. Leave it out if there is none.", attr.Name)
		return nil, it, false
	}
	given := name
	if !filepath.IsAbs(name) {
		name = filepath.Join(d.dir, name)
	}
	*dst = name
	text, err := d.read(name)
	if err != nil {
		d.unreadable(it.rng, err, "Cannot read %s: %s%s", it.file(name), wording.Unreadable(given, err), d.nearFile(it, given, name, err))
		return nil, it, false
	}
	return text, it, true
}

// nearFile suggests a file for one that does not exist.
func (d *decoder) nearFile(it item, given, name string, err error) string {
	if it.sensitive {
		return ""
	}
	return expr.NearFile(given, name, err, d.listDir)
}

// file names a file in the middle of a sentence.
func (it item) file(name string) string {
	if it.sensitive {
		return "this file"
	}
	return wording.Quote(name)
}

func (d *decoder) checkCA(it item, text []byte) {
	certs, err := certfile.Certificates(text)
	if err != nil {
		d.errorf(it.rng, "Not certificates", "This file cannot serve as ca_file: %v.", err)
		return
	}
	// A file may hold the old authority beside the new one, so the one that lasts longest counts.
	d.warnExpiry(it, "The authority in this file that lasts longest", slices.MaxFunc(certs, func(a, b *x509.Certificate) int { return a.NotAfter.Compare(b.NotAfter) }))
}

// checkPair checks a certificate, and the key to it if that could be read.
func (d *decoder) checkPair(certItem, keyItem item, certText, keyText []byte, keyOK bool) {
	certs, err := certfile.Certificates(certText)
	if err != nil {
		d.errorf(certItem.rng, "Not a certificate", "This file cannot serve as cert_file: %v.", err)
		return
	}
	d.warnExpiry(certItem, "The certificate", certs[0])
	if !keyOK {
		return
	}
	if _, err := certfile.Pair(certText, keyText); err != nil {
		d.errorf(keyItem.rng, "Not the key", "This file cannot serve as key_file: %v.", err)
	}
}

// warnExpiry warns of a certificate that no peer will take, now or soon. The daemon starts all the same: a renewed file counts
// from the next connection on.
func (d *decoder) warnExpiry(it item, what string, c *x509.Certificate) {
	const form = "2006-01-02 15:04 MST"
	now := time.Now()
	switch {
	case now.After(c.NotAfter):
		d.warnf(it.rng, "Certificate expired", "%s expired at %s.", what, c.NotAfter.UTC().Format(form))
	case now.Before(c.NotBefore):
		d.warnf(it.rng, "Certificate not valid yet", "%s is not valid before %s.", what, c.NotBefore.UTC().Format(form))
	case c.NotAfter.Sub(now) < expirySoon:
		d.warnf(it.rng, "Certificate expires soon", "%s expires at %s.", what, c.NotAfter.UTC().Format(form))
	}
}

// serverName reads the name that a certificate must be for.
func (d *decoder) serverName(attr *hcl.Attribute, dst *string) {
	text, it, ok := d.text(attr)
	if !ok {
		return
	}
	if ip, err := netip.ParseAddr(text); (err != nil || ip.Zone() != "") && !hostName.MatchString(text) {
		d.errorf(it.rng, "Bad server name", `%s must be a host name or an IP address without brackets and port, such as "north.example".`, attr.Name)
		return
	}
	*dst = text
}

// pins reads a list of key pins.
func (d *decoder) pins(attr *hcl.Attribute) []string {
	const example = `"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="`
	var pins []string
	for _, it := range d.items(attr, d.scope.functions, "["+example+"]") {
		if it.val.Type() != cty.String {
			d.errorf(it.rng, "Wrong type", "An element of %s must be a pin in double quotes, such as %s.", attr.Name, example)
			continue
		}
		text := it.val.AsString()
		if _, err := certfile.ParsePin(text); err != nil {
			d.errorf(it.rng, "Not a pin", "%s %v. A pin is the SHA-256 of a public key (SubjectPublicKeyInfo), such as %s.", it.quote(), err, example)
			continue
		}
		pins = append(pins, text)
	}
	return pins
}
