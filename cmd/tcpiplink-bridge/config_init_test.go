package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// answersOf are those of a talk with mistakes, each behind the question that it answers; those that begin with ! are refused.
func answersOf(output string) [][2]string {
	return [][2]string{
		{"Name of the first server [north]: ", "!not a name"},
		{"Name of the first server [north]: ", ""},
		{"its address, HOST or HOST:PORT: ", "!"},
		{"its address, HOST or HOST:PORT: ", "!::1"},
		{"its address, HOST or HOST:PORT: ", "127.0.0.1:9601"},
		{"the user to log in as, or none [none]: ", `a"dmin${x}`},
		{"where the bridge finds the password, env:VARIABLE, file:PATH or credential:NAME [env:NORTH_PASSWORD]: ", "!hunter2"},
		{"where the bridge finds the password, env:VARIABLE, file:PATH or credential:NAME [env:NORTH_PASSWORD]: ", "!env:9"},
		{"where the bridge finds the password, env:VARIABLE, file:PATH or credential:NAME [env:NORTH_PASSWORD]: ", ""},
		{"Name of the second server [south]: ", "!north"},
		{"Name of the second server [south]: ", "7-up"},
		{"its address, HOST or HOST:PORT: ", "[::1]"},
		{"the user to log in as, or none [none]: ", "bob"},
		{"[env:BRIDGE_7_UP_PASSWORD]: ", "file:up.secret"},
		{"Name of another server, or none [none]: ", "yard"},
		{"its address, HOST or HOST:PORT: ", "!localhost"},
		{"its address, HOST or HOST:PORT: ", "192.0.2.9"},
		{"the user to log in as, or none [none]: ", "eve"},
		{"[env:YARD_PASSWORD]: ", "!credential:a/b"},
		{"[env:YARD_PASSWORD]: ", "credential:yard-password"},
		{"Name of another server, or none [none]: ", ""},
		{"Servers to join both ways [north,7-up,yard]: ", "!north,south"},
		{"Servers to join both ways [north,7-up,yard]: ", "!north"},
		{"Servers to join both ways [north,7-up,yard]: ", "north, 7-up"},
		{"More servers to join, or none [none]: ", "7-up,yard"},
		{"More servers to join, or none [none]: ", ""},
		{"Address of the server for metrics and status, or none [127.0.0.1:9599]: ", "!here"},
		{"Address of the server for metrics and status, or none [127.0.0.1:9599]: ", "none"},
		{"Folder for queues that survive a restart, or none [none]: ", "state"},
		{"File to write [bridge.hcl]: ", "!" + os.DevNull},
		{"File to write [bridge.hcl]: ", output},
	}
}

// talk runs config init at a terminal where these answers are typed, and returns what it shows.
func talk(answers [][2]string) (shown string, err error) {
	var in strings.Builder
	for _, answer := range answers {
		in.WriteString(strings.TrimPrefix(answer[1], "!") + "\n")
	}
	var out bytes.Buffer
	c := &console{in: strings.NewReader(in.String()), out: &out, errOut: &out, tty: os.Stdin}
	err = new(initFlags).run(c)
	return out.String(), err
}

func TestInitAsks(t *testing.T) {
	output := filepath.Join(t.TempDir(), "new.hcl")
	answers := answersOf(output)
	shown, err := talk(answers)
	if err != nil {
		t.Fatalf("init = %v, want no error; it shows\n%s", err, shown)
	}
	rest := shown
	for i, answer := range answers {
		at := strings.Index(rest, answer[0])
		if at < 0 {
			t.Fatalf("question %d, %q, is not next in\n%s", i, answer[0], rest)
		}
		rest = rest[at+len(answer[0]):]
	}
	for _, want := range []string{
		"The name of a remote must begin", "The host is missing", "An IPv6 address needs brackets", "a place, not the password itself",
		"the name of an environment variable has", "there is a server north already", "this is the server 7-up", `there is no server "south"`,
		"two servers at least", "the name of a credential has no folders", "listen must be host:port", os.DevNull + " exists",
	} {
		if n := strings.Count(shown, "  "+want); n != 1 {
			t.Errorf("it says %q %d times, want once:\n%s", want, n, shown)
		}
	}
	dir := filepath.Dir(output)
	for _, want := range []string{
		"3 remotes, 2 routes", "next: set NORTH_PASSWORD in", "next: write the password for 7-up into " + filepath.Join(dir, "up.secret"),
		"next: hand over the credential yard-password, with the password for yard",
	} {
		if !strings.Contains(rest, want) {
			t.Errorf("at the end it says %q, want %q in it", rest, want)
		}
	}
	info, err := os.Stat(output)
	if err != nil || info.Mode().Perm()&0o137 != 0 {
		t.Errorf("Stat = %v, %v, want a file that others cannot read", info, err)
	}
	for _, name := range []string{"up.secret", "yard-password"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := func(name string) (string, bool) { return "secret", name == "NORTH_PASSWORD" }
	cfg, err := config.Load(output, config.Options{Env: env, SecretDirs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	north, up, yard := cfg.Remotes[0], cfg.Remotes[1], cfg.Remotes[2]
	var logins []string
	for _, c := range []config.Credential{north.User, north.Password, up.Password, yard.Password} {
		text, err := c.Read()
		if err != nil {
			t.Errorf("Read of %v = %v, want a text", c, err)
		}
		logins = append(logins, text)
	}
	if !slices.Equal(logins, []string{`a"dmin${x}`, "secret", "x", "x"}) || up.Addresses[0] != "[::1]:9598" {
		t.Errorf("remotes = %+v, %+v and %+v, want what was answered", north, up, yard)
	}
	if cfg.Admin.Listen != "" || cfg.Routes[1].Name != "7-up-yard" || cfg.Routes[1].Queue.Storage != config.StorageDisk {
		t.Errorf("admin %+v, routes %+v, want what was answered", cfg.Admin, cfg.Routes)
	}
}

// TestInitEnds ends the input after each of the questions.
func TestInitEnds(t *testing.T) {
	dir := t.TempDir()
	answers := answersOf(filepath.Join(dir, "new.hcl"))
	for n := range answers {
		if _, err := talk(answers[:n]); !errors.Is(err, errUnanswered) {
			t.Errorf("init with %d answers = %v, want %v", n, err, errUnanswered)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("the folder has %v, %v, want nothing", entries, err)
	}
}

// FuzzInit checks that what each check takes makes a file that says it.
func FuzzInit(f *testing.F) {
	f.Add("north", "192.0.2.7", "admin", "NORTH_PASSWORD", "/var/lib/x")
	f.Add("7-up", "[2001:db8::7]:1", "a\"${b}%{c}\\\n", "", "a b\tc")
	f.Fuzz(func(t *testing.T, name, address, user, env, dir string) {
		plan := &initPlan{remotes: []*initRemote{{name: "other", address: "198.51.100.7"}}, stateDir: dir}
		r := &initRemote{name: name, address: address}
		if plan.checkName(name) != nil || plan.checkAddress(address) != nil || dir != "" && checkStateDir(dir) != nil {
			return
		}
		if user != "" && r.setUser(user) != nil || env != "" && r.setEnv(env) != nil {
			return
		}
		plan.remotes = append(plan.remotes, r)
		if err := plan.join("other," + name); err != nil {
			t.Fatalf("join(%q) = %v, want no error", name, err)
		}
		text, cfg, err := plan.checked("f.hcl")
		if err != nil {
			if _, ok := errors.AsType[*usageError](err); ok && len(dir) > 60 {
				return // the socket in it would have too long a path, which the folder alone does not tell
			}
			t.Fatalf("checked = %v, want no error for %q, %q, %q, %q, %q", err, name, address, user, env, dir)
		}
		got := cfg.Remotes[1]
		if login, _ := got.User.Read(); got.Name != name || login != user || got.Password.IsZero() != (env == "") {
			t.Errorf("it says %+v, want name %q and user %q; it is\n%s", got, name, user, text)
		}
	})
}
