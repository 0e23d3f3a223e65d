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

// world is a configuration of remotes that one route joins both ways. Change adds to it.
func world(names []string, change func(*config.Config, *config.Route)) *config.Config {
	cfg := &config.Config{}
	for _, n := range names {
		cfg.Remotes = append(cfg.Remotes, &config.Remote{Name: n})
	}
	route := &config.Route{Name: "sites", Between: slices.Clone(cfg.Remotes)}
	cfg.Routes = []*config.Route{route}
	if change != nil {
		change(cfg, route)
	}
	return cfg
}

// enter makes the policy of a configuration that follows, and has the entrance of each remote follow.
func enter(p *policy.Policy, cfg *config.Config) *policy.Policy {
	n := p.Next(cfg)
	n.Enter()
	for place := range cfg.Remotes {
		if slot := n.Slot(place); slot < len(cfg.Remotes) {
			n.Entrance(slot).Follow(p.Entrance(slot))
		}
	}
	return n
}

var three = []string{"a", "b", "c"}

func TestNextKeepsSlots(t *testing.T) {
	p := policy.New(world(three, nil))
	for _, step := range []struct {
		names []string
		want  []int
	}{
		{[]string{"c", "a"}, []int{2, 0}},
		{[]string{"d", "c"}, []int{3, 2}},
		{[]string{"b", "d", "e"}, []int{1, 3, 4}},
	} {
		p = p.Next(world(step.names, nil))
		for place, want := range step.want {
			if got := p.Slot(place); got != want || p.Name(got) != step.names[place] {
				t.Errorf("remotes %q: %q has slot %d, which is for %q, want %d", step.names, step.names[place], got, p.Name(got), want)
			}
			for _, l := range p.Entrance(want).Lanes() {
				if name := p.Name(l.To); !slices.Contains(step.names, name) {
					t.Errorf("remotes %q: a lane leads to %q, want one of them", step.names, name)
				}
			}
		}
	}
}

func TestNextKeepsWhatWasLearned(t *testing.T) {
	p := policy.New(world(three, nil))
	row := mustRow(t, "96,10,6,0,,1,"+fromNorth+",1")
	judge(p, 2, row, 0)
	judge(p, 1, mustRow(t, "96,10,6,0,,1,"+fromSouth+",1"), 0)
	p = enter(p, world([]string{"c", "a"}, nil))
	got := p.Learned()
	if len(got) != 1 || got[0].GUID != row.GUID || got[0].Remote != 0 {
		t.Errorf("learned %+v, want the GUID of c, which is at place 0, and nothing of the remote that is gone", got)
	}
	proposal := p.Proposal()
	if len(proposal.Places) != 2 || proposal.Places[0].Seen != 1 || proposal.Places[1].Seen != 0 {
		t.Errorf("proposal %+v, want one GUID at the first of two remotes", proposal)
	}
	if p = enter(p, world(three, nil)); len(p.Learned()) != 2 {
		t.Errorf("learned %+v after the remote came back, want 2 GUIDs", p.Learned())
	}
}

func TestNextKeepsCredits(t *testing.T) {
	p := policy.New(world(three, nil))
	row := mustRow(t, "96,10,6,0,,1,"+nobodys+",1")
	p.Exit(1).SetEchoes(true)
	p.Exit(1).Leased(&row)
	p = enter(p, world([]string{"b", "a"}, nil))
	if got := judge(p, 1, row, 0); !slices.Equal(got, []string{"echo"}) {
		t.Errorf("an event that b was sent before: %q, want an echo", got)
	}
}

func TestNextKeepsLimits(t *testing.T) {
	tame := config.Tame{MinInterval: time.Minute}
	row := mustRow(t, "96,10,6,0,,1,"+nobodys+",1")
	for _, tt := range []struct {
		name   string
		change func(*config.Config, *config.Route)
		want   string
	}{
		{"the same", func(_ *config.Config, r *config.Route) { r.Tame = tame }, "min_interval"},
		{"another rule", func(_ *config.Config, r *config.Route) { r.Tame, r.Queue.MaxEvents = tame, 7 }, "min_interval"},
		{"another limit", func(_ *config.Config, r *config.Route) { r.Tame = config.Tame{MinInterval: time.Hour} }, "96,10,6," + nobodys},
		{"another name", func(_ *config.Config, r *config.Route) { r.Tame, r.Name = tame, "other" }, "96,10,6," + nobodys},
	} {
		p := policy.New(world(three[:2], func(_ *config.Config, r *config.Route) { r.Tame = tame }))
		judge(p, 0, row, 0)
		p = enter(p, world(three[:2], tt.change))
		if got := judge(p, 0, row, time.Second); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestNextKeepsTheStorm(t *testing.T) {
	storm := func(limit int) func(*config.Config, *config.Route) {
		return func(c *config.Config, _ *config.Route) {
			c.Loop.Storm = config.Storm{Limit: limit, Window: time.Minute}
		}
	}
	row := mustRow(t, "96,10,6,0,,1,"+nobodys+",1")
	for limit, want := range map[int]string{2: "storm", 3: "96,10,6," + nobodys} {
		p := policy.New(world(three[:2], storm(2)))
		for range 3 {
			judge(p, 0, row, 0)
		}
		p = enter(p, world(three[:2], storm(limit)))
		if got := p.Entrance(0).Stormed(); got != 1 {
			t.Errorf("limit %d: %d events were held back before, want 1", limit, got)
		}
		if got := len(p.Entrance(0).Alarms()); got != 1 {
			t.Errorf("limit %d: %d alarms nobody asked for, want 1", limit, got)
		}
		if got := judge(p, 0, row, time.Second); !slices.Equal(got, []string{want}) {
			t.Errorf("limit %d: %q, want %q", limit, got, want)
		}
	}
}

// TestNextKeepsCycles finds a cycle, and changes what has to do with it and what has not.
func TestNextKeepsCycles(t *testing.T) {
	blocks := func(_ *config.Config, r *config.Route) {
		r.Probe = &config.Probe{Every: time.Minute, OnCycle: config.CycleBlock}
	}
	event := mustRow(t, "96,10,6,0,,1,"+nobodys+",1")
	goes := "96,10,6," + nobodys
	for _, tt := range []struct {
		name   string
		names  []string
		change func(*config.Config, *config.Route)
		want   []string
		sent   uint64
	}{
		{"the same", three, blocks, []string{"cycle", goes}, 3},
		{"another rule", three, func(c *config.Config, r *config.Route) { blocks(c, r); r.Tame.Dedupe = time.Second }, []string{"cycle", goes}, 3},
		{"another interval", three, func(c *config.Config, r *config.Route) { blocks(c, r); r.Probe.Every = time.Hour }, []string{goes, goes}, 0},
		{"it only alarms", three, func(c *config.Config, r *config.Route) { blocks(c, r); r.Probe.OnCycle = config.CycleAlarm }, []string{goes, goes}, 0},
		{"no probe", three, nil, []string{goes, goes}, 0},
		{"another member", []string{"a", "b", "d"}, blocks, []string{goes, goes}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := policy.New(world(three, blocks))
			guid := vscp.GUID{0: 0xFE, 15: 9}
			p.Probes().Start(guid, guid, 0, oneByOne())
			due := p.Probes().Due(time.Minute)
			judge(p, 1, due[0].Row, time.Minute)
			p = enter(p, world(tt.names, tt.change))
			if got := judge(p, 0, event, time.Minute); !slices.Equal(got, tt.want) {
				t.Errorf("an event from a: %q, want %q", got, tt.want)
			}
			p.Probes().Changes(time.Minute)
			rings, counts := p.Probes().Reading()
			var sent uint64
			for slot, r := range p.Probes().Routes() {
				if r != nil {
					sent = counts[slot].Sent
				}
			}
			if kept := tt.sent > 0; sent != tt.sent || (len(rings) == 1) != kept {
				t.Errorf("%d probes sent, cycles %+v, want %d and as many as before: %v", sent, rings, tt.sent, kept)
			}
			judge(p, 1, due[2].Row, 2*time.Minute) // it comes late, and is no other bridge's
			judge(p, 1, due[2].Row, 3*time.Minute)
			if _, twin := p.Probes().Changes(3 * time.Minute); twin {
				t.Error("a late probe of a route that changed is taken for one of another bridge")
			}
			if tt.change == nil {
				return
			}
			if again := p.Probes().Due(20 * time.Minute); len(again) != 3 {
				t.Errorf("%d probes are due later, want one to each of three remotes", len(again))
			}
		})
	}
}

// TestSlotsOfRoutesAreTakenAgain changes a route again and again.
func TestSlotsOfRoutesAreTakenAgain(t *testing.T) {
	p := policy.New(world(three, nil))
	p.Probes().Start(vscp.GUID{}, vscp.GUID{1}, 0, oneByOne())
	for i := range 100 {
		p = enter(p, world(three, func(_ *config.Config, r *config.Route) {
			r.Probe = &config.Probe{Every: time.Duration(i+1) * time.Second, OnCycle: config.CycleAlarm}
		}))
		p.Probes().Due(time.Duration(i) * time.Hour)
		judge(p, 0, probeRow(t, loop.Signal{ID: 7, Token: uint16(i)}, nobodys), time.Duration(i)*time.Hour)
	}
	if got := len(p.Probes().Routes()); got > 3 {
		t.Errorf("%d slots for one route, want 3 at most", got)
	}
}

// TestNameOfANewerRemote asks a policy that is still used by a goroutine for the name of a remote that only the next one has.
func TestNameOfANewerRemote(t *testing.T) {
	before := policy.New(world(three, nil))
	after := before.Next(world(append(slices.Clone(three), "d"), nil))
	after.Enter()
	row := mustRow(t, "96,10,6,0,,1,"+fromNorth+",1")
	for i := range 3 {
		judge(before, 0, row, time.Duration(2*i)*time.Second)
		judge(after, 3, row, time.Duration(2*i+1)*time.Second)
	}
	alarms := before.Entrance(0).Alarms()
	if len(alarms) != 1 || alarms[0].Kind != policy.Flapping {
		t.Fatalf("alarms %+v, want one of flapping", alarms)
	}
	if got := before.Name(alarms[0].Before); got != "" {
		t.Errorf("the policy before calls the new remote %q, want no name", got)
	}
}
