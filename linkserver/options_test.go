package linkserver

import (
	"slices"
	"strings"
	"testing"
)

func TestNewChecksOptions(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Options)
		want   string // part of the error, empty for none
	}{
		{"defaults", func(*Options) {}, ""},
		{"zero clients means the default", func(o *Options) { o.MaxClients = 0 }, ""},
		{"name", func(o *Options) { o.Name = "a\r\n+OK" }, "name: "},
		{"negative clients", func(o *Options) { o.MaxClients = -1 }, "max clients is -1, must be 1..65535"},
		{"too many clients", func(o *Options) { o.MaxClients = 65536 }, "max clients is 65536, must be 1..65535"},
		{"no queue", func(o *Options) { o.QueueEvents = 0 }, "queue events is 0, must be at least 1"},
		{"small queue", func(o *Options) { o.QueueBytes = 100 }, "queue bytes is 100, must be at least 4096"},
		{"keep alive", func(o *Options) { o.KeepAlive = 0 }, "keep alive is 0s, must be positive"},
		{"login timeout", func(o *Options) { o.LoginTimeout = -1 }, "login timeout is -1ns, must be positive"},
		{"idle timeout", func(o *Options) { o.IdleTimeout = 0 }, "idle timeout is 0s, must be positive"},
		{"write timeout", func(o *Options) { o.WriteTimeout = 0 }, "write timeout is 0s, must be positive"},
		{"family", func(o *Options) { o.Like = "gopher" }, `like is "gopher", must be one of ["vscpd" "uvscpd" "firmware"] or empty`},
		{"version", func(o *Options) { o.Version[2] = -1 }, "version part is -1, must not be negative"},
		{"level", func(o *Options) { o.Accounts = map[string]Account{"a": {"pw", 16}} }, `account "a": level is 16, must be 0..15`},
		{"no user name", func(o *Options) { o.Accounts = map[string]Account{"": {"pw", 1}} }, `account "": a name has`},
		{"no password", func(o *Options) { o.Accounts = map[string]Account{"a": {"", 1}} }, `account "a": a password has`},
		{"blank before the password", func(o *Options) { o.Accounts = map[string]Account{"a": {" pw", 1}} }, `account "a": a password has`},
		{"line end in the password", func(o *Options) { o.Accounts = map[string]Account{"a": {"pw\n", 1}} }, `account "a": a password has`},
		{"long password", func(o *Options) { o.Accounts = map[string]Account{"a": {strings.Repeat("p", 65), 1}} }, `account "a": a password has`},
		{"several", func(o *Options) { o.KeepAlive, o.QueueEvents = 0, 0 }, "queue events is 0, must be at least 1; keep alive is 0s"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			opts := DefaultOptions()
			tc.change(&opts)
			_, err := New(opts)
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("New = %v, want no error", err)
			case tc.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "linkserver: options: ") || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("New = %v, want linkserver: options: ...%s...", err, tc.want)
			case err != nil && strings.Contains(err.Error(), "pw"):
				t.Errorf("New = %v, want no password in it", err)
			}
		})
	}
}

func TestEachVerbHasAHandlerAndHelp(t *testing.T) {
	for verb, cmd := range newCommands() {
		if cmd.run == nil {
			t.Errorf("command %q has no handler", verb)
		}
		if verb != "" && !slices.Contains(legacyVerbs(), verb) && !strings.HasPrefix(cmd.help, string(verb)+" ") {
			t.Errorf("help of %q = %q, want it to begin with the verb", verb, cmd.help)
		}
	}
}

func TestEachReasonHasAName(t *testing.T) {
	seen := map[string]bool{}
	for r := range reasonCount {
		name := r.String()
		if seen[name] || name == reasonCount.String() {
			t.Errorf("Reason(%d) = %q, want a name of its own", r, name)
		}
		seen[name] = true
	}
}
