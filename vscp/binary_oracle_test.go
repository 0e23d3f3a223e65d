package vscp

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"time"
)

// oracleCRC is the checksum bit by bit, as textbooks have it.
func oracleCRC(b []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			top := crc >> 15
			crc = crc<<1 ^ top*0x1021
		}
	}
	return crc
}

// oracleFrame is a second reader of frames, with nothing in common with the first.
func oracleFrame(frame []byte) (e Event, ok bool) {
	var h struct {
		Kind     uint8
		Head     uint16
		Time     [4]byte
		Year     uint16
		Date     [5]uint8
		Class    uint16
		Type     uint16
		GUID     [16]byte
		DataSize uint16
	}
	r := bytes.NewReader(frame)
	if binary.Read(r, binary.BigEndian, &h) != nil || h.Kind != 0 && h.Kind != 0x10 || h.DataSize > 512 || r.Len() < int(h.DataSize)+2 {
		return e, false
	}
	end := 36 + int(h.DataSize)
	crc := uint16(frame[end])*256 + uint16(frame[end+1])
	if crc != oracleCRC(frame[1:end]) && (h.Head&8 == 0 || crc != 0xAA55) {
		return e, false
	}
	e = Event{Head: Head(h.Head), Class: Class(h.Class), Type: h.Type, GUID: h.GUID, Data: frame[36:end]}
	if h.Kind == 0x10 || h.Head&0x300 == 0x100 {
		for _, b := range frame[3:11] {
			e.Time.Nanos = e.Time.Nanos<<8 | uint64(b)
		}
		return e, true
	}
	e.Time.Micros = binary.BigEndian.Uint32(h.Time[:])
	year, d := int(h.Year), h.Date
	unset := year == 0 && d[0] == 0 && d[1] == 0
	if unset {
		year, d[0], d[1] = 1970, 1, 1
	}
	date := time.Date(year, time.Month(d[0]), int(d[1]), int(d[2]), int(d[3]), int(d[4]), 0, time.UTC)
	y, m, day := date.Date()
	hour, minute, second := date.Clock()
	if y != year || m != time.Month(d[0]) || day != int(d[1]) || hour != int(d[2]) || minute != int(d[3]) || second != int(d[4]) {
		return e, false
	}
	if s := date.Unix(); !unset && s >= 0 {
		if hi, lo := bits.Mul64(uint64(s), 1e9); hi == 0 {
			e.Time.Nanos = lo
		}
	}
	return e, true
}
