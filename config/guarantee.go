package config

import (
	"fmt"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// Guarantee says in one sentence what the route promises for an event, and what it does not.
func (r *Route) Guarantee() string {
	from, to := r.directions()
	return fmt.Sprintf("Events are taken from %s while connected, at most once%s; while the bridge runs, each goes to %s %s%s, "+
		"until +OK comes back or a limit of its queue (%s or %s waiting: %s; or %s of waiting)%s, a permanent refusal or %s without room at the destination removes it, "+
		"and then it is counted; %s%s.",
		from, r.visits(), to, r.Queue.times(), r.waits(), wording.Count(r.Queue.MaxEvents, "event"), wording.Size(r.Queue.MaxBytes), r.Queue.Overflow.effect(),
		wording.Span(r.Queue.MaxAge), r.Queue.Overflow.replaces(), wording.Span(r.Queue.RetryMaxAge), r.Queue.remains(), r.leavesOut())
}

// directions names where events come from and where they go.
func (r *Route) directions() (from, to string) {
	from, to = nameRemotes(r.From), nameRemotes(r.To)
	switch {
	case len(r.Between) > 2:
		return nameRemotes(r.Between), "each of the others"
	case len(r.Between) > 0:
		return nameRemotes(r.Between), "the other"
	case r.goesBack():
		return nameRemotes(slices.Concat(r.From, r.To)), fmt.Sprintf("the other side (%s from %s to %s, %s from %s to %s)",
			PresetTelemetry.classes(), from, to, PresetCommands.classes(), to, from)
	}
	return from, to
}

// remains says what becomes of the events that wait when the bridge ends.
func (q *Queue) remains() string {
	const again = "; after each of these, what was sent just before is sent again, whatever its class"
	switch {
	case q.Storage != StorageDisk:
		return "what still waits at the end of a stop (flush_timeout), and all that waits at a crash or kill -9, is lost"
	case q.Fsync == FsyncAlways:
		return "what still waits when the bridge stops is on disk and goes out after the next start; a crash, kill -9 or a loss of power takes " +
			"what came within the last write" + again
	case q.Fsync == FsyncNever:
		return "what still waits when the bridge stops is on disk and goes out after the next start; a crash or kill -9 takes what came " +
			"in the moment before, and a loss of power what the operating system had not yet written" + again
	default:
		return "what still waits when the bridge stops is on disk and goes out after the next start; a crash or kill -9 takes what came " +
			"in the moment before, and a loss of power what came within the last 500 ms" + again
	}
}

// visits names the loss that comes with a connection that is closed between two visits.
func (r *Route) visits() string {
	visited := slices.DeleteFunc(r.sources(), func(remote *Remote) bool {
		return remote.Schedule == nil || !remote.Schedule.visits()
	})
	if len(visited) == 0 {
		return ""
	}
	return fmt.Sprintf(", but not those that come to %s between two visits", nameRemotes(visited))
}

// waits says when the destinations are connected to that are not connected all the time.
func (r *Route) waits() string {
	var texts []string
	for _, to := range r.destinations() {
		if s := to.Schedule; s != nil && s.Mode == ModeLazy {
			texts = append(texts, fmt.Sprintf("to %s when %s", to.Name, s.until()))
		}
	}
	switch {
	case len(texts) == 0:
		return ""
	case len(texts) > maxNames:
		return fmt.Sprintf(" (to %d of them when enough waits for it)", len(texts))
	default:
		return fmt.Sprintf(" (%s)", wording.Join(texts, "and"))
	}
}

// times says how often an event arrives if the answer to it gets lost.
func (q *Queue) times() string {
	switch q.OnAmbiguous {
	case AmbiguousDrop:
		return "at most once"
	case AmbiguousResend:
		return "at least once"
	default:
		return "at least once (control, protocol and HLO at most once)"
	}
}

func (o Overflow) effect() string {
	switch o {
	case OverflowDropNewest:
		return "the newest is dropped"
	case OverflowBlock:
		return "no more is taken, and what the sending server cannot keep is lost there"
	case OverflowDropLowestPriority:
		return "the oldest of those with the lowest priority is dropped"
	default:
		return "the oldest is dropped"
	}
}

// replaces names what removes an event beside the limits.
func (o Overflow) replaces() string {
	if o == OverflowLatestOnly {
		return " or a newer event from the same sender about the same"
	}
	return ""
}

// maxNames is how many remotes are named in a sentence.
const maxNames = 4

func nameRemotes(remotes []*Remote) string {
	if len(remotes) > maxNames {
		return fmt.Sprintf("%d remotes", len(remotes))
	}
	names := make([]string, len(remotes))
	for i, r := range remotes {
		names[i] = r.Name
	}
	return wording.Join(names, "and")
}
