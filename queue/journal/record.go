package journal

import (
	"encoding/binary"
	"hash/crc32"
)

// MaxPayload is the largest payload of a record, in bytes.
const MaxPayload = 64 << 10

const (
	headerSize = 32
	maxRecord  = headerSize + MaxPayload
	recordTag  = "\xF5TJ\x01" // not text, so that it is rare in payloads; the last byte is the version
	// endSequence is above all sequences; it leaves room to add without overflow.
	endSequence = 1 << 62
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli) // the processor has an instruction for it

// Record is one entry of a journal.
type Record struct {
	Seq     uint64
	Time    int64 // nanoseconds since 1970
	Payload []byte
}

// appendRecord appends a record in the form that doc.go describes.
func appendRecord(dst []byte, r Record) []byte {
	at := len(dst)
	dst = append(dst, recordTag...)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(r.Payload)))
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.LittleEndian.AppendUint32(dst, crc32.Update(0, castagnoli, r.Payload))
	dst = binary.LittleEndian.AppendUint64(dst, r.Seq)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.Time))
	binary.LittleEndian.PutUint32(dst[at+8:], headerCRC(dst[at:]))
	return append(dst, r.Payload...)
}

// header is a parsed record header.
type header struct {
	length int
	crc    uint32 // of the payload
	seq    uint64
	time   int64
}

// size returns the length of the whole record.
func (h header) size() int64 { return headerSize + int64(h.length) }

// parseHeader reads the header at the start of b, which has at least headerSize bytes. It reports whether it is valid.
func parseHeader(b []byte) (header, bool) {
	if string(b[:4]) != recordTag {
		return header{}, false
	}
	if headerCRC(b) != binary.LittleEndian.Uint32(b[8:]) {
		return header{}, false
	}
	length := binary.LittleEndian.Uint32(b[4:])
	h := header{
		length: int(length), crc: binary.LittleEndian.Uint32(b[12:]),
		seq: binary.LittleEndian.Uint64(b[16:]), time: int64(binary.LittleEndian.Uint64(b[24:])),
	}
	return h, length <= MaxPayload && h.seq > 0 && h.seq < endSequence
}

// headerCRC leaves out the place of the checksum itself.
func headerCRC(b []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, b[:8]), castagnoli, b[12:headerSize])
}
