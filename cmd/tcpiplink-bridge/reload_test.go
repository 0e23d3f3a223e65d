package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// TestReloadCommand asks bridges that answer this and that.
func TestReloadCommand(t *testing.T) {
	t.Parallel()
	const document = `{"api":1,"dry_run":false,"hash":"abc","changes":[{"change":"added","block":"remote","name":"we\u001b[2Jst"},{"change":"changed","block":"log","attributes":["level"]}],"warnings":["a\u001b[2J\nb"]}`
	for name, tt := range map[string]struct {
		status         int
		body           string
		args           []string
		code           int
		stdout, stderr string
	}{
		"changes": {200, document, nil, exitOK, "+ remote we\\x1b[2Jst\n~ log: level\nreloaded\n", "a\\x1b[2J\nb\n"},
		"dry run": {200, document, []string{"--dry-run"}, exitOK, "+ remote we\\x1b[2Jst\n~ log: level\ndry run, nothing was changed\n", "a\\x1b[2J\nb\n"},
		"json":    {200, `{"api":1,"hash":"abc","changes":[]}`, []string{"--json"}, exitOK, `{"api":1,"dry_run":false,"hash":"abc","changes":[]}` + "\n", ""},
		"none":    {200, `{"api":1,"changes":[]}`, nil, exitOK, "no changes\n", ""},
		"newer":   {200, `{"api":2,"changes":[]}`, nil, exitFailed, "", "tcpiplink-bridge: error: the bridge does not answer in version 1 of the API\nhint: is the bridge of the same release as this command?\n"},
		"another": {200, `<html>`, nil, exitFailed, "", "tcpiplink-bridge: error: answer of the bridge: invalid character '<' looking for beginning of value\nhint: is the bridge of the same release as this command?\n"},
		"older":   {404, `{"error":"there is nothing at this path"}`, nil, exitFailed, "", "tcpiplink-bridge: error: the bridge says: there is nothing at this path\nhint: is the bridge of the same release as this command?\n"},
		"bridge":  {500, `{"error":"no room\u001b[2J"}`, nil, exitFailed, "", "tcpiplink-bridge: error: the bridge says: no room\\x1b[2J\n"},
		"invalid": {422, `{"error":"configuration hub.hcl is not valid\n\nhub.hcl:1: A\u001b[2J","code":"invalid_configuration"}`, nil, exitUsage, "", "tcpiplink-bridge: error: configuration hub.hcl is not valid\n\nhub.hcl:1: A\\x1b[2J\n"},
		"restart": {409, `{"error":"log.format","code":"restart_required","changes":[{"change":"changed","block":"log","attributes":["format"]}]}`, nil, exitFailed, "~ log: format\n", "tcpiplink-bridge: error: the bridge says: log.format\nhint: restart the bridge, or undo these changes to take up the others\n"},
		"json of mistakes": {
			422, `{"error":"not valid\n\nhub.hcl:1: A\u001b[2J","code":"invalid_configuration"}`,
			[]string{"--json"},
			exitUsage,
			`{"error":"not valid\n\nhub.hcl:1: A\u001b[2J","code":"invalid_configuration"}` + "\n", "tcpiplink-bridge: error: not valid\n\nhub.hcl:1: A\\x1b[2J\n",
		},
		"json of a restart": {
			409, `{"error":"log.format","code":"restart_required","changes":[{"change":"changed","block":"log","attributes":["format"]}]}`,
			[]string{"--json"},
			exitFailed,
			`{"error":"log.format","code":"restart_required","changes":[{"change":"changed","block":"log","attributes":["format"]}]}` + "\n",
			"tcpiplink-bridge: error: the bridge says: log.format\nhint: restart the bridge, or undo these changes to take up the others\n",
		},
		"json of no bridge": {
			502, `<html>`,
			[]string{"--json"},
			exitFailed, "",
			"tcpiplink-bridge: error: what answers is no bridge but a web page: 502 Bad Gateway\nhint: is this the admin address of a bridge? Another address: --admin or --config\n",
		},
		"arguments": {200, `{}`, []string{"north"}, exitUsage, "", "tcpiplink-bridge: error: unknown command \"north\" for \"tcpiplink-bridge reload\"\nhint: run 'tcpiplink-bridge reload --help' for usage\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFakeBridge(t)
			b.instead(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				want := api.ReloadPath
				if name == "dry run" {
					want += "?dry_run=true"
				}
				if r.Method != http.MethodPost || r.URL.String() != want {
					t.Errorf("asked for %s %s, want POST %s", r.Method, r.URL, want)
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body)) // the client went away
			}))
			var stdout, stderr strings.Builder
			code := run(t.Context(), append([]string{"reload", "--socket", b.socket}, tt.args...), &stdout, &stderr)
			if code != tt.code || stdout.String() != tt.stdout || stderr.String() != tt.stderr {
				t.Errorf("exit code %d, stdout %q, stderr %q, want %d, %q and %q", code, stdout.String(), stderr.String(), tt.code, tt.stdout, tt.stderr)
			}
		})
	}
}
