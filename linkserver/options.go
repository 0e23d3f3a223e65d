package linkserver

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Options says how a Server behaves. Start from DefaultOptions.
type Options struct {
	// Like makes the server behave like those of a family. The family then decides about Name, Version, Capabilities, KeepAlive,
	// Form and the bounds of the queue; those of uvscpd and firmware also about MaxClients.
	Like Family
	// Name stands in the first line of the greeting.
	Name string
	// GUID is the server's own; client n gets it with n in bytes 12 and 13 as its interface GUID.
	GUID vscp.GUID
	// Accounts holds the users by name. Empty: every login is accepted, with level 15.
	Accounts map[string]Account
	// MaxClients bounds the connections, logged in or not; 0 means 64.
	MaxClients int
	// QueueEvents bounds the events that wait for one client.
	QueueEvents int
	// QueueBytes bounds the text of the events that wait for one client.
	QueueBytes int64
	// KeepAlive is the period of the `+OK` line in the receive loop.
	KeepAlive time.Duration
	// LoginTimeout ends a connection that is not logged in this long after it was accepted.
	LoginTimeout time.Duration
	// IdleTimeout ends a connection outside the receive loop that completed no line for this long.
	IdleTimeout time.Duration
	// WriteTimeout bounds a single write, and so how long a client may refuse to read.
	WriteTimeout time.Duration
	// Form is the form of the rows sent; clients that insist on a datetime need vscp.TimeDate.
	Form vscp.TextForm
	// Version is what VERS and the greeting tell: major, minor, release, build.
	Version [4]int
	// Capabilities is what WCYD tells. Add vscp.CapTLS if the listener speaks TLS.
	Capabilities vscp.Capabilities
	// OnEvent is called for each event that a client sent and the server took, before it is delivered to the other clients.
	// Calls come from the goroutine of the client's connection: one at a time per client, several at a time in all. A call
	// that waits delays the answer to that client only. Nil: no call.
	OnEvent func(Received)
	// OnControl is asked when a client of level 15 sends TEST, SHUTDOWN or RESTART. An error refuses it, with the error's text as
	// the answer. Nil: they are refused. The families vscpd and uvscpd do not ask.
	OnControl func(Control) (ControlReply, error)
	// Logger takes the life of the sessions, at debug level, and TLS handshakes and accepts that fail, as warnings. Nil: nothing is logged.
	Logger hclog.Logger
}

// Received is an event that a client sent.
type Received struct {
	// Row is the event as delivered: obid, GUID and time are filled in, Row.Text is still the line of the client. It is valid
	// during the call only.
	Row *vscp.Row
	// User is the name of the login.
	User string
	// Channel is the channel id of the connection.
	Channel int
}

// DefaultOptions returns the options of a server without accounts.
func DefaultOptions() Options {
	return Options{
		Name:         "tcpiplink",
		MaxClients:   64,
		QueueEvents:  10000,
		QueueBytes:   16 << 20,
		KeepAlive:    2 * time.Second,
		LoginTimeout: 30 * time.Second,
		IdleTimeout:  12 * time.Hour,
		WriteTimeout: 30 * time.Second,
		Form:         vscp.TextForm{Time: vscp.TimeNanos},
		Version:      [4]int{1, 0, 0, 0},
		Capabilities: vscp.CapLinkServer | vscp.CapIPv6 | vscp.CapIPv4 | vscp.CapConnections,
	}
}

// withDefaults fills in what may be left zero.
func (o Options) withDefaults() Options {
	if o.MaxClients == 0 {
		o.MaxClients = 64
	}
	if o.Logger == nil {
		o.Logger = hclog.NewNullLogger()
	}
	return o
}

func (o Options) validate() error {
	var errs []error
	if err := linkwire.CheckArg(o.Name); err != nil {
		errs = append(errs, fmt.Errorf("name: %w", err))
	}
	if o.MaxClients < 1 || o.MaxClients > math.MaxUint16 {
		errs = append(errs, fmt.Errorf("max clients is %d, must be 1..65535", o.MaxClients))
	}
	if o.QueueEvents < 1 {
		errs = append(errs, fmt.Errorf("queue events is %d, must be at least 1", o.QueueEvents))
	}
	if o.QueueBytes < vscp.MaxText {
		errs = append(errs, fmt.Errorf("queue bytes is %d, must be at least %d", o.QueueBytes, vscp.MaxText))
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"keep alive", o.KeepAlive},
		{"login timeout", o.LoginTimeout},
		{"idle timeout", o.IdleTimeout},
		{"write timeout", o.WriteTimeout},
	} {
		if d.value <= 0 {
			errs = append(errs, fmt.Errorf("%s is %v, must be positive", d.name, d.value))
		}
	}
	for _, n := range o.Version {
		if n < 0 {
			errs = append(errs, fmt.Errorf("version part is %d, must not be negative", n))
		}
	}
	errs = append(errs, validateAccounts(o.Accounts)...)
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("linkserver: options: %s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return nil
}
