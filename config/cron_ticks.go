package config

import (
	"strings"
	"time"

	"github.com/netresearch/go-cron"
)

// CronTicks tells when a Cron comes.
type CronTicks struct {
	schedule cron.Schedule
	zone     *time.Location
	hourly   bool // comes in every hour of its days
}

// Ticks returns when c comes, or nil for the zero value.
func (c Cron) Ticks() *CronTicks {
	if c.Spec == "" {
		return nil
	}
	schedule, err := cronParser().Parse(c.Spec)
	if err != nil {
		return nil // not made by this package, which parses before
	}
	return &CronTicks{schedule: schedule, zone: c.Location, hourly: strings.Fields(c.Spec)[1] == "*"}
}

// Next returns the first tick after t, or the zero time if there is none. A tick in the hour that summer time leaves out comes an
// hour later by the clock. In the hour that is repeated, a schedule for every hour goes on, and any other comes once.
func (c *CronTicks) Next(t time.Time) time.Time {
	if c.hourly {
		return c.nextOf(t, offset(t, c.zone))
	}
	// On a clock without summer time, which the library searches without mistake in all zones.
	clock := t.In(c.zone)
	clock = time.Date(clock.Year(), clock.Month(), clock.Day(), clock.Hour(), clock.Minute(), clock.Second(), clock.Nanosecond(), time.UTC)
	for {
		clock = c.schedule.Next(clock)
		if clock.IsZero() {
			return clock
		}
		at := time.Date(clock.Year(), clock.Month(), clock.Day(), clock.Hour(), clock.Minute(), 0, 0, c.zone)
		if at.After(t) {
			return at
		}
	}
}

// longestGap returns about how long it is from one tick to the next at most: of the ticks that begin within a year, and apart from
// summer time. It asks for no more ticks than a day has minutes and a year has days.
func (c Cron) longestGap() time.Duration {
	// A year with 29 February lies ahead, and a clock without summer time.
	ticks := Cron{Spec: c.Spec, Location: time.UTC}.Ticks()
	last := ticks.Next(time.Date(2023, time.January, 1, 0, 0, 0, -1, time.UTC))
	end := last.AddDate(1, 0, 0)
	var longest, afterFirst time.Duration
	for first := last; !last.IsZero() && last.Before(end); {
		next := ticks.Next(last)
		longest = max(longest, next.Sub(last))
		if next.YearDay() == first.YearDay() && next.Year() == first.Year() {
			afterFirst = next.Sub(first)
			last = next
			continue
		}
		first, last = next, next.Add(afterFirst) // all days have the same times
	}
	return longest
}

// nextOf searches with the present distance from UTC, and with the one that comes if that is another by then.
func (c *CronTicks) nextOf(t time.Time, seconds int) time.Time {
	at := c.schedule.Next(t.In(time.FixedZone("", seconds)))
	if at.IsZero() {
		return at
	}
	if then := offset(at, c.zone); then != seconds {
		for at = t; !at.IsZero() && (at.Equal(t) || offset(at, c.zone) != then); {
			at = c.schedule.Next(at.In(time.FixedZone("", then)))
		}
	}
	return at.In(c.zone)
}

// offset is how far a zone is from UTC at t, in seconds.
func offset(t time.Time, zone *time.Location) int {
	_, seconds := t.In(zone).Zone()
	return seconds
}
