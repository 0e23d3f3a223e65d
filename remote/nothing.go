package remote

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// nothing is the Outbox of a remote to which nothing is sent.
type nothing struct{}

// Peek implements Outbox.
func (nothing) Peek(dst []*vscp.Row, _ int) []*vscp.Row { return dst }

// Settle implements Outbox; there is never anything to settle.
func (nothing) Settle(int, Outcome) {}

// Refuse implements Outbox; there is never anything to refuse.
func (nothing) Refuse(Fate) {}

// Again implements Outbox.
func (nothing) Again(int, *vscp.Row, time.Duration) bool { return false }

// Release implements Outbox.
func (nothing) Release([]Fate) {}

// Ready implements Outbox.
func (nothing) Ready() <-chan struct{} { return nil }

// Waiting implements Outbox.
func (nothing) Waiting() (int, time.Time) { return 0, time.Time{} }
