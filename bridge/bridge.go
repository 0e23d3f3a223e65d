package bridge

import (
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// Bridge joins the remotes of one configuration.
type Bridge struct {
	policy     *policy.Policy
	prober     prober
	endpoints  []*endpoint
	directions []*direction
	flush      time.Duration
	logger     hclog.Logger

	watchers *watchers
	letters  *letters
	state    *state
	stopping chan struct{} // closed when Run begins to stop
	closing  sync.Once     // of Close
	closed   error         // what Close returns
}

// New builds the bridge that cfg describes. Nothing is dialled before Run. Queues on disk are opened: who does not call Run has
// to call Close.
func New(cfg *config.Config, o Options) (*Bridge, error) {
	if o.Logger == nil {
		o.Logger = hclog.NewNullLogger()
	}
	logger, stopping := o.Logger.Named("bridge"), make(chan struct{})
	b := builder{
		opts: o, stopping: stopping, watchers: new(watchers),
		state: &state{folder: store.At(vfs.OS{}, cfg.Bridge.StateDir)}, letters: newLetters(cfg.Bridge.StateDir, logger),
	}
	err := b.state.claim(logger)
	if err == nil {
		err = b.build(cfg)
	}
	bridge := &Bridge{
		watchers: b.watchers, policy: b.policy, prober: b.prober, endpoints: b.ordered, directions: b.dirs, stopping: stopping, state: b.state, letters: b.letters,
		flush: cfg.Bridge.FlushTimeout, logger: logger,
	}
	if err != nil {
		return nil, errors.Join(err, bridge.Close())
	}
	if o.Registry != nil {
		o.Registry.MustRegister(newCollector(bridge), newProbeCollector(bridge))
	}
	return bridge, nil
}

// Learned returns which GUIDs were seen at which remotes, which are counted as in Remotes.
func (b *Bridge) Learned() []loop.Sighting { return b.policy.Learned() }
