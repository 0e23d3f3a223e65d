package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

const compared = `
log { level = "info" }
remote "a" {
  address  = "a.example"
  user     = "u"
  password = "p"
  timeouts { reply = "4s" }
}
remote "b" { address = "b.example" }
remote "c" { address = "c.example" }
route "ab" {
  between = [remote.a, remote.b]
  match { class = 10 }
}
route "bc" {
  from = [remote.b]
  to   = [remote.c]
}
`

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change  []string // old and new, in turns
		want    []string
		restart []string
	}{
		"moved":         {change: []string{`log {`, "\n\nlog {"}},
		"other order":   {change: []string{`remote "c" { address = "c.example" }`, "", `remote "a"`, `remote "c" { address = "c.example" }` + "\n" + `remote "a"`}},
		"same value":    {change: []string{`level = "info"`, ``, `"4s"`, `"4000ms"`}},
		"test":          {change: []string{`route "bc"`, "test \"t\" {\n given {\n from = remote.a\n event = \"0,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01\"\n}\n held = \"no_match\"\n}\n" + `route "bc"`}},
		"in a remote":   {change: []string{`"4s"`, `"5s"`, `"p"`, `"q"`, "a.example", "a.example:1"}, want: []string{"~ remote a: address, password, timeouts.reply"}},
		"new block":     {change: []string{`timeouts {`, "schedule { every = \"5s\" }\ntimeouts {"}, want: []string{"~ remote a: schedule"}},
		"in a route":    {change: []string{`class = 10`, `class = 11`, `from = [remote.b]`, "from = [remote.b]\nqueue {\nmax_events = 7\n}\nlimit { rate = 3 }"}, want: []string{"~ route ab: match", "~ route bc: limit.rate, limit.burst, queue.max_events"}},
		"ends":          {change: []string{`[remote.a, remote.b]`, `[remote.b, remote.a]`}, want: []string{"~ route ab: between"}},
		"added":         {change: []string{`route "bc"`, `remote "d" { address = "d.example" }` + "\nroute \"cd\" { between = [remote.c, remote.d] }\n" + `route "bc"`}, want: []string{"+ remote d", "+ route cd"}},
		"removed":       {change: []string{`remote "c" { address = "c.example" }`, "", `to   = [remote.c]`, `to = [remote.a]`}, want: []string{"- remote c", "~ route bc: to"}},
		"renamed":       {change: []string{`remote "c"`, `remote "z"`, `[remote.c]`, `[remote.z]`}, want: []string{"+ remote z", "- remote c", "~ route bc: to"}},
		"renamed route": {change: []string{`route "bc"`, `route "cb"`}, want: []string{"+ route cb", "- route bc"}},
		"settings": {
			change: []string{`log { level = "info" }`, "log { level = \"debug\" }\nloop { storm_limit = 7 }\nbridge { flush_timeout = \"9s\" }"},
			want:   []string{"~ bridge: flush_timeout", "~ log: level", "~ loop: storm_limit"},
		},
		"restart": {
			change:  []string{`log { level = "info" }`, "log { format = \"json\" }\nbridge { \n name = \"hub\"\n state_dir = \"/s\"\n guid = \"FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01\"\n}\nadmin {}"},
			want:    []string{"~ bridge: name, guid, state_dir", "~ log: format", "~ admin: listen, socket"},
			restart: []string{"bridge.state_dir", "log.format", "admin.listen", "admin.socket"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := 0; i < len(tt.change); i += 2 {
				if !strings.Contains(compared, tt.change[i]) {
					t.Fatalf("the file has no %q", tt.change[i])
				}
			}
			diff := config.Compare(twin(t, compared), twin(t, strings.NewReplacer(tt.change...).Replace(compared)))
			if got, want := diff.String(), strings.Join(tt.want, "\n"); got != want || diff.Empty() != (want == "") {
				t.Errorf("Compare =\n%s\nwant\n%s", got, want)
			}
			if !slices.Equal(diff.Restart, tt.restart) {
				t.Errorf("Restart = %q, want %q", diff.Restart, tt.restart)
			}
		})
	}
}

// TestCompareTellsNoSecret has the password in no form of a diff.
func TestCompareTellsNoSecret(t *testing.T) {
	t.Parallel()
	diff := config.Compare(twin(t, compared), twin(t, strings.Replace(compared, `"p"`, `"hunter2"`, 1)))
	if text := fmt.Sprintf("%v %+v %#v", diff.String(), diff, diff); strings.Contains(text, "hunter2") || !strings.Contains(text, "password") {
		t.Errorf("%s, want the name of the attribute, and not its value", text)
	}
}

// BenchmarkCompare compares 2,000 remotes and 1,000 routes that are all the same.
func BenchmarkCompare(b *testing.B) {
	var src strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&src, "remote \"r%d\" { address = \"192.0.2.7:%d\" }\n", i, i+1)
		if i%2 == 1 {
			fmt.Fprintf(&src, "route \"w%d\" { between = [remote.r%d, remote.r%d] }\n", i, i-1, i)
		}
	}
	var cfgs [2]*config.Config
	for i := range cfgs {
		var err error
		if cfgs[i], err = config.Parse("a.hcl", []byte(src.String()), config.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if diff := config.Compare(cfgs[0], cfgs[1]); !diff.Empty() {
			b.Fatalf("%d changes, want none", len(diff.Changes))
		}
	}
}
