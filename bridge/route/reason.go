package route

// Reason says why a route does not take an event.
type Reason uint8

// The reasons.
const (
	Taken       Reason = iota
	NoMatch            // no match block takes it, or its class is not in the preset
	Protocol           // protocol and high level object classes cross only where a match block names their class
	LocalOnly          // CLASS2.VSCPD is a daemon's own and never leaves its host
	Excluded           // an exclude block takes it
	Duplicate          // an equal event passed within the dedupe window
	RateLimited        // more events than the rate and the burst allow
	TooSoon            // one of the same subject passed within the least interval
	InDeadBand         // a measurement that differs too little from the last one that passed
	Unmappable         // has no form that the rewrite asks for: too much data or too large a type for Level I, or no GUID of a destination
)

// String returns the reason as the metric label has it.
func (r Reason) String() string {
	switch r {
	case Taken:
		return "taken"
	case NoMatch:
		return "no_match"
	case Protocol:
		return "protocol_class"
	case LocalOnly:
		return "local_class"
	case Excluded:
		return "excluded"
	case Duplicate:
		return "duplicate"
	case RateLimited:
		return "rate_limited"
	case TooSoon:
		return "min_interval"
	case InDeadBand:
		return "dead_band"
	case Unmappable:
		return "unmappable"
	default:
		return "unknown"
	}
}
