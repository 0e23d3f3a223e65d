package linkwire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unsafe"
)

const row90 = "352,20,3,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:01:00:00:00:00:00:00:01,1,2\r\n"

// block is many whole lines, about 64 KiB.
func block() []byte { return bytes.Repeat([]byte(row90), (64<<10)/len(row90)) }

func TestEndlessLineIsBounded(t *testing.T) {
	const length = 4 << 20
	for _, limit := range []int{1, 100, MaxLine, 200_000} {
		source := &script{steps: []step{{strings.Repeat("x", length), nil}, {"\nN\r\n", nil}}}
		r := NewReader(source, limit)
		if line, err := r.ReadLine(); !errors.Is(err, ErrLineTooLong) {
			t.Errorf("limit %d: ReadLine() = %.20q, %v, want %v", limit, line, err, ErrLineTooLong)
		}
		if line, err := r.ReadLine(); string(line) != "N" || err != nil {
			t.Errorf("limit %d: ReadLine() after the long line = %.20q, %v, want N", limit, line, err)
		}
		if most := max(maxBuffer, limit+2); source.largest > most || cap(r.buf) > most {
			t.Errorf("limit %d: buffer of %d bytes, now %d, want at most %d", limit, source.largest, cap(r.buf), most)
		}
	}
}

func TestLimitAboveBuffer(t *testing.T) {
	const limit = 200_000
	input := strings.Repeat("x", limit) + "\r\n" + strings.Repeat("y", limit+1) + "\r\nNOOP\r\n"
	r := NewReader(strings.NewReader(input), limit)
	if line, err := r.ReadLine(); len(line) != limit || err != nil {
		t.Errorf("ReadLine() at the limit = %d bytes, %v, want %d", len(line), err, limit)
	}
	if line, err := r.ReadLine(); !errors.Is(err, ErrLineTooLong) {
		t.Errorf("ReadLine() over the limit = %d bytes, %v, want %v", len(line), err, ErrLineTooLong)
	}
	if line, err := r.ReadLine(); string(line) != "NOOP" || err != nil {
		t.Errorf("ReadLine() after the long line = %.20q, %v, want NOOP", line, err)
	}
}

// held is what a reader keeps in memory.
func held(r *Reader) int { return int(unsafe.Sizeof(*r)) + cap(r.buf) }

func TestBufferFollowsTraffic(t *testing.T) {
	source := &steady{block: block(), chunk: 1 << 20}
	r := NewReader(source, 0)
	if held(r) > 256 {
		t.Errorf("a new reader holds %d bytes, want at most 256", held(r))
	}
	want := strings.TrimSuffix(row90, "\r\n")
	read := func(lines int) {
		t.Helper()
		for i := range lines {
			if line, err := r.ReadLine(); string(line) != want || err != nil {
				t.Fatalf("line %d: ReadLine() = %q, %v, want %q", i, line, err, want)
			}
		}
	}
	for round := range 3 {
		source.chunk = 1 << 20
		read(10_000)
		if len(r.buf) != maxBuffer {
			t.Errorf("round %d: buffer under load = %d bytes, want %d", round, len(r.buf), maxBuffer)
		}
		source.chunk = len(row90) // a row now and then, in one segment
		read(2*maxBuffer/len(row90) + 2*calmReads)
		if got := held(r); got >= 1024 {
			t.Errorf("round %d: an idle link's reader holds %d bytes, want less than 1024", round, got)
		}
	}
}

func TestShrinkKeepsPartialLine(t *testing.T) {
	var input []step
	var want []string
	for i := range 500 {
		line := fmt.Sprintf("line %d %s", i, strings.Repeat("x", i%200))
		if i < 50 {
			line += strings.Repeat("y", 2000)
		}
		// Each read ends one line and begins the next.
		input = append(input, step{line[:3], nil}, step{line[3:] + "\r\n" + "half", nil}, step{" way\n", nil})
		want = append(want, line, "half way")
	}
	r := NewReader(&script{steps: input}, 0)
	for _, w := range want {
		if line, err := r.ReadLine(); string(line) != w || err != nil {
			t.Fatalf("ReadLine() = %.40q, %v, want %.40q", line, err, w)
		}
	}
	if line, err := r.ReadLine(); !errors.Is(err, io.EOF) {
		t.Errorf("ReadLine() = %q, %v, want %v", line, err, io.EOF)
	}
	if got := len(r.buf); got != minBuffer {
		t.Errorf("buffer after the short lines = %d bytes, want %d", got, minBuffer)
	}
}

func TestReadLineDoesNotAllocate(t *testing.T) {
	const lines = 1000 // in each run: the average hides a stray allocation of the runtime, but not one that recurs
	// Lines that fill or just outgrow the small buffer must not make it grow and shrink again and again.
	for _, line := range []string{row90, strings.Repeat("x", minBuffer-2) + "\r\n", strings.Repeat("x", 700) + "\r\n"} {
		for _, chunk := range []int{7, len(line), 1460, 1 << 20} {
			r := NewReader(&steady{block: bytes.Repeat([]byte(line), 1<<16/len(line)), chunk: chunk}, 0)
			readLines := func() {
				for range lines {
					if got, err := r.ReadLine(); len(got) != len(line)-2 || err != nil {
						t.Fatalf("ReadLine() = %q, %v, want %d bytes", got, err, len(line)-2)
					}
				}
			}
			if got := testing.AllocsPerRun(5, readLines); got != 0 {
				t.Errorf("lines of %d bytes in reads of %d: %v allocations in %d lines, want 0", len(line), chunk, got, lines)
			}
		}
	}
}

func BenchmarkReadLine(b *testing.B) {
	for _, bm := range []struct {
		name  string
		chunk int
	}{{"full", 1 << 20}, {"segment1460", 1460}, {"one", len(row90)}} {
		b.Run(bm.name, func(b *testing.B) {
			r := NewReader(&steady{block: block(), chunk: bm.chunk}, 0)
			b.SetBytes(int64(len(row90)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.ReadLine(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
