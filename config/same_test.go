package config_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

const twins = `
remote "a" {
  address  = "a.example"
  user     = "u"
  password = "p"
  filter   = "0,10,6,-"
  mask     = "0,65535,65535,-"
  schedule {
    cron      = "*/5 * * * *"
    time_zone = "Europe/Stockholm"
  }
}
remote "b" { address = "b.example" }
route "r" {
  between = [remote.a, remote.b]
  match { class = 10 }
}
`

func twin(t *testing.T, src string) *config.Config {
	t.Helper()
	cfg, err := config.Parse("a.hcl", []byte(src), config.Options{})
	if err != nil {
		t.Fatalf("Parse = %v, want no error", err)
	}
	return cfg
}

func TestSame(t *testing.T) {
	first, moved := twin(t, twins), twin(t, "# moved by a line\n"+twins)
	if !first.Remotes[0].Same(moved.Remotes[0]) || !first.Routes[0].Same(moved.Routes[0]) {
		t.Error("Same = false for blocks that stand elsewhere, want true")
	}
	for _, change := range [][2]string{
		{`password = "p"`, `password = "q"`}, {`0,10,6,-`, `0,10,7,-`}, {`*/5`, `*/6`}, {`Stockholm`, `Berlin`}, {"a.example", "c.example"},
	} {
		changed := twin(t, strings.Replace(twins, change[0], change[1], 1))
		if first.Remotes[0].Same(changed.Remotes[0]) {
			t.Errorf("Same = true with %s instead of %s, want false", change[1], change[0])
		}
		if !first.Routes[0].Same(changed.Routes[0]) {
			t.Errorf("Same of the route = false with %s instead of %s in a remote, want true", change[1], change[0])
		}
	}
	for _, change := range [][2]string{{"class = 10", "class = 11"}, {"between = [remote.a, remote.b]", "between = [remote.b, remote.a]"}} {
		changed := twin(t, strings.Replace(twins, change[0], change[1], 1))
		if first.Routes[0].Same(changed.Routes[0]) {
			t.Errorf("Same = true with %s instead of %s, want false", change[1], change[0])
		}
	}
}
