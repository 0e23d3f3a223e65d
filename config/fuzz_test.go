package config_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// canary is what env and file return while fuzzing, and a password that must not show.
const canary = "xq7-canary"

func addFixtures(f *testing.F, add func(src []byte, inJSON bool)) {
	f.Helper()
	names, err := filepath.Glob("testdata/*/*.hcl*")
	if err != nil || len(names) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, name := range names {
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
		if strings.Contains(text, canary) && !strings.Contains(string(src), canary) {
			t.Errorf("messages of %q quote what env or file returned: %s", src, text)
		}
		if strings.ContainsRune(text, '\x1b') {
			t.Errorf("messages of %q have an escape character: %q", src, text)
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
		host, port, err := net.SplitHostPort(r.Address)
		if err != nil || host == "" || port == "" || !validName.MatchString(r.Name) || names["remote "+r.Name] {
			t.Errorf("remote = %+v, want a unique valid name and an address with host and port", r)
		}
		if strings.ContainsAny(r.User+r.Password.Reveal(), "\r\n\x00") {
			t.Errorf("remote %s has a user or password with a line end or NUL", r.Name)
		}
		if r.Window < 0 || r.Backoff.Initial <= 0 || r.Backoff.Initial > r.Backoff.Max || !(r.Backoff.Multiplier >= 1) {
			t.Errorf("remote = %+v, want a window of 0 or more and a growing backoff", r)
		}
		if s := r.Schedule; s != nil && (s.Every <= 0 || s.Jitter < 0 || s.Jitter > s.Every || s.MaxFetch < 1) {
			t.Errorf("schedule of remote %s = %+v, want positive times and jitter up to every", r.Name, s)
		}
		names["remote "+r.Name] = true
	}
	for _, r := range cfg.Routes {
		if len(r.Ways()) == 0 || !validName.MatchString(r.Name) || names["route "+r.Name] {
			t.Errorf("route = %+v, want a unique valid name and at least one way", r)
		}
		if r.Queue.MaxEvents < 1 || r.Queue.MaxBytes < 1 {
			t.Errorf("queue of route %s = %+v, want positive limits", r.Name, r.Queue)
		}
		names["route "+r.Name] = true
	}
}
