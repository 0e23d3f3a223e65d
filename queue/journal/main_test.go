package journal

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testDir = "/state/queue"

// testOptions are those of a journal in memory that is tended by the test.
func testOptions(disk *faultfs.FS) Options {
	o := DefaultOptions(testDir)
	o.FS = disk
	o.Interval = time.Hour
	return o
}

// mustOpen opens a journal without a goroutine.
func mustOpen(tb testing.TB, o Options) (*Journal, Recovery) {
	tb.Helper()
	j, found, err := open(o)
	if err != nil {
		tb.Fatalf("open = %v, want a journal", err)
	}
	return j, found
}

// text is the payload of a sequence: of varied length, and different for each attempt to write it.
func text(seq uint64, attempt int) string {
	return fmt.Sprintf("%d/%d %s", seq, attempt, strings.Repeat("x", int(seq*7%90)))
}

// appendN appends n records in one batch, the payloads of which text gives for attempt 0.
func appendN(tb testing.TB, j *Journal, n int) uint64 {
	tb.Helper()
	payloads, times := batchFrom(j.Stats().Next, n, 0)
	first, err := j.Append(payloads, times)
	if err != nil {
		tb.Fatalf("Append of %d records = %v, want nil", n, err)
	}
	return first
}

func batchFrom(first uint64, n, attempt int) (payloads [][]byte, times []int64) {
	for i := range uint64(n) {
		payloads = append(payloads, []byte(text(first+i, attempt)))
		times = append(times, int64(first+i)*10)
	}
	return payloads, times
}

// readAll reads from seq to the end, with payloads copied.
func readAll(tb testing.TB, j *Journal, seq uint64) []Record {
	tb.Helper()
	return drain(tb, j.NewReader(seq))
}

// checkSeqs fails the test unless the records are exactly those with the sequences want, with the payloads of attempt 0.
func checkSeqs(tb testing.TB, got []Record, want []uint64) {
	tb.Helper()
	seqs := make([]uint64, 0, len(got))
	for _, r := range got {
		seqs = append(seqs, r.Seq)
		if string(r.Payload) != text(r.Seq, 0) || r.Time != int64(r.Seq)*10 {
			tb.Errorf("record %d is %q of %d, want %q of %d", r.Seq, r.Payload, r.Time, text(r.Seq, 0), r.Seq*10)
		}
	}
	if !slices.Equal(seqs, want) {
		tb.Errorf("records %v, want %v", seqs, want)
	}
}

// span returns the sequences from first to last without those left out.
func span(first, last uint64, without ...uint64) []uint64 {
	var out []uint64
	for s := first; s <= last; s++ {
		if !slices.Contains(without, s) {
			out = append(out, s)
		}
	}
	return out
}

func segmentNames(disk *faultfs.FS) []string {
	var out []string
	for _, name := range disk.Names() {
		if _, ok := parseSegmentName(filepath.Base(name)); ok && filepath.Dir(name) == testDir {
			out = append(out, name)
		}
	}
	return out
}

func mustClose(tb testing.TB, j *Journal) {
	tb.Helper()
	if err := j.Close(); err != nil {
		tb.Fatalf("Close = %v, want nil", err)
	}
}
