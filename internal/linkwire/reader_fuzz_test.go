package linkwire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"testing"
)

// model is what a Reader must give for data, written the simple way: it reads whole lines of any length and judges then.
func model(data []byte, limit int) []string {
	var want []string
	in := bufio.NewReader(bytes.NewReader(data))
	for {
		line, err := in.ReadBytes('\n')
		tooLong := "linkwire: line too long: more than " + strconv.Itoa(limit) + " bytes"
		if err != nil {
			if len(line) > limit+1 {
				want = append(want, tooLong)
			}
			if len(line) > 0 {
				return append(want, io.ErrUnexpectedEOF.Error())
			}
			return append(want, io.EOF.Error())
		}
		line = bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))
		if len(line) > limit {
			want = append(want, tooLong)
		} else {
			want = append(want, "="+string(line))
		}
	}
}

// chunked is a source that cuts data into reads as the bytes of cuts say: sizes, reads without bytes, and timeouts.
type chunked struct {
	data, cuts []byte
	at         int
	reads      int
}

func (c *chunked) Read(p []byte) (int, error) {
	c.reads++
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	size, err := len(p), error(nil)
	if c.at < len(c.cuts) {
		cut := int(c.cuts[c.at])
		c.at++
		size = cut >> 2
		switch cut & 3 {
		case 1:
			size *= 16
		case 2:
			err = os.ErrDeadlineExceeded
		case 3:
			size = 1
		}
	}
	n := copy(p[:min(size, len(p))], c.data)
	c.data = c.data[n:]
	return n, err
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("NOOP\r\nQUIT\n"), []byte{}, uint16(8))
	f.Add([]byte("NOOP\r\nQUIT\n"), []byte{3, 3, 2, 0, 3, 3, 30}, uint16(8))
	f.Add([]byte("a\rb\r\r\n\n\rx"), []byte{4, 4, 4, 4, 4}, uint16(3))
	f.Add([]byte("12345678\r\n123456789\r\n1234567890123\nok\n"), []byte{3, 8, 3, 2, 3, 8, 8}, uint16(8))
	f.Add(bytes.Repeat([]byte("0123456789"), 300), []byte{255, 2, 0, 255, 81}, uint16(700))
	f.Add(append(bytes.Repeat([]byte("a line of the link\r\n"), 500), bytes.Repeat([]byte("short\n"), 100)...),
		append([]byte{253, 253, 253, 253}, bytes.Repeat([]byte{40}, 200)...), uint16(20))
	f.Fuzz(func(t *testing.T, data, cuts []byte, limit16 uint16) {
		limit := int(limit16%2048) + 1
		source := &chunked{data: data, cuts: cuts}
		r := NewReader(source, limit)
		want := model(data, limit)
		var got []string
		for range len(want) + len(cuts) + 1 {
			buffered, reads := r.Buffered(), source.reads
			line, err := r.ReadLine()
			if buffered && source.reads != reads {
				t.Fatalf("ReadLine() read from the source, want no read as Buffered() was true")
			}
			if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, io.ErrNoProgress) {
				continue
			}
			if err != nil {
				got = append(got, err.Error())
			} else {
				got = append(got, "="+string(line))
			}
			if isEnd(err) {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("ReadLine of %q, limit %d = %q, want %q", data, limit, got, want)
		}
		if cap(r.buf) > maxBuffer {
			t.Errorf("buffer of %d bytes, want at most %d", cap(r.buf), maxBuffer)
		}
	})
}
