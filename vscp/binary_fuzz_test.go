package vscp

import (
	"bytes"
	"testing"
)

// No panic, the same answer as the second reader, nothing changed on an error, and every form reads back.
func FuzzFrame(f *testing.F) {
	for _, v := range loadVectors[frameVectors](f, "frames.json").Frames {
		f.Add(unhex(f, v.Frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		for _, b := range [][]byte{frame, repaired(frame)} {
			want, ok := oracleFrame(b)
			if !ok {
				want = sampleEvent()
			}
			got := sampleEvent()
			if err := got.DecodeFrame(b); (err == nil) != ok {
				t.Fatalf("DecodeFrame(%X) = %v, want accepted: %v", b, err, ok)
			}
			if !got.equal(&want) {
				t.Fatalf("DecodeFrame(%X), accepted: %v, left %+v, want %+v", b, ok, got, want)
			}
			checkFrameForms(t, &got)
		}
	})
}

// repaired returns a frame with a size and a checksum that fit, which a fuzzer would not find.
func repaired(b []byte) []byte {
	frame := append(bytes.Clone(b), make([]byte, MinFrame)...)
	n := min(len(b), MaxData)
	frame[0] &= 0x10
	frame[34], frame[35] = byte(n>>8), byte(n)
	return withCRC(append(frame, make([]byte, MaxFrame)...))
}

// Whatever the fields are, every form reads back, also encrypted.
func FuzzFrameFields(f *testing.F) {
	guid := sampleEvent().GUID
	f.Add(uint16(0x60), uint16(10), uint16(6), uint64(1_770_000_000_123_456_789), uint32(0), guid[:], []byte{72, 52}, uint8(0))
	f.Add(uint16(0x168), uint16(10), uint16(6), uint64(1_770_000_000_000_000_000), uint32(678), guid[:], []byte{}, uint8(1))
	f.Add(uint16(0xFFFF), uint16(20), uint16(3), uint64(5), uint32(4294967295), []byte{}, bytes.Repeat([]byte{7}, MaxData), uint8(2))
	f.Fuzz(func(t *testing.T, head, class, typ uint16, nanos uint64, micros uint32, guid, data []byte, key uint8) {
		e := Event{Head: Head(head), Class: Class(class), Type: typ, Time: Time{nanos, micros}, Data: data[:min(len(data), MaxData)]}
		copy(e.GUID[:], guid)
		checkFrameForms(t, &e)
		checkPayloadForms(t, &e)
		for _, form := range frameForms() {
			frame, key := mustFrame(t, &e, form.form), testKeys()[key%3]
			packet := mustEncrypt(t, frame, key)
			if got, err := DecryptFrame(nil, packet, key); err != nil || !bytes.Equal(got, frame) {
				t.Fatalf("DecryptFrame(%X) = %X, %v, want %X", packet, got, err, frame)
			}
		}
	})
}

// No panic, dst as it was on an error, and what was decrypted can be encrypted again.
func FuzzDecryptFrame(f *testing.F) {
	for _, v := range loadVectors[frameVectors](f, "frames.json").Encrypted {
		f.Add(unhex(f, v.Encrypted), unhex(f, v.Key))
	}
	f.Fuzz(func(t *testing.T, packet, key []byte) {
		before := bytes.Clone(packet)
		got, err := DecryptFrame([]byte("before"), packet, key)
		if !bytes.Equal(packet, before) || string(got[:6]) != "before" {
			t.Fatalf("DecryptFrame(%X) changed its input or dst", before)
		}
		if err != nil {
			if len(got) != 6 {
				t.Fatalf("DecryptFrame(%X) failed with %v but appended %X", packet, err, got[6:])
			}
			return
		}
		frame, iv := got[6:], packet[len(packet)-16:]
		again, err := EncryptFrame(nil, frame, key, iv)
		if err != nil {
			t.Fatalf("EncryptFrame(%X) of a decrypted frame: %v", frame, err)
		}
		if plain, err := DecryptFrame(nil, again, key); err != nil || !bytes.Equal(plain, frame) {
			t.Fatalf("DecryptFrame(%X) = %X, %v, want %X", again, plain, err, frame)
		}
	})
}

func FuzzCommandFrame(f *testing.F) {
	for _, v := range loadVectors[frameVectors](f, "frames.json").Commands {
		f.Add(unhex(f, v.Spec))
		f.Add(unhex(f, v.Libraries))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		got, want := CommandFrame{2, []byte("admin")}, CommandFrame{2, []byte("admin")}
		if err := got.DecodeFrame(frame); err != nil {
			if !got.equal(want) {
				t.Fatalf("DecodeFrame(%X) failed but left %+v, want %+v", frame, got, want)
			}
			return
		}
		var written [2][]byte
		for sum := range written {
			var err error
			if written[sum], err = got.AppendFrame(nil, CommandCRC(sum)); err != nil {
				t.Fatalf("AppendFrame of %+v: %v", got, err)
			}
		}
		if !bytes.Equal(written[0], frame) && !bytes.Equal(written[1], frame) {
			t.Fatalf("%X written again is %X or %X, want no change", frame, written[0], written[1])
		}
	})
}
