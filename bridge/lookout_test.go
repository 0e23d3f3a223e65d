package bridge

import (
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestGivenUpEventsAreSeen has events that were queued and did not arrive, each in another way.
func TestGivenUpEventsAreSeen(t *testing.T) {
	t.Parallel()
	var all watchers
	w := &Watcher{of: &all, filter: SightFilter{Show: ShowDropped}, ready: make(chan struct{}, 1)}
	all.add(w)
	d := blockingDirection(t, 10)
	d.seen = &lookout{watchers: &all, remote: "b"}
	offer(t.Context(), &lane{d: d}, 4)
	var o outbox
	o.add(d)
	rows := o.Peek(nil, 4)
	o.Refuse(remote.Fate{Row: rows[0], Outcome: remote.RefusedForGood, Reply: "no right"})
	o.Release([]remote.Fate{
		{Row: rows[1], Outcome: remote.Returned}, {Row: rows[2], Outcome: remote.Ambiguous}, {Row: rows[3], Outcome: remote.RetryExpired, Reply: "full"},
	})
	want := []Sight{{Held: ReasonRefused, Reply: "no right"}, {Held: ReasonAmbiguous}, {Held: ReasonRetryExpired, Reply: "full"}}
	check := func(who string, got []Sight) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s: %+v, want %d", who, got, len(want))
		}
		for i := range want {
			if g := &got[i]; g.Held != want[i].Held || g.Reply != want[i].Reply || g.Route != "r" || g.From != "" || g.To != "b" || g.At.IsZero() {
				t.Errorf("%s: %+v, want %+v of route r to b", who, *g, want[i])
			}
		}
	}
	sights, _ := w.Take()
	check("watcher", sights)
	check("noted", d.seen.notes(nil, &SightFilter{}))
}

// TestNotesOfAnEventWithManyWays keeps those that go, and leaves room for other events.
func TestNotesOfAnEventWithManyWays(t *testing.T) {
	t.Parallel()
	var all watchers
	l := &lookout{watchers: &all, remote: "a"}
	row := vscp.NewRow(&vscp.Event{Class: 10, Type: 6}, vscp.TextForm{})
	var lanes []lane
	var verdicts []policy.Verdict
	for i := range 100 {
		lanes = append(lanes, lane{d: &direction{route: "r", to: string(rune('a' + i))}})
		verdicts = append(verdicts, policy.Verdict{Row: &row, Reason: policy.NoMatch})
	}
	verdicts[90].Reason = policy.Goes
	look := l.begin(time.Unix(1000, 0))
	look.saw(lanes, verdicts)
	got := l.notes(nil, &SightFilter{})
	if len(got) != notesPerEvent || got[0].To != lanes[90].d.to || got[0].Held != policy.Goes || got[1].To != "a" || got[1].Held != policy.NoMatch {
		t.Fatalf("noted %+v, want %d, of which the first goes", got, notesPerEvent)
	}
	for range 20 {
		look.saw(lanes, verdicts)
	}
	if l.came.left != 0 || look.open() {
		t.Errorf("%d notes are left for this second, want none", l.came.left)
	}
	row.Text[0] = 'x' // what was noted is a copy
	if got := string(l.notes(nil, &SightFilter{})[0].Row.Text); got != "0,10,6,0,,,-" {
		t.Errorf("noted text %q, want 0,10,6,0,,,-", got)
	}
	if look = l.begin(time.Unix(1001, 0)); !look.open() {
		t.Error("nothing is noted in the next second, want some")
	}
}

func TestLargeNotesLeaveNoMemoryBehind(t *testing.T) {
	t.Parallel()
	var all watchers
	l := &lookout{watchers: &all, remote: "a"}
	for i := range 2 * notesKept {
		text := make([]byte, 2000)
		if i >= notesKept {
			text = text[:20]
		}
		l.note(&Sight{Row: vscp.Row{Text: text}})
	}
	for i := range l.ring {
		if got := cap(l.ring[i].Row.Text); got > noteText {
			t.Errorf("note %d holds %d bytes for 20, want at most %d", i, got, noteText)
		}
	}
}

func TestSightFilter(t *testing.T) {
	t.Parallel()
	guid := vscp.GUID{1, 2, 3}
	s := Sight{Route: "r", From: "a", To: "b", Row: vscp.Row{Class: 10, Type: 6, GUID: guid}}
	held := s
	held.Held = policy.Origin
	echo := s
	echo.Held = policy.OwnChannel
	for name, tt := range map[string]struct {
		filter             SightFilter
		passes, held, echo bool
	}{
		"none":           {SightFilter{}, true, true, false},
		"passed":         {SightFilter{Show: ShowPassed}, true, false, false},
		"dropped":        {SightFilter{Show: ShowDropped}, false, true, false},
		"reason":         {SightFilter{Reasons: []Reason{policy.OwnChannel}}, false, false, true},
		"reasons":        {SightFilter{Reasons: []Reason{policy.OwnChannel, policy.Origin}}, false, true, true},
		"source":         {SightFilter{Remotes: []string{"a"}}, true, true, false},
		"destination":    {SightFilter{Remotes: []string{"x", "b"}}, true, true, false},
		"other remote":   {SightFilter{Remotes: []string{"r"}}, false, false, false},
		"route":          {SightFilter{Routes: []string{"r"}}, true, true, false},
		"other route":    {SightFilter{Routes: []string{"a"}}, false, false, false},
		"class and type": {SightFilter{Classes: []vscp.Class{10}, Types: []uint16{6}}, true, true, false},
		"other class":    {SightFilter{Classes: []vscp.Class{20}, Types: []uint16{6}}, false, false, false},
		"other type":     {SightFilter{Classes: []vscp.Class{10}, Types: []uint16{7}}, false, false, false},
		"guid":           {SightFilter{GUIDs: []vscp.GUIDPattern{guid.Prefix(3)}}, true, true, false},
		"other guid":     {SightFilter{GUIDs: []vscp.GUIDPattern{vscp.GUID{9}.Prefix(1)}}, false, false, false},
	} {
		if a, b, c := tt.filter.takes(&s), tt.filter.takes(&held), tt.filter.takes(&echo); a != tt.passes || b != tt.held || c != tt.echo {
			t.Errorf("%s: takes what passes %v, what is held %v, echoes %v, want %v, %v, %v", name, a, b, c, tt.passes, tt.held, tt.echo)
		}
	}
}

func TestLostFor(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[remote.Outcome]Reason{
		remote.Forwarded: "", remote.Returned: "", remote.RefusedForGood: ReasonRefused, remote.TooLong: ReasonTooLong, remote.Unfit: ReasonUnfit,
		remote.RetryExpired: ReasonRetryExpired, remote.Ambiguous: ReasonAmbiguous,
	} {
		if got, lost := lostFor(outcome); got != want || lost != (want != "") {
			t.Errorf("lostFor(%d) = %q, %v, want %q", outcome, got, lost, want)
		}
		if want != "" && !KnownReason(want) {
			t.Errorf("KnownReason(%q) = false, want true", want)
		}
	}
	if KnownReason("") || KnownReason("other") || !KnownReason(policy.Cycle) {
		t.Error("KnownReason takes what is no reason, or not one of the policy")
	}
}

// BenchmarkLook measures what looking on adds to an event with one way, in batches of 64.
func BenchmarkLook(b *testing.B) {
	row := vscp.NewRow(&vscp.Event{Class: 10, Type: 6, Data: []byte{1, 2, 3, 4}}, vscp.TextForm{})
	lanes := []lane{{d: &direction{route: "r", to: "b"}}}
	verdicts := []policy.Verdict{{Row: &row}}
	for name, tt := range map[string]struct{ watched, slow bool }{"nobody": {}, "watched": {watched: true}, "too slow": {watched: true, slow: true}} {
		b.Run(name, func(b *testing.B) {
			var all watchers
			l := &lookout{watchers: &all, remote: "a"}
			w := &Watcher{of: &all, ready: make(chan struct{}, 1)}
			if tt.watched {
				all.add(w)
			}
			at := time.Unix(1000, 0)
			b.ReportAllocs()
			for b.Loop() {
				look := l.begin(at)
				for range 64 {
					if look.open() {
						look.saw(lanes, verdicts)
					}
				}
				if tt.watched && !tt.slow {
					_, _ = w.Take()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/64, "ns/event")
		})
	}
}
