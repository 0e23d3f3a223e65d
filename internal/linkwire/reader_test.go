package linkwire

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	tooLong8 = "linkwire: line too long: more than 8 bytes"
	eof      = "EOF"
	cutOff   = "unexpected EOF"
)

func TestReadLine(t *testing.T) {
	tests := []struct {
		name  string
		input string
		want  []string
	}{
		{"nothing", "", []string{eof}},
		{"CR LF", "NOOP\r\nQUIT\r\n", []string{"=NOOP", "=QUIT", eof}},
		{"lone LF", "NOOP\nQUIT\n", []string{"=NOOP", "=QUIT", eof}},
		{"empty lines", "\r\n\n\r\n", []string{"=", "=", "=", eof}},
		{"lone CR is kept", "a\rb\r\n\rc\n", []string{"=a\rb", "=\rc", eof}},
		{"one CR is cut of two", "a\r\r\n", []string{"=a\r", eof}},
		{"LF before CR", "a\n\rb\n", []string{"=a", "=\rb", eof}},
		{"any byte", "\x00\xff\xc3\x28\r\n", []string{"=\x00\xff\xc3\x28", eof}},
		{"end within a line", "NOOP\r\nQUI", []string{"=NOOP", cutOff}},
		{"end after CR", "NOOP\r", []string{cutOff}},
		{"at the limit", "12345678\r\n12345678\n", []string{"=12345678", "=12345678", eof}},
		{"at the limit, no end", "12345678", []string{cutOff}},
		{"limit and a lone CR", "1234567\rx\n", []string{tooLong8, eof}},
		{"one over, LF", "123456789\nok\n", []string{tooLong8, "=ok", eof}},
		{"one over, CR LF", "123456789\r\nok\n", []string{tooLong8, "=ok", eof}},
		{"one over by a second CR", "12345678\r\r\nok\n", []string{tooLong8, "=ok", eof}},
		{"far over", strings.Repeat("x", 3000) + "\r\nok\r\n", []string{tooLong8, "=ok", eof}},
		{"two over", "123456789012\n123456789012\nok\n", []string{tooLong8, tooLong8, "=ok", eof}},
		{"empty line after a long one", "123456789012\n\nok\n", []string{tooLong8, "=", "=ok", eof}},
		{"end just over the limit", "1234567890", []string{tooLong8, cutOff}},
		{"end while a long line is skipped", strings.Repeat("x", 3000), []string{tooLong8, cutOff}},
	}
	chunkings := []struct {
		name string
		wrap func(io.Reader) io.Reader
	}{
		{"whole", func(r io.Reader) io.Reader { return r }},
		{"byte by byte", iotest.OneByteReader},
		{"halves", iotest.HalfReader},
		{"EOF with the last bytes", iotest.DataErrReader},
		{"EOF with the last byte", func(r io.Reader) io.Reader { return iotest.DataErrReader(iotest.OneByteReader(r)) }},
	}
	for _, tt := range tests {
		for _, chunking := range chunkings {
			t.Run(tt.name+"/"+chunking.name, func(t *testing.T) {
				got := outcomes(t, NewReader(chunking.wrap(strings.NewReader(tt.input)), 8), 100)
				if !slices.Equal(got, tt.want) {
					t.Errorf("ReadLine of %.40q = %q, want %q", tt.input, got, tt.want)
				}
			})
		}
	}
}

func TestReadLineDefaultLimit(t *testing.T) {
	for _, limit := range []int{0, -1} {
		input := strings.Repeat("x", MaxLine) + "\r\n" + strings.Repeat("x", MaxLine+1) + "\r\n"
		r := NewReader(strings.NewReader(input), limit)
		if line, err := r.ReadLine(); len(line) != MaxLine || err != nil {
			t.Errorf("limit %d: ReadLine() = %d bytes, %v, want %d bytes", limit, len(line), err, MaxLine)
		}
		if line, err := r.ReadLine(); !errors.Is(err, ErrLineTooLong) {
			t.Errorf("limit %d: ReadLine() = %d bytes, %v, want %v", limit, len(line), err, ErrLineTooLong)
		}
	}
}

func TestReadLineErrors(t *testing.T) {
	errReset := errors.New("connection reset")
	long := strings.Repeat("x", 20)
	tests := []struct {
		name  string
		steps []step
		want  []string
	}{
		{
			"timeout between lines",
			[]step{{"a\n", nil}, {"", os.ErrDeadlineExceeded}, {"b\n", nil}},
			[]string{"=a", "i/o timeout", "=b", eof},
		},
		{
			"timeout within a line",
			[]step{{"on", nil}, {"", os.ErrDeadlineExceeded}, {"e\r", nil}, {"", os.ErrDeadlineExceeded}, {"\n", nil}},
			[]string{"i/o timeout", "i/o timeout", "=one", eof},
		},
		{
			"timeout while a long line is skipped",
			[]step{{long, nil}, {long, os.ErrDeadlineExceeded}, {long + "\nok\n", nil}},
			[]string{tooLong8, "i/o timeout", "=ok", eof},
		},
		{
			"error together with bytes is not lost",
			[]step{{"a\nb\n", errReset}, {"", nil}, {"c\n", nil}},
			[]string{"=a", "=b", "connection reset", "=c", eof},
		},
		{
			"error within a line",
			[]step{{"a\nb", errReset}, {"c\n", nil}},
			[]string{"=a", "connection reset", "=bc", eof},
		},
		{
			"reads without bytes",
			[]step{{"", nil}, {"a", nil}, {"", nil}, {"", nil}, {"\n", nil}},
			[]string{"=a", eof},
		},
		{
			"too many reads without bytes", append(slices.Repeat([]step{{}}, maxEmptyReads), step{"a\n", nil}),
			[]string{io.ErrNoProgress.Error(), "=a", eof},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := outcomes(t, NewReader(&script{steps: tt.steps}, 8), 100)
			if !slices.Equal(got, tt.want) {
				t.Errorf("ReadLine() = %q, want %q", got, tt.want)
			}
		})
	}
}

type countSource int

func (n countSource) Read(p []byte) (int, error) {
	if n < 0 {
		return int(n), nil
	}
	return len(p) + int(n), nil
}

func TestReadLineImpossibleCount(t *testing.T) {
	for _, n := range []countSource{-1, 1} {
		line, err := NewReader(n, 0).ReadLine()
		if err == nil || !strings.Contains(err.Error(), "impossible count") {
			t.Errorf("ReadLine() from a source with count %d = %q, %v, want an impossible count", n, line, err)
		}
	}
}

func TestBuffered(t *testing.T) {
	source := &script{steps: []step{{"a\nb\r\nc", nil}, {"\n", nil}, {"123456789012", nil}, {"\n\n", nil}}}
	r := NewReader(source, 8)
	check := func(after string, want bool) {
		t.Helper()
		if got := r.Buffered(); got != want {
			t.Errorf("Buffered() after %s = %v, want %v", after, got, want)
		}
	}
	check("NewReader", false)
	for _, s := range []struct {
		want     string
		buffered bool
	}{{"=a", true}, {"=b", false}, {"=c", false}, {tooLong8, false}, {"=", false}, {eof, false}} {
		line, err := r.ReadLine()
		got := "=" + string(line)
		if err != nil {
			got = err.Error()
		}
		if got != s.want {
			t.Fatalf("ReadLine() = %q, want %q", got, s.want)
		}
		check(s.want, s.buffered)
	}
}
