package loop

// Reason says why the guard holds an event back.
type Reason uint8

// The reasons.
const (
	Admitted      Reason = iota
	OwnChannel           // sent by this bridge, shown to it by the server
	Echo                 // sent by this bridge, and shown to it as new by a server that erases what tells it
	Origin               // its GUID lives behind another remote
	UnknownOrigin        // its GUID is not declared at a remote of which nothing else is taken
	Stormy               // too many equal events came from the remote
	ProbeEvent           // a probe of another bridge, which goes no further here
	Cycle                // its route is blocked, as a probe came back
	OwnEvent             // made by this bridge, and come to it by ways that it does not know
)

// String returns the reason as the metric label has it.
func (r Reason) String() string {
	switch r {
	case Admitted:
		return "admitted"
	case OwnChannel:
		return "own_channel"
	case Echo:
		return "echo"
	case Origin:
		return "origin"
	case UnknownOrigin:
		return "unknown_origin"
	case Stormy:
		return "storm"
	case ProbeEvent:
		return "probe"
	case Cycle:
		return "cycle"
	case OwnEvent:
		return "own_event"
	default:
		return "unknown"
	}
}
