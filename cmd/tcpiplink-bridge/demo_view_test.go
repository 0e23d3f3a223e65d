package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// sampleSnapshot has a link of each state, and more events than any screen has lines.
func sampleSnapshot() *snapshot {
	s := &snapshot{
		elapsed: 67 * time.Second, length: 90 * time.Second,
		remotes: []remoteView{
			{"north", "127.0.0.1:40001", linkUp, "receiving, ready", 403, 402},
			{"south", "127.0.0.1:40002", linkConnecting, "greeting, waiting", 268, 401},
			{"boiler", "127.0.0.1:40003", linkDown, "single: dial tcp 127.0.0.1:40003: connect: connection refused", 134, 0},
		},
		ways: []wayView{
			{"north -> south", 704, 301, 102, 301, 0, 0, 4.5},
			{"south -> north", 570, 215, 53, 301, 0, 1, 3.25},
			{"boiler -> north", 134, 107, 27, 0, 0, 0, 1.6},
			{"boiler -> south", 123456789, 123456000, 789, 0, 12345, 10000, 12345.6},
		},
	}
	at := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	for i := range keptSightings {
		e := sighting{at: at.Add(time.Duration(i) * 150 * time.Millisecond), from: "north", to: "south", class: 20, typ: 3, dataLen: i}
		switch i % 4 {
		case 1:
			e.from, e.class, e.typ, e.data, e.dataLen = "boiler", 10, 6, [shownData]byte{0x88, 0x82, 0x18, 0x42}, 4
		case 3:
			e.class, e.typ, e.held = 1024, 20, policy.ProtocolClass
		}
		s.events = append(s.events, e)
	}
	return s
}

func TestRender(t *testing.T) {
	warned := sampleSnapshot()
	warned.warnings = []string{"[WARN]  tcpiplink.remote: link failed: remote=boiler cause=dial\x1b[31m"}
	for _, tt := range []struct {
		name          string
		snapshot      *snapshot
		width, height int
	}{
		{"80x24", sampleSnapshot(), 80, 24},
		{"60x15", sampleSnapshot(), 60, 15},
		{"80x24-warned", warned, 80, 24},
	} {
		got := render(tt.snapshot, tt.width, tt.height, theme{}) + "\n"
		checkScreen(t, filepath.Join("testdata", "demo", tt.name+".txt"), got)
	}
}

// TestRenderFits tries every size of window: it must never be overrun, which would tear the screen.
func TestRenderFits(t *testing.T) {
	busy := sampleSnapshot()
	busy.warnings = []string{"one", strings.Repeat("long \u00e4\u4e16\n", 50), "three"}
	for name, s := range map[string]*snapshot{"busy": busy, "empty": {}} {
		for width := 0; width < 130; width += 130 / repeat.Times(43) {
			for height := range 30 {
				lines := strings.Split(render(s, width, height, colours()), "\n")
				if len(lines) != max(height, 1) {
					t.Fatalf("%s at %dx%d has %d lines, want %d", name, width, height, len(lines), max(height, 1))
				}
				for _, line := range lines {
					if got := lipgloss.Width(line); got > max(width, 1) {
						t.Fatalf("%s at %dx%d has a line of %d columns: %q", name, width, height, got, line)
					}
				}
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	up := remote.LinkStatus{Role: "receive", State: remote.StateReceiving}
	ready := remote.LinkStatus{Role: "send", State: remote.StateReady}
	waiting := remote.LinkStatus{Role: "send", State: remote.StateWaiting}
	failed := remote.LinkStatus{Role: "receive", State: remote.StateWaiting, Failing: true, LastError: "refused"}
	for _, tt := range []struct {
		status remote.Status
		state  linkState
		detail string
	}{
		{remote.Status{Up: true, Links: []remote.LinkStatus{up, ready}}, linkUp, "receiving, ready"},
		{remote.Status{Links: []remote.LinkStatus{up, waiting}}, linkConnecting, "receiving, waiting"},
		{remote.Status{Links: []remote.LinkStatus{failed, waiting}}, linkDown, "receive: refused"},
	} {
		if state, detail := describe(&tt.status); state != tt.state || detail != tt.detail {
			t.Errorf("describe = %q, %q, want %q, %q", state, detail, tt.state, tt.detail)
		}
	}
}

// TestLiveModel plays keys and ticks to the model, without a terminal.
func TestLiveModel(t *testing.T) {
	quits := func(cmd tea.Cmd) bool {
		if cmd == nil {
			return false
		}
		_, quit := cmd().(tea.QuitMsg)
		return quit
	}
	for key, want := range map[string]bool{"q": true, "x": false} {
		if _, cmd := (liveModel{}).Update(tea.KeyPressMsg{Text: key, Code: rune(key[0])}); quits(cmd) != want {
			t.Errorf("key %q quits: %v, want %v", key, !want, want)
		}
	}
	if _, cmd := (liveModel{}).Update(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}); !quits(cmd) {
		t.Error("Ctrl-C does not quit")
	}
	m, _ := liveModel{snapshot: *sampleSnapshot()}.Update(tea.WindowSizeMsg{Width: 60, Height: 15})
	view := m.View()
	if got := strings.Count(view.Content, "\n") + 1; got != 15 || !view.AltScreen {
		t.Errorf("view has %d lines, alternate screen %v, want 15 lines on the alternate screen", got, view.AltScreen)
	}
}

func TestDemoWatchKeepsTheLast(t *testing.T) {
	var w demoWatch
	for _, line := range []string{"a\n", "b\n", "c\n", "d\n"} {
		if n, err := w.Write([]byte(line)); n != len(line) || err != nil {
			t.Fatal(errors.Join(errors.New("Write fell short"), err))
		}
	}
	if got := strings.Join(w.lastWarnings(), ""); got != "bcd" {
		t.Errorf("warnings = %q, want the last three, bcd", got)
	}
}

func TestSightingOf(t *testing.T) {
	s := bridge.Sight{From: "boiler", To: "north", Row: newBoiler([16]byte{1}).Row(0, time.Now())}
	e := sightingOf(&s)
	if text := e.text(); e.from != "boiler" || e.to != "north" || text != "CLASS1.MEASUREMENT TEMPERATURE 88 82 18 33" {
		t.Errorf("%s -> %s %q, want boiler -> north with the tokens and the data", e.from, e.to, text)
	}
	s.Held = policy.Origin
	if e = sightingOf(&s); e.text() != "CLASS1.MEASUREMENT TEMPERATURE held: origin" {
		t.Errorf("text = %q, want the reason in place of the data", e.text())
	}
}
