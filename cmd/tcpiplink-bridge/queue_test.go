package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// fakeSites is a bridge with a queue on disk that has all there can be, one in memory, and one that was damaged.
func fakeSites(t *testing.T) *fakeBridge {
	t.Helper()
	b := newFakeBridge(t)
	damage := api.Check{
		Events: 5, Segments: 2, DamagedRegions: 1, DamagedBytes: 600, MissingEvents: 7, Cursor: "ok", TornBytes: 12,
		Findings: []api.Finding{{Kind: "damaged", File: "queues/east@west/0001.seg", Offset: 4096, Bytes: 600, Quarantine: "quarantine/0001-4096"}},
	}
	b.add(api.Queue{
		Route: "sites", To: "south", Storage: "disk", Leased: 2, Bytes: 1300000, Oldest: fakeNow.Add(-11106 * time.Second), LetterBytes: 2100,
		Limits: &api.Limits{MaxEvents: 100000, MaxBytes: 64 << 20, MaxAgeSeconds: 604800, Overflow: "drop_oldest"}, Dropped: api.Reasons{"queue_oldest": 830},
		Disk: &api.QueueFiles{Bytes: 1500000, Segments: 3, Unsynced: 512, MemoryOnly: 4, Degraded: "write: no space left on device", DegradedSince: fakeNow.Add(-720 * time.Second)},
	}, 30, 3)
	b.add(api.Queue{Route: "sites", To: "a-destination-with-a-long-name", Storage: "memory", Limits: &api.Limits{MaxEvents: 10}}, 0, 0)
	b.add(api.Queue{Route: "east", To: "west", Storage: "disk", Limits: &api.Limits{MaxEvents: 10}, Disk: &api.QueueFiles{Segments: 1, Quarantined: 1, QuarantineBytes: 600, Found: &damage}}, 5, 0)
	b.add(api.Queue{Route: "west", To: "east", Storage: "memory"}, 0, 1)
	b.checks["sites/south"] = api.Check{Clean: true, Events: 30, Segments: 3, Cursor: "ok"}
	b.checks["east/west"] = damage
	return b
}

// ask runs a command against a socket.
func ask(t *testing.T, socket string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut strings.Builder
	code = run(t.Context(), append([]string{"queue", "--socket", socket}, args...), &out, &errOut)
	return code, out.String(), errOut.String()
}

// TestQueueLooks runs the commands that change nothing, as they are meant and mistyped.
func TestQueueLooks(t *testing.T) {
	t.Parallel()
	b := fakeSites(t)
	for name, tt := range map[string]struct {
		args           string
		code           int
		stdout, stderr string // parts
	}{
		"ls":                {"ls", exitOK, "sites@south            disk           30   3h05m    1.2 MiB       3  disk\n", ""},
		"ls long name":      {"ls", exitOK, "sites@a-destination-with-a-long-name\n                       memory          0       -        0 B       0  -\n", ""},
		"ls damage":         {"ls", exitOK, "0  damage\n", ""},
		"ls json":           {"ls --json", exitOK, `{"api":1,"read_at":"2026-03-04T12:00:00Z","queues":[{"route":"sites","to":"south","storage":"disk","events":30,`, ""},
		"ls argument":       {"ls sites", exitUsage, "", "unknown command \"sites\" for \"tcpiplink-bridge queue ls\""},
		"show":              {"show sites@south", exitOK, "  waiting     30 events, 1.2 MiB, the oldest for 3h05m; 2 being sent\n", ""},
		"show limits":       {"show sites/south", exitOK, "  limits      100000 events, 64.0 MiB, or 7d00h; then drop_oldest\n  dropped     830 queue_oldest\n", ""},
		"show trouble":      {"show", exitOK, "  trouble     the disk fails, 4 events are in memory only: write: no space left\n              on device\n", ""},
		"show damage":       {"show east", exitOK, "damage was found at the start: 7 events missing, 1 damaged part\n", ""},
		"show two":          {"show east sites/south", exitOK, "\n\nsites@south, kept on disk\n", ""},
		"show json":         {"show east --json", exitOK, `{"route":"east","to":"west",`, ""},
		"peek":              {"peek east@west -n 2", exitOK, "  = 0 °C sensor 2\n", "and 3 more events\n"},
		"peek last":         {"peek east@west -n 5", exitOK, "  = 4 °C sensor 2\n", ""},
		"peek time":         {"peek east", exitOK, "\n~2026-03-04T11:59:04.000Z  CLASS1.MEASUREMENT TEMPERATURE ", ""},
		"peek letters":      {"peek sites/south --letters", exitOK, "    refused, 2026-03-04T11:59:02.000Z: Not \\x1b[2J allowed\n", ""},
		"peek json":         {"peek sites@south -n 1 --json", exitOK, fakeLine(0, "") + "\n", ""},
		"peek raw":          {"peek sites@south -n 1 --raw", exitOK, "0,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00,138,0,0\n", "and 29 more events\n"},
		"peek nothing":      {"peek sites@a-destination-with-a-long-name", exitOK, "", "sites@a-destination-with-a-long-name has no events\n"},
		"peek none":         {"peek east -n 0", exitUsage, "", "-n 0 is no number of events\nhint: give a number from 1 up"},
		"peek which":        {"peek", exitUsage, "", "no queue is named\nhint: tcpiplink-bridge queue peek QUEUE; 'queue ls' lists the queues"},
		"peek two":          {"peek east west", exitUsage, "", "2 arguments are given, 1 wanted"},
		"peek several":      {"peek sites", exitUsage, "", "route \"sites\" has 2 queues\nhint: name one: sites@south, sites@a-destination"},
		"peek mistyped":     {"peek sites@sout", exitUsage, "", "there is no queue \"sites@sout\" in the running bridge at " + b.socket + "\nhint: did you mean sites@south?"},
		"peek unknown":      {"peek nonsense", exitUsage, "", "hint: there are: sites@south, sites@a-destination-with-a-long-name, east@west"},
		"export":            {"export east", exitOK, fakeLine(3, "") + "\n" + fakeLine(4, "") + "\n", ""},
		"export letters":    {"export sites@south --letters", exitOK, `"reason":"refused"`, ""},
		"fsck":              {"fsck sites/south", exitOK, "sites@south: clean, 30 events in 3 segments\n", ""},
		"fsck damage":       {"fsck", exitFailed, "east@west: damaged, 5 events in 2 segments that can be read\n    lost: 7 events missing, 1 damaged part\n", "1 of 2 queues are damaged\nhint: "},
		"fsck place":        {"fsck east", exitFailed, "    damaged: 600 B at 4096 of queues/east@west/0001.seg", "1 of 1 queue is damaged"},
		"fsck json":         {"fsck east --json", exitFailed, `{"route":"east","to":"west","clean":false,"events":5,`, "damaged"},
		"fsck memory":       {"fsck sites@a-destination-with-a-long-name", exitUsage, "", "is kept in memory and has no files"},
		"fsck repair":       {"fsck --repair", exitUsage, "", "--repair is for a stopped bridge\nhint: this one runs"},
		"unknown command":   {"lst", exitUsage, "", "unknown command \"lst\" for \"tcpiplink-bridge queue\""},
		"unknown flag":      {"ls --jsn", exitUsage, "", "unknown flag: --jsn"},
		"two bridges":       {"ls --config hub.hcl", exitUsage, "", "--socket and --config are both given"},
		"import no file":    {"import east", exitUsage, "", "1 argument is given, 2 wanted\nhint: tcpiplink-bridge queue import QUEUE FILE"},
		"import lost file":  {"import east missing.jsonl", exitUsage, "", "open missing.jsonl: no such file"},
		"import folder":     {"import east .", exitUsage, "", ". is a folder\nhint: name a file"},
		"purge unconfirmed": {"purge east", exitUsage, "", "nobody can be asked here: Drop 5 events of east@west for good (0 B)?\nhint: add --yes"},
		"retry unconfirmed": {"retry sites/south", exitUsage, "", "nobody can be asked here: Put 3 dead letters back into the queue sites@south?\nhint: add --yes"},
		"retry nothing":     {"retry east", exitOK, "east@west has no dead letters\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := ask(t, b.socket, strings.Fields(tt.args)...)
			if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("queue %s: exit code %d, stdout %q, stderr %q, want %d, %q and %q", tt.args, code, stdout, stderr, tt.code, tt.stdout, tt.stderr)
			}
			if tt.stdout == "" && stdout != "" || tt.stderr == "" && stderr != "" {
				t.Errorf("queue %s: stdout %q and stderr %q, want none of one", tt.args, stdout, stderr)
			}
			if changes := b.changes(); changes != "" {
				t.Errorf("queue %s asked for %s, want no change", tt.args, changes)
			}
		})
	}
}

// TestQueueChanges runs the commands that change something, each against a bridge of its own.
func TestQueueChanges(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args           string
		code           int
		stdout, stderr string // parts
		changes        string
	}{
		"retry":         {"retry sites@south --yes", exitOK, "3 dead letters taken, 1 dropped at the limits of the queue (1 queue_newest)\n", "", "POST /api/v1/queues/sites/south/letters/retry"},
		"retry full":    {"retry west -y", exitFailed, "", "the queue has no room for 1 dead letter more\nhint: ", ""},
		"purge":         {"purge east -y", exitOK, "4 events dropped, 1 being sent stay\n", "", "DELETE /api/v1/queues/east/west/events"},
		"purge letters": {"purge sites/south --letters -y", exitOK, "3 dead letters dropped\n", "", "DELETE /api/v1/queues/sites/south/letters"},
		"purge nothing": {"purge east --letters -y", exitOK, "east@west has no dead letters\n", "", ""},
		"import":        {"import east testdata/queue/good.jsonl", exitOK, "3 events queued\n", "", "POST /api/v1/queues/east/west/events"},
		"import bad":    {"import east testdata/queue/bad.jsonl", exitFailed, "", "error: the bridge says: line 3: ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := fakeSites(t)
			code, stdout, stderr := ask(t, b.socket, strings.Fields(tt.args)...)
			if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
				t.Errorf("queue %s: exit code %d, stdout %q, stderr %q, want %d, %q and %q", tt.args, code, stdout, stderr, tt.code, tt.stdout, tt.stderr)
			}
			if got := b.changes(); got != tt.changes {
				t.Errorf("queue %s asked for %q, want %q", tt.args, got, tt.changes)
			}
		})
	}
}

// TestQueueUnsafe has a change done in memory only.
func TestQueueUnsafe(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"purge east -y": "4 events dropped, 1 being sent stay\n", "import east testdata/queue/good.jsonl": "3 events queued\n",
	} {
		b := fakeSites(t)
		b.unsafe = "disk is full"
		code, stdout, stderr := ask(t, b.socket, strings.Fields(args)...)
		if code != exitFailed || !strings.Contains(stdout, want) || !strings.Contains(stderr, "error: done in memory only: disk is full\nhint: ") {
			t.Errorf("queue %s: exit code %d, stdout %q, stderr %q, want %d, %q and the reason", args, code, stdout, stderr, exitFailed, want)
		}
	}
}

// TestQueueFits has no line of the screens longer than a terminal is wide.
func TestQueueFits(t *testing.T) {
	t.Parallel()
	b := fakeSites(t)
	for _, args := range []string{"ls", "show", "fsck"} {
		_, stdout, _ := ask(t, b.socket, args)
		for line := range strings.Lines(stdout) {
			if n := len(strings.TrimSuffix(line, "\n")); n > statusColumns && !strings.Contains(line, b.socket) {
				t.Errorf("queue %s: a line of %d columns, want at most %d: %q", args, n, statusColumns, line)
			}
		}
	}
}

// TestQueueExportFile writes a file whole or not at all, and replaces none unasked.
func TestQueueExportFile(t *testing.T) {
	t.Parallel()
	b := fakeSites(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "out.jsonl")
	code, stdout, stderr := ask(t, b.socket, "export", "east", "-o", path)
	if want := "5 events written to " + path + "\n"; code != exitOK || stdout != want {
		t.Fatalf("exit code %d, %q, %q, want 0 and %q", code, stdout, stderr, want)
	}
	whole, err := os.ReadFile(path)
	if err != nil || strings.Count(string(whole), "\n") != 5 {
		t.Fatalf("file %q, %v, want 5 lines", whole, err)
	}
	if code, _, stderr := ask(t, b.socket, "export", "sites/south", "-o", path); code != exitUsage || !strings.Contains(stderr, "is there already\nhint: ") {
		t.Errorf("over a file: exit code %d, %q, want 2 and a hint", code, stderr)
	}
	if code, _, stderr := ask(t, b.socket, "export", "sites/south", "-o", path, "--force"); code != exitOK {
		t.Errorf("--force: exit code %d, %q, want 0", code, stderr)
	}
	if code, _, stderr := ask(t, b.socket, "export", "east", "--force", "-o", "/dev/null"); code != exitUsage || !strings.Contains(stderr, "is no ordinary file") {
		t.Errorf("over a device: exit code %d, %q, want 2", code, stderr)
	}
	b.mu.Lock()
	b.events["east/west"] = append(b.events["east/west"], `{"cut`)
	b.mu.Unlock()
	if code, _, _ := ask(t, b.socket, "export", "east", "-o", filepath.Join(dir, "missing", "out.jsonl")); code != exitFailed {
		t.Errorf("into a folder that is not there: exit code %d, want 1", code)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v, want the one file", left, err)
	}
}

// TestQueueInterrupted has Ctrl-C while the bridge takes its time.
func TestQueueInterrupted(t *testing.T) {
	t.Parallel()
	b := newFakeBridge(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b.instead(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	var stdout, stderr strings.Builder
	code := run(ctx, []string{"queue", "--socket", b.socket, "ls"}, &stdout, &stderr)
	if want := "tcpiplink-bridge: error: interrupted\n"; code != exitFailed || stdout.Len() > 0 || stderr.String() != want {
		t.Errorf("exit code %d, %q, %q, want 1 and %q", code, &stdout, &stderr, want)
	}
}

// TestQueueRefused has a server that is no bridge of this release.
func TestQueueRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		stderr string
	}{
		"older": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":"there is nothing at this path"}`, http.StatusNotFound)
		}, "the bridge says: there is nothing at this path\nhint: is the bridge of the same release"},
		"newer":   {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"api":2}`)) }, "hint: is the bridge of the same release"},
		"another": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello\x1b[2J")) }, "does not send queues"},
		"gone":    {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "no answer from a bridge at "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFakeBridge(t)
			b.instead(tt.answer)
			if code, stdout, stderr := ask(t, b.socket, "ls"); code != exitFailed || stdout != "" || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("exit code %d, %q, %q, want 1 and %q", code, stdout, stderr, tt.stderr)
			}
		})
	}
}
