package bridge

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Bridge joins the remotes of one configuration, which Apply replaces by another.
type Bridge struct {
	opts     Options
	logger   hclog.Logger
	began    time.Time // of the clock that the policy has
	dials    *rate.Limiter
	metrics  *remote.Metrics // nil: there are none
	prober   prober
	links    links
	watchers *watchers
	letters  *letters
	state    *state
	closings closings
	identity vscp.GUID     // that it goes by where the configuration has no GUID; all zero: none
	removed  atomic.Uint64 // events that were dropped because their route leads to their destination no more
	started  chan struct{} // closed when Run has begun
	stopping chan struct{} // closed when Run begins to stop

	applying sync.Mutex                 // held by Apply
	present  atomic.Pointer[generation] // replaced with mu held

	mu        sync.RWMutex // guards what follows, and makes a change one step for those who read more than one thing; nothing blocks while it is held
	stage     stage
	hard      context.Context      // of Run: ends when the connections are cut
	running   sync.WaitGroup       // the goroutines that Run waits for
	probing   bool                 // the prober runs
	telling   bool                 // the teller of links runs
	leaving   map[way]*drain       // the directions that are no more in the configuration and still there
	former    map[string]*endpoint // likewise, and for some time after their end
	paused    map[string]time.Time // the routes that are, and since when
	scheduled int                  // remotes with a schedule, so far

	closing sync.Once // of Close
	closed  error     // what Close returns
}

// stage is how far a bridge has come.
type stage uint8

const (
	stageNew stage = iota
	stageRunning
	stageStopping
)

// How many connections are opened at once: when a network comes back, a thousand remotes are to come back within seconds, and not
// within one.
const (
	dialsPerSecond = 500
	dialBurst      = 100
)

// New builds the bridge that cfg describes. Nothing is dialled before Run. Queues on disk are opened: who does not call Run has
// to call Close.
func New(cfg *config.Config, o Options) (*Bridge, error) {
	if o.Logger == nil {
		o.Logger = hclog.NewNullLogger()
	}
	logger := o.Logger.Named("bridge")
	b := &Bridge{
		opts: o, logger: logger, began: time.Now(), dials: rate.NewLimiter(dialsPerSecond, dialBurst),
		started: make(chan struct{}), stopping: make(chan struct{}),
		watchers: new(watchers), state: &state{folder: store.At(vfs.OS{}, cfg.Bridge.StateDir)}, letters: newLetters(cfg.Bridge.StateDir, logger),
		leaving: make(map[way]*drain), former: make(map[string]*endpoint), paused: make(map[string]time.Time),
	}
	b.prober.bridge, b.links.bridge = b, b
	b.present.Store(&generation{cfg: cfg})
	if err := b.state.claim(logger); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	b.identity = b.state.identity(logger, cfg.Bridge.GUID)
	d, err := b.draft(cfg)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if o.Registry != nil {
		b.metrics = remote.NewMetrics(o.Registry)
		o.Registry.MustRegister(newCollector(b), newProbeCollector(b), newLinkCollector(b))
	}
	d.enter()
	return b, nil
}

// Learned returns which GUIDs were seen at which remotes, which are counted as in Remotes.
func (b *Bridge) Learned() []loop.Sighting { return b.present.Load().policy.Learned() }
