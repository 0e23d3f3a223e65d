package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// recorded is a line of 'tap --json', seen so many milliseconds after the start.
func recorded(id, millis int) string {
	at := time.Date(2026, 2, 2, 2, 40, 0, 0, time.UTC).Add(time.Duration(millis) * time.Millisecond)
	return fmt.Sprintf(`{"id":%d,"seen_at":%q,"line":"96,10,6,0,,1769999999123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,%d","class":10}`,
		id, at.Format(time.RFC3339Nano), id) + "\n"
}

// plays returns what a player gives, each event with the milliseconds since the start. It ends it after n events.
func plays(t *testing.T, p *player, n int) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out strings.Builder
	began := time.Now()
	for range n {
		row, ok := p.Next(ctx)
		if !ok {
			break
		}
		if got := row.Time.AsTime(); row.Time.Nanos != 0 && !got.Equal(time.Now()) {
			t.Errorf("event with the time %v, want the present", got)
		}
		fmt.Fprintf(&out, "%d@%d ", row.AppendData(nil)[0], time.Since(began).Milliseconds())
	}
	cancel()
	if p.stdin == nil {
		p.close()
	}
	return strings.TrimSpace(out.String())
}

func TestPlayerKeepsTheTime(t *testing.T) {
	t.Parallel()
	recording := recorded(1, 0) + recorded(1, 0) + recorded(2, 300) + "\n# a comment\n" + `{"alive_at":"2026-02-02T02:40:00Z","missed":0}` + "\n" +
		recorded(3, 200) + recorded(1, 0) + recorded(4, 1200)
	file := filepath.Join(t.TempDir(), "events.jsonl")
	if err := os.WriteFile(file, []byte(recording), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		speed float64
		loop  bool
		n     int
		want  string
	}{
		{1, false, 9, "1@0 2@300 3@300 4@1300"},
		{10, false, 9, "1@0 2@30 3@30 4@130"},
		{0.5, false, 9, "1@0 2@600 3@600 4@2600"},
		{1, true, 6, "1@0 2@300 3@300 4@1300 1@2300 2@2600"},
	} {
		synctest.Test(t, func(t *testing.T) {
			over := -1
			p := &player{path: file, speed: tt.speed, loop: tt.loop, warn: func(err error) { t.Error(err) }, ended: func(n int) { over = n }}
			if got := plays(t, p, tt.n); got != tt.want {
				t.Errorf("speed %v, loop %v: %s, want %s", tt.speed, tt.loop, got, tt.want)
			}
			if !tt.loop && over != 4 {
				t.Errorf("speed %v: told of the end with %d events, want 4", tt.speed, over)
			}
		})
	}
}

// TestPlayerOfStandardInput gets lines while they are written, one of them wrong.
func TestPlayerOfStandardInput(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		go func() {
			_, _ = io.WriteString(out, recorded(1, 0)+"{}\n")
			time.Sleep(5 * time.Second)
			_, _ = io.WriteString(out, recorded(2, 2000)+"0,20,3,0,,,-,3\n"+recorded(4, 2100))
			_ = out.Close()
		}()
		var warned []error
		p := &player{stdin: in, speed: 1, warn: func(err error) { warned = append(warned, err) }, ended: func(int) {}}
		// What comes later than it was due is sent at once, and what follows keeps its distance.
		if got, want := plays(t, p, 9), "1@0 2@5000 3@5000 4@5100"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if len(warned) != 1 || !strings.HasPrefix(warned[0].Error(), "line 2: has neither") {
			t.Errorf("warned of %q, want line 2", warned)
		}
	})
}

func TestParsePlayed(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 2, 2, 40, 0, 500_000_000, time.UTC)
	const event = `"class":20,"type":3,"guid":"00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:07","data":[1,2]`
	for name, line := range map[string]string{
		"tap":     `{"id":5,"seen_at":"2026-02-02T02:40:00.5Z","sent_at":"2026-01-01T00:00:00Z","line":"0,20,3,0,,,00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:07,1,2",` + event + `}`,
		"no line": `{"id":5,"seen_at":"2026-02-02T02:40:00.5Z","line":"",` + event + `}`,
		"watch":   `{"received":"2026-02-02T02:40:00.5Z","time":"2026-01-01T00:00:00Z","priority":0,"head":0,"class_token":"CLASS1.INFORMATION","obid":0,` + event + `}`,
		"export":  `{"time":"2026-02-02T02:40:00.5Z","route":"r","to":"b","line":"0,20,3,0,,,00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:07,1,2","event":{"class":1}}`,
		"letter":  `{"time":"2026-02-02T02:40:00.5Z","event":{` + event + `}}`,
		"row":     `  0,20,3,0,2026-02-02T02:40:00.5Z,,00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:07,1,2` + "\r",
	} {
		p, err := parsePlayed([]byte(line))
		if err != nil || p.row.Class != 20 || p.row.Type != 3 || p.row.GUID != (vscp.GUID{15: 7}) || string(p.row.AppendData(nil)) != "\x01\x02" {
			t.Errorf("%s: %+v, %v, want the event", name, p.row, err)
		}
		if name != "row" && !p.at.Equal(at) {
			t.Errorf("%s: seen at %v, want %v", name, p.at, at)
		}
	}
	for name, line := range map[string]string{
		"empty": "", "comment": "# 0,20,3", "pulse": `{"alive_at":"2026-02-02T02:40:00Z","missed":3}`, "keep-alive": `{"received":"2026-02-02T02:40:00Z","keep_alives":1}`,
	} {
		if _, err := parsePlayed([]byte(line)); !errors.Is(err, errNotPlayed) {
			t.Errorf("%s: %v, want %v", name, err, errNotPlayed)
		}
	}
	for name, line := range map[string]string{
		"nothing in it": "{}", "cut": `{"line":"0,20`, "bad line": `{"line":"x"}`, "bad row": "hello", "bad event": `{"event":{"class":"x"}}`, "array": "[]", "no type": `{"class":3}`,
	} {
		if _, err := parsePlayed([]byte(line)); err == nil || errors.Is(err, errNotPlayed) {
			t.Errorf("%s: %v, want an error", name, err)
		}
	}
}

func FuzzParsePlayed(f *testing.F) {
	f.Add([]byte(recorded(1, 0)))
	f.Add([]byte(`{"event":{"class":20,"type":3,"data":[1]}}`))
	f.Add([]byte(`0,20,3,0,,,-,1`))
	f.Add([]byte(`{"alive_at":1}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		p, err := parsePlayed(line)
		if err != nil {
			return
		}
		var again vscp.Row
		if err := again.Parse(p.row.AppendText(nil, vscp.TextForm{})); err != nil && len(p.row.Text) < vscp.MaxText/8 {
			t.Errorf("the event of %q cannot be sent: %v", line, err)
		}
	})
}

func TestPlayRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, bad, empty := write("good", recorded(1, 0)), write("bad", recorded(1, 0)+"{\"line\":\"\x1b[2J\"}\n"), write("empty", "# nothing\n")
	for _, tt := range []struct{ args, want string }{
		{"--speed 2", "--speed and --loop are for --play"},
		{"--loop", "--speed and --loop are for --play"},
		{"--play ", "--speed and --loop are for --play"},
		{"--play " + good + " --rate 2", "--rate and --events others"},
		{"--play " + good + " --speed 0", "--speed 0 is not within"},
		{"--play " + good + " --speed NaN", "--speed NaN is not within"},
		{"--play - --loop", "standard input comes once"},
		{"--play " + good + ".not", "no such file"},
		{"--play " + bad, "bad: line 2: "},
		{"--play " + empty, "empty has no events"},
	} {
		var stdout, stderr strings.Builder
		code := run(t.Context(), append([]string{"simulate", "--listen", "127.0.0.1:0"}, strings.Split(tt.args, " ")...), &stdout, &stderr)
		if code != exitUsage || !strings.Contains(stderr.String(), tt.want) || strings.Contains(stderr.String(), "\x1b") {
			t.Errorf("simulate %s = %d with %q, want %d with %q", tt.args, code, stderr.String(), exitUsage, tt.want)
		}
	}
}
