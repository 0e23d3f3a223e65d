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

const (
	northPrefix = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:"
	southPrefix = "FF:FF:FF:FF:FF:FF:FF:FE:00:02:"
	fromNorth   = northPrefix + "00:00:00:00:00:01"
	fromSouth   = southPrefix + "00:00:00:00:00:01"
	nobodys     = "FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:00:00:01"
	private     = "FF:FF:FF:FF:FF:FF:FF:FC:00:00:00:00:00:00:00:01"
	laboratory  = "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01"
)

// The remotes of the tests.
const (
	north = iota
	south
	roof
)

// sites joins north, south and the roof both ways. Change adds to it.
func sites(t *testing.T, change func(c *config.Config, r *config.Route)) *policy.Policy {
	t.Helper()
	cfg := &config.Config{Remotes: []*config.Remote{
		{Name: "north", Origins: []vscp.GUIDPattern{pattern(t, northPrefix+"*")}},
		{Name: "south", Origins: []vscp.GUIDPattern{pattern(t, southPrefix+"*")}},
		{Name: "roof"},
	}}
	route := &config.Route{Name: "sites", Between: slices.Clone(cfg.Remotes)}
	cfg.Routes = []*config.Route{route}
	if change != nil {
		change(cfg, route)
	}
	return policy.New(cfg)
}

func pattern(t *testing.T, text string) vscp.GUIDPattern {
	t.Helper()
	p, err := vscp.ParseGUIDPattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// judge returns the reason on each lane, or the event as it leaves.
func judge(p *policy.Policy, remote int, row vscp.Row, now time.Duration, own ...uint32) (out []string) {
	a := policy.Arrival{Row: &row, Own: own, Interface: vscp.GUID{9, 9}, At: time.Unix(1_800_000_000, 0).Add(now), Now: now}
	for _, v := range p.Entrance(remote).Judge(&a) {
		if v.Reason != policy.Goes {
			out = append(out, string(v.Reason))
		} else {
			out = append(out, fmt.Sprintf("%d,%d,%d,%s", v.Row.Head, v.Row.Class, v.Row.Type, v.Row.GUID))
		}
	}
	return out
}

func TestJudge(t *testing.T) {
	const temperature, goes = "96,10,6,0,,1770000000000000000,", "96,10,6,"
	ofClass := func(n uint16) []config.Match { return []config.Match{{Class: []config.Range{{Min: n, Max: n}}}} }
	for _, tt := range []struct {
		name   string
		change func(c *config.Config, r *config.Route)
		from   int
		row    string
		own    []uint32
		want   []string
	}{
		{"new", nil, north, temperature + fromNorth + ",1", nil, []string{goes + fromNorth, goes + fromNorth}},
		{"our own", nil, north, "96,10,6,7,,," + fromNorth + ",1", []uint32{7}, []string{"own_channel", "own_channel"}},
		{"a link event of our own that went around", nil, south, "96,20,42,0,,," + nobodys + ",84,0,0,1,2,12,2,84", nil, []string{"own_event", "own_event"}},
		{"one of another bridge", nil, south, "96,20,42,0,,," + nobodys + ",85,0,0,1,2,12,2,85", nil, []string{"96,20,42," + nobodys, "96,20,42," + nobodys}},
		{"somebody else's", nil, north, "96,10,6,7,,," + fromNorth + ",1", []uint32{8}, []string{goes + fromNorth, goes + fromNorth}},
		{"a copy that comes back", nil, south, temperature + fromNorth + ",1", nil, []string{"origin", "origin"}},
		{"a copy that comes back where nothing is declared", nil, roof, temperature + fromNorth + ",1", nil, []string{"origin", "origin"}},
		{"nobody's", nil, roof, temperature + nobodys + ",1", nil, []string{goes + nobodys, goes + nobodys}},
		{
			"nobody's at a strict remote",
			func(c *config.Config, _ *config.Route) { c.Remotes[south].Strict = true },
			south, temperature + nobodys + ",1", nil,
			[]string{"unknown_origin", "unknown_origin"},
		},
		{
			"a device that moves",
			func(c *config.Config, _ *config.Route) {
				c.Remotes[south].Strict, c.Loop.Roaming = true, c.Remotes[north].Origins
			},
			south, temperature + fromNorth + ",1", nil,
			[]string{goes + fromNorth, goes + fromNorth},
		},
		{"no GUID", nil, north, temperature + "-,1", nil, slices.Repeat([]string{goes + "09:09:00:00:00:00:00:00:00:00:00:00:00:00:00:00"}, 2)},
		{"private", nil, north, temperature + private + ",1", nil, []string{"scope", "scope"}},
		{"laboratory", nil, north, temperature + laboratory + ",1", nil, []string{"scope", "scope"}},
		{
			"private may leave",
			func(_ *config.Config, r *config.Route) { r.Scopes = []config.Scope{config.ScopePrivate} },
			north, temperature + private + ",1", nil,
			[]string{goes + private, goes + private},
		},
		{
			"laboratory may leave",
			func(_ *config.Config, r *config.Route) { r.Scopes = []config.Scope{config.ScopeLaboratory} },
			north, temperature + laboratory + ",1", nil,
			[]string{goes + laboratory, goes + laboratory},
		},
		{
			"a class that the route does not take",
			func(_ *config.Config, r *config.Route) { r.Match = ofClass(20) },
			north, temperature + fromNorth + ",1", nil,
			[]string{"no_match", "no_match"},
		},
		{"protocol", nil, north, "96,0,6,0,,," + fromNorth + ",1", nil, []string{"protocol_class", "protocol_class"}},
		{"the daemon's own", nil, north, "96,65535,6,0,,," + fromNorth + ",1", nil, []string{"local_class", "local_class"}},
		{
			"for a node in the south", nil, roof, "96,542,5,0,,," + nobodys + ",255,255,255,255,255,255,255,254,0,2,0,0,0,0,0,9,1", nil,
			[]string{"directed", "96,542,5," + nobodys},
		},
		{
			"for a node where it came from", nil, south, "96,542,5,0,,," + fromSouth + ",255,255,255,255,255,255,255,254,0,2,0,0,0,0,0,9,1", nil,
			[]string{"directed", "directed"},
		},
		{
			"for a node that nobody declares", nil, south, "96,542,5,0,,," + fromSouth + ",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,1", nil,
			[]string{"96,542,5," + fromSouth, "96,542,5," + fromSouth},
		},
		{
			"rewritten",
			func(c *config.Config, r *config.Route) {
				r.Rewrite = config.Rewrite{
					Priority: new(uint8), Mirror: config.MirrorLevel2,
					GUID: []config.GUIDMap{{From: c.Remotes[north].Origins[0], To: pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:07:*")}},
				}
			},
			north, temperature + fromNorth + ",1", nil,
			slices.Repeat([]string{"0,522,6,FF:FF:FF:FF:FF:FF:FF:FE:00:07:00:00:00:00:00:01"}, 2),
		},
		{
			"cannot be rewritten",
			func(_ *config.Config, r *config.Route) { r.Rewrite.Mirror = config.MirrorLevel2 },
			north, "96,10,6,0,,," + fromNorth + ",1,2,3,4,5,6,7,8,9", nil,
			[]string{"unmappable", "unmappable"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := judge(sites(t, tt.change), tt.from, mustRow(t, tt.row), 0, tt.own...); !slices.Equal(got, tt.want) {
				t.Errorf("%q from remote %d: %q, want %q", tt.row, tt.from, got, tt.want)
			}
		})
	}
}

// What is not sent twice, not too often and not too many.
func TestJudgeOverTime(t *testing.T) {
	const row, other = "96,20,3,0,,1770000000000000000," + fromNorth + ",1,2,3", "96,20,3,0,,1770000000000000000," + fromNorth + ",1,2,4"
	type step struct {
		row  string
		at   time.Duration
		want string // of the first lane
	}
	const yes = "96,20,3," + fromNorth
	for _, tt := range []struct {
		name   string
		change func(c *config.Config, r *config.Route)
		steps  []step
	}{
		{"nothing is said", nil, []step{{row, 0, yes}, {row, 0, yes}}},
		{
			"duplicates", func(_ *config.Config, r *config.Route) { r.Tame.Dedupe = time.Second },
			[]step{{row, 0, yes}, {row, 1, "duplicate"}, {other, 1, yes}, {row, time.Second, yes}},
		},
		{
			"too soon", func(_ *config.Config, r *config.Route) { r.Tame.MinInterval = time.Second },
			[]step{{row, 0, yes}, {row, 1, "min_interval"}, {row, time.Second, yes}},
		},
		{
			"too many", func(_ *config.Config, r *config.Route) { r.Tame.Rate, r.Tame.Burst = 1, 2 },
			[]step{{row, 0, yes}, {other, 0, yes}, {row, 0, "rate_limited"}, {row, time.Second, yes}},
		},
		{
			"storm", func(c *config.Config, _ *config.Route) { c.Loop.Storm = config.Storm{Limit: 2, Window: time.Second} },
			[]step{{row, 0, yes}, {row, 0, yes}, {row, 0, "storm"}, {other, 0, yes}, {row, time.Second, yes}},
		},
		{
			"what no lane takes is no storm", func(c *config.Config, r *config.Route) {
				c.Loop.Storm = config.Storm{Limit: 2, Window: time.Second}
				r.Match = []config.Match{{Class: []config.Range{{Min: 10, Max: 10}}}}
			},
			[]step{{row, 0, "no_match"}, {row, 0, "no_match"}, {row, 0, "no_match"}, {row, 0, "no_match"}},
		},
		{
			"what is held back as a storm does not count for the limits", func(c *config.Config, r *config.Route) {
				c.Loop.Storm = config.Storm{Limit: 1, Window: time.Second}
				r.Tame.Rate, r.Tame.Burst = 0.001, 2
			},
			[]step{{row, 0, yes}, {row, 0, "storm"}, {row, 0, "storm"}, {other, 0, yes}, {"96,20,4,0,,," + fromNorth + ",1", 0, "rate_limited"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := sites(t, tt.change)
			for i, s := range tt.steps {
				if got := judge(p, north, mustRow(t, s.row), s.at)[0]; got != s.want {
					t.Errorf("event %d, at %v: %q, want %q", i, s.at, got, s.want)
				}
			}
		})
	}
}

// The limits of a route hold for all sources of a destination together, and for each destination apart.
func TestLimitsOfADestination(t *testing.T) {
	p := sites(t, func(_ *config.Config, r *config.Route) { r.Tame.Dedupe = time.Second })
	row := mustRow(t, "96,20,3,0,,1770000000000000000,"+nobodys+",1")
	const yes = "96,20,3," + nobodys
	for i, tt := range []struct {
		from int
		want []string
	}{
		{north, []string{yes, yes}},         // to south and roof
		{south, []string{yes, "duplicate"}}, // to north and roof
		{roof, []string{"duplicate", "duplicate"}},
	} {
		if got := judge(p, tt.from, row, 0); !slices.Equal(got, tt.want) {
			t.Errorf("copy %d, from remote %d: %q, want %q", i, tt.from, got, tt.want)
		}
	}
}

func TestTimeThatIsFilledIn(t *testing.T) {
	for _, tt := range []struct {
		stamp config.Stamp
		row   string
		want  vscp.Time
	}{
		{config.StampKeep, "96,20,3,0,,,-,1", vscp.Time{Nanos: 1_800_000_000_000_000_000}},
		{config.StampKeep, "96,20,3,0,,1770000000000000000,-,1", vscp.Time{Nanos: 1_770_000_000_000_000_000}},
		{config.StampIngress, "96,20,3,0,,1770000000000000000,-,1", vscp.TimeOf(time.Unix(1_800_000_000, 0))},
		{config.StampRepair, "96,20,3,0,,1770000000000000000,-,1", vscp.Time{Nanos: 1_770_000_000_000_000_000}},
		{config.StampRepair, "96,20,3,0,,5000,-,1", vscp.TimeOf(time.Unix(1_800_000_000, 0))},
	} {
		p := sites(t, func(_ *config.Config, r *config.Route) { r.Rewrite.Time = tt.stamp })
		row := mustRow(t, tt.row)
		a := policy.Arrival{Row: &row, At: time.Unix(1_800_000_000, 0)}
		if got := p.Entrance(north).Judge(&a)[0].Row.Time; got != tt.want {
			t.Errorf("time of %q with %q = %+v, want %+v", tt.row, tt.stamp, got, tt.want)
		}
		if row.Time.Nanos == 0 {
			t.Errorf("%q with %q has no time afterwards", tt.row, tt.stamp)
		}
	}
}
