package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestDynamicBlocks(t *testing.T) {
	t.Chdir("testdata/good")
	cfg, err := load("dynamic.hcl")
	if err != nil {
		t.Fatal(err)
	}
	meter := config.DefaultRemote("meter-3")
	meter.Addresses = []string{"127.0.0.1:9703", "127.0.1.3:9702"}
	meter.User, meter.Password = config.TextCredential("admin"), config.TextCredential("three")
	meter.Origins = append(meter.Origins, pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:13:*"))
	meter.Backoff.Max = 32 * time.Second
	meter.Schedule = &config.Schedule{Every: 5 * time.Second, Mode: config.ModeHold, MaxFetch: 10000}
	if len(cfg.Remotes) != 4 || !cfg.Remotes[3].Same(meter) {
		t.Errorf("remotes = %d with %+v, want 4 with %+v", len(cfg.Remotes), cfg.Remotes[len(cfg.Remotes)-1], meter)
	}
	var names []string
	for _, r := range cfg.Routes {
		names = append(names, fmt.Sprintf("%s %d-%d/%d/%d", r.Name, len(r.From), len(r.To), len(r.Match), len(r.Exclude)))
	}
	for _, test := range cfg.Tests {
		names = append(names, fmt.Sprintf("%s %d %s", test.Name, test.Given[0].Event.Class, test.Given[0].From.Name))
	}
	want := "all 3-1/3/0, alarms-meter-2 1-2/1/1, others 2-1/1/0, meter-1 reaches the hub 10 meter-1, meter-3 reaches the hub 30 meter-3"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("routes and tests = %s, want %s", got, want)
	}
}

// TestTableThatMayBeShown quotes what is wrong in a table, but no password of it.
func TestTableThatMayBeShown(t *testing.T) {
	o := config.Options{ReadFile: func(string) ([]byte, error) { return []byte("n,w,p\none,loud,hunter2\ntwo,auto,hunter2\n"), nil }}
	src := "dynamic \"remote\" {\n  for_each = csvdecode(nonsensitive(file(\"x\")))\n  labels = [remote.value.n]\n  content {\n    address = \"localhost\"\n" +
		"    user = 1\n    password = remote.value.p + 1\n    receive = remote.value.w\n  }\n}\n"
	_, err := config.Parse("a.hcl", []byte(src), o)
	if err == nil || !strings.Contains(err.Error(), `in remote "one": Unknown receive`) || !strings.Contains(err.Error(), `"loud" is not a known receive`) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Parse = %v, want an error that quotes the word and no password", err)
	}
}

// TestDynamicKeepsSecrets has tables that came from a file or a sensitive variable: what is in them may be shown as a name only.
func TestDynamicKeepsSecrets(t *testing.T) {
	o := config.Options{
		Vars:     map[string]string{"v": `[{n = "one", s = "hunter2"}, {n = "two", s = "hunter2x"}]`},
		ReadFile: func(string) ([]byte, error) { return []byte("n,s\none,hunter2\ntwo,hunter2x\n"), nil },
	}
	for _, rows := range []string{`csvdecode(file("x"))`, `var.v`, `{for r in var.v : r.n => r}`, `toset(var.v)`, `[for r in var.v : r]`} {
		for _, line := range []string{
			`receive = each.value.s`, `window = each.value.s`, `origins = [each.value.s]`, `site = "${each.value.s} "`, `address = each.value.s.x`,
			`mask = jsondecode(each.value.s)`, `filter = { a = 1 }[each.value.s]`, `connections = each.value[each.value.s]`,
			`timeouts { dial = each.value.s }`, `dynamic "tls" {` + "\nfor_each = each.value.s\ncontent {}\n}",
		} {
			src := "variable \"v\" {\n  type = list(object({n = string, s = string}))\n  sensitive = true\n}\n" +
				"dynamic \"remote\" {\n  for_each = " + rows + "\n  iterator = each\n  labels = [each.value.n]\n  content {\n    addresses = [\"localhost\"]\n    " + line + "\n  }\n}\n"
			_, err := config.Parse("a.hcl", []byte(src), o)
			if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), `remote "one"`) && !strings.Contains(line, "for_each") {
				t.Errorf("Parse with %s in rows of %s = %v, want an error that names the remote and not the secret", line, rows, err)
			}
		}
	}
}
