package linkwire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the default limit of a line in bytes, without its line end. An event with 512 data bytes in hexadecimal takes
// about 2680.
const MaxLine = 4096

const (
	minBuffer = 512
	maxBuffer = 64 << 10
	// calmReads is how many reads in a row that ended a line and needed no more than minBuffer let a grown buffer shrink
	// again, so that an idle link costs little.
	calmReads = 64
	// maxEmptyReads bounds a source that keeps returning no bytes and no error.
	maxEmptyReads = 100
)

// ErrLineTooLong is returned when a line exceeds the limit. The next ReadLine skips what is left of it, so that a server can
// refuse the line and go on.
var ErrLineTooLong = errors.New("linkwire: line too long")

// Reader reads lines, for one goroutine at a time. It holds at most the line limit or 64 KiB, whichever is more, and starts
// with far less: the buffer grows while reads fill it and shrinks when they no longer do.
type Reader struct {
	src   io.Reader
	limit int
	// err came together with bytes, and is returned once they are used up: not every source repeats it.
	err   error
	buf   []byte
	start int // first byte not yet returned
	end   int // end of the bytes read
	// scanned counts the bytes after start that are known to hold no LF, so that a slow line is not searched again and again.
	scanned  int
	calm     int
	skipping bool
}

// NewReader returns a reader of lines up to limit bytes from src; limit 0 or less means MaxLine.
func NewReader(src io.Reader, limit int) *Reader {
	if limit <= 0 {
		limit = MaxLine
	}
	return &Reader{src: src, limit: limit}
}

// ReadLine returns the next line without its line end. The bytes are valid until the next call. A line over the limit gives
// ErrLineTooLong once, and a source that ends within a line io.ErrUnexpectedEOF. Other errors of the source are returned as
// they are. After any error a later call goes on where this one stopped. A line that never ends is skipped until the source
// gives an error, so only a deadline bounds the time.
func (r *Reader) ReadLine() ([]byte, error) {
	for {
		line, found := r.take()
		if found && r.skipping {
			r.skipping = false
			continue
		}
		if found {
			if len(line) > r.limit {
				return nil, fmt.Errorf("%w: more than %d bytes", ErrLineTooLong, r.limit)
			}
			return line, nil
		}
		// The limit counts the line without CR LF, so one byte more may be the CR.
		tooLong := r.end-r.start > r.limit+1
		if tooLong || r.skipping {
			r.start, r.end, r.scanned = 0, 0, 0
		}
		if tooLong && !r.skipping {
			r.skipping = true
			return nil, fmt.Errorf("%w: more than %d bytes", ErrLineTooLong, r.limit)
		}
		if err := r.fill(); err != nil {
			if errors.Is(err, io.EOF) && (r.skipping || r.end > r.start) {
				return nil, io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
}

// Buffered reports whether a whole line waits in the buffer, so that ReadLine would not block.
func (r *Reader) Buffered() bool {
	i := bytes.IndexByte(r.buf[r.start+r.scanned:r.end], '\n')
	if i < 0 {
		r.scanned = r.end - r.start
		return false
	}
	r.scanned += i // ReadLine need not search again
	return true
}

// take cuts the next line out of the buffer.
func (r *Reader) take() (line []byte, found bool) {
	pending := r.buf[r.start:r.end]
	i := bytes.IndexByte(pending[r.scanned:], '\n')
	if i < 0 {
		r.scanned = len(pending)
		return nil, false
	}
	line = pending[:r.scanned+i]
	r.start += r.scanned + i + 1
	r.scanned = 0
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, true
}

// fill reads once from the source, after making room.
func (r *Reader) fill() error {
	if err := r.err; err != nil {
		r.err = nil
		return err
	}
	r.makeRoom()
	for range maxEmptyReads {
		n, err := r.src.Read(r.buf[r.end:])
		if n < 0 || n > len(r.buf)-r.end {
			return fmt.Errorf("linkwire: source returned the impossible count %d", n)
		}
		r.end += n
		if n > 0 {
			r.err = err
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// makeRoom moves the unread bytes to the front and sizes the buffer to the traffic. Afterwards there is room: a full buffer of
// the largest size holds a line that is too long or lines that were returned.
func (r *Reader) makeRoom() {
	pending := r.end - r.start
	if r.start > 0 {
		r.calm++
	}
	if r.end >= minBuffer {
		r.calm = 0
	}
	size := len(r.buf)
	switch {
	case size == 0:
		size = minBuffer
	case r.end == size && size < r.cap():
		size = min(2*size, r.cap())
	case r.calm > calmReads && size > minBuffer:
		size = minBuffer
	}
	if size != len(r.buf) {
		next := make([]byte, size)
		copy(next, r.buf[r.start:r.end])
		r.buf = next
	} else if r.start > 0 {
		copy(r.buf, r.buf[r.start:r.end])
	}
	r.start, r.end = 0, pending
}

// cap is the largest buffer: room for a line of the limit with its line end, and never less than the throughput needs.
func (r *Reader) cap() int { return max(maxBuffer, r.limit+2) }
