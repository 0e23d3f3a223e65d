package admin

import (
	"fmt"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// notes are what a person should know besides whether the bridge is ready. A reload that failed changes nothing of what it does, and what is
// paused is so because somebody meant it: taking the bridge out of service for that would be wrong.
func notes(s *reload.Status, remotes []remote.Status, directions []bridge.DirectionStatus) []string {
	var out []string
	note := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if last := s.Last; last.Failed() {
		note("the last reload failed at %s: %s", last.At.UTC().Format(time.RFC3339), last.Error)
	}
	for i := range remotes {
		if r := &remotes[i]; !r.Paused.IsZero() {
			note("remote %s is paused since %s", r.Name, r.Paused.UTC().Format(time.RFC3339))
		}
	}
	last := ""
	for i := range directions {
		if d := &directions[i]; !d.Paused.IsZero() && d.Route != last {
			last = d.Route
			note("route %s is paused since %s", d.Route, d.Paused.UTC().Format(time.RFC3339))
		}
	}
	return out
}
