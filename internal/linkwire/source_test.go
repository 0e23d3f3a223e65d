package linkwire

import (
	"errors"
	"io"
	"testing"
)

// step is one Read of a scripted source.
type step struct {
	data string
	err  error
}

// script is a source that gives one step per Read, less if the caller's slice is shorter, and then EOF.
type script struct {
	steps   []step
	reads   int
	largest int // the longest slice that a Read offered
}

func (s *script) Read(p []byte) (int, error) {
	s.reads++
	s.largest = max(s.largest, len(p))
	if len(s.steps) == 0 {
		return 0, io.EOF
	}
	next := &s.steps[0]
	n := copy(p, next.data)
	if n < len(next.data) {
		next.data = next.data[n:]
		return n, nil
	}
	err := next.err
	s.steps = s.steps[1:]
	return n, err
}

// steady is an endless source that repeats block, at most chunk bytes per Read.
type steady struct {
	block []byte
	chunk int
	at    int
}

func (s *steady) Read(p []byte) (int, error) {
	n := copy(p[:min(len(p), s.chunk)], s.block[s.at:])
	s.at = (s.at + n) % len(s.block)
	return n, nil
}

// outcomes reads until EOF, and gives each line as "=line" and each error as its text. It ends after most calls.
func outcomes(t *testing.T, r *Reader, most int) []string {
	t.Helper()
	var got []string
	for range most {
		line, err := r.ReadLine()
		switch {
		case err == nil:
			got = append(got, "="+string(line))
		case line != nil:
			t.Fatalf("ReadLine() = %q together with error %v, want no line", line, err)
		default:
			got = append(got, err.Error())
		}
		if isEnd(err) {
			return got
		}
	}
	t.Fatalf("ReadLine() gave %d outcomes and no EOF, want at most %d", len(got), most)
	return nil
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
