package check_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy/check"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// rules is a configuration whose routes hold back and change what they carry.
const rules = `
remote "north" {
  address = "127.0.0.1:9601"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
}
remote "south" {
  address = "127.0.0.1:9602"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}
remote "east" { address = "127.0.0.1:9603" }
route "readings" {
  from = [remote.north]
  to   = [remote.south]
  match {
    class = "CLASS1.MEASUREMENT"
  }
  exclude {
    class = "CLASS1.MEASUREMENT"
    type  = 29
  }
  limit {
    min_interval = "10s"
    dedupe       = "1s"
  }
}
route "shapes" {
  from = [remote.north]
  to   = [remote.east]
  match {
    class = ["CLASS1.CONTROL", "CLASS1.INFORMATION", "CLASS2.LEVEL1.CONTROL"]
  }
  rewrite {
    map {
      class    = "CLASS1.CONTROL"
      type     = "TURNON"
      to_class = "CLASS1.INFORMATION"
      to_type  = "ON"
    }
    guid {
      from = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"
      to   = "FF:FF:FF:FF:FF:FF:FF:FE:00:11:*"
    }
    priority = 1
    time     = "ingress"
  }
  limit {
    rate  = 1
    burst = 2
  }
}
`

// TestRunRules shows that a test sees each rule that a route has.
func TestRunRules(t *testing.T) {
	const (
		on      = "96,30,5,0,2020-02-02T02:02:02Z,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07,0,1,2"
		shaped  = "32,20,3,0,2026-01-01T00:00:00Z,,FF:FF:FF:FF:FF:FF:FF:FE:00:11:00:00:00:00:00:07,0,1,2"
		later   = "96,10,6,0,,," + northGUID + ",138,9,114"
		private = "96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FC:00:01:00:00:00:00:00:07,138,9,113"
		// For a node behind the south.
		mirrored = "96,542,5,0,,," + northGUID + ",255,255,255,255,255,255,255,254,0,2,0,0,0,0,0,7,0,1,2"
	)
	tests := []struct {
		name, test string
		want       string // of the failure; empty: passes
	}{
		{"excluded", given("north", "96,10,29,0,,,"+northGUID+",1", "") + `held = "excluded"`, ""},
		{"not limited", given("north", "96,10,29,0,,,"+northGUID+",1", "") + `held = "rate_limited"`, ": held for the reason excluded (route readings), held for the reason no_match (route shapes); held"},
		{"goes", given("north", north, "") + expect("south", ""), ""},
		{"too soon", given("north", north, "") + given("north", later, `after = "9s"`) + `held = "min_interval"`, ""},
		{"late enough", given("north", north, "") + given("north", later, `after = "11s"`) + expect("south", ""), ""},
		{"twice", given("north", north, "") + given("north", north, `after = "900ms"`) + `held = "duplicate"`, ""},
		{"scope", given("north", private, "") + `held = "scope"`, ""},
		{"directed elsewhere", given("north", mirrored, "") + `held = "directed"`, ""},
		{"shaped", given("north", on, "") + expect("east", shaped), ""},
		{"not as it came", given("north", on, "") + expect("east", ""), "east: class CLASS1.INFORMATION, type ON, priority 1, GUID "},
		{"burst", strings.Repeat(given("north", on, ""), 2) + expect("east", shaped), ""},
		{"more than the burst", strings.Repeat(given("north", on, ""), 3) + `held = "rate_limited"`, ""},
		{"after a second", strings.Repeat(given("north", on, ""), 3) + given("north", on, `after = "1s"`) + expect("east", strings.Replace(shaped, "00:00:00Z", "00:00:01Z", 1)), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := config.Parse("rules.hcl", []byte(rules+"test \"it\" {\n"+tt.test+"\n}\n"), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			result := check.Run(cfg, cfg.Tests[0])
			var got string
			for _, f := range result.Failures {
				got += f.To + ": " + f.Got + "; " + f.Want
			}
			if !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("failure %q, want %q; outcomes %+v", got, tt.want, result.Outcomes)
			}
		})
	}
}
