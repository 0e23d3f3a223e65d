package bridge

import (
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Bridge joins the remotes of one configuration.
type Bridge struct {
	endpoints  []*endpoint
	directions []*direction
	flush      time.Duration
	logger     hclog.Logger
}

// New builds the bridge that cfg describes. Nothing is dialled before Run.
func New(cfg *config.Config, o Options) (*Bridge, error) {
	if o.Logger == nil {
		o.Logger = hclog.NewNullLogger()
	}
	b := builder{opts: o}
	if err := b.build(cfg); err != nil {
		return nil, err
	}
	bridge := &Bridge{
		endpoints: b.ordered, directions: b.dirs,
		flush: cfg.Bridge.FlushTimeout, logger: o.Logger.Named("bridge"),
	}
	if o.Registry != nil {
		o.Registry.MustRegister(newCollector(bridge))
	}
	return bridge, nil
}
