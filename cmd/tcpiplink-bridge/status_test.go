package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

var statusAt = time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)

func ago(d time.Duration) time.Time { return statusAt.Add(-d) }

// sampleUp is a remote without trouble.
func sampleUp(name string) api.Remote {
	return api.Remote{
		Name: name, Address: "192.0.2.7:9598", Up: true, Summary: "up", Peer: &api.Peer{Family: "vscpd", Detected: "vscpd", Version: "15.0.6-7"},
		Links: []api.Link{
			{
				Name: "receive", State: "receiving", Up: true, Since: ago(3*time.Hour + 5*time.Minute), Address: "192.0.2.7:9598", Connects: 2, Failures: 1, CameUp: ago(3*time.Hour + 5*time.Minute),
				LastError: "VERS: no answer in time", LastCause: "timeout", Causes: map[string]uint64{"timeout": 1},
				States:  map[string]api.Stay{"receiving": {Times: 2, Seconds: 11400}, "waiting": {Times: 2, Seconds: 61}, "login": {Times: 2, Seconds: 0.9}},
				History: []api.Transition{{At: ago(3*time.Hour + 5*time.Minute), From: "probing", To: "receiving", Seconds: 0.012}},
			},
			{Name: "send", State: "ready", Up: true, Since: ago(2 * time.Second), Address: "192.0.2.7:9598", Connects: 1, CameUp: ago(3 * time.Hour)},
		},
	}
}

// sampleDown is a remote whose server says what no terminal should obey.
func sampleDown(name, cause string) api.Remote {
	return api.Remote{
		Name: name, Address: "house.example:9598", Summary: "waiting",
		Loss: api.Loss{ServerOverruns: 12, IndexGaps: 3, ReceiveGaps: 2, ReceiveGapSeconds: 71, LastReceiveGapSeconds: 65},
		Links: []api.Link{
			{
				Name: "receive", State: "waiting", Since: ago(12 * time.Second), Failures: 14, Failing: true, FailsFrom: ago(12 * time.Minute),
				LastError: "login: PASS refused: \"\x1b[2J\x1b]0;owned\x07\u009b31m\u202e\x7f\", and so on for more than one line",
				LastCause: cause, Causes: map[string]uint64{"closed": 1, cause: 13}, Next: statusAt.Add(4 * time.Second), SkippedTicks: 1,
				History: []api.Transition{{At: ago(12 * time.Second), From: "login", To: "waiting", Cause: cause, Seconds: 75}},
			},
			{Name: "send", State: "waiting", Since: ago(time.Hour)},
		},
	}
}

func sampleStatus() *api.Status {
	visited := api.Remote{
		Name: "boiler", Address: "127.0.0.1:9603", Up: true, Peer: &api.Peer{Family: "firmware", Detected: "uvscpd", Version: "0.0.1"},
		Links: []api.Link{{Name: "single", State: "waiting", Since: ago(time.Second), Next: statusAt.Add(4 * time.Second), Connects: 7, SkippedTicks: 2}},
	}
	return &api.Status{
		API: api.Version, At: statusAt, Daemon: api.Daemon{Name: "hub", Version: "1.2.3", Started: ago(76 * time.Hour), UptimeSeconds: 76 * 3600},
		Config: api.Config{
			Path: "/etc/tcpiplink-bridge/hub.hcl", Hash: "0123abcd", Loaded: ago(5 * time.Hour), Last: &api.LastReload{At: ago(5 * time.Hour), By: "api", OK: true},
		},
		Reasons: []string{"remote south is waiting"},
		Remotes: []api.Remote{sampleUp("north"), sampleDown("south", "login"), visited},
		Routes: []api.Route{
			{Name: "sites", Guarantee: "Events are taken from north and south at most once; the rest of the sentence is long enough for two lines.", Directions: []api.Direction{
				{
					From: []string{"north"}, To: "south", Received: 1234567890, Forwarded: 1234567000, Filtered: api.Reasons{"no_match": 7, "local_class": 0},
					Suppressed: api.Reasons{"own_channel": 3}, Dropped: api.Reasons{"refused": 30, "queue_oldest": 800, "unfit": 0},
					Letters: 29, LettersLost: 1, Queued: 50, QueueBytes: 12345, Oldest: ago(90 * time.Second),
					Bytes: api.Bytes{
						Received: 98765437745, Forwarded: 98765432100, Filtered: api.Reasons{"no_match": 500}, Suppressed: api.Reasons{"own_channel": 100},
						Dropped: api.Reasons{"refused": 45, "queue_oldest": 1000}, Queued: 4000,
					},
				},
				{From: []string{"south"}, To: "north", Received: 2, Forwarded: 2},
			}},
			{Name: "readings", Directions: []api.Direction{
				{From: []string{"boiler", "north", "south"}, To: "the-house-at-the-end-of-the-road", Received: 5, Forwarded: 5},
			}},
		},
	}
}

// sampleMany has a thousand remotes, of which every seventh is down.
func sampleMany() *api.Status {
	s := sampleStatus()
	s.Remotes, s.Routes = nil, nil
	r := api.Route{Name: "readings"}
	for i := range 1000 {
		name := fmt.Sprintf("device-%d", i)
		switch {
		case i%70 == 0:
			s.Remotes = append(s.Remotes, sampleDown(name, "login"))
		case i%7 == 0:
			s.Remotes = append(s.Remotes, sampleDown(name, "dial"))
		default:
			s.Remotes = append(s.Remotes, sampleUp(name))
		}
		d := api.Direction{From: []string{name}, To: "hub", Received: 10, Forwarded: 10}
		if i%300 == 299 {
			d.Forwarded, d.Dropped = 9, api.Reasons{"refused": 1}
		}
		r.Directions = append(r.Directions, d)
	}
	s.Remotes[1].Loss = api.Loss{IndexGaps: 1}
	s.Routes = []api.Route{r}
	return s
}

func TestStatusScreens(t *testing.T) {
	t.Parallel()
	up := sampleStatus()
	up.Ready, up.Remotes = true, []api.Remote{sampleUp("north")}
	starting := sampleStatus()
	starting.Routes = nil
	starting.Remotes = []api.Remote{
		{Name: "north", Address: "127.0.0.1:9601", Links: []api.Link{{Name: "receive", State: "dialing", Since: statusAt}, {Name: "send", State: "waiting", Since: statusAt}}},
		{Name: "south", Address: "127.0.0.1:9602", Links: []api.Link{{Name: "single", State: "closing", Since: statusAt}}},
	}
	ring := sampleStatus()
	ring.Routes[0].Cycles = []api.Cycle{
		{Remotes: []string{"north", "south"}, Since: ago(time.Minute)},
		{Remotes: []string{"north", "roof"}, Since: ago(time.Minute), Elects: true},
		{Remotes: []string{"south", "roof"}, Since: ago(time.Minute), Elects: true, Blocked: true},
	}
	stale := sampleStatus()
	stale.Config.Last = &api.LastReload{
		At: ago(3 * time.Minute), By: "watch",
		Error: "configuration /etc/tcpiplink-bridge/hub.hcl is not valid, 2 mistakes, the first: /etc/tcpiplink-bridge/hub.hcl:7,3-8: error in log: Unsupported argument",
	}
	leaving := sampleStatus()
	leaving.Routes[0].Directions[0].Removed = true
	paused := sampleStatus()
	paused.Remotes[1].Name = "the-house-at-the-end-of-the-road"
	paused.Remotes[2].Up, paused.Remotes[2].Paused, paused.Routes[1].Paused = false, ago(time.Hour), ago(time.Hour)
	held := sampleStatus()
	held.Ready, held.Routes, held.Remotes = true, nil, held.Remotes[2:]
	l := &held.Remotes[0].Links[0] // connected between two fetches
	l.State, l.Up, l.Since = "ready", true, ago(time.Hour)
	for name, view := range map[string]*statusView{
		"held":     {status: held, verbose: true, zone: time.UTC},
		"stale":    {status: stale},
		"leaving":  {status: leaving},
		"cycles":   {status: ring},
		"usual":    {status: sampleStatus()},
		"verbose":  {status: sampleStatus(), verbose: true, zone: time.UTC},
		"many":     {status: sampleMany()},
		"up":       {status: up},
		"starting": {status: starting},
		"empty":    {status: &api.Status{Daemon: api.Daemon{Name: "hub"}}},
		"narrow":   {status: paused, sheet: sheet{width: 60}},
		"wide":     {status: paused, sheet: sheet{width: 200}},
	} {
		got := drawn(view)
		checkScreen(t, filepath.Join("testdata", "status", name+".txt"), got)
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > view.columns() {
				t.Errorf("%s: a line has %d columns, want at most %d: %s", name, n, view.columns(), line)
			}
		}
	}
}

// TestStatusShowsWhatIsThere has no name lost on the way to the screen with --all.
func TestStatusShowsWhatIsThere(t *testing.T) {
	t.Parallel()
	s := sampleMany()
	text := drawn(&statusView{status: s, all: true})
	for i := range s.Remotes {
		if name := s.Remotes[i].Name; !strings.Contains(text, "\n"+name+" ") || !strings.Contains(text, "  "+name+" -> hub") {
			t.Errorf("--all leaves out %s or its direction", name)
		}
	}
	if strings.Contains(text, "--all") {
		t.Error("--all offers --all")
	}
}

// TestStatusIsHarmless has the daemon's answer full of what a terminal obeys, in every text, with and without colours.
func TestStatusIsHarmless(t *testing.T) {
	t.Parallel()
	const evil = "a\x1b[2J\x1b]0;owned\x07\u009b31m\u202e\x7f\r\n\tz"
	words := map[string]uint64{evil: 3}
	link := api.Link{
		Name: evil, Role: evil, State: evil, Address: evil, Connects: 1, Failures: 3, Failing: true, LastError: evil, LastCause: evil, Causes: words, SkippedTicks: 1,
		States:  map[string]api.Stay{evil: {Seconds: 5}},
		History: []api.Transition{{From: evil, To: evil, Cause: evil}},
	}
	remote := api.Remote{Name: evil, Address: evil, Summary: evil, Peer: &api.Peer{Family: evil, Detected: evil + evil, Version: evil}, Links: []api.Link{link}}
	direction := api.Direction{From: []string{evil, evil}, To: evil, Filtered: words, Suppressed: words, Dropped: words, Queued: 1}
	s := &api.Status{
		Daemon: api.Daemon{Name: evil, Version: evil}, Reasons: []string{evil},
		Config:  api.Config{Path: evil, Hash: evil, Last: &api.LastReload{By: evil, Error: evil}},
		Remotes: []api.Remote{remote}, Routes: []api.Route{{Name: evil, Guarantee: evil, Directions: []api.Direction{direction}}},
	}
	for range 2 * statusMost {
		s.Remotes = append(s.Remotes, remote)
		s.Routes[0].Directions = append(s.Routes[0].Directions, direction)
	}
	for _, v := range []*statusView{{status: s}, {status: s, verbose: true, all: true}} {
		for _, r := range drawn(v) {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Fatalf("the screen has %U, want nothing that a terminal obeys", r)
			}
		}
	}
	coloured := drawn(&statusView{status: s, sheet: sheet{theme: colours()}})
	for _, bad := range []string{"\x1b[2J", "\x1b]", "\x07", "\u009b", "\u202e", "\x7f", "\r"} {
		if strings.Contains(coloured, bad) {
			t.Errorf("the coloured screen has %q, want it escaped", bad)
		}
	}
	if !strings.Contains(coloured, "\x1b[") {
		t.Error("the coloured screen has no colours, so that this test shows nothing")
	}
}

// TestStatusCommand asks servers that answer this and that.
func TestStatusCommand(t *testing.T) {
	t.Parallel()
	const header = `{"api":1,"ready":%s,"daemon":{"name":"hub"},"new_in_another_release":"%s"}`
	for name, tt := range map[string]struct {
		status         int
		body           string
		args           []string
		code           int
		stdout, stderr string // parts
	}{
		"up":          {200, fmt.Sprintf(header, "true", ""), nil, exitOK, "hub: 0 of 0 remotes up", ""},
		"down":        {200, fmt.Sprintf(header, "false", ""), nil, exitDown, "hub: 0 of 0 remotes up", ""},
		"json":        {200, fmt.Sprintf(header, "true", "1\u009b\u202e"), []string{"--json"}, exitOK, `"new_in_another_release":"1\u009b\u202e"}` + "\n", ""},
		"json down":   {200, fmt.Sprintf(header, "false", ""), []string{"--json"}, exitDown, `{"api":1,"ready":false,`, ""},
		"older":       {404, "404 page not found\n", nil, exitFailed, "", "404 Not Found: 404 page not found"},
		"refused":     {403, "{\"error\":\"no\x1b[2J\"}\n", nil, exitFailed, "", `403 Forbidden: {"error":"no\x1b[2J"}`},
		"newer":       {200, `{"api":2,"ready":true}`, nil, exitFailed, "", "hint: is this the admin address of a bridge"},
		"another":     {200, `<html>hello</html>`, nil, exitFailed, "", "hint: is this the admin address of a bridge"},
		"redirect":    {302, ``, nil, exitFailed, "", "302 Found"},
		"usage":       {200, `{}`, []string{"north"}, exitUsage, "", "hint: run 'tcpiplink-bridge status --help'"},
		"two sources": {200, `{}`, []string{"--config", "hub.hcl"}, exitUsage, "", "--admin and --config are both given"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != api.StatusPath || r.Method != http.MethodGet {
					t.Errorf("asked for %s %s, want GET %s", r.Method, r.URL.Path, api.StatusPath)
				}
				w.Header().Set("Location", "http://192.0.2.7/")
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body)) // the client went away
			}))
			defer server.Close()
			var stdout, stderr strings.Builder
			args := append([]string{"status", "--admin", strings.TrimPrefix(server.URL, "http://")}, tt.args...)
			code := run(t.Context(), args, &stdout, &stderr)
			if code != tt.code || !strings.Contains(stdout.String(), tt.stdout) || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("exit code %d, stdout %q, stderr %q, want %d, %q and %q", code, stdout.String(), stderr.String(), tt.code, tt.stdout, tt.stderr)
			}
			if tt.stdout == "" && stdout.Len() > 0 || tt.stderr == "" && stderr.Len() > 0 {
				t.Errorf("stdout %q and stderr %q, want only one of them", stdout.String(), stderr.String())
			}
		})
	}
}

func TestStatusWithoutDaemon(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	for _, tt := range []struct {
		address string
		code    int
		want    string
	}{
		{address, exitFailed, "error: no answer from a bridge at " + address + ": dial tcp " + address + ": connect: connection refused\nhint: is the bridge running"},
		{"127.0.0.1", exitUsage, "missing port in address\nhint: give it as host:port"},
		{"a b:1", exitUsage, "hint: give --admin as host:port"},
	} {
		var stdout, stderr strings.Builder
		if code := run(t.Context(), []string{"status", "--admin", tt.address}, &stdout, &stderr); code != tt.code || !strings.Contains(stderr.String(), tt.want) {
			t.Errorf("--admin %q: exit code %d, %q, want %d and %q", tt.address, code, stderr.String(), tt.code, tt.want)
		}
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		"127.0.0.1:9599": "127.0.0.1:9599", ":9599": "127.0.0.1:9599", "0.0.0.0:9599": "127.0.0.1:9599", "[::]:9599": "[::1]:9599",
		"hub.example:9599": "hub.example:9599", "[2001:db8::1]:9599": "[2001:db8::1]:9599",
	} {
		if got := reachable(listen); got != want {
			t.Errorf("reachable(%q) = %q, want %q", listen, got, want)
		}
	}
}
