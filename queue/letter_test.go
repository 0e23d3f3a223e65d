package queue

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// gather reads all lines: the letters as lines again, and the errors.
func gather(from io.Reader) (lines []string, errs []error) {
	for l, err := range ReadLetters(from) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		line, err := l.AppendLine(nil)
		if err != nil {
			errs = append(errs, err)
		}
		lines = append(lines, string(line))
	}
	return lines, errs
}

func TestReadLetters(t *testing.T) {
	t.Parallel()
	const event = `"event":{"head":352,"obid":7,"class":10,"type":6,"guid":"FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01","data":[72,53]}`
	const line = `"line":"352,10,6,7,,,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01,72,53"`
	const ends = `"route":"r","to":"b",`
	whole := "{" + ends + line + "," + event + "}\n"
	tests := []struct {
		name, text string
		want       string // the letter as a line; empty: none
		wantErr    string // part of the error; empty: none
	}{
		{"whole", whole, whole, ""},
		{"without an end", strings.TrimSuffix(whole, "\n"), whole, ""},
		{"blank lines", "\n \r\n" + whole + "\n", whole, ""},
		{"line alone", "{" + ends + line + "}\n", whole, ""},
		{"tab in the line", strings.Replace(whole, ",72,53", `,72,\t53`, 1), whole, ""},
		{"event alone", "{" + ends + event + "}\r\n", whole, ""},
		{"unknown field", `{"note":[1],` + ends + line + "}", whole, ""},
		{"line counts", "{" + ends + line + `,"event":{"class":1}}`, whole, ""},
		{
			"dead letter", `{"time":"2026-02-02T03:40:00+01:00","reply":"no","reason":"refused",` + ends + line + "}",
			`{"time":"2026-02-02T02:40:00Z",` + ends + `"reason":"refused","reply":"no",` + line + "," + event + "}\n", "",
		},
		{"neither", "{" + ends + `"event":null}`, "", `line 1: has neither "line" nor "event"`},
		{"torn", "\n" + whole[:100], "", "line 2: unexpected end of JSON input"},
		{"no event line", `{"line":"1,2"}`, "", "line 1: event"},
		{"no event", `{"event":{"class":1}}`, "", "line 1: event"},
		{"not JSON", "time,route", "", "line 1: invalid character"},
		{"too long", `{"note":"` + strings.Repeat("x", 3*MaxLetter) + `"}`, "", "line 1: is longer than 65536 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, errs := gather(strings.NewReader(tt.text))
			if got := strings.Join(lines, ""); got != tt.want {
				t.Errorf("letters %s, want %s", got, tt.want)
			}
			if err := errors.Join(errs...); (err == nil) != (tt.wantErr == "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("errors %v, want %q", err, tt.wantErr)
			}
			// The line behind a bad one is read.
			lines, _ = gather(strings.NewReader(tt.text + "\n" + whole))
			if len(lines) == 0 || lines[len(lines)-1] != whole {
				t.Errorf("letters %q, want the one behind it too", lines)
			}
		})
	}
}

// TestReadLettersEndsWithTheReader tells what went wrong, and takes nothing from a line that was cut.
func TestReadLettersEndsWithTheReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	const line = `{"route":"r","to":"b","line":"0,10,6,0,,,-,72"}`
	lines, errs := gather(io.MultiReader(strings.NewReader(line+"\n"+line), iotest.ErrReader(broken)))
	if len(lines) != 1 || len(errs) != 1 || !errors.Is(errs[0], broken) {
		t.Errorf("%d letters and errors %v, want 1 and the reader's", len(lines), errs)
	}
}

func FuzzReadLetters(f *testing.F) {
	f.Add([]byte(`{"time":"2026-02-02T02:40:00Z","route":"r","to":"b","reason":"refused","reply":"no","line":"0,10,6,0,,,-,72"}`))
	f.Add([]byte(`{"route":"\u00e9\t","to":"<\"","reply":"\ufffd\\","line":"0,10,6,0,,,-, 72,\t0x10"}`))
	f.Add([]byte("\n{\"event\":{\"class\":10,\"type\":6,\"data\":[1]}}\r\nx\n{}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for l, err := range ReadLetters(bytes.NewReader(text)) {
			if err != nil {
				if l.Row != nil {
					t.Errorf("letter %+v with the error %v, want none", l, err)
				}
				continue
			}
			line, err := l.AppendLine(nil)
			if err != nil {
				continue // a year that JSON does not write
			}
			again, errs := gather(bytes.NewReader(line))
			if len(errs) > 0 || len(again) != 1 || again[0] != string(line) {
				t.Errorf("%q is read again as %q, %v, want the same", line, again, errs)
			}
		}
	})
}

func BenchmarkReadLetters(b *testing.B) {
	var row vscp.Row
	if err := row.Parse([]byte("352,10,6,0,2026-02-02T02:40:00Z,,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01,72,53")); err != nil {
		b.Fatal(err)
	}
	line, err := (&Letter{Route: "r", To: "b", Row: &row}).AppendLine(nil)
	if err != nil {
		b.Fatal(err)
	}
	const n = 1000
	text := bytes.Repeat(line, n)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	read := 0
	for b.Loop() {
		if read++; read%n != 1 {
			continue
		}
		for _, err := range ReadLetters(bytes.NewReader(text)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
