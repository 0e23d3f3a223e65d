package bridge

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
)

// Reason says why an event was not forwarded: the policy's reasons, and those of events that were taken. The set is fixed; reasons
// are metric labels.
type Reason = policy.Reason

// Dropped: the event was taken and could not be delivered.
const (
	ReasonQueueOldest   Reason = "queue_oldest"    // evicted by a newer one from a full queue
	ReasonQueueNewest   Reason = "queue_newest"    // came to a full queue
	ReasonQueuePriority Reason = "queue_priority"  // of the lowest priority in a full queue, evicted or not taken
	ReasonQueueReplaced Reason = "queue_replaced"  // outdated by a newer one of the same subject
	ReasonQueueExpired  Reason = "queue_expired"   // waited for longer than the queue allows
	ReasonQueueTooLarge Reason = "queue_too_large" // larger than the whole queue may be
	ReasonQueueDamaged  Reason = "queue_damaged"   // was on disk, and could not be read there any more
	ReasonRefused       Reason = "refused"         // the destination refused it for good
	ReasonTooLong       Reason = "too_long"        // longer than the destination is known to survive
	ReasonUnfit         Reason = "unfit"           // of a class, type or size that the destination cannot take
	ReasonRetryExpired  Reason = "retry_expired"   // the destination had no room for it for too long
	ReasonAmbiguous     Reason = "ambiguous"       // sent, the answer got lost, and it must not be sent twice
	ReasonStopped       Reason = "stopped"         // its queue had no room when the connection it came on was ended, or when the bridge itself made it
	ReasonPurged        Reason = "purged"          // its queue was emptied by hand
	ReasonRouteRemoved  Reason = "route_removed"   // a new configuration has its route to the destination no more
)

// KnownReason reports whether there is such a reason.
func KnownReason(r Reason) bool {
	return policy.Known(r) || slices.Contains([]Reason{
		ReasonQueueOldest, ReasonQueueNewest, ReasonQueuePriority, ReasonQueueReplaced, ReasonQueueExpired, ReasonQueueTooLarge,
		ReasonQueueDamaged, ReasonRefused, ReasonTooLong, ReasonUnfit, ReasonRetryExpired, ReasonAmbiguous, ReasonStopped, ReasonPurged,
		ReasonRouteRemoved,
	}, r)
}
