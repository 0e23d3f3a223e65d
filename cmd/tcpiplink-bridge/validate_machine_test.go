package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// alive is the admin server of a bridge as far as validate asks it.
func alive(answer string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/livez" {
			fmt.Fprintln(w, answer)
		}
	})
}

func TestMachine(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	bridge, other := httptest.NewServer(alive("alive")), httptest.NewServer(alive("hello"))
	defer bridge.Close()
	defer other.Close()
	address := func(s *httptest.Server) string { return s.Listener.Addr().String() }
	free := httptest.NewServer(nil)
	free.Close()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "unix", "taken.sock")
	if err != nil {
		t.Fatal(err)
	}
	answering := httptest.Server{Listener: taken, Config: &http.Server{Handler: alive("alive")}}
	answering.Start()
	defer answering.Close()
	if err := os.WriteFile("file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, text string
		want       []string // the summaries
		detail     string   // in the first warning
	}{
		{"nothing", "", nil, ""},
		{"free", fmt.Sprintf("admin {\n listen = %q\n socket = \"new.sock\"\n}\nbridge {\n state_dir = \"new/state\"\n}\n", address(free)), nil, ""},
		{"any port", "admin {\n listen = \"127.0.0.1:0\"\n}\n", nil, ""},
		{"bridge", fmt.Sprintf("admin {\n listen = %q\n}\n", address(bridge)), []string{"A bridge runs there"}, "If it is the one of this configuration"},
		{"other program", fmt.Sprintf("admin {\n listen = %q\n}\n", address(other)), []string{"Port in use"}, "run would not start"},
		{"elsewhere", "admin {\n listen = \"192.0.2.7:9599\"\n}\n", []string{"Not an address of this machine"}, "192.0.2.7"},
		{"nowhere", "admin {\n listen = \"nowhere.invalid:9599\"\n}\n", []string{"Unknown host"}, "has no address here"},
		{"default address", "admin {}\n", nil, ""},
		{"socket of a bridge", "admin {\n listen = \"127.0.0.1:0\"\n socket = \"taken.sock\"\n}\n", []string{"A bridge runs there"}, "taken.sock"},
		{"both of a bridge", fmt.Sprintf("admin {\n listen = %q\n socket = \"taken.sock\"\n}\n", address(bridge)), []string{"A bridge runs there"}, address(bridge)},
		{"no socket", "admin {\n listen = \"127.0.0.1:0\"\n socket = \"file\"\n}\n", []string{"Not a socket"}, "move the file"},
		{"file for a folder", "admin {\n listen = \"127.0.0.1:0\"\n socket = \"file/deeper/a.sock\"\n}\n", []string{"Folder not usable"}, "file is a file"},
		{"file for a state folder", "bridge {\n state_dir = \"file/state\"\n}\n", []string{"Folder not usable"}, "file is a file"},
	} {
		path := filepath.Join(dir, "a.hcl")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Load(path, config.Options{})
		if err != nil {
			t.Fatalf("%s: Load = %v, want nil", tt.name, err)
		}
		if tt.name == "default address" {
			cfg.Admin.Listen = address(free) // 9599 may be in use here
		}
		found, err := checkMachine(t.Context(), path, cfg)
		if err != nil {
			t.Errorf("%s: %v, want nil", tt.name, err)
		}
		var got []string
		for _, d := range found {
			got = append(got, d.Summary)
			if d.Severity != config.SeverityWarning || d.Position.Line == 0 || d.Excerpt == "" {
				t.Errorf("%s: %+v, want a warning with its place and an excerpt", tt.name, d)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.want) || len(found) > 0 && !strings.Contains(found[0].Detail, tt.detail) {
			t.Errorf("%s: found %q, want %q with %q in the first", tt.name, found, tt.want, tt.detail)
		}
	}
}

func TestUnusable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if got := unusable(filepath.Join(dir, "state")); !strings.Contains(got, "may not write to "+dir) {
		t.Errorf("unusable below a read-only folder = %q, want that this user may not write", got)
	}
}
