package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// topRow is a row of a table.
type topRow struct {
	name   string
	state  string // the word of a remote; empty for a direction
	age    string // of the state
	detail string
	brief  string // what matters most of the detail
	values [topValues]float64
}

// The numbers of a row: the columns behind the name and the state.
const (
	valueReceived  = iota // events per second
	valueForwarded        // likewise
	valueHeld             // likewise
	valueDropped          // likewise
	valueQueued           // events
	valueOldest           // seconds
	topValues
)

// topSample is a reading of all counters.
type topSample struct {
	at     time.Time // by the clock of the bridge
	counts map[string][valueQueued]uint64
}

// topSpan is the time over which rates are taken, so that they do not flicker.
const topSpan = 3 * time.Second

// rates notes a sample and returns the events per second since the oldest one that counts. What was not there then, or began anew, has
// none yet.
func (t *topTables) rates(newest topSample) map[string][valueQueued]float64 {
	if n := len(t.samples); n > 0 && !newest.at.After(t.samples[n-1].at) {
		t.samples = nil // another bridge, or a clock that was set
	}
	t.samples = append(t.samples, newest)
	for len(t.samples) > 2 && newest.at.Sub(t.samples[1].at) >= topSpan {
		t.samples = t.samples[1:]
	}
	oldest := t.samples[0]
	span := newest.at.Sub(oldest.at).Seconds()
	rates := make(map[string][valueQueued]float64, len(newest.counts))
	for name, counts := range newest.counts {
		before, known := oldest.counts[name]
		var rate [valueQueued]float64
		for i := range rate {
			if known && span > 0 && counts[i] >= before[i] {
				rate[i] = float64(counts[i]-before[i]) / span
			}
		}
		rates[name] = rate
	}
	return rates
}

// Names of what is counted; those of remotes and of directions are kept apart.
func remoteKey(r *api.Remote) string { return "remote " + r.Name }

func directionKey(route string, d *api.Direction) string { return "route " + route + " " + d.To }

// sampleOf reads the counters of a status.
func sampleOf(s *api.Status) topSample {
	sample := topSample{at: s.At, counts: make(map[string][valueQueued]uint64)}
	for i := range s.Remotes {
		r := &s.Remotes[i]
		sample.counts[remoteKey(r)] = [valueQueued]uint64{r.Received, r.Sent, 0, 0}
	}
	for i := range s.Routes {
		for j := range s.Routes[i].Directions {
			d := &s.Routes[i].Directions[j]
			sample.counts[directionKey(s.Routes[i].Name, d)] = [valueQueued]uint64{
				d.Received, d.Forwarded, d.Filtered.Sum() + d.Suppressed.Sum(), d.Dropped.Sum(),
			}
		}
	}
	return sample
}

// rowsOf makes the rows of both tables, as they are configured.
func (t *topTables) rowsOf(s *api.Status) (remotes, ways []topRow) {
	rates := t.rates(sampleOf(s))
	queued, oldest, dropped := make(map[string]float64), make(map[string]float64), make(map[string]float64)
	for i := range s.Routes {
		for j := range s.Routes[i].Directions {
			d := &s.Routes[i].Directions[j]
			row := topRow{name: s.Routes[i].Name + troubleWord(&s.Routes[i], d) + ": " + wayText(d)}
			copy(row.values[:], asSlice(rates[directionKey(s.Routes[i].Name, d)]))
			row.values[valueQueued] = float64(d.Queued)
			if !d.Oldest.IsZero() {
				row.values[valueOldest] = max(0, s.At.Sub(d.Oldest).Seconds())
			}
			if d.Degraded != "" {
				row.detail = "disk fails: " + d.Degraded
			}
			queued[d.To] += row.values[valueQueued]
			oldest[d.To] = max(oldest[d.To], row.values[valueOldest])
			dropped[d.To] += row.values[valueDropped]
			ways = append(ways, row)
		}
	}
	v := statusView{status: s}
	for i := range s.Remotes {
		r := &s.Remotes[i]
		row := topRow{name: r.Name, state: remoteWord(r), detail: r.Summary, brief: r.Summary}
		if bad := failing(r); len(bad) > 0 {
			row.detail, row.brief = fmt.Sprintf("%s: %.400s", bad[0].Name, bad[0].LastError), briefError(bad[0])
		}
		if since := turned(r); !since.IsZero() {
			row.age = v.age(since)
		}
		if r.Up {
			row.detail = v.linksText(r)
		}
		copy(row.values[:], asSlice(rates[remoteKey(r)]))
		row.values[valueQueued], row.values[valueOldest], row.values[valueDropped] = queued[r.Name], oldest[r.Name], dropped[r.Name]
		remotes = append(remotes, row)
	}
	return remotes, ways
}

// troubleWord is what stands beside the name of a route, mostly nothing.
func troubleWord(r *api.Route, d *api.Direction) string {
	switch {
	case d.Degraded != "":
		return " (disk)" // the detail says more, where there is room
	case !r.Paused.IsZero():
		return " (paused)"
	}
	return ""
}

// briefError is the cause of a failure, and the end of its text, which says most.
func briefError(l *api.Link) string {
	text := l.LastError
	if i := strings.LastIndex(text, ": "); i >= 0 {
		text = text[i+len(": "):]
	}
	return fmt.Sprintf("%s: %.400s", l.LastCause, text)
}

func asSlice(rate [valueQueued]float64) []float64 { return rate[:] }

// topColumn is a column that can be sorted by.
type topColumn struct {
	name  string
	value int // index of values; or one of those below
	width int
}

const (
	byName  = -1
	byState = -2
)

// compare orders rows by a column: numbers with the largest first, states with trouble first, names as in a dictionary.
func (c *topColumn) compare(a, b *topRow) int {
	switch c.value {
	case byName:
		return strings.Compare(a.name, b.name)
	case byState:
		return cmp.Compare(stateRank(a.state), stateRank(b.state))
	default:
		return cmp.Compare(b.values[c.value], a.values[c.value])
	}
}

func stateRank(word string) int {
	switch word {
	case "down":
		return 0
	case "up":
		return 2
	default:
		return 1
	}
}

// sorted returns the rows in the order of a panel; rows that are alike keep theirs.
func (p *topPanel) sorted() []topRow {
	rows := slices.Clone(p.rows)
	if p.sort == asConfigured {
		if p.reverse {
			slices.Reverse(rows)
		}
		return rows
	}
	c := &p.columns[p.sort]
	slices.SortStableFunc(rows, func(a, b topRow) int {
		if p.reverse {
			return c.compare(&b, &a)
		}
		return c.compare(&a, &b)
	})
	return rows
}
