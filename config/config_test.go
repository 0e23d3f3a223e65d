package config_test

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the fixtures name time zones

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func pattern(t *testing.T, text string) vscp.GUIDPattern {
	t.Helper()
	p, err := vscp.ParseGUIDPattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func filter(t *testing.T, text string) *vscp.Filter {
	t.Helper()
	f, err := vscp.ParseFilter(text)
	if err != nil {
		t.Fatal(err)
	}
	return &f
}

// hub is what testdata/good/hub.hcl says, without positions.
func hub(t *testing.T) *config.Config {
	t.Helper()
	north, south, boiler := config.DefaultRemote("north"), config.DefaultRemote("south"), config.DefaultRemote("boiler")
	for _, r := range []*config.Remote{north, south, boiler} {
		r.User = config.TextCredential("admin")
	}
	north.Addresses, south.Addresses, boiler.Addresses = []string{"127.0.0.1:9601"}, []string{"127.0.0.1:9602"}, []string{"127.0.0.1:9603"}
	north.Password, south.Password, boiler.Password = config.TextCredential("north-secret"), config.FileCredential("south.secret"), config.TextCredential("secret")
	north.Origins = []vscp.GUIDPattern{pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*")}
	south.Origins = []vscp.GUIDPattern{pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:02:*")}
	south.Backoff.Max = 30 * time.Second
	boiler.Schedule = &config.Schedule{Every: 5 * time.Second, Jitter: 500 * time.Millisecond, Mode: config.ModeHold, MaxFetch: 10000}
	cfg := config.Default()
	cfg.Bridge.Name = "hub"
	cfg.Admin.Listen = "127.0.0.1:9599"
	cfg.Remotes = []*config.Remote{north, south, boiler}
	cfg.Routes = []*config.Route{
		{Name: "sites", Between: []*config.Remote{north, south}, Queue: config.DefaultQueue()},
		{
			Name: "boiler-readings", From: []*config.Remote{boiler}, To: []*config.Remote{north, south},
			Match: []config.Match{{Class: []config.Range{{Min: 10, Max: 10}}, Type: []config.Range{{Min: 6, Max: 6}}}},
			Queue: config.DefaultQueue(),
		},
	}
	carryAll(cfg.Routes)
	return cfg
}

// carryAll sets what a route does by default.
func carryAll(routes []*config.Route) {
	for _, r := range routes {
		r.Presets, r.Rewrite.Time = []config.Preset{config.PresetAll}, config.StampKeep
	}
}

// withoutPositions clears what differs between two files of the same meaning.
func withoutPositions(cfg *config.Config) *config.Config {
	cfg.Read, cfg.Hash = nil, ""
	for _, r := range cfg.Remotes {
		r.Pos = config.Position{}
	}
	for _, r := range cfg.Routes {
		r.Pos = config.Position{}
		for _, matches := range [][]config.Match{r.Match, r.Exclude} {
			for i := range matches {
				matches[i].Pos = config.Position{}
			}
		}
	}
	for _, t := range cfg.Tests {
		t.Pos = config.Position{}
	}
	return cfg
}

func TestHub(t *testing.T) {
	want := hub(t)
	t.Chdir("testdata/good")
	for _, name := range []string{"hub.hcl", "hub.hcl.json"} {
		got, err := load(name)
		if err != nil {
			t.Fatalf("Load(%q) = %v, want no error", name, err)
		}
		if !reflect.DeepEqual(withoutPositions(got), want) {
			t.Errorf("Load(%q) = %s, want %s", name, dump(got), dump(want))
		}
	}
}

// dump shows what %+v hides behind pointers.
func dump(cfg *config.Config) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v %+v %+v %v\n", cfg.Bridge, cfg.Log, cfg.Admin, cfg.Warnings)
	for _, r := range cfg.Remotes {
		password, err := r.Password.Read()
		fmt.Fprintf(&b, "%+v password %q, %v, schedule %+v\n", *r, password, err, r.Schedule)
	}
	for _, r := range cfg.Routes {
		fmt.Fprintf(&b, "%+v\n", *r)
	}
	return b.String()
}

func TestPositions(t *testing.T) {
	t.Chdir("testdata/good")
	cfg, err := load("hub.hcl")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := cfg.Remotes[1].Pos, (config.Position{File: "hub.hcl", Line: 17, Column: 1}); got != want {
		t.Errorf("Pos of remote south = %+v, want %+v", got, want)
	}
	if got, want := cfg.Routes[1].Pos, (config.Position{File: "hub.hcl", Line: 45, Column: 1}); got != want {
		t.Errorf("Pos of route boiler-readings = %+v, want %+v", got, want)
	}
}

func TestEveryAttribute(t *testing.T) {
	want := &config.Remote{
		Name: "a", Addresses: []string{"a.example:9600"}, User: config.TextCredential("bridge"), Password: config.TextCredential("north-secret-a"),
		Origins: []vscp.GUIDPattern{
			pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"), pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:07"),
		},
		Site: "roof-1", Connections: 1, SendConnections: 1, Receive: config.ReceiveRetr, Profile: config.ProfileUvscpd, Window: 8, Time: config.TimeDate,
		Filter: filter(t, "0,10,6,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:00"), Mask: filter(t, "0,65535,255,-"),
		StatEvery: 0,
		Backoff:   config.Backoff{Initial: time.Second, Max: 2 * time.Minute, Multiplier: 2, Jitter: 0.25, Stable: 30 * time.Second},
		Timeouts: config.Timeouts{
			Resolve: 3 * time.Second, Dial: time.Second, TLS: 1500 * time.Millisecond, Greeting: 2 * time.Second, Reply: 4 * time.Second,
			DeadAfter: 7 * time.Second, StallAfter: 20 * time.Second,
		},
		TLS: &config.TLS{
			ServerName: "b.example", MinVersion: config.TLS13, Pins: []string{"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
		},
		Schedule: &config.Schedule{Every: 90 * time.Second, Jitter: 10 * time.Second, Mode: config.ModeVisit, Commands: []string{"STAT", "SFLT 0,10,6,-"}, MaxFetch: 16, Linger: 250 * time.Millisecond},
	}
	t.Chdir("testdata/good")
	cfg, err := load("full.hcl")
	if err != nil {
		t.Fatal(err)
	}
	withoutPositions(cfg)
	if got := cfg.Remotes[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("remote a = %+v, want %+v", got, want)
	}
	checkOtherRemotes(t, cfg)
	if got, want := cfg.Bridge, (config.Bridge{
		Name: "every-attribute", FlushTimeout: 2 * time.Second, StateDir: "/var/lib/bridge", WatchConfig: 10 * time.Second,
	}); got != want {
		t.Errorf("bridge = %+v, want %+v", got, want)
	}
	if got, want := cfg.Log, (config.Log{Level: "trace", Format: "json"}); got != want {
		t.Errorf("log = %+v, want %+v", got, want)
	}
	if got, want := cfg.Admin.Listen, "127.0.0.1:9599"; got != want {
		t.Errorf("listen of an empty admin block = %q, want %q", got, want)
	}
	checkFullRoutes(t, cfg)
}

// checkOtherRemotes checks in the remotes of full.hcl what the first cannot have.
func checkOtherRemotes(t *testing.T, cfg *config.Config) {
	t.Helper()
	b2, c := cfg.Remotes[1], cfg.Remotes[2]
	if got, want := fmt.Sprint(b2.Addresses, c.Addresses), "[[2001:db8::7]:9598 b.example:9600] [192.0.2.7:9598]"; got != want {
		t.Errorf("addresses of b2 and c = %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(b2.Connections, b2.SendConnections, c.Connections), "0 8 2"; got != want {
		t.Errorf("connections and send connections of b2, connections of c = %s, want %s", got, want)
	}
	if b2.Timeouts.DeadAfter != 0 || b2.StatEvery != time.Minute || b2.Schedule != nil {
		t.Errorf("remote b2 = %+v, want dead_after 0 (auto), the default of stat_every and no schedule", b2)
	}
	want := []*config.Schedule{
		{
			Cron: config.Cron{Spec: "*/15 6-22 * * mon-fri", Location: vienna(t)}, Jitter: time.Hour, Mode: config.ModeLazy,
			Threshold: 20, MaxWait: 5 * time.Minute, MaxFetch: 10000,
		},
		{Cron: config.Cron{Spec: "0 3 * * 7", Location: time.Local}, Mode: config.ModeHold, MaxFetch: 10000},
		{Mode: config.ModeLazy, Threshold: 1, MaxFetch: 10000, Linger: time.Second},
		{Mode: config.ModeLazy, MaxWait: time.Hour, MaxFetch: 10000},
	}
	for i, r := range cfg.Remotes[3:] {
		if !reflect.DeepEqual(r.Schedule, want[i]) {
			t.Errorf("schedule of %s = %+v, want %+v", r.Name, r.Schedule, want[i])
		}
	}
}

func vienna(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func checkFullRoutes(t *testing.T, cfg *config.Config) {
	t.Helper()
	a, b2, c := cfg.Remotes[0], cfg.Remotes[1], cfg.Remotes[2]
	want := []*config.Route{
		{
			Name: "one-way", From: []*config.Remote{a, c}, To: []*config.Remote{b2},
			Match: []config.Match{
				{
					Class:    []config.Range{{Min: 10, Max: 10}, {Min: 512, Max: 1023}, {Min: 20, Max: 20}},
					Type:     []config.Range{{Min: 0, Max: 65535}},
					GUID:     []vscp.GUIDPattern{pattern(t, "*")},
					Priority: []config.Range{{Min: 0, Max: 3}, {Min: 7, Max: 7}},
				},
				{GUID: []vscp.GUIDPattern{pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*")}},
			},
			Queue: config.Queue{MaxEvents: 5, MaxBytes: 65536, MaxAge: 90 * time.Minute, Overflow: config.OverflowBlock, OnAmbiguous: config.AmbiguousResend, RetryMaxAge: 90 * time.Second, Storage: config.StorageMemory, Fsync: config.FsyncInterval},
		},
		{
			Name: "computed", Between: []*config.Remote{a, c},
			Queue: config.Queue{MaxEvents: 10000, MaxBytes: 64000, MaxAge: 24 * time.Hour, Overflow: config.OverflowDropNewest, OnAmbiguous: config.AmbiguousAuto, RetryMaxAge: 10 * time.Minute, Storage: config.StorageMemory, Fsync: config.FsyncInterval},
		},
		{Name: "scheduled", From: []*config.Remote{c}, To: cfg.Remotes[3:], Queue: config.DefaultQueue()},
		{
			Name: "alarms", From: []*config.Remote{c}, To: cfg.Remotes[1:2],
			Match: []config.Match{{Class: []config.Range{{Min: 1, Max: 1}}}},
			Queue: config.Queue{MaxEvents: 10000, MaxBytes: 16 << 20, MaxAge: 168 * time.Hour, Overflow: config.OverflowDropLowestPriority, OnAmbiguous: config.AmbiguousAuto, RetryMaxAge: 10 * time.Minute, Storage: config.StorageDisk, Fsync: config.FsyncAlways},
		},
		{
			Name: "display", From: []*config.Remote{c}, To: cfg.Remotes[1:2],
			Match: []config.Match{{Class: []config.Range{{Min: 10, Max: 10}}}},
			Queue: config.Queue{MaxEvents: 10000, MaxBytes: 16 << 20, MaxAge: 90 * time.Second, Overflow: config.OverflowLatestOnly, OnAmbiguous: config.AmbiguousAuto, RetryMaxAge: 10 * time.Minute, Storage: config.StorageMemory, Fsync: config.FsyncInterval},
		},
	}
	carryAll(want)
	for i, r := range cfg.Routes {
		if !reflect.DeepEqual(r, want[i]) {
			t.Errorf("route %s = %+v, want %+v", r.Name, r, want[i])
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.Chdir("testdata/good")
	src, err := os.ReadFile("hub.hcl")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := config.Parse("hub.hcl", src, config.Options{Env: environment}); err != nil {
			b.Fatal(err)
		}
	}
}
