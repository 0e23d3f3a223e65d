package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// tapped is a document of the stream.
func tapped(id uint64, held string) string {
	e := api.Event{
		ID: id, Route: "sites", From: "north", To: "south", Outcome: api.OutcomeQueued, Line: "96,10,6,0,,,-,136,130,24,51", Head: 0x60,
		Class: 10, ClassToken: "CLASS1.MEASUREMENT", Type: 6, TypeToken: "TEMPERATURE", GUID: "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01",
		Data: []int{136, 130, 24, 51},
	}
	if held != "" {
		e.Held, e.Outcome = held, api.OutcomeDropped
		e.From, e.Reply = "", "no right"
	}
	b, _ := json.Marshal(e)
	return string(b) + "\n"
}

const tappedLine = "0001-01-01T00:00:00.000Z  north -> south  sites  CLASS1.MEASUREMENT TEMPERATURE  ::FE:00:01:00:00:00:00:00:01  88 82 18 33  = 61.95 °C sensor 0\n"

// TestTapCommand asks servers that answer this and that.
func TestTapCommand(t *testing.T) {
	t.Parallel()
	const pulse = `{"alive_at":"2026-02-02T02:40:00Z","missed":0}` + "\n"
	for name, tt := range map[string]struct {
		status         int
		body           string
		args           []string
		query          string // as the server gets it
		code           int
		stdout, stderr string
	}{
		"counted": {200, pulse + tapped(1, "") + tapped(2, ""), []string{"--count", "1"}, "show=passed", exitOK, tappedLine, ""},
		"dropped": {
			200, tapped(1, "refused"),
			[]string{"--dropped", "--count", "1"},
			"show=dropped", exitOK,
			strings.Replace(strings.TrimSuffix(tappedLine, "\n"), "north -> south", "-> south      ", 1) + "  ! dropped: refused, the destination refused it (no right)\n", "",
		},
		"missed": {
			200, tapped(1, "") + `{"alive_at":"2026-02-02T02:40:00Z","missed":12}` + "\n" + tapped(2, ""),
			[]string{"--count", "2"},
			"show=passed", exitOK,
			tappedLine + tappedLine, "missed 12 events: what reads this is too slow\n12 events missed in all\n",
		},
		"ended":    {200, tapped(1, ""), nil, "show=passed", exitFailed, tappedLine, "is gone: it ended the stream\nhint: has it stopped"},
		"cut":      {200, pulse + `{"id":3`, nil, "show=passed", exitFailed, "", "is gone: it ended the stream\n"},
		"nonsense": {200, "<html>\n", nil, "show=passed", exitFailed, "", "it sends what is not JSON"},
		"refused":  {404, `{"error":"there is no remote \u001b[2J"}`, []string{"--remote", "x"}, "remote=x&show=passed", exitFailed, "", `the bridge says: there is no remote \x1b[2J`},
		"chosen": {
			200, pulse,
			[]string{"--all", "--class", "measurement,20", "--type", "temperature", "--guid", "FF:01:*", "--route", "a", "--reason", "origin"},
			"class=10&class=20&guid=FF%3A01%3A%2A&reason=origin&route=a&show=all&type=6", exitFailed, "", "gone",
		},
		"json": {
			200, tapped(1, "") + pulse, []string{"--json", "--count", "1"}, "show=passed", exitOK, tapped(1, ""), "",
		},
		"for":         {200, pulse, []string{"--for", "1ns"}, "", exitOK, "", ""},
		"two":         {200, "", []string{"--all", "--dropped"}, "", exitUsage, "", "both given"},
		"bad type":    {200, "", []string{"--type", "temperature"}, "", exitUsage, "", "--type: "},
		"bad reason":  {200, "", []string{"--reason", "none"}, "", exitUsage, "", "hint: the reasons: ambiguous, "},
		"bad last":    {200, "", []string{"--last", "-1"}, "", exitUsage, "", "cannot be less"},
		"bad address": {200, "", []string{"--config", "none.hcl"}, "", exitUsage, "", "both given"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != api.EventStreamPath || r.URL.RawQuery != tt.query {
					t.Errorf("asked for %s?%s, want %s?%s", r.URL.Path, r.URL.RawQuery, api.EventStreamPath, tt.query)
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body) // the client went away
			}))
			defer server.Close()
			var stdout, stderr strings.Builder
			code := run(t.Context(), append([]string{"tap", "--admin", strings.TrimPrefix(server.URL, "http://")}, tt.args...), &stdout, &stderr)
			if code != tt.code || stdout.String() != tt.stdout || !strings.Contains(stderr.String(), tt.stderr) || tt.stderr == "" && stderr.Len() > 0 {
				t.Errorf("exit code %d, stdout %q, stderr %q, want %d, %q and %q", code, stdout.String(), stderr.String(), tt.code, tt.stdout, tt.stderr)
			}
		})
	}
}

// TestTapBeginsWithTheLast has an event that is among the last ones and in the stream: it is shown once.
func TestTapBeginsWithTheLast(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := tapped(7, "") + tapped(8, "") + tapped(7, "")
		if r.URL.Path == api.EventsPath {
			if got := r.URL.Query().Get(api.QueryLimit); got != "2" {
				t.Errorf("asked for %q events, want 2", got)
			}
			body = fmt.Sprintf(`{"api":1,"events":[%s,%s]}`, tapped(6, ""), tapped(7, ""))
		}
		_, _ = io.WriteString(w, body)
	}))
	defer server.Close()
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"tap", "--admin", strings.TrimPrefix(server.URL, "http://"), "--last", "2", "--count", "4", "--json"}, &stdout, &stderr)
	if want := tapped(6, "") + tapped(7, "") + tapped(8, "") + tapped(7, ""); code != exitOK || stdout.String() != want {
		t.Errorf("exit code %d, stderr %q, got\n%s, want\n%s", code, stderr.String(), stdout.String(), want)
	}
}

// TestFolded puts an event into a terminal: nothing of it is lost, and what fits in a line is not broken.
func TestFolded(t *testing.T) {
	t.Parallel()
	pieces := []string{"2026-01-02T15:04:05.000Z", "north -> south     ", "sites", "CLASS1.MEASUREMENT TEMPERATURE", "::01", "! dropped: queue_oldest"}
	for width, want := range map[int]string{
		200: strings.Join(pieces, "  "),
		80:  "2026-01-02T15:04:05.000Z  north -> south  sites  CLASS1.MEASUREMENT TEMPERATURE\n    ::01  ! dropped: queue_oldest",
		41:  "2026-01-02T15:04:05.000Z  north -> south\n    sites  CLASS1.MEASUREMENT TEMPERATURE\n    ::01  ! dropped: queue_oldest",
		1:   "2026-01-02T15:04:05.000Z\n    north -> south\n    sites\n    CLASS1.MEASUREMENT TEMPERATURE\n    ::01\n    ! dropped: queue_oldest",
	} {
		if got := strings.Join(folded(pieces, width), "\n"); got != want {
			t.Errorf("%d columns: got\n%s\nwant\n%s", width, got, want)
		}
	}
}

func TestReasonsHaveWords(t *testing.T) {
	t.Parallel()
	words := reasonWords()
	for _, r := range slices.Concat(policy.Filtered(), policy.Suppressed()) {
		if words[string(r)] == "" {
			t.Errorf("reason %q has no words", r)
		}
	}
	for r := range maps.Keys(words) {
		if !bridge.KnownReason(bridge.Reason(r)) {
			t.Errorf("reason %q is none of the bridge", r)
		}
	}
}

// sameEvents compares recordings by what is the same when they are played.
func sameEvents(ts *testscript.TestScript, _ bool, args []string) {
	var read [2][]string
	for i := range read {
		r := newRecording(strings.NewReader(ts.ReadFile(args[i])))
		for {
			e, err := r.next()
			if err != nil {
				break
			}
			read[i] = append(read[i], fmt.Sprintf("%v % X", e.row.GUID, e.row.AppendData(nil)))
		}
	}
	if !slices.Equal(read[0], read[1]) || len(read[0]) == 0 {
		ts.Fatalf("%s has\n%s\nand %s has\n%s", args[0], strings.Join(read[0], "\n"), args[1], strings.Join(read[1], "\n"))
	}
}

// FuzzTapLine shows whatever a bridge may send: nothing of it is obeyed by a terminal.
func FuzzTapLine(f *testing.F) {
	f.Add([]byte(tapped(1, "")), true)
	f.Add([]byte(tapped(1, "refused")), false)
	f.Add([]byte(`{"id":1,"route":"\u001b[2J","from":"\u009b","to":"\n","held":"\u202e","reply":"\r","class_token":"\u0007","data":[300,-1]}`), false)
	f.Fuzz(func(t *testing.T, text []byte, asJSON bool) {
		var out strings.Builder
		tp := tap{flags: &tapFlags{json: asJSON}, errOut: io.Discard}
		tp.out = newTapOutput(&out, tp.flags)
		err := tp.line(text)
		if flushErr := tp.out.flush(); flushErr != nil {
			t.Fatal(flushErr)
		}
		for i, r := range out.String() {
			if !unicode.IsPrint(r) && (r != '\n' || i != out.Len()-1) {
				t.Fatalf("line %q is shown as %q, %v: it has %U", text, out.String(), err, r)
			}
		}
	})
}
