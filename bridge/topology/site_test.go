package topology_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func remote(name, site string, addresses ...string) *config.Remote {
	r := config.DefaultRemote(name)
	r.Site, r.Addresses = site, addresses
	return r
}

func TestCheckJoinsSites(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b *config.Remote
		same bool
	}{
		{"same address", remote("a", "", "192.0.2.1:9598"), remote("b", "", "192.0.2.1:9598"), true},
		{"other port", remote("a", "", "192.0.2.1:9598"), remote("b", "", "192.0.2.1:9599"), false},
		{"one of several addresses", remote("a", "", "192.0.2.1:9598", "192.0.2.2:9598"), remote("b", "", "192.0.2.3:9598", "192.0.2.2:9598"), true},
		{"case and dot", remote("a", "", "Roof.Example.:9598"), remote("b", "", "roof.example:9598"), true},
		{"this machine", remote("a", "", "localhost:9598"), remote("b", "", "[::1]:9598"), true},
		{"forms of IPv6", remote("a", "", "[2001:DB8:0::7]:9598"), remote("b", "", "[2001:db8::7]:9598"), true},
		{"IPv4 in IPv6", remote("a", "", "[::ffff:192.0.2.1]:9598"), remote("b", "", "192.0.2.1:9598"), true},
		{"same name", remote("a", "roof", "10.0.0.1:9598"), remote("b", "roof", "192.0.2.1:9598"), true},
		{"name on one side only", remote("a", "roof", "10.0.0.1:9598"), remote("b", "", "10.0.0.1:9598"), true},
		{"other name, same address", remote("a", "roof", "10.0.0.1:9598"), remote("b", "shed", "10.0.0.1:9598"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := topology.Check(&config.Config{Remotes: []*config.Remote{tt.a}}, &config.Config{Remotes: []*config.Remote{tt.b}})
			want := 2
			if tt.same {
				want = 1
			}
			if len(r.Sites) != want {
				t.Errorf("sites = %q, want %d", r.Sites, want)
			}
		})
	}
}

func TestSiteNames(t *testing.T) {
	r := topology.Check(&config.Config{Remotes: []*config.Remote{
		remote("a", "", "a.example:9598"), remote("b", "", "b.example:9598"), remote("c", "tower", "c.example:9598"),
	}}, &config.Config{Remotes: []*config.Remote{
		remote("a", "", "a.example:9598"), remote("other", "", "B.example:9598"), remote("a", "", "d.example:9598"),
	}})
	if want := []string{"a", "b.example:9598", "tower", "a'"}; !slices.Equal(r.Sites, want) {
		t.Errorf("sites = %q, want %q", r.Sites, want)
	}
}

// TestFindingText follows one finding to its text.
func TestFindingText(t *testing.T) {
	r := topology.Check(joined(t, "ab", "A:A!", "B:B!"), joined(t, "bc", "B:B!", "C:C!"), joined(t, "ca", "C:C!", "A:"))
	if len(r.Findings) != 1 {
		t.Fatalf("%d findings, want 1%s", len(r.Findings), dump(&r))
	}
	const want = `way: b → c (bc.hcl route1)
way: b → a (ab.hcl route1) → c (ca.hcl route1)
Concerns declared GUIDs (such as FF:FF:FF:FF:FF:FF:FF:FE:00:42:*); every class that crosses.
Write instead: strict = true and origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:41:*"] on remote "a" (ca.hcl:2).`
	f := &r.Findings[0]
	if got := f.Explanation(); got != want {
		t.Errorf("explanation =\n%s\nwant:\n%s", got, want)
	}
	if got, want := fmt.Sprintf("%s:%d %s: %s", f.Pos.File, f.Pos.Line, f.Block, f.Summary), `ca.hcl:100 route "route1": c gets events of b by two ways`; got != want {
		t.Errorf("finding = %s, want %s", got, want)
	}
}

// TestAdvice does what findings say until there is nothing left to say.
func TestAdvice(t *testing.T) {
	first := topology.Check(joined(t, "ab", "A:", "B:"), joined(t, "bc", "B:", "C:"), joined(t, "ca", "C:", "A:"))
	if first.Accepted() || len(first.Findings) != 1 {
		t.Fatalf("ring without origins is accepted = %t with %d findings, want one finding%s", first.Accepted(), len(first.Findings), dump(&first))
	}
	for _, remote := range []string{"ab.hcl:1", "ab.hcl:2", "bc.hcl:1", "bc.hcl:2", "ca.hcl:1", "ca.hcl:2"} {
		if !strings.Contains(first.Findings[0].Instead, "("+remote+")") {
			t.Errorf("advice = %q, want the remote at %s in it", first.Findings[0].Instead, remote)
		}
	}
	then := topology.Check(joined(t, "ab", "A:A!", "B:B!"), joined(t, "bc", "B:B!", "C:C!"), joined(t, "ca", "C:C!", "A:A!"))
	if !then.Accepted() {
		t.Errorf("ring with strict = true and origins everywhere is refused, want it accepted%s", dump(&then))
	}
}

func TestUnknownProfiles(t *testing.T) {
	for _, tt := range []struct {
		name  string
		words []string
		want  string
	}{
		{"both not known", []string{"A:?", "B:?"}, "a b"},
		{"one is known to erase", []string{"A:~", "B:?"}, "b"},
		{"one is known to keep", []string{"A:", "B:?"}, ""},
		{"both known to keep", []string{"A:", "B:"}, ""},
	} {
		r := topology.Check(joined(t, "h", tt.words...))
		if got := strings.Join(r.Unknown, " "); got != tt.want || !r.Accepted() {
			t.Errorf("%s: unknown = %q, accepted = %t, want %q and true%s", tt.name, got, r.Accepted(), tt.want, dump(&r))
		}
	}
}

// BenchmarkCheckStar checks one hub of a thousand field devices.
func BenchmarkCheckStar(b *testing.B) {
	cfg := config.Default()
	hub := remote("hub", "", "hub.example:9598")
	cfg.Remotes = append(cfg.Remotes, hub)
	route := &config.Route{Name: "up", To: []*config.Remote{hub}, Presets: []config.Preset{config.PresetTelemetry, config.PresetCommands}}
	for i := range 1000 {
		name := "field" + string(rune('a'+i/100)) + string(rune('a'+i/10%10)) + string(rune('a'+i%10))
		r := remote(name, "", name+".example:9598")
		r.Profile = config.ProfileUvscpd
		cfg.Remotes = append(cfg.Remotes, r)
		route.From = append(route.From, r)
	}
	cfg.Routes = append(cfg.Routes, route)
	b.ReportAllocs()
	for b.Loop() {
		if r := topology.Check(cfg); !r.Accepted() {
			b.Fatal("a star is refused, want it accepted")
		}
	}
}
