package config_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
)

// TestEffectiveRoundTrip loads what is written of each configuration: the encoder can leave nothing out that the decoder reads.
func TestEffectiveRoundTrip(t *testing.T) {
	names := fixtures(t, "good")
	for i := 0; i < len(names); i += len(names) / repeat.Times(len(names)) {
		name := names[i]
		t.Run(name, func(t *testing.T) {
			cfg, err := load(name)
			if err != nil {
				t.Fatal(err)
			}
			doc := config.Effective(cfg)
			native, inJSON := doc.HCL(), doc.JSON()
			if formatted, err := config.Format("f.hcl", native); err != nil || string(formatted) != string(native) {
				t.Errorf("Format of it = %v and\n%s\nwant it as it is:\n%s", err, formatted, native)
			}
			for file, src := range map[string][]byte{"effective.hcl": native, "effective.hcl.json": inJSON} {
				again, err := config.Parse(file, src, config.Options{Mode: modeOf})
				if err != nil {
					t.Fatalf("Parse(%s) = %v, want no error; it is\n%s", file, err, src)
				}
				wantEqual(t, file, again, cfg)
				wantNoNewWarnings(t, file, again.Warnings, cfg.Warnings)
				twice := config.Effective(again)
				if got := string(twice.HCL()); got != string(native) {
					t.Errorf("%s loaded and written again =\n%s\nwant\n%s", file, got, native)
				}
			}
		})
	}
}

// wantEqual compares two configurations but for positions, warnings and passwords. A new field of Config is compared too.
func wantEqual(t *testing.T, what string, got, want *config.Config) {
	t.Helper()
	a, b := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range a.NumField() {
		switch field := a.Type().Field(i); {
		case !field.IsExported() || field.Name == "Warnings" || field.Name == "Read" || field.Name == "Hash":
		case field.Name == "Remotes":
			wantSame(t, what, withoutPasswords(t, got.Remotes, want.Remotes), withoutPasswords(t, want.Remotes, want.Remotes))
		case field.Name == "Routes":
			wantSame(t, what, got.Routes, want.Routes)
		case field.Name == "Tests":
			if x, y := placeless(got.Tests), placeless(want.Tests); !reflect.DeepEqual(x, y) {
				t.Errorf("tests of %s = %+v, want %+v", what, x, y)
			}
		default:
			if x, y := a.Field(i).Interface(), b.Field(i).Interface(); !reflect.DeepEqual(x, y) {
				t.Errorf("%s of %s = %+v, want %+v", field.Name, what, x, y)
			}
		}
	}
}

func wantSame[T interface{ Same(o T) bool }](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.EqualFunc(got, want, T.Same) {
		t.Errorf("%s has %+v, want %+v", what, got, want)
	}
}

// withoutPasswords returns copies of remotes without the passwords that Effective hides; those of the same place in wanted must have one or not
// have one likewise.
func withoutPasswords(t *testing.T, remotes, wanted []*config.Remote) []*config.Remote {
	t.Helper()
	var out []*config.Remote
	for i, r := range remotes {
		c := *r
		if i < len(wanted) && c.Password.IsZero() != wanted[i].Password.IsZero() {
			t.Errorf("remote %s has a password in one of both", c.Name)
		}
		if i < len(wanted) && wanted[i].Password.String() == "***" {
			c.Password = config.Credential{}
		}
		out = append(out, &c)
	}
	return out
}

// placeless returns copies of tests without positions, and with remotes that have nothing but a name.
func placeless(tests []*config.Test) []config.Test {
	var out []config.Test
	for _, test := range tests {
		c := *test
		c.Pos, c.Given, c.Want = config.Position{}, slices.Clone(c.Given), slices.Clone(c.Want)
		for i := range c.Given {
			c.Given[i].From = &config.Remote{Name: c.Given[i].From.Name}
		}
		for i := range c.Want {
			c.Want[i].To = &config.Remote{Name: c.Want[i].To.Name}
		}
		out = append(out, c)
	}
	return out
}

func wantNoNewWarnings(t *testing.T, what string, got, want []config.Diagnostic) {
	t.Helper()
	had := map[string]bool{"Given up before the next visit": true} // of the default, which a file without it does not choose
	for _, w := range want {
		had[w.Summary] = true
	}
	for _, w := range got {
		if !had[w.Summary] {
			t.Errorf("%s gives the warning %v, want none that the file does not give", what, w)
		}
	}
}

// secrets is a configuration whose every kind of attribute holds the word hunter2, from each source that is sensitive.
const secrets = `
variable "token" {
  sensitive = true
  default   = "hunter2"
}
variable "from_env" {}
locals {
  word = "x-${var.token}"
}
bridge {
  name      = var.from_env
  state_dir = var.token
}
admin {}
remote "a" {
  addresses = ["${var.token}.example"]
  user      = local.word
  password  = "hunter2"
  site      = env("SECRET")
  timeouts {
    dial = var.token == "" ? "1s" : "7s"
  }
  schedule {
    mode     = "visit"
    every    = "1h"
    commands = ["STAT", "TEST ${var.token}"]
  }
}
remote "b" {
  address = "b.example"
}
route "r" {
  between = [remote.a, remote.b]
  limit {
    rate = strlen(var.token)
  }
}
test "t" {
  given {
    from  = remote.b
    event = { class = 20, type = 3, data = [strlen(var.token)] }
  }
  expect {
    to    = remote.a
    event = { priority = 1 }
  }
}
`

func TestEffectiveHidesSecrets(t *testing.T) {
	cfg, err := config.Parse("s.hcl", []byte(secrets), config.Options{Env: environment})
	if err != nil {
		t.Fatal(err)
	}
	doc := config.Effective(cfg)
	for _, src := range []string{string(doc.HCL()), string(doc.JSON())} {
		for _, secret := range []string{"hunter2", "7s", "STAT", `"7"`, "= 7", "20,3"} {
			if strings.Contains(src, secret) {
				t.Errorf("it shows %q:\n%s", secret, src)
			}
		}
		if n := strings.Count(src, `"***"`); n != 13 {
			t.Errorf("it hides %d values, want 13:\n%s", n, src)
		}
	}
}

// unshown are the attributes of the language that no effective configuration has.
func unshown() map[string]string {
	return map[string]string{
		"variable":             "its value is filled in",
		"locals":               "they are filled in",
		"route.exclude":        "it is written as match is",
		"remote.tls.ca_file":   "TestEffectiveTLS has it",
		"remote.tls.cert_file": "likewise",
		"remote.tls.key_file":  "likewise",
	}
}

// TestEffectiveIsWhole finds an attribute that the encoder has forgotten, or that no fixture has.
func TestEffectiveIsWhole(t *testing.T) {
	shown := map[string]bool{}
	for _, name := range fixtures(t, "good") {
		cfg, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		collect(config.Effective(cfg).Blocks, "", shown)
	}
	words := config.WordsForTest()
	if len(words) < 100 {
		t.Fatalf("%d words, want at least 100", len(words))
	}
	left := unshown()
	for _, word := range words {
		block := word[:strings.LastIndex(word, ".")]
		kind, _, _ := strings.Cut(word, ".")
		if left[kind] == "" && left[block] == "" && left[word] == "" && !shown[word] {
			t.Errorf("no effective configuration of testdata/good has %s", word)
		}
	}
	for _, word := range slices.Sorted(maps.Keys(shown)) {
		if !slices.Contains(words, word) {
			t.Errorf("an effective configuration has %s, which is no word of the language", word)
		}
	}
}

func collect(blocks []*config.Block, path string, shown map[string]bool) {
	for _, b := range blocks {
		for _, attr := range b.Attributes {
			shown[path+b.Type+"."+attr.Name] = true
		}
		collect(b.Blocks, path+b.Type+".", shown)
	}
}

func TestEffectiveTLS(t *testing.T) {
	dir := t.TempDir()
	authority := linktest.NewAuthority(t, "authority")
	linktest.WritePEM(t, dir, "ca.crt", authority.CertPEM())
	authority.Issue(t, linktest.Cert{}).Write(t, dir, "client")
	cfg, err := parseTLS(dir, "ca_file = \"ca.crt\"\ncert_file = \"client.crt\"\nkey_file = \"client.key\"")
	if err != nil {
		t.Fatal(err)
	}
	// Paths are absolute by now, so that it can be loaded anywhere.
	again, err := config.Parse("elsewhere.hcl", config.Effective(cfg).HCL(), config.Options{})
	if err != nil {
		t.Fatalf("Parse = %v, want no error", err)
	}
	wantEqual(t, "a file with TLS", again, cfg)
}

// TestEffectiveQuotes has texts that mean something else where they are not quoted well.
func TestEffectiveQuotes(t *testing.T) {
	src := `
remote "7-up" {
  address = "127.0.0.1"
  user    = "a\"b\\$${c}%%{d}\t\u00e9<&>"
}
remote "b" { address = "127.0.0.2" }
remote "c" {
  address = "127.0.0.3"
  origins = [for n in range(4) : "FF:FF:FF:FF:FF:FF:FF:FE:00:0${n}:*"]
}
route "r" { between = [remote["7-up"], remote.b, remote.c] }
test "it's \"so\" <&>" {
  given {
    from  = remote["7-up"]
    event = "96,20,3,0,,,-"
  }
  held = "no_match"
}
`
	cfg, err := config.Parse("q.hcl", []byte(src), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	native := config.Effective(cfg).HCL()
	if line := "  origins = [\n    \"FF:FF:FF:FF:FF:FF:FF:FE:00:00:*\",\n"; !strings.Contains(string(native), line) {
		t.Errorf("it is\n%s\nwant it to begin a long list with\n%s", native, line)
	}
	if formatted, err := config.Format("q.hcl", native); err != nil || string(formatted) != string(native) {
		t.Errorf("Format of it = %v and\n%s\nwant it as it is:\n%s", err, formatted, native)
	}
	for file, text := range map[string][]byte{"q.hcl": native, "q.hcl.json": config.Effective(cfg).JSON()} {
		again, err := config.Parse(file, text, config.Options{})
		if err != nil {
			t.Fatalf("Parse(%s) = %v, want no error; it is\n%s", file, err, text)
		}
		wantEqual(t, file, again, cfg)
	}
}

// common is what defaults and dynamic blocks make of a secret.
const common = `
variable "token" {
  sensitive = true
  default   = "hunter2"
}
defaults "remote" {
  user = env("SECRET")
}
dynamic "remote" {
  for_each = ["a", "b"]
  labels   = [remote.value]
  content {
    address = "127.0.0.${remote.key + 1}"
    schedule {
      mode     = "visit"
      every    = "1h"
      commands = ["TEST ${var.token}", "TEST ${remote.value}"]
    }
  }
}
route "r" {
  between = values(remote)
}
dynamic "test" {
  for_each = [var.token]
  labels   = ["t"]
  content {
    given {
      from  = remote.a
      event = { class = 20, type = 3, data = [strlen(test.value)] }
    }
    held = "no_match"
  }
}
`

func TestEffectiveHidesSecretsOfMany(t *testing.T) {
	cfg, err := config.Parse("s.hcl", []byte(common), config.Options{Env: environment})
	if err != nil {
		t.Fatal(err)
	}
	src := string(config.Effective(cfg).HCL())
	if n := strings.Count(src, `"***"`); n != 5 || strings.Contains(src, "hunter2") || strings.Contains(src, "20,3") {
		t.Errorf("it hides %d values, want 5, and no secret:\n%s", n, src)
	}
}
