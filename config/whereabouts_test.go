package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// TestLocateBridge looks for the bridge in configurations that Load refuses.
func TestLocateBridge(t *testing.T) {
	t.Parallel()
	const state, listen = "bridge { state_dir = \"/run/b\" }\n", "admin { listen = \"127.0.0.1:1\" }\n"
	both := config.Whereabouts{Listen: "127.0.0.1:1", Socket: "/run/b/admin.sock", StateDir: "/run/b"}
	for name, tt := range map[string]struct {
		src  string
		want config.Whereabouts
	}{
		"unknown attribute":  {state + listen + "remote \"a\" { colour = \"x:1\" }", both},
		"beside the mistake": {"bridge {\n  state_dir = \"/run/b\"\n  flush_timeout = 4\n  colour = 1\n}\n" + listen, both},
		"unknown block":      {state + listen + "remotes \"a\" {}", both},
		"open block behind":  {state + listen + "remote \"a\" {\n  address = ", both},
		"broken before":      {"remote \"a\" {\n  address = = \"x:1\"\n}\n" + state + listen, both},
		"variable":           {"variable \"at\" { default = \"/run/b\" }\nbridge { state_dir = var.at }\n" + listen + "log { level = 3 }", both},
		"other variable":     {"variable \"needed\" {}\n" + state + listen, both},
		"default address":    {state + "admin {}\nlog { level = 3 }", config.Whereabouts{Listen: "127.0.0.1:9599", Socket: both.Socket, StateDir: both.StateDir}},
		"undefined address":  {state + "admin { listen = env(\"NONE\") }", config.Whereabouts{Socket: both.Socket, StateDir: both.StateDir}},
		"undefined socket":   {state + "admin {\n listen = \"127.0.0.1:1\"\n socket = env(\"NONE\")\n}", config.Whereabouts{Listen: both.Listen, StateDir: both.StateDir}},
		"no socket":          {state + "admin {\n listen = \"127.0.0.1:1\"\n socket = \"\"\n}\nnonsense", config.Whereabouts{Listen: both.Listen, StateDir: both.StateDir}},
		"wrong types":        {"bridge { state_dir = [1] }\nadmin { listen = {} }", config.Whereabouts{}},
		"nothing":            {"\x00", config.Whereabouts{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "hub.hcl")
			if err := os.WriteFile(path, []byte(tt.src), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := config.Load(path, config.Options{}); err == nil {
				t.Fatal("Load has no error, want a configuration with mistakes")
			}
			got, err := config.LocateBridge(path, config.Options{})
			if err != nil || got != tt.want {
				t.Errorf("LocateBridge = %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
	if _, err := config.LocateBridge(filepath.Join(t.TempDir(), "none.hcl"), config.Options{}); err == nil {
		t.Error("LocateBridge of no file has no error, want one")
	}
}

// TestLocateBridgeAgrees compares it with what Load finds in every configuration that is good.
func TestLocateBridgeAgrees(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/good/*.hcl*")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		cfg, err := config.Load(path, config.Options{})
		if err != nil {
			continue // it takes an environment
		}
		want := config.Whereabouts{Listen: cfg.Admin.Listen, Socket: cfg.Admin.Socket, StateDir: cfg.Bridge.StateDir}
		if got, err := config.LocateBridge(path, config.Options{}); err != nil || got != want {
			t.Errorf("LocateBridge(%s) = %+v, %v, want %+v", path, got, err, want)
		}
	}
}
