package config_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// canary is what env and file return while fuzzing, and a password that must not show.
const canary = "xq7-canary"

func addFixtures(f *testing.F, add func(src []byte, inJSON bool)) {
	f.Helper()
	names, err := filepath.Glob("testdata/*/*.hcl*")
	if err != nil || len(names) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	step := len(names) / repeat.Times(len(names))
	for i := 0; i < len(names); i += step {
		name := names[i]
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		add(src, strings.HasSuffix(name, ".json"))
	}
}

func fuzzOptions() config.Options {
	return config.Options{
		Env:      func(name string) (string, bool) { return canary, name != "" },
		ReadFile: func(string) ([]byte, error) { return []byte(canary + "\n"), nil },
		MaxSteps: 100_000,
	}
}

func fuzzName(inJSON bool) string {
	if inJSON {
		return "f.hcl.json"
	}
	return "f.hcl"
}

// FuzzParse checks that any input gives either a valid configuration or an *Error, and that no message quotes what env returned.
func FuzzParse(f *testing.F) {
	addFixtures(f, func(src []byte, inJSON bool) { f.Add(src, inJSON) })
	f.Fuzz(func(t *testing.T, src []byte, inJSON bool) {
		cfg, err := config.Parse(fuzzName(inJSON), src, fuzzOptions())
		checkResult(t, cfg, err, string(src))
		at := config.LocateIn(fuzzName(inJSON), src, fuzzOptions())
		if err == nil && at != (config.Whereabouts{Listen: cfg.Admin.Listen, Socket: cfg.Admin.Socket, StateDir: cfg.Bridge.StateDir}) {
			t.Errorf("found %+v, want %+v", at, cfg.Admin)
		}
	})
}

// checkResult checks what Load and Parse return for a source.
func checkResult(t *testing.T, cfg *config.Config, err error, src string) {
	t.Helper()
	var text string
	if err == nil {
		checkValid(t, cfg)
		text = fmt.Sprint(cfg.Warnings)
	} else {
		configErr, ok := errors.AsType[*config.Error](err)
		if !ok || cfg != nil || len(configErr.Diagnostics) == 0 || configErr.Diagnostics[0].Severity != config.SeverityError {
			t.Fatalf("Parse(%q) = %v, %v, want nil and an *Error that begins with an error", src, cfg, err)
		}
		text = fmt.Sprintf("%v %+v", err, configErr.Diagnostics)
	}
	if strings.Contains(text, canary) && !strings.Contains(src, canary) {
		t.Errorf("messages of %q quote what env or file returned: %s", src, text)
	}
	if strings.ContainsRune(text, '\x1b') {
		t.Errorf("messages of %q have an escape character: %q", src, text)
	}
}

// FuzzFolder checks that two files in a folder give a valid configuration or an *Error, like one, and that Hash knows what was read.
func FuzzFolder(f *testing.F) {
	addFixtures(f, func(src []byte, inJSON bool) {
		f.Add(src, []byte("defaults \"remote\" {\n  window = 3\n  schedule {\n    every = \"5s\"\n  }\n}\n"), inJSON, false)
		f.Add(src, []byte("dynamic \"remote\" {\n  for_each = csvdecode(file(\"x\"))\n  labels = [remote.key]\n  content {\n    user = remote.value\n  }\n}\n"), inJSON, false)
		f.Add(src, []byte(`{"locals": {"x": "${remote}"}}`), inJSON, true)
	})
	f.Fuzz(func(t *testing.T, a, b []byte, aJSON, bJSON bool) {
		dir := t.TempDir()
		write(t, dir, map[string]string{"a-" + fuzzName(aJSON): string(a), "b-" + fuzzName(bJSON): string(b)})
		cfg, err := config.Load(dir, fuzzOptions())
		checkResult(t, cfg, err, string(a)+"\n"+string(b))
		if err != nil {
			return
		}
		if got, err := config.Hash(dir, cfg.Read, fuzzOptions()); err != nil || got != cfg.Hash {
			t.Errorf("Hash = %q, %v, want %q as nothing has changed", got, err, cfg.Hash)
		}
	})
}

// FuzzPasswordLine checks that a password on a line of its own is in no message, whatever is around it.
func FuzzPasswordLine(f *testing.F) {
	addFixtures(f, func(src []byte, inJSON bool) {
		half := len(src) / 2
		f.Add(string(src[:half]), string(src[half:]), inJSON)
		f.Add(string(src), "", inJSON)
	})
	f.Fuzz(func(t *testing.T, before, after string, inJSON bool) {
		if strings.Contains(before+after, canary) {
			t.Skip("the secret is elsewhere too")
		}
		line := "\n  password = \"" + canary + "\"\n"
		if inJSON {
			line = "\n  \"password\": \"" + canary + "\",\n"
		}
		cfg, err := config.Parse(fuzzName(inJSON), []byte(before+line+after), config.Options{})
		text := fmt.Sprint(err)
		if err == nil {
			text = fmt.Sprint(cfg.Warnings)
		}
		if strings.Contains(text, canary) {
			t.Errorf("messages of %q contain the password: %s", before+line+after, text)
		}
	})
}

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// checkValid checks what users of a Config rely on.
func checkValid(t *testing.T, cfg *config.Config) {
	t.Helper()
	if cfg.Bridge.FlushTimeout <= 0 || !validName.MatchString(cfg.Bridge.Name) {
		t.Errorf("bridge = %+v, want a name and a positive timeout", cfg.Bridge)
	}
	names := map[string]bool{}
	for _, r := range cfg.Remotes {
		if len(r.Addresses) == 0 || !validName.MatchString(r.Name) || names["remote "+r.Name] {
			t.Errorf("remote = %+v, want a unique valid name and an address", r)
		}
		for _, addr := range r.Addresses {
			if host, port, err := net.SplitHostPort(addr); err != nil || host == "" || port == "" {
				t.Errorf("remote %s has the address %q, want host and port", r.Name, addr)
			}
		}
		for _, c := range []config.Credential{r.User, r.Password} {
			if text, err := c.Read(); err == nil && strings.ContainsAny(text, "\r\n\x00") {
				t.Errorf("remote %s has a user or password with a line end or NUL", r.Name)
			}
		}
		if r.Window < 0 || r.Backoff.Initial <= 0 || r.Backoff.Initial > r.Backoff.Max || !(r.Backoff.Multiplier >= 1) {
			t.Errorf("remote = %+v, want a window of 0 or more and a growing backoff", r)
		}
		if n := r.SendConnections; n < 1 || n > 64 || n > 1 && (r.Connections == 1 || r.Schedule != nil) {
			t.Errorf("remote = %+v, want 1 to 64 send connections, and 1 with one connection or a schedule", r)
		}
		if r.Schedule != nil {
			checkValidSchedule(t, r)
		}
		names["remote "+r.Name] = true
	}
	for _, r := range cfg.Routes {
		if len(r.Ways()) == 0 || !validName.MatchString(r.Name) || names["route "+r.Name] {
			t.Errorf("route = %+v, want a unique valid name and at least one way", r)
		}
		checkValidRules(t, r)
		if r.Queue.MaxEvents < 1 || r.Queue.MaxBytes < 1 || r.Queue.MaxAge < 1 {
			t.Errorf("queue of route %s = %+v, want positive limits", r.Name, r.Queue)
		}
		names["route "+r.Name] = true
	}
	for _, test := range cfg.Tests {
		checkValidTest(t, test)
	}
}

func checkValidRules(t *testing.T, r *config.Route) {
	t.Helper()
	for _, m := range slices.Concat(r.Match, r.Exclude) {
		for _, ranges := range [][]config.Range{m.Class, m.Type, m.Nickname, m.Priority, m.Length, m.Sensor, m.Zone, m.Subzone, m.Unit} {
			if i := slices.IndexFunc(ranges, func(r config.Range) bool { return r.Min > r.Max }); i >= 0 {
				t.Errorf("match of route %s = %+v, want ranges in order", r.Name, m)
			}
		}
		if m.Value != nil && !(m.Value.Min <= m.Value.Max) {
			t.Errorf("match of route %s = %+v, want a value range in order", r.Name, m)
		}
	}
	for _, g := range r.Rewrite.GUID {
		if g.From.Len() != g.To.Len() || g.From == g.To {
			t.Errorf("rewrite of route %s maps %v to %v, want two of the same length", r.Name, g.From, g.To)
		}
	}
	if tame := r.Tame; !(tame.Rate >= 0) || (tame.Rate > 0) != (tame.Burst > 0) || !(tame.DeadBand >= 0) || tame.MinInterval < 0 || tame.MaxSilence < 0 || tame.Dedupe < 0 {
		t.Errorf("limits of route %s = %+v, want no negative number, and a burst with the rate", r.Name, tame)
	}
	if p := r.Probe; p != nil && (p.Every < time.Second || p.OnCycle == config.CycleBlock && len(r.Between) == 0) {
		t.Errorf("probe of route %s = %+v, want it seldom, and to block both ways only", r.Name, *p)
	}
	if l := r.LinkEvents; l != nil && l.After < time.Second {
		t.Errorf("link events of route %s = %+v, want them seldom", r.Name, *l)
	}
}

func checkValidTest(t *testing.T, test *config.Test) {
	t.Helper()
	if test.Name == "" || len(test.Given) == 0 || (test.Held == "") == (len(test.Want) == 0) {
		t.Errorf("test = %+v, want a name, a given event and one outcome", *test)
	}
	for _, g := range test.Given {
		if g.From == nil || g.After < 0 || len(g.Event.Data) > vscp.MaxData {
			t.Errorf("given of test %q = %+v, want a remote and a valid event", test.Name, g)
		}
	}
	for _, e := range test.Want {
		if e.To == nil {
			t.Errorf("expect of test %q = %+v, want a remote", test.Name, e)
		}
	}
}

func checkValidSchedule(t *testing.T, r *config.Remote) {
	t.Helper()
	s := r.Schedule
	longest := s.Every
	if s.Cron.Spec != "" {
		longest = time.Hour
	}
	switch {
	case r.Connections == 2:
		t.Errorf("remote %s has a schedule and 2 connections, want at most one", r.Name)
	case s.Every < 0 || s.Jitter < 0 || s.MaxFetch < 1 || s.Threshold < 0 || s.MaxWait < 0 || s.Linger < 0:
		t.Errorf("schedule of remote %s = %+v, want no negative number", r.Name, s)
	case longest > 0 && s.Jitter > longest:
		t.Errorf("schedule of remote %s = %+v, want a jitter of at most %v", r.Name, s, longest)
	case s.Every > 0 && s.Cron.Spec != "" || (s.Cron.Spec == "") != (s.Cron.Location == nil):
		t.Errorf("schedule of remote %s = %+v, want every or cron, and a time zone with cron", r.Name, s)
	case s.Mode == config.ModeLazy && s.Threshold == 0 && s.MaxWait == 0:
		t.Errorf("schedule of remote %s = %+v, want a threshold or max_wait", r.Name, s)
	case s.Mode != config.ModeLazy && (s.Threshold != 0 || s.MaxWait != 0 || s.Every == 0 && s.Cron.Spec == ""):
		t.Errorf("schedule of remote %s = %+v, want every or cron, and nothing of mode lazy", r.Name, s)
	case strings.ContainsAny(strings.Join(s.Commands, ""), "\r\n\x00") || slices.Contains(s.Commands, ""):
		t.Errorf("schedule of remote %s = %+v, want commands of one line", r.Name, s)
	}
}

// FuzzNesting repeats something within a file, and checks that it is parsed or refused: a parser must not run out of stack.
func FuzzNesting(f *testing.F) {
	for _, n := range nested {
		f.Add(n[0], n[1], n[2], false)
		f.Add(`{"locals": {"a": "${`+strings.TrimPrefix(n[0], "x = "), n[1], n[2]+`}"}}`, true)
	}
	f.Add(`locals { a = jsondecode("`, `[`, `") }`, false)
	f.Add(`locals { a = yamldecode("`, `- `, `") }`, false)
	f.Add(`variable "v" { type = `, `list(`, `any`, false)
	f.Fuzz(func(t *testing.T, before, again, after string, inJSON bool) {
		if len(again) == 0 || len(again) > 50 {
			t.Skip("nothing to repeat, or too much for a quick run")
		}
		src := before + strings.Repeat(again, repeat.Times(6000)/len(again)) + after
		cfg, err := config.Parse(fuzzName(inJSON), []byte(src), fuzzOptions())
		if _, ok := errors.AsType[*config.Error](err); !ok && cfg == nil {
			t.Errorf("Parse of %q, many %q, %q = nil, %v, want a configuration or an *Error", before, again, after, err)
		}
		if _, err := config.Format("f.hcl", []byte(src)); err != nil && cfg != nil && !inJSON {
			t.Errorf("Format of %q, many %q, %q = %v, want no error: it can be parsed", before, again, after, err)
		}
	})
}
