package policy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// What is sent to a peer that echoes and erases comes from there without GUID, and goes no further; what a node there says in the
// same words does.
func TestEchoes(t *testing.T) {
	sent := mustRow(t, "96,20,3,0,,,"+fromNorth+",1,2,3")
	came := mustRow(t, "0,20,3,0,,,"+fromSouth+",0x01,0x02,0x03")
	goes := []string{"0,20,3," + fromSouth, "0,20,3," + fromSouth}
	echo := []string{"echo", "echo"}
	for _, tt := range []struct {
		name   string
		echoes bool
		do     func(x *policy.Exit)
		at     time.Duration
		want   [][]string
	}{
		{"the peer does not echo", false, func(x *policy.Exit) { x.Leased(&sent) }, 0, [][]string{goes}},
		{"nothing was sent", true, func(*policy.Exit) {}, 0, [][]string{goes}},
		{"under way", true, func(x *policy.Exit) { x.Leased(&sent) }, time.Hour, [][]string{echo, goes}},
		{"taken", true, func(x *policy.Exit) { x.Leased(&sent); x.Sent(&sent, 0) }, time.Second, [][]string{echo, goes}},
		{"taken long ago", true, func(x *policy.Exit) { x.Leased(&sent); x.Sent(&sent, 0) }, 2 * time.Second, [][]string{goes}},
		{"refused", true, func(x *policy.Exit) { x.Leased(&sent); x.Returned(&sent) }, 0, [][]string{goes}},
		{"in doubt, and given up", true, func(x *policy.Exit) { x.Leased(&sent); x.Doubted(&sent, 0); x.Returned(&sent) }, 1, [][]string{echo, goes}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := sites(t, nil)
			p.Exit(south).SetEchoes(tt.echoes)
			tt.do(p.Exit(south))
			for i, want := range tt.want {
				if got := judge(p, south, came, tt.at); !slices.Equal(got, want) {
					t.Errorf("arrival %d: %q, want %q", i, got, want)
				}
			}
			if got, want := p.Exit(south).Echoes(), tt.echoes; got != want {
				t.Errorf("Echoes() = %t, want %t", got, want)
			}
		})
	}
}

func TestAlarms(t *testing.T) {
	p := sites(t, func(c *config.Config, _ *config.Route) { c.Loop.Storm = config.Storm{Limit: 2, Window: time.Second} })
	e := p.Entrance(north)
	for i := range 30 {
		row := mustRow(t, fmt.Sprintf("96,20,3,0,,,%s,%d", fromNorth, i))
		for range 4 {
			judge(p, north, row, 0)
		}
	}
	alarms := e.Alarms()
	guid, err := vscp.ParseGUID(fromNorth)
	if err != nil {
		t.Fatal(err)
	}
	want := policy.Alarm{Kind: policy.Storming, GUID: guid, Class: 20, Type: 3}
	if len(alarms) != 16 || alarms[0] != want {
		t.Errorf("%d alarms, the first is %+v, want 16 as %+v", len(alarms), alarms[0], want)
	}
	if n := e.Stormed(); n != 60 {
		t.Errorf("Stormed() = %d, want 60", n)
	}
	if again := e.Alarms(); len(again) != 0 {
		t.Errorf("asked again: %d alarms, want none", len(again))
	}
}

// A GUID that comes from two remotes in turns, and that nobody declares, is told of; one whose copies the guard holds back is not.
func TestFlappingAlarm(t *testing.T) {
	for guid, want := range map[string]int{nobodys: 1, fromNorth: 0} {
		p := sites(t, nil)
		var alarms []policy.Alarm
		for i := range 10 {
			judge(p, i%2, mustRow(t, "96,20,3,0,,,"+guid+",1"), time.Duration(i)*time.Second)
			alarms = append(alarms, p.Entrance(i%2).Alarms()...)
		}
		if len(alarms) != want || want > 0 && (alarms[0].Kind != policy.Flapping || alarms[0].Before != south) {
			t.Errorf("%s: alarms %+v, want %d that it flapped, having been in the south", guid, alarms, want)
		}
	}
}

func TestLearned(t *testing.T) {
	p := sites(t, nil)
	judge(p, north, mustRow(t, "96,20,3,0,,,"+fromNorth+",1"), 0)
	judge(p, south, mustRow(t, "96,20,3,0,,,"+fromNorth+",1"), time.Second) // a copy
	judge(p, south, mustRow(t, "96,20,3,7,,,"+fromSouth+",1"), 0, 7)        // our own
	all := p.Learned()
	if len(all) != 1 || all[0].GUID.String() != fromNorth || all[0].Remote != north || all[0].Flaps {
		t.Errorf("Learned() = %+v, want the one GUID of north, at remote %d", all, north)
	}
}

func TestLanes(t *testing.T) {
	p := sites(t, nil)
	for remote, want := range [][]int{{south, roof}, {north, roof}, {north, south}} {
		var got []int
		for _, l := range p.Entrance(remote).Lanes() {
			if got = append(got, l.To); l.Route.Name != "sites" {
				t.Errorf("a lane of remote %d is of route %q, want sites", remote, l.Route.Name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the lanes of remote %d lead to %v, want %v", remote, got, want)
		}
	}
}

func TestReasons(t *testing.T) {
	seen := map[policy.Reason]bool{}
	for _, r := range slices.Concat(policy.Filtered(), policy.Suppressed()) {
		if seen[r] || r == policy.Goes || !policy.Known(r) {
			t.Errorf("reason %q is there twice, empty or not known", r)
		}
		seen[r] = true
	}
	for _, r := range []policy.Reason{policy.Goes, "unknown", "taken", "admitted"} {
		if policy.Known(r) {
			t.Errorf("Known(%q) = true, want false", r)
		}
	}
}

func TestJudgeAllocatesNothing(t *testing.T) {
	p := sites(t, func(c *config.Config, r *config.Route) {
		c.Loop.Storm = config.Storm{Limit: 1 << 30, Window: time.Second}
		r.Rewrite.Priority = new(uint8)
	})
	p.Exit(north).SetEchoes(true)
	row := mustRow(t, "96,10,6,0,,,"+fromNorth+",136,2,9,29")
	a := policy.Arrival{Row: &row, Own: []uint32{3}, At: time.Now()}
	e := p.Entrance(north)
	if n := testing.AllocsPerRun(1000, func() { e.Judge(&a) }); n != 0 {
		t.Errorf("Judge makes %v allocations, want 0", n)
	}
}
