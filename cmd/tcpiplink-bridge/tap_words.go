package main

import (
	"maps"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
)

// reasonWords says in a few words what each reason means.
func reasonWords() map[string]string {
	return map[string]string{
		string(policy.Scope):         "its GUID means something only where it is",
		string(policy.NoMatch):       "the route does not match it",
		string(policy.ProtocolClass): "protocol classes cross only where a match names them",
		string(policy.LocalClass):    "its class never leaves its host",
		string(policy.Excluded):      "the route excludes it",
		string(policy.Directed):      "it is for a node behind another remote",
		string(policy.Duplicate):     "an equal one passed a moment ago",
		string(policy.RateLimited):   "more came than the limit's rate",
		string(policy.MinInterval):   "one of the same subject passed a moment ago",
		string(policy.DeadBand):      "its value has hardly changed",
		string(policy.Unmappable):    "it has no form that the rewrite asks for",

		string(policy.OwnChannel):    "the bridge sent it itself",
		string(policy.Echo):          "the bridge sent it itself, and the peer erased that",
		string(policy.Origin):        "its GUID lives behind another remote",
		string(policy.UnknownOrigin): "its GUID is not declared at the strict remote it came from",
		string(policy.Storm):         "too many equal ones came",
		string(policy.Probe):         "a probe, which goes no further here",
		string(policy.Cycle):         "the route is blocked because it closes a cycle",
		string(policy.OwnEvent):      "a link event of the bridge that went around",

		string(bridge.ReasonQueueOldest):   "a newer one took its place in the full queue",
		string(bridge.ReasonQueueNewest):   "it came to a full queue",
		string(bridge.ReasonQueuePriority): "of the lowest priority in a full queue",
		string(bridge.ReasonQueueReplaced): "a newer one of the same subject came",
		string(bridge.ReasonQueueExpired):  "it waited for too long",
		string(bridge.ReasonQueueTooLarge): "larger than the whole queue may be",
		string(bridge.ReasonQueueDamaged):  "it could not be read from the disk",
		string(bridge.ReasonRefused):       "the destination refused it",
		string(bridge.ReasonTooLong):       "too long for the destination",
		string(bridge.ReasonUnfit):         "of a kind that the destination cannot take",
		string(bridge.ReasonRetryExpired):  "the destination had no room for too long",
		string(bridge.ReasonAmbiguous):     "the answer got lost, and it must not be sent twice",
		string(bridge.ReasonStopped):       "its queue had no room when the bridge stopped",
		string(bridge.ReasonPurged):        "its queue was emptied by hand",
		string(bridge.ReasonRouteRemoved):  "its route was taken out of the configuration",
	}
}

// reasonList names all reasons.
func reasonList() []string { return slices.Sorted(maps.Keys(reasonWords())) }
