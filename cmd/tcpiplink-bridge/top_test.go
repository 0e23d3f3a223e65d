package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
)

// topStatus is a bridge with so many sites, of which each third is down, some seconds after it started.
func topStatus(sites, second int) topAnswer {
	at := time.Date(2026, 2, 2, 2, 40, second, 0, time.UTC)
	s := &api.Status{At: at, Daemon: api.Daemon{Name: "hub", UptimeSeconds: 3600}}
	out := api.Route{Name: "out"}
	for i := range sites {
		r := api.Remote{
			Name: fmt.Sprintf("site%03d", i), Up: i%3 > 0, Received: uint64(second * 10 * i), Sent: uint64(second),
			Links: []api.Link{{Name: "receive", State: "receiving", Up: true, CameUp: at.Add(-time.Minute)}},
		}
		d := api.Direction{From: []string{"hub"}, To: r.Name, Received: uint64(second * 1200), Forwarded: uint64(second * 1200), Filtered: api.Reasons{"no_match": uint64(second)}}
		if !r.Up {
			r.Links[0] = api.Link{
				Name: "receive", State: "waiting", Failing: true, LastCause: "dial", FailsFrom: at.Add(-5 * time.Second),
				LastError: "dial tcp 192.0.2.7:9598: connect: connection refused",
			}
			d.Forwarded, d.Queued, d.Oldest, d.Dropped = 0, 100+i, at.Add(-90*time.Second), api.Reasons{"queue_oldest": uint64(second * 1200)}
		}
		s.Remotes, out.Directions = append(s.Remotes, r), append(out.Directions, d)
	}
	s.Routes = []api.Route{out}
	return topAnswer{at: at, status: s}
}

func TestTopScreens(t *testing.T) {
	gone := topStatus(5, 4)
	gone.err, gone.at = errors.New("no answer from a bridge at \x1b[2J"), gone.at.Add(7*time.Second)
	first := gone
	first.at = first.at.Add(-5 * time.Second)
	trouble := topStatus(5, 2)
	trouble.status.Config.Last = &api.LastReload{At: trouble.at.Add(-time.Minute), Error: "configuration hub.hcl is not valid"}
	trouble.status.Remotes[1].Up, trouble.status.Remotes[1].Paused, trouble.status.Routes[0].Paused = false, trouble.at, trouble.at
	trouble.status.Routes[0].Directions[2].Degraded = "no space left on device"
	for _, tt := range []struct {
		name          string
		sites         int
		answers       []topAnswer
		keys          string
		width, height int
	}{
		{"80x24", 5, nil, "", 80, 24},
		{"80x24-many", 500, nil, "tab s s pgdown pgdown", 80, 24},
		{"120x14-reversed", 9, nil, "r end", 120, 14},
		{"80x24-gone", 5, []topAnswer{first, gone}, "", 80, 24},
		{"60x20-trouble", 5, []topAnswer{trouble}, "", 60, 20},
		{"132x20-trouble", 5, []topAnswer{trouble}, "", 132, 20},
	} {
		tables := newTopTables()
		tables.take(topStatus(tt.sites, 0))
		tables.take(topStatus(tt.sites, 2))
		for _, a := range tt.answers {
			tables.take(a)
		}
		tables.render(tt.width, tt.height, theme{})
		for key := range strings.FieldsSeq(tt.keys) {
			tables.key(key)
		}
		got := tables.render(tt.width, tt.height, theme{}) + "\n"
		checkScreen(t, filepath.Join("testdata", "top", tt.name+".txt"), got)
	}
}

// TestTopFits tries every size of window, with names that a terminal would obey.
func TestTopFits(t *testing.T) {
	t.Parallel()
	hostile := topStatus(40, 1)
	for i := range hostile.status.Remotes {
		r := &hostile.status.Remotes[i]
		r.Name, r.Summary, r.Links[0].LastError, r.Links[0].State = "\x1b[2J\u009b\u202e"+r.Name, "\x1b", "\x1b]0;x\a", "\r\n\t"
	}
	empty := topAnswer{at: time.Now(), status: &api.Status{}}
	for name, a := range map[string]topAnswer{"hostile": hostile, "empty": empty} {
		for width := 0; width < 150; width += 150 / repeat.Times(21) {
			for height := 0; height < 30; height += 3 {
				tables := newTopTables()
				tables.take(a)
				for _, key := range []string{"", "pgdown", "end", "tab", "end", "s", "S", "S", "r", "up", "home", "x"} {
					tables.key(key)
					screen := tables.render(width, height, theme{})
					lines := strings.Split(screen, "\n")
					if len(lines) != max(height, 1) {
						t.Fatalf("%s at %dx%d after %q has %d lines, want %d", name, width, height, key, len(lines), max(height, 1))
					}
					for _, line := range lines {
						if got := lipgloss.Width(line); got > max(width, 1) || strings.ContainsAny(line, "\x1b\r\t\a\u009b\u202e") {
							t.Fatalf("%s at %dx%d after %q has the line %q of %d columns", name, width, height, key, line, got)
						}
					}
				}
			}
		}
	}
}

func TestTopRates(t *testing.T) {
	t.Parallel()
	tables := newTopTables()
	rate := func(a topAnswer) float64 {
		tables.take(a)
		return tables.panels[0].rows[2].values[valueReceived] // 20 events a second
	}
	for i, tt := range []struct {
		second int
		want   float64
	}{{0, 0}, {1, 20}, {3, 20}, {9, 20}, {2, 0}, {3, 20}} {
		if got := rate(topStatus(4, tt.second)); got != tt.want {
			t.Errorf("answer %d, of second %d: %v events a second, want %v", i, tt.second, got, tt.want)
		}
	}
	again := topStatus(4, 5)
	again.status.Remotes[2].Received = 1 // started anew
	if got := rate(again); got != 0 {
		t.Errorf("after counters began anew: %v events a second, want 0", got)
	}
	if got := tables.panels[0].rows[0].values; got[valueDropped] != 1200 || got[valueQueued] != 100 || got[valueOldest] != 90 {
		t.Errorf("a remote that is down has %v, want 1200 dropped a second, 100 queued for 90 s", got)
	}
}

// TestTopModel plays keys and answers to the model, without a terminal.
func TestTopModel(t *testing.T) {
	t.Parallel()
	asked := 0
	m := topModel{tables: newTopTables(), ask: func() tea.Msg { asked++; return topStatus(3, asked) }}
	m.tables.take(topStatus(3, 0))
	if _, cmd := m.Update(tea.KeyPressMsg{Text: "x", Code: 'x'}); cmd != nil {
		t.Error("x does something, want nothing")
	}
	for _, key := range []tea.KeyPressMsg{{Text: "q", Code: 'q'}, {Code: 'c', Mod: tea.ModCtrl}, {Code: tea.KeyEscape}} {
		_, cmd := m.Update(key)
		if cmd == nil {
			t.Errorf("%s does not quit", key)
		} else if _, quit := cmd().(tea.QuitMsg); !quit {
			t.Errorf("%s does not quit", key)
		}
	}
	next, cmd := m.Update(topTick{})
	if cmd == nil || asked != 0 {
		t.Fatal("a tick asks nothing")
	}
	if next, cmd = next.Update(cmd()); cmd == nil || asked != 1 {
		t.Error("no tick follows an answer")
	}
	next, _ = next.Update(tea.WindowSizeMsg{Width: 100, Height: 12})
	if view := next.View(); strings.Count(view.Content, "\n")+1 != 12 || !view.AltScreen || !strings.Contains(view.Content, "2 of 3 remotes up") {
		t.Errorf("view %q, alternate screen %v, want 12 lines of 3 remotes on the alternate screen", view.Content, view.AltScreen)
	}
}

func TestTopNeedsATerminal(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"top"}, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), "hint: run 'tcpiplink-bridge status'") || stdout.Len() > 0 {
		t.Errorf("exit code %d, %q, want %d and a hint", code, stderr.String(), exitUsage)
	}
}
