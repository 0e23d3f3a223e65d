package main

import (
	"crypto/tls"
	"errors"

	"github.com/spf13/pflag"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
)

// simulateTLS are the flags for TLS as typed.
type simulateTLS struct {
	cert, key, clientCA string
	requireClientCert   bool
}

func (f *simulateTLS) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.cert, "tls-cert", "", "speak TLS, with the certificate in this PEM `file`; read for every client")
	flags.StringVar(&f.key, "tls-key", "", "PEM `file` with the private key of the certificate")
	flags.StringVar(&f.clientCA, "tls-client-ca", "", "PEM `file` with the authorities of client certificates; a client with a wrong one is refused")
	flags.BoolVar(&f.requireClientCert, "tls-require-client-cert", false, "refuse clients without a certificate")
}

// on reports whether TLS is to be spoken.
func (f *simulateTLS) on() bool { return f.cert != "" }

// config returns nil for clear text.
func (f *simulateTLS) config() (*tls.Config, error) {
	switch {
	case (f.cert == "") != (f.key == ""):
		return nil, &usageError{err: errors.New("--tls-cert and --tls-key need each other"), hint: "give both to speak TLS, or none"}
	case !f.on() && (f.clientCA != "" || f.requireClientCert):
		return nil, &usageError{err: errors.New("client certificates are for TLS only"), hint: "add --tls-cert and --tls-key"}
	case f.requireClientCert && f.clientCA == "":
		return nil, &usageError{err: errors.New("--tls-require-client-cert has no authorities"), hint: "add --tls-client-ca"}
	case !f.on():
		return nil, nil
	}
	config, err := linkserver.TLSConfig(linkserver.TLSOptions{
		CertFile: f.cert, KeyFile: f.key, ClientCAFile: f.clientCA, RequireClientCert: f.requireClientCert,
	})
	if err != nil {
		return nil, &usageError{err: err}
	}
	return config, nil
}
