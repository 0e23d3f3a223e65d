package main

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestDemo(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	got := demoWithHeartbeat(t)
	for want, times := range map[string]int{
		"link to north is up":  1,
		"link to south is up":  1,
		"link to boiler is up": 1,
		"  balanced\n":         4,
		"  all, in order\n":    4,
		" own_channel ":        1, // each site's server shows the bridge its own events
		" no_match ":           1, // the heartbeats of the boiler
		"every direction balances, and no event was lost\n": 1,
		"\x1b":    0, // no terminal
		"PROBLEM": 0,
	} {
		if n := strings.Count(got, want); n != times {
			t.Errorf("%q is printed %d times, want %d", want, n, times)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// demoWithHeartbeat returns what a demo printed in which the boiler had its heartbeat, 1.5 s after the start: on a slow machine a short
// demo ends before that.
func demoWithHeartbeat(t *testing.T) (printed string) {
	t.Helper()
	for length := 2 * time.Second; length < time.Minute && !strings.Contains(printed, " no_match "); length *= 2 {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"demo", "--for", length.String()}, &stdout, &stderr); code != exitOK {
			t.Fatalf("demo = %d with %q, want %d; it printed\n%s", code, &stderr, exitOK, &stdout)
		}
		if stderr.Len() > 0 {
			t.Errorf("demo complains %q, want nothing", &stderr)
		}
		printed = stdout.String()
	}
	return printed
}

// firstLine ends a context when something is printed.
type firstLine struct {
	cancel context.CancelFunc
	bytes.Buffer
}

func (w *firstLine) Write(p []byte) (int, error) {
	w.cancel()
	return w.Buffer.Write(p)
}

// TestDemoInterrupted ends a demo at once, while its links come up: little is sent, and nothing lost.
func TestDemoInterrupted(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		stdout := &firstLine{cancel: cancel}
		var stderr bytes.Buffer
		code := run(ctx, []string{"demo"}, stdout, &stderr)
		if got := stdout.String(); code != exitOK || !strings.Contains(got, "no event was lost") {
			t.Errorf("demo = %d with %q, want %d and the summary; it printed\n%s", code, &stderr, exitOK, got)
		}
	}
}

func TestDemoRefuses(t *testing.T) {
	for _, args := range []string{"--for 0s", "--for -1s", "--for soon", "now"} {
		var stderr bytes.Buffer
		if code := run(t.Context(), append([]string{"demo"}, strings.Fields(args)...), io.Discard, &stderr); code != exitUsage {
			t.Errorf("demo %s = %d with %q, want %d", args, code, &stderr, exitUsage)
		}
	}
}

// TestDemoConfigIsAConfiguration reads what --show-config prints as a user would.
func TestDemoConfigIsAConfiguration(t *testing.T) {
	var stdout bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--show-config"}, &stdout, io.Discard); code != exitOK {
		t.Fatalf("demo --show-config = %d, want %d", code, exitOK)
	}
	cfg, err := config.Parse("demo.hcl", stdout.Bytes(), config.Options{})
	if err != nil {
		t.Fatalf("Parse = %v", err)
	}
	if len(cfg.Remotes) != 3 || len(cfg.Routes) != 2 || len(cfg.Warnings) != 0 {
		t.Errorf("%d remotes, %d routes, warnings %v, want 3, 2 and none", len(cfg.Remotes), len(cfg.Routes), cfg.Warnings)
	}
	sites, err := newDemoSites()
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range sites {
		r := cfg.Remotes[i]
		if r.Name != s.name || len(r.Addresses) != 1 || r.Addresses[0] != s.example || len(r.Origins) != 1 || r.Origins[0] != s.home {
			t.Errorf("remote %s at %s has origins %v, want %s at %s with %v", r.Name, r.Addresses, r.Origins, s.name, s.example, s.home)
		}
		user, _ := r.User.Read()
		password, _ := r.Password.Read() // neither is of a file
		if user != demoUser || password != demoPassword {
			t.Errorf("remote %s logs in otherwise than its site allows", r.Name)
		}
	}
}

func TestCapturedEvents(t *testing.T) {
	sites, err := newDemoSites()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sites {
		var crossing, staying int
		for n := range uint64(20) {
			row := s.source.Row(n, time.Now())
			if !row.GUID.IsZero() && !s.home.Match(row.GUID) {
				t.Errorf("%s plays an event of %s, want one in %s", s.name, row.GUID, s.home)
			}
			if s.crosses(&row) {
				crossing++
			} else {
				staying++
			}
		}
		if crossing == 0 || staying == 0 || s.crossed(20) != uint64(crossing) {
			t.Errorf("%s: %d events cross and %d stay, crossed(20) = %d, want some of both, and the first again",
				s.name, crossing, staying, s.crossed(20))
		}
	}
	home := sites[0].guid
	for name, text := range map[string]string{"no section": "== other\n0,20,3,0,,,-,1", "no rows": "== north\n# none", "bad row": "== north\nhello"} {
		if rows, err := captured(text, "north", home); err == nil {
			t.Errorf("%s: captured = %v, nil, want an error", name, rows)
		}
	}
}

// TestArrivalNotices gives the demo's own check what a broken bridge would deliver.
func TestArrivalNotices(t *testing.T) {
	sites, err := newDemoSites()
	if err != nil {
		t.Fatal(err)
	}
	from := sites[0]
	var sent []vscp.Row
	for n := range uint64(12) {
		if row := from.source.Row(n, time.Now()); from.crosses(&row) {
			sent = append(sent, row)
		}
	}
	swapped := append([]vscp.Row(nil), sent...)
	swapped[2], swapped[3] = swapped[3], swapped[2]
	for _, tt := range []struct {
		name string
		rows []vscp.Row
		want string
	}{
		{"all", sent, "all, in order"},
		{"last lost", sent[:len(sent)-1], "1 LOST"},
		{"first lost", sent[1:], "1 LOST"},
		{"swapped", swapped, "2 OUT OF PLACE"},
		{"twice", append(slices.Clip(sent), sent[0]), "1 TOO MANY"},
	} {
		var a arrival
		for i := range tt.rows {
			a.take(from, &tt.rows[i])
		}
		r := flowResult{expected: uint64(len(sent)), arrived: a.events, astray: a.astray}
		if got := r.verdict(); got != tt.want {
			t.Errorf("%s: verdict = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestJudge gives the summary readings of a bridge that lost or miscounted.
func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(d *bridge.DirectionStatus, f *flowResult, offered *uint64)
		want   string // the one problem; empty: none
	}{
		{"all well", func(*bridge.DirectionStatus, *flowResult, *uint64) {}, ""},
		{"lost in a queue", func(d *bridge.DirectionStatus, f *flowResult, _ *uint64) {
			d.Forwarded, d.Queued, f.arrived = 6, 1, 6
		}, "north -> south: 1 LOST"},
		{"unbalanced", func(d *bridge.DirectionStatus, _ *flowResult, _ *uint64) {
			d.Suppressed = nil
		}, "north -> south: the bridge's counters do not balance"},
		{"never received", func(_ *bridge.DirectionStatus, _ *flowResult, offered *uint64) {
			*offered = 13
		}, "north -> south: the bridge received 12 events, its sources showed it 13"},
		{"claimed only", func(_ *bridge.DirectionStatus, f *flowResult, _ *uint64) {
			f.expected, f.arrived = 6, 6
		}, "north -> south: the bridge forwarded 7 events, 6 arrived"},
		{"disorder", func(_ *bridge.DirectionStatus, f *flowResult, _ *uint64) {
			f.astray = 2
		}, "north -> south: 2 OUT OF PLACE"},
	} {
		d := bridge.DirectionStatus{
			Route: "sites", From: []string{"north"}, To: "south", Received: 12, Forwarded: 7,
			Filtered:   map[bridge.Reason]uint64{policy.NoMatch: 3},
			Suppressed: map[bridge.Reason]uint64{policy.OwnChannel: 2},
		}
		f := flowResult{from: "north", to: "south", emitted: 10, expected: 7, arrived: 7}
		offered := uint64(12)
		tt.change(&d, &f, &offered)
		s := judge([]bridge.DirectionStatus{d}, []flowResult{f}, []uint64{offered})
		if got := strings.Join(s.problems, "; "); got != tt.want {
			t.Errorf("%s: problems = %q, want %q", tt.name, got, tt.want)
		}
		var out bytes.Buffer
		s.print(&out)
		if got := strings.Contains(out.String(), "no event was lost"); got != (tt.want == "") {
			t.Errorf("%s: the summary says that no event was lost: %v, want %v\n%s", tt.name, got, tt.want == "", &out)
		}
	}
}
