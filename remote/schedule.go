package remote

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// ScheduleMode says what a scheduled remote does between its ticks.
type ScheduleMode uint8

// The schedule modes.
const (
	Hold  ScheduleMode = iota // stay connected, fetch at the tick
	Visit                     // connect at the tick, send, fetch, disconnect
	Lazy                      // as Visit, and also when events to send have gathered; needs no ticks
)

// Schedule makes a remote one that is fetched from at ticks, or connected to only then. One connection does everything, and never
// two runs at once: a tick that comes during a run is skipped and counted.
type Schedule struct {
	Every    time.Duration // from tick to tick, the first at the start; 0 with Cron, and for Lazy without ticks
	Cron     Cron          // ticks by the wall clock instead; nil: none
	Jitter   time.Duration // each tick comes up to this much later, with Every at most by that
	Phase    time.Duration // all ticks come this much later: so that the runs of many remotes do not start together
	Mode     ScheduleMode
	Commands []string      // Visit and Lazy: sent after the login, in order, as with Client.Raw; a refusal is logged
	MaxFetch int           // most events fetched at one tick; default 10,000
	Linger   time.Duration // Visit and Lazy: how long to stay, send and fetch after the queue was sent and the peer was empty

	Threshold int           // Lazy: connect when so many events wait; 0: not for that reason
	MaxWait   time.Duration // Lazy: connect when the oldest event has waited for so long; 0: not for that reason
}

// defaultMaxFetch is the most events that one tick fetches if the schedule does not say.
const defaultMaxFetch = 10_000

func (s *Schedule) validate(bad func(wrong bool, format string, args ...any)) {
	visits := s.Mode != Hold
	bad(s.Mode > Lazy, "schedule mode is %d, want hold, visit or lazy", s.Mode)
	bad(s.Every < 0 || s.Every == 0 && s.Cron == nil && s.Mode != Lazy, "schedule every is %v, want more than 0, or cron", s.Every)
	bad(s.Every > 0 && s.Cron != nil, "schedule has every and cron, want one of them")
	bad(s.Jitter < 0, "schedule jitter is %v, want 0 or more", s.Jitter)
	bad(s.Every > 0 && s.Jitter > s.Every, "schedule jitter is %v, want 0 to %v", s.Jitter, s.Every)
	bad(s.Phase < 0, "schedule phase is %v, want 0 or more", s.Phase)
	bad(s.MaxFetch < 0, "schedule max fetch is %d, want 0 or more", s.MaxFetch)
	bad(s.Linger < 0, "schedule linger is %v, want 0 or more", s.Linger)
	bad(s.Threshold < 0, "schedule threshold is %d, want 0 or more", s.Threshold)
	bad(s.MaxWait < 0, "schedule max wait is %v, want 0 or more", s.MaxWait)
	bad(s.Mode != Lazy && (s.Threshold > 0 || s.MaxWait > 0), "schedule threshold or max wait without mode lazy")
	bad(s.Mode == Lazy && s.Threshold == 0 && s.MaxWait == 0 && s.Every == 0 && s.Cron == nil,
		"schedule is lazy without a reason to connect, want threshold, max wait, every or cron")
	bad(!visits && len(s.Commands) > 0, "schedule commands without mode visit or lazy")
	for i, line := range s.Commands {
		verb, err := rawVerb(line)
		if err == nil && verb == linkwire.VerbRetr { // its events would be read as the reply to a command, and lost
			err = fmt.Errorf("%w: a visit fetches by itself", ErrNotRaw)
		}
		bad(err != nil, "schedule command %d: %w", i+1, err)
	}
}

// ticks gives the times of a schedule. It is used by one goroutine.
type ticks interface {
	// due returns the present tick: the one that is awaited, or whose run is not over yet; zero if none will come.
	due() time.Time
	// wait returns how long it is until then: 0 or less if it is time, never if no tick will come.
	wait() time.Duration
	// next ends the present tick, and returns how many after it were missed.
	next() (missed uint64)
	// following returns how long it is until the first tick that is still to come, or never.
	following() time.Duration
	// period returns how long it is from the present tick to the one after it, or never.
	period() time.Duration
}

// never is longer than any wait.
const never time.Duration = math.MaxInt64

// everyTicks are a fixed rhythm, each tick up to jitter late. Its times carry the monotonic clock, so that a step of the wall
// clock changes nothing.
type everyTicks struct {
	every, jitter time.Duration
	base, at      time.Time // the present tick without its jitter, and with it
}

// newEveryTicks starts with a tick at start, within the jitter.
func newEveryTicks(every, jitter time.Duration, start time.Time) *everyTicks {
	return &everyTicks{every: every, jitter: jitter, base: start, at: start.Add(delay(jitter))}
}

func (t *everyTicks) due() time.Time        { return t.at }
func (t *everyTicks) wait() time.Duration   { return time.Until(t.at) }
func (t *everyTicks) period() time.Duration { return t.every }

func (t *everyTicks) following() time.Duration {
	if wait := t.wait(); wait > 0 {
		return wait
	}
	return t.every - time.Since(t.base)%t.every + delay(t.jitter)
}

func (t *everyTicks) next() (missed uint64) {
	now := time.Now()
	t.base = t.base.Add(t.every)
	// Ticks that are over however late they would have come are passed over in one step, the rest one by one.
	if late := now.Sub(t.base.Add(t.jitter)); late > 0 {
		over := late + t.every - 1
		over -= over % t.every
		t.base = t.base.Add(over)
		missed = uint64(over / t.every)
	}
	for t.at = t.base.Add(delay(t.jitter)); t.at.Before(now); t.at = t.base.Add(delay(t.jitter)) {
		t.base = t.base.Add(t.every)
		missed++
	}
	return missed
}

func delay(jitter time.Duration) time.Duration {
	if jitter <= 0 {
		return 0
	}
	return rand.N(jitter)
}
