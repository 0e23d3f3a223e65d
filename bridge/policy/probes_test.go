package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const probeType, outranked = "224,511,182,", "224,511,183,"

// probing changes the route of sites to one that probes.
func probing(onCycle config.OnCycle) func(*config.Config, *config.Route) {
	return func(_ *config.Config, r *config.Route) { r.Probe = &config.Probe{Every: time.Minute, OnCycle: onCycle} }
}

func probeRow(t *testing.T, s loop.Signal, guid string) vscp.Row {
	t.Helper()
	g, err := vscp.ParseGUID(guid)
	if err != nil {
		t.Fatal(err)
	}
	e := s.Event(g)
	return vscp.NewRow(&e, vscp.TextForm{})
}

func oneByOne() func() uint64 {
	n := uint64(0)
	return func() uint64 {
		n++
		return n
	}
}

func TestProbeOfAnotherBridge(t *testing.T) {
	small, large := loop.Signal{ID: 1, Token: 1}, loop.Signal{ID: 1<<40 - 1, Token: 1}
	oneWay := func(_ *config.Config, r *config.Route) { r.From, r.To, r.Between = r.Between[:1], r.Between[1:], nil }
	for _, tt := range []struct {
		name   string
		change func(*config.Config, *config.Route)
		s      loop.Signal
		guid   string
		want   []string
	}{
		{"over a both-way route without match", nil, small, nobodys, []string{probeType + nobodys, probeType + nobodys}},
		{"whatever the origins say", nil, small, fromSouth, []string{probeType + fromSouth, probeType + fromSouth}},
		{"whatever the scope", nil, small, private, []string{probeType + private, probeType + private}},
		{"never over a one-way route", oneWay, small, nobodys, []string{"probe", "probe"}},
		{"not where a route takes other events alone", func(_ *config.Config, r *config.Route) {
			r.Match = []config.Match{{Class: []config.Range{{Min: 10, Max: 10}}}}
		}, small, nobodys, []string{"no_match", "no_match"}},
		{"where such a route probes", func(c *config.Config, r *config.Route) {
			r.Match = []config.Match{{Class: []config.Range{{Min: 10, Max: 10}}}}
			probing(config.CycleAlarm)(c, r)
		}, small, nobodys, []string{probeType + nobodys, probeType + nobodys}},
		{"of a smaller bridge, where this one blocks", probing(config.CycleBlock), small, nobodys, []string{outranked + nobodys, outranked + nobodys}},
		{"of a larger bridge, where this one blocks", probing(config.CycleBlock), large, nobodys, []string{probeType + nobodys, probeType + nobodys}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := sites(t, tt.change)
			guid := vscp.GUID{0: 0xFE, 15: 9}
			p.Probes().Start(guid, guid, 0, oneByOne())
			if got := judge(p, north, probeRow(t, tt.s, tt.guid), 0); !slices.Equal(got, tt.want) {
				t.Errorf("Judge = %q, want %q", got, tt.want)
			}
			for _, again := range judge(p, south, probeRow(t, tt.s, tt.guid), 0) {
				if got, want := again, "probe"; got != want && got != "no_match" {
					t.Errorf("a copy at another remote: %q, want %q", got, want)
				}
			}
		})
	}
}

func TestBlockedRemote(t *testing.T) {
	p := sites(t, probing(config.CycleBlock))
	guid := vscp.GUID{0: 0xFE, 15: 9}
	if due := p.Probes().Due(time.Hour); len(due) != 0 {
		t.Fatalf("%d probes are due before the start, want none", len(due))
	}
	p.Probes().Start(guid, guid, 0, oneByOne())
	due := p.Probes().Due(time.Minute)
	if len(due) != 3 || due[0].To != north || due[0].Row.GUID != guid {
		t.Fatalf("due: %+v, want a probe to each of three remotes, with the GUID of the bridge", due)
	}
	if again := p.Probes().Due(time.Minute); len(again) != 0 {
		t.Fatalf("%d probes are due at once again, want none", len(again))
	}
	now := time.Minute
	if got := judge(p, north, due[0].Row, now); !slices.Equal(got, []string{"probe", "probe"}) {
		t.Errorf("own probe back at north: %q, want it held back", got)
	}
	event := mustRow(t, "96,10,6,0,,1,"+nobodys+",1")
	const goes = "96,10,6," + nobodys
	if got := judge(p, north, event, now); !slices.Equal(got, []string{goes, goes}) {
		t.Errorf("an event after an echo: %q, want that it goes", got)
	}
	judge(p, south, due[0].Row, now)
	if got := judge(p, north, event, now); !slices.Equal(got, []string{"cycle", goes}) {
		t.Errorf("an event to south and the roof while south is blocked: %q, want it held back from south", got)
	}
	if got := judge(p, south, event, now); !slices.Equal(got, []string{"cycle", "cycle"}) {
		t.Errorf("an event from south while that is blocked: %q, want it held back", got)
	}
	changes, twin := p.Probes().Changes(now)
	if len(changes) != 2 || changes[1].What != loop.RingBlocked || changes[1].Last != south || twin {
		t.Errorf("changes %+v, twin %v, want a cycle that is found and blocked at south", changes, twin)
	}
	rings, counts := p.Probes().Reading()
	if len(rings) != 1 || counts[0] != (policy.ProbeCounts{Sent: 3, Returned: 1}) {
		t.Errorf("reading: %+v, %+v, want one cycle, 3 sent and 1 returned", rings, counts)
	}
	now += 3 * time.Minute
	p.Probes().Changes(now)
	if got := judge(p, north, event, now); !slices.Equal(got, []string{goes, goes}) {
		t.Errorf("an event after the cycle is gone: %q, want that it goes", got)
	}
}

func TestAlarmedRouteStaysOpen(t *testing.T) {
	p := sites(t, probing(config.CycleAlarm))
	p.Probes().Start(vscp.GUID{}, vscp.GUID{}, 0, oneByOne())
	judge(p, south, p.Probes().Due(time.Minute)[0].Row, time.Minute)
	event := mustRow(t, "96,10,6,0,,1,"+nobodys+",1")
	if got := judge(p, north, event, time.Minute); slices.Contains(got, "cycle") {
		t.Errorf("an event over a route that only alarms: %q, want that it goes", got)
	}
	if rings, _ := p.Probes().Reading(); len(rings) != 1 || rings[0].Blocks {
		t.Errorf("cycles: %+v, want one that is not blocked", rings)
	}
}

func TestRouteThatIsOneWayProbesItsDestinations(t *testing.T) {
	p := sites(t, func(c *config.Config, r *config.Route) {
		probing(config.CycleAlarm)(c, r)
		r.From, r.To, r.Between = r.Between[:1], r.Between[1:], nil
	})
	p.Probes().Start(vscp.GUID{}, vscp.GUID{15: 1}, 0, oneByOne())
	var to []int
	for _, due := range p.Probes().Due(time.Minute) {
		to = append(to, due.To)
	}
	if !slices.Equal(to, []int{south, roof}) {
		t.Errorf("probes are due to %v, want %v", to, []int{south, roof})
	}
}
