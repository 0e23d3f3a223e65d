package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy/check"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// sites is a configuration with a bus that shows what it is sent as new.
const sites = `
remote "north" {
  address = "127.0.0.1:9601"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
}
remote "south" {
  address = "127.0.0.1:9602"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
  strict  = true
}
remote "bus" {
  address = "127.0.0.1:9603"
  profile = "uvscpd"
}
remote "sink" { address = "127.0.0.1:9604" }
route "sites" {
  between = [remote.north, remote.south]
}
route "bus" {
  between = [remote.north, remote.bus]
  match {
    class = [20]
  }
}
route "twice" {
  from = [remote.north]
  to   = [remote.south]
  match {
    class = [30]
  }
}
loop {
  storm_limit = 2
}
`

const (
	northGUID = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"
	southGUID = "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:07"
	otherGUID = "FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:00:00:07"
)

func given(from, event, more string) string {
	return fmt.Sprintf("given {\n from = remote.%s\n event = %q\n %s\n}\n", from, event, more)
}

func expect(to, event string) string {
	if event != "" {
		event = fmt.Sprintf("event = %q", event)
	}
	return fmt.Sprintf("expect {\n to = [remote.%s]\n %s\n}\n", to, event)
}

// north is a reading of the north, press a command.
const (
	north = "96,10,6,0,,," + northGUID + ",138,9,113"
	press = "96,20,3,0,,," + northGUID + ",0,1,2"
)

func TestRun(t *testing.T) {
	tests := []struct {
		name, test string
		want       []string // TO: GOT; WANT of each failure, both abridged
	}{
		{"goes", given("north", north, "") + expect("south", ""), nil},
		{"goes as said", given("north", north, "") + expect("south", north), nil},
		{"goes in the form of another line", given("north", north, "") + expect("south", "352,10,6,0,,1767225600000000000,"+northGUID+",138,9,113"), nil},
		{"goes with its time", given("north", "96,10,6,0,2026-02-03T04:05:06Z,7,"+northGUID+",1", "") + expect("south", ""), nil},
		{"gets the time of the arrival", given("north", north, "") + expect("south", "96,10,6,0,2026-01-01T00:00:00Z,,"+northGUID+",138,9,113"), nil},
		{
			"not at that time", given("north", north, `after = "1m"`) + expect("south", "96,10,6,0,2026-01-01T00:00:00Z,,"+northGUID+",138,9,113"),
			[]string{"south: time 2026-01-01T00:01:00Z, by route sites; time 2026-01-01T00:00:00Z"},
		},
		{"gets the GUID of the interface", given("north", "96,10,6,0,,,-,1", "") + expect("south", "96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00,1"), nil},
		{"GUID left out", given("north", "96,10,6,0,,,-,1", "") + expect("south", ""), nil},
		{
			"other event", given("north", north, "") + expect("south", "32,1,2,0,,,"+southGUID),
			[]string{"south: class CLASS1.MEASUREMENT, type TEMPERATURE, priority 3, GUID " + northGUID + ", data 138,9,113, by route sites; " +
				"class CLASS1.ALARM, type 2, priority 1, GUID " + southGUID + ", data none"},
		},
		{"other index", given("north", north, "") + expect("south", "97,10,6,0,,,"+northGUID+",138,9,113"), []string{"south: head 96, by route sites; head 97"}},
		{
			"other remote", given("north", press, "") + expect("bus", ""),
			[]string{"south: CLASS1.INFORMATION ON, priority 3, of " + northGUID + ", data 0,1,2 by route sites; nothing"},
		},
		{
			"held by the route", given("north", north, "") + expect("south", "") + expect("bus", ""),
			[]string{"bus: nothing, held for the reason no_match (route bus); CLASS1.MEASUREMENT TEMPERATURE, priority 3, of " + northGUID + ", data 138,9,113"},
		},
		{
			"no way there", given("north", north, "") + expect("south", "") + expect("sink", ""),
			[]string{"sink: nothing, as no route leads there; CLASS1.MEASUREMENT TEMPERATURE, priority 3, of " + northGUID + ", data 138,9,113"},
		},
		{
			"twice", given("north", "96,30,1,0,,,"+northGUID, "") + expect("south", ""),
			[]string{"south: it more than once: CLASS1.CONTROL 1, priority 3"},
		},
		{"held", given("bus", "96,10,6,0,,,"+otherGUID, "") + `held = "no_match"`, nil},
		{
			"not held", given("north", north, "") + `held = "no_match"`,
			[]string{"south: CLASS1.MEASUREMENT TEMPERATURE, priority 3, of " + northGUID + ", data 138,9,113 by route sites; nothing, for the reason no_match"},
		},
		{"origin", given("south", north, "") + `held = "origin"`, nil},
		{"strict", given("south", "96,10,6,0,,,"+otherGUID, "") + `held = "unknown_origin"`, nil},
		{
			"other reason", given("south", "96,10,6,0,,,"+otherGUID, "") + `held = "origin"`,
			[]string{": held for the reason unknown_origin (route sites); held for the reason origin"},
		},
		{"own channel", given("north", north, "own = true") + `held = "own_channel"`, nil},
		{"obid of another", given("north", "96,10,6,1,,,"+northGUID+",138,9,113", "") + expect("south", ""), nil},
		{"no route", given("sink", north, "") + `held = "no_match"`, []string{": no route that it could take; held for the reason no_match"}},
		{"echo", given("north", press, "") + given("bus", "96,20,3,0,,,-,0,1,2", "") + `held = "echo"`, nil},
		{"second echo", given("north", press, "") + given("bus", "96,20,3,0,,,-,0,1,2", "") + given("bus", "96,20,3,0,,,-,0,1,2", "") + expect("north", ""), nil},
		{"late echo", given("north", press, "") + given("bus", "96,20,3,0,,,-,0,1,2", `after = "3s"`) + expect("north", ""), nil},
		{"storm", strings.Repeat(given("north", press, ""), 3) + `held = "storm"`, nil},
		{"no storm", strings.Repeat(given("north", press, `after = "9s"`), 3) + expect("south", "") + expect("bus", ""), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := config.Parse("sites.hcl", []byte(sites+"test \"it\" {\n"+tt.test+"\n}\n"), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			result := check.Run(cfg, cfg.Tests[0])
			if len(result.Failures) != len(tt.want) {
				t.Fatalf("failures %q, want %q", result.Failures, tt.want)
			}
			for i, f := range result.Failures {
				if got := f.To + ": " + f.Got + "; " + f.Want; !strings.HasPrefix(got, tt.want[i]) {
					t.Errorf("failure %q, want %q", got, tt.want[i])
				}
			}
		})
	}
}

// TestRunBeginsAnew shows that a test does not see what the one before it did.
func TestRunBeginsAnew(t *testing.T) {
	test := "{\n" + strings.Repeat(given("north", press, ""), 2) + expect("south", "") + expect("bus", "") + "}\n"
	cfg, err := config.Parse("sites.hcl", []byte(sites+"test \"one\" "+test+"test \"two\" "+test), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range cfg.Tests {
		result := check.Run(cfg, test)
		if len(result.Failures) > 0 {
			t.Errorf("%s: %q, want no failure", test.Name, result.Failures)
		}
		var ways []string
		for _, o := range result.Outcomes {
			ways = append(ways, o.Route+" to "+o.To+" "+string(o.Reason))
		}
		if want := []string{"sites to south ", "bus to bus ", "twice to south no_match"}; !slices.Equal(ways, want) {
			t.Errorf("%s: ways %q, want %q", test.Name, ways, want)
		}
	}
}
