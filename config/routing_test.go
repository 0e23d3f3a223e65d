package config_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// routing loads testdata/good/routing.hcl without positions.
func routing(t *testing.T) *config.Config {
	t.Helper()
	t.Chdir("testdata/good")
	cfg, err := load("routing.hcl")
	if err != nil {
		t.Fatal(err)
	}
	return withoutPositions(cfg)
}

func only(n uint16) []config.Range { return []config.Range{{Min: n, Max: n}} }

func TestRoutingDaemon(t *testing.T) {
	cfg := routing(t)
	if got, want := cfg.Bridge.GUID.String(), "FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:00:00:00"; got != want {
		t.Errorf("GUID of the bridge = %s, want %s", got, want)
	}
	want := config.Loop{
		Roaming: []vscp.GUIDPattern{pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07")},
		Storm:   config.Storm{Limit: 20, Window: 2 * time.Second},
	}
	if !reflect.DeepEqual(cfg.Loop, want) {
		t.Errorf("loop = %+v, want %+v", cfg.Loop, want)
	}
	plant, house := cfg.Remotes[0], cfg.Remotes[1]
	if plant.Site != "plant" || !plant.Strict || len(plant.Origins) != 1 {
		t.Errorf("remote plant = %+v, want its site, strict and one origin", plant)
	}
	if house.Site != "" || house.Strict {
		t.Errorf("remote house = %+v, want no site and not strict", house)
	}
	if got, want := config.Default().Loop.Storm, (config.Storm{Limit: 100, Window: 10 * time.Second}); got != want {
		t.Errorf("default storm = %+v, want %+v", got, want)
	}
}

func TestRoutingMatches(t *testing.T) {
	r := routing(t).Routes[0]
	second := *filter(t, "0,65535,255,-")
	want := []config.Match{
		{
			Class: []config.Range{{Min: 10, Max: 10}, {Min: 522, Max: 522}}, Type: only(6), GUID: []vscp.GUIDPattern{pattern(t, "*")},
			Nickname: []config.Range{{Min: 1, Max: 9}, {Min: 200, Max: 200}}, Length: only(4), Sensor: []config.Range{{Min: 0, Max: 3}},
			Unit:  []config.Range{{Min: 1, Max: 1}, {Min: 2, Max: 2}},
			Value: &config.ValueRange{Min: -40.5, Max: 85},
		},
		{
			Class: []config.Range{{Min: 1, Max: 511}, {Min: 513, Max: 1023}, {Min: 1025, Max: 1027}, {Min: 1029, Max: 65534}, {Min: 1024, Max: 1024}},
			Zone:  only(1), Subzone: []config.Range{{Min: 2, Max: 2}, {Min: 4, Max: 5}},
			Filter: &vscp.Matcher{Filter: *filter(t, "0,20,3,-"), Mask: second},
			Unit:   []config.Range{{Min: 0, Max: 0}, {Min: 1, Max: 2}},
			Value:  &config.ValueRange{Min: 0, Max: math.Inf(1)},
		},
	}
	if !reflect.DeepEqual(r.Match, want) {
		t.Errorf("match = %+v, want %+v", r.Match, want)
	}
	wantExclude := []config.Match{
		{Class: []config.Range{{Min: 0, Max: 511}}, Type: []config.Range{{Min: 0, Max: 2}, {Min: 9, Max: 9}}},
		{Class: only(20), Type: []config.Range{{Min: 3, Max: 3}, {Min: 4, Max: 4}}},
	}
	if !reflect.DeepEqual(r.Exclude, wantExclude) {
		t.Errorf("exclude = %+v, want %+v", r.Exclude, wantExclude)
	}
}

func TestRoutingRules(t *testing.T) {
	cfg := routing(t)
	readings, yard, orders := cfg.Routes[0], cfg.Routes[1], cfg.Routes[2]
	wantRewrite := config.Rewrite{
		Map: []config.ClassMap{
			{Class: only(30), Type: only(5), ToClass: new(uint16(20)), ToType: new(uint16(3))},
			{Class: only(30), ToType: new(uint16(6))},
			{ToClass: new(uint16(1030))},
		},
		Mirror:   config.MirrorLevel2,
		GUID:     []config.GUIDMap{{From: pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"), To: pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:11:*")}},
		Priority: new(uint8(5)),
		Time:     config.StampRepair,
	}
	if !reflect.DeepEqual(readings.Rewrite, wantRewrite) {
		t.Errorf("rewrite = %+v, want %+v", readings.Rewrite, wantRewrite)
	}
	if got, want := yard.Rewrite, (config.Rewrite{Time: config.StampKeep}); !reflect.DeepEqual(got, want) {
		t.Errorf("rewrite without a block = %+v, want %+v", got, want)
	}
	for _, tt := range []struct {
		route *config.Route
		want  config.Tame
	}{
		{readings, config.Tame{Rate: 2.5, Burst: 3, MinInterval: time.Second, DeadBand: 0.5, MaxSilence: 10 * time.Minute, Dedupe: 2 * time.Second}},
		{yard, config.Tame{Rate: 0.5, Burst: 5}},
		{orders, config.Tame{MinInterval: 10 * time.Second, Dedupe: 500 * time.Millisecond}},
	} {
		if tt.route.Tame != tt.want {
			t.Errorf("limits of %s = %+v, want %+v", tt.route.Name, tt.route.Tame, tt.want)
		}
	}
	if got, want := readings.Scopes, []config.Scope{config.ScopePrivate, config.ScopeLaboratory}; !reflect.DeepEqual(got, want) {
		t.Errorf("scopes = %v, want %v", got, want)
	}
	if len(yard.Scopes) != 0 {
		t.Errorf("scopes of an empty list = %v, want none", yard.Scopes)
	}
	if got, want := yard.Probe, (&config.Probe{Every: 5 * time.Minute, OnCycle: config.CycleBlock}); !reflect.DeepEqual(got, want) {
		t.Errorf("probe = %+v, want %+v", got, want)
	}
	if got, want := orders.Probe, (&config.Probe{Every: time.Minute, OnCycle: config.CycleAlarm}); !reflect.DeepEqual(got, want) {
		t.Errorf("default probe = %+v, want %+v", got, want)
	}
	if got, want := yard.LinkEvents, (&config.LinkEvents{After: time.Minute}); !reflect.DeepEqual(got, want) {
		t.Errorf("link events = %+v, want %+v", got, want)
	}
	if got, want := orders.LinkEvents, (&config.LinkEvents{After: 10 * time.Second}); !reflect.DeepEqual(got, want) {
		t.Errorf("default link events = %+v, want %+v", got, want)
	}
	if readings.LinkEvents != nil {
		t.Errorf("link events without a block = %+v, want none", readings.LinkEvents)
	}
}

func TestRoutingTests(t *testing.T) {
	cfg := routing(t)
	plant, house, yard := cfg.Remotes[0], cfg.Remotes[1], cfg.Remotes[2]
	guid, err := vscp.ParseGUID("FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07")
	if err != nil {
		t.Fatal(err)
	}
	reading := vscp.Event{Head: 96, Class: 10, Type: 6, GUID: guid, Data: []byte{138, 9, 113}}
	raised := vscp.Event{Head: 160, Class: 522, Type: 6, GUID: guid, Data: []byte{255, 138}}
	want := []*config.Test{
		{
			Name:  "the plant's temperature goes to the house on level 2",
			Given: []config.Given{{From: plant, Event: reading}, {From: plant, Event: reading, After: 90 * time.Second}},
			Want:  []config.Expect{{To: house, Event: &raised}},
		},
		{
			Name:  "what the bridge sent does not come back",
			Given: []config.Given{{From: house, Event: vscp.Event{Head: 96, Class: 20, Type: 3, Data: []byte{1, 2}}, Own: true}},
			Held:  "own_channel",
		},
		{
			Name:  "the house hears the yard",
			Given: []config.Given{{From: yard, Event: vscp.Event{Head: 96, Class: 30, Type: 5}}},
			Want:  []config.Expect{{To: house}},
		},
	}
	if len(cfg.Tests) != len(want) {
		t.Fatalf("%d tests, want %d", len(cfg.Tests), len(want))
	}
	for i, test := range cfg.Tests {
		if !reflect.DeepEqual(test, want[i]) {
			t.Errorf("test %q = %+v, want %+v", test.Name, test, want[i])
		}
	}
}

func TestRoutingInJSON(t *testing.T) {
	t.Chdir("testdata/good")
	cfg, err := load("routing_json.hcl.json")
	if err != nil {
		t.Fatal(err)
	}
	withoutPositions(cfg)
	r := cfg.Routes[0]
	wantMap := []config.ClassMap{{Class: only(20), ToType: new(uint16(4))}, {Class: only(10), ToClass: new(uint16(1030))}}
	if !reflect.DeepEqual(r.Rewrite.Map, wantMap) {
		t.Errorf("map = %+v, want %+v", r.Rewrite.Map, wantMap)
	}
	if got, want := r.Tame, (config.Tame{Rate: 10, Burst: 10, DeadBand: 0.5}); got != want {
		t.Errorf("limits = %+v, want %+v", got, want)
	}
	plant, house := cfg.Remotes[0], cfg.Remotes[1]
	want := []*config.Test{{
		Name: "a reading arrives",
		Given: []config.Given{
			{From: plant, Event: vscp.Event{Head: 96, Class: 10, Type: 6, Data: []byte{138, 9, 113}}},
			{From: plant, Event: vscp.Event{Head: 96, Class: 10, Type: 6, Data: []byte{138, 9}}, After: time.Second},
		},
		Want: []config.Expect{{To: house, Event: &vscp.Event{Head: 160, Class: 10, Type: 6, Data: []byte{138, 9}}}},
	}}
	if !reflect.DeepEqual(cfg.Tests, want) {
		t.Errorf("tests = %+v, want %+v", cfg.Tests[0], want[0])
	}
}
