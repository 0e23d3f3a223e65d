package vscp

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Sizes of a binary event frame in bytes, not encrypted.
const (
	MinFrame = frameData + crcLen // no data
	MaxFrame = MinFrame + MaxData
)

// Where the parts of an event frame begin. All numbers are big endian. The checksum covers all bytes before it but the
// first.
const (
	frameHead  = 1
	frameTime  = 3 // 8 bytes of nanoseconds, or 4 bytes of microseconds and the date
	frameDate  = 7 // year (2 bytes), month, day, hour, minute, second
	frameClass = 14
	frameType  = 16
	frameGUID  = 18
	frameSize  = 34
	frameData  = 36
	crcLen     = 2
)

// What the first byte announces in its high nibble. The low nibble is 0 or the algorithm of an encrypted frame.
const (
	kindDate    = 0x0
	kindNanos   = 0x1
	kindCommand = 0xE
	kindReply   = 0xF
)

// noCRC stands in the place of the checksum if the sender computes none and says so in the head.
const noCRC = 0xAA55

// FrameForm says how an event frame is written, which depends on who reads it. No form is read right by all: a reader
// that expects another one makes garbage of the time.
type FrameForm uint8

// The frame forms.
const (
	// FrameNanos is type 1, with nanoseconds and head bits 9-8 = 01: vscp 15.1 and newer. The time is that of TimeNanos.
	FrameNanos FrameForm = iota
	// FrameFirmware is FrameNanos under the number of type 0, as the firmware library writes and reads it.
	FrameFirmware
	// FrameDate is type 0, with date and microseconds and head bits 9-8 = 00: older peers. The time is that of TimeDate.
	FrameDate
)

// FrameError says which part of a binary frame was refused, and why.
type FrameError struct {
	Field  string // "type", "encryption", "length", "data size", "date", "argument" or "crc"
	Offset int    // where in the frame the part begins; for the length the end of the frame
	Reason string // continues the field, such as "is 600, at most 512 bytes are allowed"
}

// Error reads like `frame: byte 34: data size is 600, at most 512 bytes are allowed`.
func (e *FrameError) Error() string {
	return "frame: byte " + strconv.Itoa(e.Offset) + ": " + e.Field + " " + e.Reason
}

func newFrameError(field string, offset int, format string, args ...any) *FrameError {
	return &FrameError{Field: field, Offset: offset, Reason: fmt.Sprintf(format, args...)}
}

// AppendFrame appends e as a binary frame in form f. The obid has no place in it. The checksum is always computed, also
// if the head says that the origin of the event computes none. More than MaxData data bytes are a [*FrameError], with
// dst returned as it was. It allocates only if dst has too little room.
func AppendFrame(dst []byte, e *Event, f FrameForm) ([]byte, error) {
	n := len(e.Data)
	if n > MaxData {
		return dst, newFrameError("data size", frameSize, "is %d, at most %d bytes are allowed", n, MaxData)
	}
	dst = slices.Grow(dst, MinFrame+n)
	b := dst[len(dst) : len(dst)+MinFrame+n]
	clear(b[frameTime:frameClass])
	form := TextForm{Time: TimeNanos}
	if f == FrameDate {
		form.Time = TimeDate
	}
	head, date, stamp := form.fields(e.Head, e.Time)
	switch f {
	case FrameDate:
		b[0] = kindDate << 4
		binary.BigEndian.PutUint32(b[frameTime:], uint32(stamp))
		putFrameDate(b[frameDate:], date)
	case FrameFirmware:
		b[0] = kindDate << 4
		binary.BigEndian.PutUint64(b[frameTime:], stamp)
	default:
		b[0] = kindNanos << 4
		binary.BigEndian.PutUint64(b[frameTime:], stamp)
	}
	binary.BigEndian.PutUint16(b[frameHead:], uint16(head))
	binary.BigEndian.PutUint16(b[frameClass:], uint16(e.Class))
	binary.BigEndian.PutUint16(b[frameType:], e.Type)
	copy(b[frameGUID:], e.GUID[:])
	binary.BigEndian.PutUint16(b[frameSize:], uint16(n))
	copy(b[frameData:], e.Data)
	binary.BigEndian.PutUint16(b[frameData+n:], crc16(crcStart, b[frameHead:frameData+n]))
	return dst[:len(dst)+len(b)], nil
}

// putFrameDate writes the seven bytes of a date, and leaves them for nanos 0.
func putFrameDate(b []byte, nanos uint64) {
	if nanos == 0 {
		return
	}
	t := time.Unix(int64(nanos/nanosPerSecond), 0).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	binary.BigEndian.PutUint16(b, uint16(year))
	b[2], b[3], b[4], b[5], b[6] = byte(month), byte(day), byte(hour), byte(minute), byte(second)
}

// DecodeFrame reads a binary event frame of either type. The time is read as nanoseconds if the type is 1 or head bits
// 9-8 are 01, which is right for every known writer. Bytes behind the checksum are ignored: some senders pad, and some
// receivers count one byte too many. The checksum is not compared if head bit 3 is set and it is 0xAA55.
//
// ObID becomes 0. Data is written over e.Data as far as its capacity goes; it does not alias frame. On an error, which
// is a [*FrameError], e is left as it was. Encrypted frames are refused: see [DecryptFrame].
func (e *Event) DecodeFrame(frame []byte) error {
	size, err := frameLen(frame)
	if err != nil {
		return err
	}
	frame = frame[:size]
	if err := checkCRC(frame); err != nil {
		return err
	}
	head := Head(binary.BigEndian.Uint16(frame[frameHead:]))
	var t Time
	if frame[0]>>4 == kindNanos || head.Version() == versionNanos {
		t.Nanos = binary.BigEndian.Uint64(frame[frameTime:])
	} else {
		var ok bool
		if t.Nanos, ok = frameDateNanos(frame[frameDate:frameClass]); !ok {
			return newFrameError("date", frameDate, "is % X, no year, month, day, hour, minute and second that exist", frame[frameDate:frameClass])
		}
		t.Micros = binary.BigEndian.Uint32(frame[frameTime:])
	}
	e.Head, e.ObID, e.Time = head, 0, t
	e.Class = Class(binary.BigEndian.Uint16(frame[frameClass:]))
	e.Type = binary.BigEndian.Uint16(frame[frameType:])
	e.GUID = GUID(frame[frameGUID:])
	e.Data = append(e.Data[:0], frame[frameData:size-crcLen]...)
	return nil
}

// frameLen returns the length of the plain event frame at the start of b, checksum included, after checking the first
// byte and the size field.
func frameLen(b []byte) (int, error) {
	if len(b) < MinFrame {
		return 0, newFrameError("length", len(b), "is %d, an event frame has at least %d bytes", len(b), MinFrame)
	}
	if err := checkKind(b[0], false); err != nil {
		return 0, err
	}
	n := int(binary.BigEndian.Uint16(b[frameSize:]))
	if n > MaxData {
		return 0, newFrameError("data size", frameSize, "is %d, at most %d bytes are allowed", n, MaxData)
	}
	if len(b) < MinFrame+n {
		return 0, newFrameError("length", len(b), "is %d, with %d data bytes it must be %d", len(b), n, MinFrame+n)
	}
	return MinFrame + n, nil
}

// checkKind checks that the first byte of a frame announces an event, encrypted or not as wanted.
func checkKind(first byte, encrypted bool) error {
	switch kind, cipher := first>>4, first&0x0F; {
	case kind == kindCommand:
		return newFrameError("type", 0, "is that of a command, not of an event")
	case kind == kindReply:
		return newFrameError("type", 0, "is that of a reply, not of an event")
	case kind != kindDate && kind != kindNanos:
		return newFrameError("type", 0, "%d is reserved", kind)
	case cipher > cipherAES256:
		return newFrameError("encryption", 0, "%d is reserved", cipher)
	case encrypted && cipher == cipherNone:
		return newFrameError("encryption", 0, "is none")
	case !encrypted && cipher != cipherNone:
		return newFrameError("encryption", 0, "is %s, the frame must be decrypted first", cipherName(cipher))
	default:
		return nil
	}
}

// checkCRC checks the last two bytes of a plain event frame.
func checkCRC(frame []byte) error {
	at := len(frame) - crcLen
	got := binary.BigEndian.Uint16(frame[at:])
	if got == noCRC && Head(binary.BigEndian.Uint16(frame[frameHead:])).NoCRC() {
		return nil
	}
	if want := crc16(crcStart, frame[frameHead:at]); got != want {
		return newFrameError("crc", at, "is 0x%04X, the bytes before it have 0x%04X", got, want)
	}
	return nil
}

// frameDateNanos reads the seven bytes of a date. No year, month and day are no date, and dates that do not fit 64 bits
// are not set. ok is false if the date does not exist.
func frameDateNanos(b []byte) (nanos uint64, ok bool) {
	year, month, day := int(binary.BigEndian.Uint16(b)), int(b[2]), int(b[3])
	hour, minute, second := int(b[4]), int(b[5]), int(b[6])
	if hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	if year == 0 && month == 0 && day == 0 {
		return 0, true
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if month < 1 || month > 12 || t.Day() != day { // Date turns 30 February into 2 March
		return 0, false
	}
	return nanosOf(t.Unix(), 0), true
}
