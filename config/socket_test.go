package config_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestAdminSocket(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, src, listen, socket string }{
		{"nothing", ``, "", ""},
		{"a block", `admin {}`, "127.0.0.1:9599", ""},
		{"a state folder", `bridge { state_dir = "/var/lib/bridge" }`, "", "/var/lib/bridge/admin.sock"},
		{"a relative state folder", `bridge { state_dir = "state" }`, "", "/etc/bridge/state/admin.sock"},
		{"both", "bridge {\n state_dir = \"/s\"\n}\nadmin {\n listen = \":1\"\n}", ":1", "/s/admin.sock"},
		{"a path", `admin { socket = "/run/bridge.sock" }`, "127.0.0.1:9599", "/run/bridge.sock"},
		{"a relative path", `admin { socket = "./run//b.sock" }`, "127.0.0.1:9599", "/etc/bridge/run/b.sock"},
		{"a path and a state folder", "bridge {\n state_dir = \"/s\"\n}\nadmin {\n socket = \"/run/b\"\n}", "127.0.0.1:9599", "/run/b"},
		{"none", "bridge {\n state_dir = \"/s\"\n}\nadmin {\n socket = \"\"\n}", "127.0.0.1:9599", ""},
		{"the longest", `admin { socket = "/` + strings.Repeat("a", 99) + `" }`, "127.0.0.1:9599", "/" + strings.Repeat("a", 99)},
		{
			"none in a folder with a long path", "bridge {\n state_dir = \"/" + strings.Repeat("a", 99) + "\"\n}\nadmin {\n socket = \"\"\n}",
			"127.0.0.1:9599", "",
		},
	} {
		cfg, err := config.Parse("/etc/bridge/hub.hcl", []byte(tt.src), config.Options{})
		if err != nil {
			t.Errorf("%s: %v, want no error", tt.name, err)
			continue
		}
		if cfg.Admin.Listen != tt.listen || cfg.Admin.Socket != tt.socket {
			t.Errorf("%s: listen %q, socket %q, want %q and %q", tt.name, cfg.Admin.Listen, cfg.Admin.Socket, tt.listen, tt.socket)
		}
	}
}

func TestBadAdminSocket(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, src, want string }{
		{"one byte too long", `admin { socket = "/` + strings.Repeat("a", 100) + `" }`, "at most 100 bytes, and this one has 101"},
		{"too long with the folder", `admin { socket = "` + strings.Repeat("a", 90) + `" }`, "and this one has 102"},
		{"abstract", `admin { socket = "@bridge" }`, "does not begin with @"},
		{"NUL", `admin { socket = "/run/b\u0000" }`, "without NUL"},
		{"number", `admin { socket = 7 }`, "must be a text"},
	} {
		_, err := config.Parse("/etc/bridge/hub.hcl", []byte(tt.src), config.Options{})
		if err == nil || !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
