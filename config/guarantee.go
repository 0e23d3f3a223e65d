package config

import (
	"fmt"
	"slices"
)

// Guarantee says in one sentence what the route promises for an event, and what it does not.
func (r *Route) Guarantee() string {
	from, to := nameRemotes(r.From), nameRemotes(r.To)
	if len(r.Between) > 0 {
		from, to = nameRemotes(r.Between), "the other"
		if len(r.Between) > 2 {
			to = "each of the others"
		}
	}
	return fmt.Sprintf("Events are taken from %s at most once%s; while the bridge runs, each goes to %s at least once, "+
		"until +OK comes back or a limit (%d events or %s waiting: %s) or a permanent refusal removes it, and then it is counted; "+
		"what still waits when the bridge stops is lost.",
		from, r.visits(), to, r.Queue.MaxEvents, formatSize(r.Queue.MaxBytes), r.Queue.Overflow.effect())
}

// visits names the loss that comes with mode visit.
func (r *Route) visits() string {
	visited := slices.DeleteFunc(slices.Concat(r.From, r.Between), func(remote *Remote) bool {
		return remote.Schedule == nil || remote.Schedule.Mode != ModeVisit
	})
	if len(visited) == 0 {
		return ""
	}
	return fmt.Sprintf(", but not those that come to %s between two visits", nameRemotes(visited))
}

func (o Overflow) effect() string {
	switch o {
	case OverflowDropNewest:
		return "the newest is dropped"
	case OverflowBlock:
		return "no more is taken, and what the sending server cannot keep is lost there"
	default:
		return "the oldest is dropped"
	}
}

func nameRemotes(remotes []*Remote) string {
	if len(remotes) > 4 {
		return fmt.Sprintf("%d remotes", len(remotes))
	}
	names := make([]string, len(remotes))
	for i, r := range remotes {
		names[i] = r.Name
	}
	return join(names, "and")
}
