package journal

import (
	"bytes"
	"hash/crc32"
	"io"
)

// page is the piece of a file that is given up when it cannot be read.
const page = 4096

// scanner finds the records of one segment in order, and the damage between them. Recovery and Reader share it.
type scanner struct {
	file  io.ReaderAt
	pos   int64  // where the next record is expected
	end   int64  // of what may be read
	next  uint64 // the lowest sequence that may follow
	limit uint64 // the first sequence that may not

	buf        []byte // a window of the file
	base       int64  // its place
	unreadable int64  // bytes that could not be read, which count as zeros
	err        error  // why
}

// reset starts on another file and keeps the buffer.
func (s *scanner) reset(file io.ReaderAt, first, limit uint64, end int64) {
	*s = scanner{file: file, end: end, next: first, limit: limit, buf: s.buf[:0]}
}

// region is a part of a file.
type region struct{ off, size int64 }

// scan returns the next record, whose payload is valid until the next call, and the damage before it. Without a record the
// region is what is left up to the end.
func (s *scanner) scan() (Record, region, bool) {
	from := s.pos
	for s.pos < s.end {
		h, ok := s.header(s.pos)
		if !ok {
			s.pos = s.search(s.pos + 1)
			continue
		}
		b := s.view(s.pos, int(h.size()))
		if b != nil && crc32.Update(0, castagnoli, b[headerSize:]) == h.crc {
			bad := region{off: from, size: s.pos - from}
			s.pos += h.size()
			s.next = h.seq + 1
			return Record{Seq: h.seq, Time: h.time, Payload: b[headerSize:]}, bad, true
		}
		// Only the payload is damaged if a header stands behind it: do not look for records inside.
		behind := s.pos + h.size()
		if _, ok := s.header(behind); !ok && behind != s.end {
			behind = s.search(s.pos + 1)
		}
		s.pos = behind
	}
	return Record{}, region{off: from, size: max(s.end-from, 0)}, false
}

// header returns the header at off, if it is a valid one that may stand there. Any higher sequence may, as long as it is
// below the limit: it is not known how many records a damaged part held.
func (s *scanner) header(off int64) (header, bool) {
	b := s.view(off, headerSize)
	if b == nil {
		return header{}, false
	}
	h, ok := parseHeader(b)
	return h, ok && h.seq >= s.next && h.seq < s.limit
}

// search returns the place of the next magic at or after off, or the end.
func (s *scanner) search(off int64) int64 {
	for s.view(off, len(recordTag)) != nil {
		b := s.buf[off-s.base:]
		if i := bytes.Index(b, []byte(recordTag)); i >= 0 {
			return off + int64(i)
		}
		off += int64(len(b) - len(recordTag) + 1)
	}
	return s.end
}

// view returns size bytes at off, or nil if the file has fewer. They are valid until the next call.
func (s *scanner) view(off int64, size int) []byte {
	if off < s.base || off+int64(size) > s.base+int64(len(s.buf)) {
		if off+int64(size) > s.end {
			return nil
		}
		s.fill(off)
	}
	at := int(off - s.base)
	return s.buf[at : at+size]
}

// fill moves the window to off. It grows with what there is to read, up to the largest record, as most files are small.
func (s *scanner) fill(off int64) {
	if left := int(min(s.end-off, maxRecord)); cap(s.buf) < left {
		s.buf = make([]byte, 0, min(max(left, 2*cap(s.buf)), maxRecord))
	}
	s.base = off
	s.buf = s.buf[:min(int64(cap(s.buf)), s.end-off)]
	n, _ := s.file.ReadAt(s.buf, off) // an error comes again below
	for at := n; at < len(s.buf); {
		// The bad sector is somewhere in this page; what is behind it may be readable.
		end := min(at+page-int((off+int64(at))%page), len(s.buf))
		if n, err := s.file.ReadAt(s.buf[at:end], off+int64(at)); n < end-at {
			clear(s.buf[at+n : end])
			s.unreadable += int64(end - at - n)
			if s.err == nil {
				s.err = err
			}
		}
		at = end
	}
}
