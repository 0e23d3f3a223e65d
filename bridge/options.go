package bridge

import (
	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// Options are what a bridge needs beside its configuration.
type Options struct {
	Logger   hclog.Logger
	Registry prometheus.Registerer // where metrics are registered; nil: nowhere
	Dial     remote.DialFunc       // how remotes are connected to; nil: TCP
}
