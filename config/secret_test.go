package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestSecretPrintsAsStars(t *testing.T) {
	s := config.NewSecret("hunter2")
	inside := struct {
		Exported   config.Secret
		unexported config.Secret
		pointer    *config.Secret
	}{s, s, &s}
	asJSON, err := json.Marshal(map[string]any{"s": s, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{s.String(), string(asJSON)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%t"} {
		texts = append(texts, fmt.Sprintf(verb, s), fmt.Sprintf(verb, &s), fmt.Sprintf(verb, []config.Secret{s}), fmt.Sprintf(verb, inside))
	}
	for _, text := range texts {
		if strings.Contains(text, "hunter2") || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("a secret prints as %q, want no trace of it", text)
		}
	}
	if got, want := fmt.Sprintf("%v %+v %q", s, s, s), "*** *** ***"; got != want {
		t.Errorf("a secret prints as %q, want %q", got, want)
	}
	if got := s.Reveal(); got != "hunter2" {
		t.Errorf("Reveal() = %q, want hunter2", got)
	}
}

func TestSecretEqual(t *testing.T) {
	a, b, zero := config.NewSecret("a"), config.NewSecret("b"), config.Secret{}
	if !a.Equal(config.NewSecret("a")) || a.Equal(b) || a.Equal(zero) || !zero.Equal(config.NewSecret("")) {
		t.Error("Equal does not compare the texts")
	}
	if a.IsZero() || !zero.IsZero() || zero.Reveal() != "" {
		t.Error("the zero Secret is not the empty text")
	}
}

// Each of these has a mistake on or near the line with the password hunter2, or has it in a place where it is a mistake.
var leaky = []string{
	`password = "hunter2"`,
	`password = "hunter2`,
	`password = hunter2"`,
	`password = hunter2`,
	`password = hunter2()`,
	`password = -hunter2`,
	`password = !"hunter2"`,
	`password = "hunter2" + 1`,
	`password = "${hunter2}"`,
	`password = ["hunter2"]`,
	`password = [` + "\n" + `"hunter2", x` + "\n]",
	`password = (` + "\n" + `"hunter2` + "\n)",
	`password = {` + "\n" + `address = "hunter2"` + "\n}",
	`password = { hunter2 = 1, hunter2 = 2, 3 }`,
	`password = <<EOF` + "\nhunter2 ${\nEOF\n",
	`password = <<EOF` + "\nhunter2\nEOX\n",
	`password = ` + "\n" + `"hunter2"`,
	`password =` + "\n\n" + `  "hunter2" x`,
	`password: "hunter2"`,
	`password "hunter2"`,
	`password "hunter2" {}`,
	`password hunter2`,
	`password ("hunter2")`,
	`"password" = "hunter2"`,
	`Password = "hunter2"`,
	`PASSWORD="hunter2"`,
	`pasword = "hunter2"`,
	`pwd = "hunter2"`,
	`passwd: hunter2`,
	`login_secret: hunter2`,
	`pin = "hunter2"`,
	`user = "admin", password = "hunter2"`,
	`user = "admin" password = "hunter2"`,
	`user = admin # password hunter2`,
	`user = admin // hunter2`,
	`user = [ /* hunter2 */`,
	`user = [ /*` + "\n hunter2 \n hunter2 */ x",
	`password = "hunter2"; user = "admin"`,
	`password = "hunter2" password = "hunter2"`,
	`password = "hunter2"` + "\n" + `password = "hunter2"`,
	`password = "a` + "\u0007" + `hunter2"`,
	`password = "hunter2\q"`,
	`password = "hunter2` + "\r\n" + `"`,
	`password = "hunter2\n"`,
	`schedule { password = "hunter2" }`,
	`address = "tcp://admin:hunter2@host"`,
	`address = "admin:hunter2@host:9598"`,
	`window = { password = "hunter2" }`,
	`password = env("X", "hunter2")`,
	`password = env("X") + "hunter2"`,
	`password = "x${env("X")}hunter2"`,
	`password = env(["hunter2"])`,
	`user = { for s in [env("S"), env("S")] : s => 1 }`,
	`window = env("S")`,
	`origins = [env("S")]`,
	`user = remote[env("S")]`,
	`user = {"a" = 1}[env("S")]`,
	`user = env(env("S")) + env("S")`,
	`receive = env("S")`,
	`connections = "${env("S")}"`,
	`backoff { max = env("S") }`,
	`filter = "0,0,0,${env("S")}"`,
}

func TestDiagnosticsKeepSecrets(t *testing.T) {
	o := config.Options{Env: func(name string) (string, bool) { return "hunter2", name == "S" }}
	for _, line := range leaky {
		for _, format := range []string{
			"remote \"a\" {\n  %s\n  window = \"x\"\n}\n", // the mistake is in this block in any case
			"%s\n",
			"remote \"a\" { %s }\n",
			"remote \"a\" {\n  user = \"admin\n  %s\n}\n",
			"remote \"a\" {\n  origins = [\n  %s\n}\n",
		} {
			src := fmt.Sprintf(format, line)
			_, err := config.Parse("a.hcl", []byte(src), o)
			configErr, ok := errors.AsType[*config.Error](err)
			if !ok {
				t.Errorf("Parse(%q) = %v, want a *config.Error", src, err)
				continue
			}
			if all := fmt.Sprintf("%v %+v", err, configErr.Diagnostics); strings.Contains(all, "hunter2") {
				t.Errorf("diagnostics of %q contain the secret:\n%s", src, all)
			}
		}
	}
}

func TestDiagnosticsKeepSecretsInJSON(t *testing.T) {
	for _, value := range []string{
		`"hunter2"`, `hunter2`, `"hunter2`, `["hunter2"]`, `{"hunter2": 1}`, `"${hunter2}"`, `"${"`, "\n\"hunter2\"", "[\n\"hunter2\",\n1", "{\n\"x\": \"hunter2\"\n}",
	} {
		for _, name := range []string{"password", "pasword", "pin", "Password"} {
			if name == "pin" && value == `{"hunter2": 1}` {
				continue // the name of a block within an unknown block
			}
			for _, format := range []string{
				`{"remote": {"a": {"address": "tcp://", "%s": %s, "window": "x"}}}`,
				"{\"remote\":\n{\"a\":\n{\"address\": \"tcp://\",\n\"%s\": %s,\n\"window\": \"x\"\n}}}",
				`{"%s": %s}`,
			} {
				src := fmt.Sprintf(format, name, value)
				_, err := config.Parse("a.hcl.json", []byte(src), config.Options{})
				configErr, ok := errors.AsType[*config.Error](err)
				if !ok {
					t.Errorf("Parse(%q) = %v, want a *config.Error", src, err)
					continue
				}
				if all := fmt.Sprintf("%v %+v", err, configErr.Diagnostics); strings.Contains(all, "hunter2") {
					t.Errorf("diagnostics of %q contain the secret:\n%s", src, all)
				}
			}
		}
	}
}
