package policy

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Exit is told what becomes of the events that are sent to a remote, so that their echoes are known. It may be used by several
// goroutines at once. As long as the peer does not echo, the calls do nothing.
type Exit struct{ credits loop.Credits }

// SetEchoes says whether the peer shows what it is sent as new events, without GUID and obid.
func (x *Exit) SetEchoes(echoes bool) { x.credits.Enable(echoes) }

// Echoes reports what SetEchoes said last.
func (x *Exit) Echoes() bool { return x.credits.Enabled() }

// Leased is called before an event is written.
func (x *Exit) Leased(row *vscp.Row) { x.credits.Lease(row) }

// Sent is called when the peer took a leased event, with the time by the clock of the arrivals.
func (x *Exit) Sent(row *vscp.Row, now time.Duration) { x.credits.Sent(row, now) }

// Returned is called when a leased event was not sent, or refused.
func (x *Exit) Returned(row *vscp.Row) { x.credits.Withdraw(row) }

// Doubted is called when a leased event was written and its answer got lost, before it is written again or returned.
func (x *Exit) Doubted(row *vscp.Row, now time.Duration) { x.credits.Doubt(row, now) }
