package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// DefaultPort is the port of the link protocol.
const DefaultPort = "9598"

// DialFunc opens a connection; (*net.Dialer).DialContext is one.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// LookupFunc returns the IP addresses of a host, the best first; (*net.Resolver).LookupHost is one.
type LookupFunc func(ctx context.Context, host string) ([]string, error)

// ClientOptions tune one connection. The zero value of a field means its default.
type ClientOptions struct {
	Dial            DialFunc      // how to connect; nil: TCP
	Lookup          LookupFunc    // how to find the addresses of a host; nil: the system's way, or left to Dial if that is given
	ResolveTimeout  time.Duration // looking up a host; default 5 s
	DialTimeout     time.Duration // connecting to one of the addresses that an address may stand for; default 10 s
	UserTimeout     time.Duration // what TCP sent may go unacknowledged for this long, and an idle peer unseen; 0: as the system has it
	TLS             *TLSOptions   // nil: clear text
	TLSTimeout      time.Duration // from connected to the end of the TLS handshake; default 10 s
	GreetingTimeout time.Duration // from there to the greeting's `+OK`; default 10 s
	ReplyTimeout    time.Duration // from a command to the final line of its reply; default 5 s
	MaxLine         int           // longest line that is accepted, in bytes; default linkwire.MaxLine
	MaxReplyLines   int           // most data lines in a reply other than RETR's, and in the greeting; default 1000

	traffic *traffic // counts what the connections do; nil: nobody wants to know
}

// DefaultClientOptions returns the values that zero fields stand for.
func DefaultClientOptions() ClientOptions {
	return ClientOptions{
		ResolveTimeout:  5 * time.Second,
		DialTimeout:     10 * time.Second,
		TLSTimeout:      10 * time.Second,
		GreetingTimeout: 10 * time.Second,
		ReplyTimeout:    5 * time.Second,
		MaxLine:         linkwire.MaxLine,
		MaxReplyLines:   1000,
	}
}

func (o ClientOptions) withDefaults() ClientOptions {
	d := DefaultClientOptions()
	if o.Dial == nil {
		o.Dial = tcpDialer(o.UserTimeout)
		if o.Lookup == nil {
			o.Lookup = net.DefaultResolver.LookupHost
		}
	}
	orDuration(&o.ResolveTimeout, d.ResolveTimeout)
	orDuration(&o.DialTimeout, d.DialTimeout)
	orDuration(&o.TLSTimeout, d.TLSTimeout)
	orDuration(&o.GreetingTimeout, d.GreetingTimeout)
	orDuration(&o.ReplyTimeout, d.ReplyTimeout)
	if o.MaxLine <= 0 {
		o.MaxLine = d.MaxLine
	}
	if o.MaxReplyLines <= 0 {
		o.MaxReplyLines = d.MaxReplyLines
	}
	return o
}

func orDuration(d *time.Duration, or time.Duration) {
	if *d <= 0 {
		*d = or
	}
}

// ReceiveMode says how events are taken from a remote.
type ReceiveMode uint8

// The receive modes.
const (
	ReceiveAuto ReceiveMode = iota // as ReceivePush, or as ReceivePoll where the peer refuses RCVLOOP
	ReceivePush                    // RCVLOOP: the peer sends events as they come
	ReceivePoll                    // RETR at an interval
	ReceiveNone                    // take no events
)

// Backoff is the delay between attempts to connect.
type Backoff struct {
	Initial    time.Duration // before the second attempt
	Max        time.Duration // the longest delay, jitter included, and the one after a refused login
	Multiplier float64       // growth from attempt to attempt
	Jitter     float64       // 0..1: each delay is varied by this share in both directions
	Stable     time.Duration // a link that was up this long starts again at Initial
}

// Options describe one remote to its Manager.
type Options struct {
	Name      string   // names the remote in logs, status and metrics
	Addresses []string // host:port, tried in order; the first is the one to return to
	// Login returns what to log in with. It is asked at every attempt to connect, and again while a refused login waits, so that one that has
	// changed is tried soon. nil: no login.
	Login  func() (Login, error)
	Client ClientOptions
	// Connections is 2 for one connection that receives and one that sends, 1 for one that polls and sends in turns, or 0:
	// 2 where the peer pushes and takes two, else 1. A scheduled remote has one, and so has one to which nothing is sent.
	Connections int
	// SendConnections is how many connections send where one receives, at least 1. The events of one sender (GUID) take the same
	// connection, so that their order stays.
	SendConnections int
	Sends           bool // events are sent, from the start; else not before SetSending
	Receive         ReceiveMode
	PollEvery       time.Duration // polling without a Schedule: from fetch to fetch
	Schedule        *Schedule     // nil: connected all the time
	Backoff         Backoff
	Dials           *rate.Limiter // shared by many remotes, so that they do not all connect at once; nil: no limit
	ReturnEvery     time.Duration // while connected to another than the first address: how often to try those before it
	// Filter and Mask are set at the peer with SFLT and SMSK after login, if not nil. A peer that refuses is reported once and
	// goes unfiltered.
	Filter, Mask *vscp.Filter
	// Window is how many SENDs are under way at once. More than 1 needs a peer that answers pipelined commands; 0: as the profile
	// says.
	Window int
	// Profile is the family whose traits the peer has; FamilyUnknown or empty: found out after the login.
	Profile Family
	Time    *vscp.TimeForm // the time form that the peer takes; nil: found out
	// DeadAfter is how long the receive loop may be without a line. 0: three keep-alives of this peer, at least 5 s and at most 30 s,
	// and 10 s while its rhythm is not known.
	DeadAfter  time.Duration
	StallAfter time.Duration // events wait, the connection is up, and no SEND was answered with `+OK` for this long: it is made anew
	StatEvery  time.Duration // how often to ask a peer that counts the events that it lost for us; 0: never
	IdleProbe  time.Duration // a command connection that sent nothing for this long is tried with NOOP
	// FullRetry is the pause after the peer said that its buffer is full. It doubles each time, up to FullRetryMax, until the peer
	// takes an event.
	FullRetry    time.Duration
	FullRetryMax time.Duration
	// Echoes is told with each new connection, before anything is sent on it, whether the peer shows what it is sent as new events,
	// without a trace of who sent them. A connection on which events are sent and fetched in turns does not show its own. nil: nobody
	// wants to know.
	Echoes  func(bool)
	Logger  hclog.Logger
	Metrics *Metrics // may be nil
	// Counters go on from the manager that served the remote before; nil: they begin at 0.
	Counters *Counters
}

// DefaultOptions returns the options of a remote that is connected all the time, without name and address.
func DefaultOptions() Options {
	return Options{
		Client:          DefaultClientOptions(),
		SendConnections: 1,
		Sends:           true,
		PollEvery:       time.Second,
		Backoff:         Backoff{Initial: 500 * time.Millisecond, Max: time.Minute, Multiplier: 2, Jitter: 0.5, Stable: 10 * time.Second},
		ReturnEvery:     time.Minute,
		StallAfter:      30 * time.Second,
		StatEvery:       time.Minute,
		IdleProbe:       30 * time.Second,
		FullRetry:       time.Second,
		FullRetryMax:    10 * time.Second,
		Logger:          hclog.NewNullLogger(),
	}
}

// maxWindow bounds the replies of a full window well below what a socket buffers, so that both sides can never wait for each
// other to read.
const maxWindow = 1024

// maxSendConnections bounds what one remote takes from a server's places.
const maxSendConnections = 64

func (o *Options) validate() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	bad(o.Name == "", "name is missing")
	bad(len(o.Addresses) == 0, "address is missing")
	for _, address := range o.Addresses {
		_, _, err := net.SplitHostPort(address)
		bad(err != nil, "address %q is not host:port", address)
	}
	bad(o.Logger == nil, "logger is missing")
	if o.Client.TLS != nil {
		if err := o.Client.TLS.validate(); err != nil {
			errs = append(errs, err)
		}
	}
	bad(o.Window < 0 || o.Window > maxWindow, "window is %d, want 1 to %d, or 0 for the profile's", o.Window, maxWindow)
	_, err := ParseFamily(string(o.Profile))
	bad(o.Profile != FamilyUnknown && err != nil, "profile %q is not known", o.Profile)
	bad(o.DeadAfter < 0, "dead after is %v, want more than 0, or 0 for the peer's rhythm", o.DeadAfter)
	bad(o.StallAfter <= 0, "stall after is %v, want more than 0", o.StallAfter)
	bad(o.StatEvery < 0, "stat every is %v, want more than 0, or 0 for never", o.StatEvery)
	bad(o.ReturnEvery <= 0, "return every is %v, want more than 0", o.ReturnEvery)
	bad(o.IdleProbe <= 0, "idle probe is %v, want more than 0", o.IdleProbe)
	bad(o.PollEvery <= 0, "poll every is %v, want more than 0", o.PollEvery)
	bad(o.Connections < 0 || o.Connections > 2, "connections is %d, want 0 to 2", o.Connections)
	bad(o.SendConnections < 1 || o.SendConnections > maxSendConnections, "send connections is %d, want 1 to %d", o.SendConnections, maxSendConnections)
	bad(o.SendConnections > 1 && (o.Connections == 1 || o.Schedule != nil), "send connections is %d where one connection does everything", o.SendConnections)
	bad(o.FullRetry <= 0, "full retry is %v, want more than 0", o.FullRetry)
	bad(o.FullRetryMax < o.FullRetry, "full retry max is %v, want at least full retry, %v", o.FullRetryMax, o.FullRetry)
	bad(o.Backoff.Initial <= 0 || o.Backoff.Max < o.Backoff.Initial, "backoff from %v to %v", o.Backoff.Initial, o.Backoff.Max)
	bad(o.Backoff.Multiplier < 1, "backoff multiplier is %v, want at least 1", o.Backoff.Multiplier)
	bad(o.Backoff.Jitter < 0 || o.Backoff.Jitter > 1, "backoff jitter is %v, want 0 to 1", o.Backoff.Jitter)
	if s := o.Schedule; s != nil {
		bad(o.Connections == 2, "a scheduled remote has one connection, not 2")
		s.validate(bad)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("remote: options of %q: %w", o.Name, err)
	}
	return nil
}

// roles returns what the connections are for. Which of them are needed also depends on whether anything is ever sent.
func (o *Options) roles(sends bool) []string {
	switch {
	case o.Schedule != nil, o.Receive == ReceiveNone && !sends:
		return []string{roleSingle}
	case o.Receive == ReceiveNone:
		return append([]string{roleSingle}, slices.Repeat([]string{roleSend}, o.SendConnections-1)...) // they follow the first
	case !sends:
		return []string{roleReceive}
	case o.Connections == 1, o.Connections == 0 && o.Receive == ReceivePoll:
		return []string{roleSingle}
	default:
		return append([]string{roleReceive}, slices.Repeat([]string{roleSend}, o.SendConnections)...)
	}
}

// deadAfter is how long a peer whose rhythm is not known may be silent.
func (o *Options) deadAfter() time.Duration { return cmp.Or(o.DeadAfter, DefaultDeadAfter) }

// idleProbe is when a command connection is tried, so that one that leads nowhere is found within deadAfter.
func (o *Options) idleProbe() time.Duration { return min(o.IdleProbe, o.deadAfter()/2) }
