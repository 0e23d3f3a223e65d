package queue

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func someLetter(t *testing.T, reply string) *Letter {
	t.Helper()
	var row vscp.Row
	if err := row.Parse([]byte("96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01,72,53")); err != nil {
		t.Fatal(err)
	}
	return &Letter{Time: time.Unix(1_700_000_000, 0), Route: "r", To: "south", Reason: "refused", Reply: reply, Row: &row}
}

// readAll returns the lines of a file.
func readAll(t *testing.T, files vfs.FS, path string) [][]byte {
	t.Helper()
	f, err := files.OpenFile(path, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	buf := make([]byte, 2*MaxDeadLetters)
	n, _ := f.ReadAt(buf, 0) // EOF, as the file is shorter
	return bytes.Split(bytes.TrimSuffix(buf[:n], []byte("\n")), []byte("\n"))
}

func TestDeadLetterLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead", "r@south.jsonl")
	d := NewDeadLetters(vfs.OS{}, path)
	for _, reply := range []string{"one", `"quoted"` + "\n"} {
		if err := d.Put(someLetter(t, reply)); err != nil {
			t.Fatal(err)
		}
	}
	lines := readAll(t, vfs.OS{}, path)
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2", len(lines))
	}
	const want = `{"time":"2023-11-14T22:13:20Z","route":"r","to":"south","reason":"refused","reply":"one",` +
		`"line":"352,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01,72,53",` +
		`"event":{"head":352,"obid":0,"class":10,"type":6,"guid":"FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01","data":[72,53]}}`
	if got := string(lines[0]); got != want {
		t.Errorf("line = %s, want %s", got, want)
	}
}

// TestDeadLettersRotate keeps the file within its limit, and one old file.
func TestDeadLettersRotate(t *testing.T) {
	files := faultfs.New()
	d := NewDeadLetters(files, "/state/dead/r.jsonl")
	const n = 4000
	for range n {
		if err := d.Put(someLetter(t, strings.Repeat("x", 500))); err != nil {
			t.Fatal(err)
		}
	}
	now, old := readAll(t, files, "/state/dead/r.jsonl"), readAll(t, files, "/state/dead/r.jsonl"+OldDeadLetters)
	line := len(now[0]) + 1
	if most := MaxDeadLetters / line; len(now) == 0 || len(now) > most || len(old) != most {
		t.Errorf("%d lines and %d old ones, want 1 to %d, and %d", len(now), len(old), most, most)
	}
}

// TestDeadLettersOnAFailingDisk has every operation fail once: the error is told, and the next letter is whole on its own line.
func TestDeadLettersOnAFailingDisk(t *testing.T) {
	broken := errors.New("broken")
	for op := 1; op <= 4; op++ {
		files := faultfs.New()
		d := NewDeadLetters(files, "/state/dead/r.jsonl")
		failed := 0
		files.Fail(func(n int, _, _ string) error {
			if n == op {
				return broken
			}
			return nil
		})
		for range 6 {
			if err := d.Put(someLetter(t, "no")); err != nil {
				failed++
				if !errors.Is(err, broken) {
					t.Errorf("operation %d: Put = %v, want the disk's error", op, err)
				}
			}
		}
		whole := 0
		for _, line := range readAll(t, files, "/state/dead/r.jsonl") {
			if json.Valid(line) && len(line) > 0 {
				whole++
			}
		}
		if failed != 1 || whole != 5 {
			t.Errorf("operation %d fails: %d errors and %d letters, want 1 and 5", op, failed, whole)
		}
	}
}
