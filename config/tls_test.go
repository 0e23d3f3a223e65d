package config_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
)

// parseTLS parses a file in dir with one remote and this in its tls block.
func parseTLS(dir, block string) (*config.Config, error) {
	src := "remote \"r\" {\n  address = \"localhost\"\n  tls {\n" + block + "\n  }\n}\nroute \"x\" {\n  between = [remote.r, remote.s]\n}\n" +
		"remote \"s\" {\n  address = \"127.0.0.1\"\n}\n"
	return config.Parse(filepath.Join(dir, "c.hcl"), []byte(src), config.Options{})
}

func TestTLSFiles(t *testing.T) {
	dir := t.TempDir()
	authority := linktest.NewAuthority(t, "authority")
	linktest.WritePEM(t, dir, "ca.crt", authority.CertPEM())
	crt, _ := authority.Issue(t, linktest.Cert{}).Write(t, dir, "client")
	authority.Issue(t, linktest.Cert{}).Write(t, dir, "other")
	// More than what file() reads: the bundle of a system is as large.
	linktest.WritePEM(t, dir, "bundle.crt", append([]byte(strings.Repeat("# comment\n", 20_000)), authority.CertPEM()...))

	cfg, err := parseTLS(dir, fmt.Sprintf("ca_file = \"ca.crt\"\ncert_file = %q\nkey_file = \"./client.key\"", crt))
	if err != nil {
		t.Fatalf("Parse = %v, want no error", err)
	}
	want := &config.TLS{CAFile: filepath.Join(dir, "ca.crt"), CertFile: crt, KeyFile: filepath.Join(dir, "client.key"), MinVersion: config.TLS12}
	if got := cfg.Remotes[0].TLS; !reflect.DeepEqual(got, want) {
		t.Errorf("TLS = %+v, want %+v", got, want)
	}
	if len(cfg.Warnings) != 0 {
		t.Errorf("warnings = %v, want none", cfg.Warnings)
	}
	for _, tt := range []struct{ block, summary, detail string }{
		{`ca_file = "bundle.crt"`, "", ""},
		{"cert_file = \"client.crt\"\nkey_file = \"other.key\"", "Not the key", "This file cannot serve as key_file: private key does not match public key."},
		{"cert_file = \"client.crt\"\nkey_file = \"client.crt\"", "Not the key", "holds a certificate and no private key"},
		{"cert_file = \"client.key\"\nkey_file = \"client.key\"", "Not a certificate", "holds a private key and no certificate"},
		{`ca_file = "client.key"`, "Not certificates", "holds a private key and no certificate"},
		{`ca_file = "."`, "Unreadable file", "is a directory"},
		{`ca_file = "/dev/zero"`, "Unreadable file", "it is a device and no file"},
	} {
		_, err := parseTLS(dir, tt.block)
		if tt.summary == "" {
			if err != nil {
				t.Errorf("tls { %s }: %v, want no error", tt.block, err)
			}
			continue
		}
		if configErr, ok := errors.AsType[*config.Error](err); !ok || len(configErr.Diagnostics) != 1 ||
			configErr.Diagnostics[0].Summary != tt.summary || !strings.Contains(configErr.Diagnostics[0].Detail, tt.detail) {
			t.Errorf("tls { %s }: %v, want %q with %q", tt.block, err, tt.summary, tt.detail)
		}
	}
}

// TestTLSExpiry runs on the clock of synctest, which starts at midnight of 2000-01-01.
func TestTLSExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const day = 24 * time.Hour
		dir, now := t.TempDir(), time.Now()
		write := func(name string, from, to time.Duration) {
			linktest.SelfSigned(t, linktest.Cert{NotBefore: now.Add(from), NotAfter: now.Add(to)}).Write(t, dir, name)
		}
		write("old", -30*day, -time.Hour)
		write("soon", -30*day, 13*day)
		write("enough", -30*day, 15*day)
		write("early", day, 30*day)
		old := linktest.SelfSigned(t, linktest.Cert{NotBefore: now.Add(-30 * day), NotAfter: now.Add(-time.Hour)})
		fresh := linktest.SelfSigned(t, linktest.Cert{})
		linktest.WritePEM(t, dir, "both.crt", append(old.CertPEM, fresh.CertPEM...))
		for _, tt := range []struct{ block, want string }{
			{pairOf("old"), "Certificate expired: The certificate expired at 1999-12-31 23:00 UTC."},
			{pairOf("soon"), "Certificate expires soon: The certificate expires at 2000-01-14 00:00 UTC."},
			{pairOf("enough"), ""},
			{pairOf("early"), "Certificate not valid yet: The certificate is not valid before 2000-01-02 00:00 UTC."},
			{`ca_file = "old.crt"`, "Certificate expired: The authority in this file that lasts longest expired at 1999-12-31 23:00 UTC."},
			{`ca_file = "soon.crt"`, "Certificate expires soon: The authority in this file that lasts longest expires at 2000-01-14 00:00 UTC."},
			{`ca_file = "both.crt"`, ""},
		} {
			cfg, err := parseTLS(dir, tt.block)
			if err != nil {
				t.Errorf("tls { %s }: %v, want no error", tt.block, err)
				continue
			}
			var got []string
			for _, w := range cfg.Warnings {
				got = append(got, w.Summary+": "+w.Detail)
			}
			if text := strings.Join(got, "\n"); text != tt.want {
				t.Errorf("tls { %s }: warnings %q, want %q", tt.block, text, tt.want)
			}
		}
	})
}

func pairOf(name string) string {
	return fmt.Sprintf("cert_file = \"%[1]s.crt\"\nkey_file = \"%[1]s.key\"", name)
}
