package config

import (
	"fmt"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// leavesOut says what the rules of the route hold back, beside its match blocks.
func (r *Route) leavesOut() string {
	var texts []string
	if len(r.Presets) == 1 && r.Presets[0] != PresetAll && len(r.Between) == 0 {
		texts = append(texts, "all but "+r.Presets[0].classes())
	}
	if strict := slices.DeleteFunc(r.sources(), func(remote *Remote) bool { return !remote.Strict }); len(strict) > 0 {
		texts = append(texts, fmt.Sprintf("what comes from %s with a GUID of none of its origins", nameRemotes(strict)))
	}
	texts = append(texts, r.Tame.leavesOut()...)
	if len(texts) == 0 {
		return ""
	}
	return "; held back and counted, too: " + wording.Join(texts, "and")
}

func (t *Tame) leavesOut() []string {
	var texts []string
	if t.Dedupe > 0 {
		texts = append(texts, fmt.Sprintf("an event equal to one of the last %s", wording.Span(t.Dedupe)))
	}
	if t.Rate > 0 {
		texts = append(texts, fmt.Sprintf("what is above %s (%d at once)", formatRate(t.Rate), t.Burst))
	}
	if t.MinInterval > 0 {
		texts = append(texts, fmt.Sprintf("what comes within %s of the last event from the same sender about the same", wording.Span(t.MinInterval)))
	}
	if t.DeadBand > 0 {
		texts = append(texts, fmt.Sprintf("a measurement that differs by less than %g from the last one that passed", t.DeadBand))
	}
	if t.MaxSilence > 0 && (t.MinInterval > 0 || t.DeadBand > 0) {
		texts[len(texts)-1] += fmt.Sprintf(", unless nothing about the same has passed for %s", wording.Span(t.MaxSilence))
	}
	return texts
}

// formatRate writes events per second, minute or hour, whichever makes the number readable.
func formatRate(rate float64) string {
	for _, unit := range []struct {
		span time.Duration
		name string
	}{{time.Second, "second"}, {time.Minute, "minute"}} {
		if n := rate * unit.span.Seconds(); n >= 1 {
			return fmt.Sprintf("%.4g per %s", n, unit.name)
		}
	}
	return fmt.Sprintf("%.4g per hour", rate*time.Hour.Seconds())
}

// classes names what a preset carries.
func (p Preset) classes() string {
	switch p {
	case PresetTelemetry:
		return "information, measurements, alarms and data"
	case PresetCommands:
		return "control"
	default:
		return "everything"
	}
}
