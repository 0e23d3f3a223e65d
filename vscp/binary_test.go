package vscp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
)

type frameVectors struct {
	CRC struct {
		Check string `json:"check_123456789"`
	}
	Frames []struct {
		ID, Frame string
		Decode    struct {
			vectorEvent
			Reject string
		}
	}
	Encrypted []struct {
		ID, Key, IV, Encrypted string
		PlainFrame             string            `json:"plain_frame"`
		Upstream               map[string]string `json:"upstream_outputs"`
	}
	Commands []struct {
		ID, Name, Arg string
		Code          uint16
		Spec          string `json:"frame_crc_over_cmd_and_args"`
		Libraries     string `json:"frame_as_written_by_firmware"`
	} `json:"command_frames"`
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type frameFormCase struct {
	name string
	form FrameForm
	text TimeForm // the same time in an event line
}

func frameForms() []frameFormCase {
	return []frameFormCase{
		{"nanos", FrameNanos, TimeNanos},
		{"firmware", FrameFirmware, TimeNanos},
		{"date", FrameDate, TimeDate},
	}
}

func mustFrame(t testing.TB, e *Event, f FrameForm) []byte {
	t.Helper()
	frame, err := AppendFrame(nil, e, f)
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

func TestCRC(t *testing.T) {
	if got, want := crc16(crcStart, []byte("123456789")), loadVectors[frameVectors](t, "frames.json").CRC.Check; want != strings.ToUpper(hex.EncodeToString([]byte{byte(got >> 8), byte(got)})) {
		t.Errorf("crc16 of 123456789 = %04X, want %s", got, want)
	}
	var b []byte
	for i := range 300 {
		got, want := crc16(crcStart, b), oracleCRC(b)
		if got != want {
			t.Fatalf("crc16 of %d bytes = %04X, want %04X", len(b), got, want)
		}
		if rest := crc16(crcStart, binary.BigEndian.AppendUint16(bytes.Clone(b), got)); rest != 0 {
			t.Fatalf("crc16 of %d bytes and their checksum = %04X, want 0", len(b), rest)
		}
		if parts := crc16(crc16(crcStart, b[:i/2]), b[i/2:]); parts != want {
			t.Fatalf("crc16 of %d bytes in two parts = %04X, want %04X", len(b), parts, want)
		}
		b = append(b, byte(i*i*7+i>>3))
	}
}

func TestFrameVectors(t *testing.T) {
	for _, v := range loadVectors[frameVectors](t, "frames.json").Frames {
		frame := unhex(t, v.Frame)
		if v.Decode.Reject != "" {
			checkFrameRefused(t, v.ID, frame, v.Decode.Reject)
			continue
		}
		want := v.Decode.event(t)
		got := sampleEvent()
		if err := got.DecodeFrame(frame); err != nil || !got.equal(&want) {
			t.Errorf("%s: DecodeFrame = %+v, %v, want %+v", v.ID, got, err, want)
		}
		if second, ok := oracleFrame(frame); !ok || !second.equal(&want) {
			t.Errorf("%s: the second reader reads %+v, %v, want %+v", v.ID, second, ok, want)
		}
		checkFrameForms(t, &got)

		// Written again, it is what was read but for padding and for the checksum, which is always computed.
		form := FrameDate
		if frame[0] == 0x10 {
			form = FrameNanos
		} else if got.Head.Version() == 1 {
			form = FrameFirmware
		}
		again := mustFrame(t, &got, form)
		if got.Head.NoCRC() {
			binary.BigEndian.PutUint16(frame[len(frame)-2:], oracleCRC(frame[1:len(frame)-2]))
		}
		if !bytes.Equal(again, frame[:min(len(frame), len(again))]) {
			t.Errorf("%s: AppendFrame = %X, want %X", v.ID, again, frame)
		}
	}
}

func checkFrameRefused(t *testing.T, id string, frame []byte, field string) {
	t.Helper()
	e, want := sampleEvent(), sampleEvent()
	err := e.DecodeFrame(frame)
	var refused *FrameError
	if !errors.As(err, &refused) || refused.Field != field {
		t.Errorf("%s: DecodeFrame(%X) = %v, want a *FrameError about the %s", id, frame, err, field)
	}
	if !e.equal(&want) {
		t.Errorf("%s: DecodeFrame(%X) failed but left %+v, want %+v", id, frame, e, want)
	}
}

// checkFrameForms encodes e in every form and checks that what is read back is e but for the obid and for what the form
// is documented to change.
func checkFrameForms(t *testing.T, e *Event) {
	t.Helper()
	for _, f := range frameForms() {
		frame := mustFrame(t, e, f.form)
		want := readBack(e, TextForm{Time: f.text})
		want.ObID = 0
		got := sampleEvent()
		if err := got.DecodeFrame(frame); err != nil || !got.equal(&want) {
			t.Fatalf("%+v as %s frame %X reads back as %+v, %v, want %+v", *e, f.name, frame, got, err, want)
		}
		if second, ok := oracleFrame(frame); !ok || !second.equal(&want) {
			t.Fatalf("%+v as %s frame %X is %+v, %v to the second reader, want %+v", *e, f.name, frame, second, ok, want)
		}
		if kind := byte(0x10); (frame[0] == kind) != (f.form == FrameNanos) || len(frame) != 38+len(e.Data) {
			t.Fatalf("%+v as %s frame %X: type or length wrong", *e, f.name, frame)
		}
		padded := slices.Concat(frame, []byte{0xFF})
		if err := got.DecodeFrame(padded); err != nil || !got.equal(&want) {
			t.Fatalf("DecodeFrame(%X) with a byte too many = %+v, %v, want %+v", padded, got, err, want)
		}
	}
}

func TestFrameTimes(t *testing.T) {
	const second = 1_770_000_000_000_000_000
	for _, c := range []struct {
		name string
		time Time
	}{
		{"none", Time{}},
		{"ns", Time{Nanos: second + 123_456_789}},
		{"all 64 bits", Time{Nanos: 11616992294838206464}},
		{"the last", Time{Nanos: 18446744073709551615}},
		{"first second", Time{Nanos: 5}},
		{"date and us", Time{second, 678}},
		{"date, fraction and us", Time{second + 5, 678}},
		{"date and free running us", Time{second, 4294967295}},
		{"us", Time{Micros: 678}},
	} {
		for _, head := range []Head{0, 0x60, 0x160, 0x260, 0xFFFF} {
			e := sampleEvent()
			e.Head, e.Time = head, c.time
			t.Run(c.name, func(t *testing.T) { checkFrameForms(t, &e) })
		}
	}
}

// Either sign makes the time nanoseconds; without both it is date and microseconds.
func TestDecodeFrameType(t *testing.T) {
	nanos, date := Time{Nanos: 1_770_000_000_123_456_789}, Time{1_770_000_000_000_000_000, 123456}
	for _, c := range []struct {
		kind byte
		head Head
		want Time
	}{
		{0x10, 0x160, nanos},
		{0x10, 0x060, nanos},
		{0x10, 0x260, nanos},
		{0x00, 0x160, nanos},
		{0x00, 0x060, date},
		{0x00, 0x260, date},
		{0x00, 0x360, date},
	} {
		e, form := sampleEvent(), FrameNanos
		if c.want == date {
			form = FrameDate
		}
		frame := mustFrame(t, &e, form)
		frame[0] = c.kind
		binary.BigEndian.PutUint16(frame[1:], uint16(c.head))
		frame = withCRC(frame)
		if err := e.DecodeFrame(frame); err != nil || e.Time != c.want || e.Head != c.head {
			t.Errorf("DecodeFrame of type %02X with head %04X = head %04X, %+v, %v, want %+v", c.kind, c.head, e.Head, e.Time, err, c.want)
		}
	}
}

// withCRC cuts a frame to its size field and puts the right checksum on it.
func withCRC(frame []byte) []byte {
	end := 36 + int(binary.BigEndian.Uint16(frame[34:]))
	return binary.BigEndian.AppendUint16(frame[:end:end], oracleCRC(frame[1:end]))
}

func TestDecodeFrameDate(t *testing.T) {
	for _, c := range []struct {
		date string // year, month, day, hour, minute, second
		want uint64 // seconds
		ok   bool
	}{
		{"07EA 0102 030405", 1767323045, true},
		{"07E8 021D 173B3B", 1709251199, true},
		{"0000 0000 000000", 0, true},
		{"0000 0000 173B3B", 0, true},
		{"07B2 0101 000000", 0, true},
		{"076C 0101 000000", 0, true},
		{"09FA 0715 172221", 18446744073, true},
		{"09FA 0715 172222", 0, true},
		{"FFFE 0101 000000", 0, true},
		{"07E9 021D 000000", 0, false},
		{"07EA 0002 000000", 0, false},
		{"07EA 0D02 000000", 0, false},
		{"07EA 0100 000000", 0, false},
		{"07EA 0120 000000", 0, false},
		{"07EA 0102 180000", 0, false},
		{"07EA 0102 003C00", 0, false},
		{"07EA 0102 00003C", 0, false},
		{"0000 0001 000000", 0, false},
		{"0000 0000 180000", 0, false},
		{"FFFF FF00 000000", 0, false}, // the mark of nanoseconds in the memory of vscp
	} {
		e := sampleEvent()
		frame := mustFrame(t, &e, FrameDate)
		copy(frame[7:], unhex(t, strings.ReplaceAll(c.date, " ", "")))
		frame = withCRC(frame)
		if !c.ok {
			checkFrameRefused(t, c.date, frame, "date")
			continue
		}
		want := Time{c.want * 1e9, 123456}
		if err := e.DecodeFrame(frame); err != nil || e.Time != want {
			t.Errorf("DecodeFrame with date %s = %+v, %v, want %+v", c.date, e.Time, err, want)
		}
	}
}

func TestDecodeFrameRefuses(t *testing.T) {
	e := sampleEvent()
	good := mustFrame(t, &e, FrameNanos)
	change := func(at int, with ...byte) []byte {
		frame := bytes.Clone(good)
		copy(frame[at:], with)
		return frame
	}
	long := append(change(34, 2, 1), make([]byte, 600)...)
	for _, c := range []struct {
		name  string
		frame []byte
		want  string
	}{
		{"nothing", nil, "frame: byte 0: length is 0, an event frame has at least 38 bytes"},
		{"header only", good[:37], "frame: byte 37: length is 37, an event frame has at least 38 bytes"},
		{"one byte short", good[:41], "frame: byte 41: length is 41, with 4 data bytes it must be 42"},
		{"size too large", long, "frame: byte 34: data size is 513, at most 512 bytes are allowed"},
		{"reserved type", change(0, 0x20), "frame: byte 0: type 2 is reserved"},
		{"command", change(0, 0xE0), "frame: byte 0: type is that of a command, not of an event"},
		{"reply", change(0, 0xF0), "frame: byte 0: type is that of a reply, not of an event"},
		{"encrypted", change(0, 0x12), "frame: byte 0: encryption is AES-192, the frame must be decrypted first"},
		{"reserved algorithm", change(0, 0x14), "frame: byte 0: encryption 4 is reserved"},
		{"algorithm of programs", change(0, 0x0F), "frame: byte 0: encryption 15 is reserved"},
		{"wrong checksum", change(40, 0xAA, 0x55), "frame: byte 40: crc is 0xAA55, the bytes before it have 0x5439"},
		{"impossible date", withCRC(append([]byte{0, 0, 0x60}, good[3:]...)), "frame: byte 7: date is 4B CC CD 15 00 00 00, no year, month, day, hour, minute and second that exist"},
	} {
		got, want := sampleEvent(), sampleEvent()
		if err := got.DecodeFrame(c.frame); err == nil || err.Error() != c.want {
			t.Errorf("%s: DecodeFrame = %v, want %s", c.name, err, c.want)
		}
		if !got.equal(&want) {
			t.Errorf("%s: DecodeFrame failed but left %+v, want %+v", c.name, got, want)
		}
	}
}

// The first byte is not covered by the checksum; a flip of any other bit is seen.
func TestDecodeFrameSeesEveryBit(t *testing.T) {
	for _, f := range frameForms() {
		e := sampleEvent()
		frame := mustFrame(t, &e, f.form)
		for i := 8; i < len(frame)*8; i++ {
			frame[i/8] ^= 1 << (i % 8)
			var got Event
			if err := got.DecodeFrame(frame); err == nil {
				t.Errorf("DecodeFrame of a %s frame with bit %d of byte %d turned = nil, want an error", f.name, i%8, i/8)
			}
			frame[i/8] ^= 1 << (i % 8)
		}
	}
}

func TestAppendFrameRefuses(t *testing.T) {
	e := Event{Data: make([]byte, MaxData+1)}
	got, err := AppendFrame([]byte("before"), &e, FrameNanos)
	const want = "frame: byte 34: data size is 513, at most 512 bytes are allowed"
	if string(got) != "before" || err == nil || err.Error() != want {
		t.Errorf("AppendFrame of 513 data bytes = %q, %v, want %q, %s", got, err, "before", want)
	}
	e.Data = e.Data[:MaxData]
	if got, err = AppendFrame([]byte("before"), &e, FrameNanos); err != nil || len(got) != len("before")+MaxFrame || string(got[:6]) != "before" {
		t.Errorf("AppendFrame of 512 data bytes = %d bytes, %v, want %d behind what was there", len(got), err, MaxFrame)
	}
}

// What dst holds behind its length must not show in the frame.
func TestAppendFrameOverOldBytes(t *testing.T) {
	for _, f := range frameForms() {
		e := Event{Class: 20, Type: 9}
		old := bytes.Repeat([]byte{0xEE}, MaxFrame)
		got, err := AppendFrame(old[:0], &e, f.form)
		if want := mustFrame(t, &e, f.form); err != nil || !bytes.Equal(got, want) {
			t.Errorf("AppendFrame in form %s over old bytes = %X, %v, want %X", f.name, got, err, want)
		}
	}
}

func TestFramesDoNotAllocate(t *testing.T) {
	e, decoded := sampleEvent(), sampleEvent()
	buf := make([]byte, 0, MaxFrame)
	for _, f := range frameForms() {
		got := testing.AllocsPerRun(100, func() {
			var err error
			if buf, err = AppendFrame(buf[:0], &e, f.form); err != nil {
				t.Fatal(err)
			}
			if err = decoded.DecodeFrame(buf); err != nil {
				t.Fatal(err)
			}
		})
		if got != 0 {
			t.Errorf("a frame in form %s there and back allocates %v times, want 0", f.name, got)
		}
	}
}
