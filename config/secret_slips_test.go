package config_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// TestSlipsHideSecrets mistypes a password in ways that a parser, or what explains its words, could quote.
func TestSlipsHideSecrets(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`password = hunter2`, `password = hunter2.x`, `password = hunter2:x`, `password = hunter2/x:y`, `password = 1.2.3:hunter2`, `password = 5s hunter2`,
		`password = hunter2"`, `password = "hunter2`, `password = "hunter2${`, `password = "hunter2${hunter2"`, `password = "${hunter2}"`, `password = "a"hunter2"`,
		`password = 'hunter2'`, `password = “hunter2”`, `password = $hunter2`, `password = env "hunter2"`, `password = hunter2("x")`, `password = evn(hunter2)`,
		`password = [hunter2 x]`, `password = { hunter2 }`, `password = <<hunter2`, `password = "\hunter2"`, `password == "hunter2"`, `password: hunter2`,
		`password "hunter2"`, `password hunter2`, `"password" = hunter2`, `pasword = hunter2:x`, `pin = hunter2:x`, `pin = hunter2 x`, `pin = [a, hunter2:x]`,
		`origins = [a, password:hunter2/x]`, `address = admin:hunter2@house`, `address = a # hunter2`, `address = a:b # hunter2`, `address = a:b // hunter2`,
		`schedule { password = hunter2:x }`, `tls { pin = hunter2 x }`, `password = 1_000_hunter2`, `password = hunter2 /* x`, `/* hunter2`,
	} {
		for _, around := range [][2]string{{"remote \"a\" {\n  ", "\n}\n"}, {"locals {\n  ", "\n}\n"}, {"variable \"v\" {\n", "\n}\n"}, {"", "\n"}, {"remote \"a\" {\n", ""}} {
			src := around[0] + line + around[1]
			_, err := config.Parse("f.hcl", []byte(src), fuzzOptions())
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("messages of %q contain the secret: %v", src, err)
			}
		}
	}
}
