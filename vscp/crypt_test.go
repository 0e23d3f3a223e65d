package vscp

import (
	"bytes"
	"crypto/aes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// testKeys returns a key for each algorithm.
func testKeys() [][]byte {
	key := []byte("no key of anybody, 32 bytes long")
	return [][]byte{key[:16], key[:24], key}
}

func mustEncrypt(t testing.TB, frame, key []byte) []byte {
	t.Helper()
	packet, err := EncryptFrame(nil, frame, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	return packet
}

func TestEncryptionVectors(t *testing.T) {
	for _, v := range loadVectors[frameVectors](t, "frames.json").Encrypted {
		key, iv, want := unhex(t, v.Key), unhex(t, v.IV), unhex(t, v.Encrypted)
		frame := unhex(t, v.PlainFrame)
		frame[0] &^= 0x0F // the vector has the algorithm in it already
		got, err := EncryptFrame(nil, frame, key, iv)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: EncryptFrame = %X, %v, want %X", v.ID, got, err, want)
		}
		packets := [][]byte{want}
		for _, other := range v.Upstream {
			packets = append(packets, unhex(t, other))
		}
		for _, packet := range packets {
			if got, err := DecryptFrame(nil, packet, key); err != nil || !bytes.Equal(got, frame) {
				t.Errorf("%s: DecryptFrame(%X) = %X, %v, want %X", v.ID, packet, got, err, frame)
			}
			var e Event
			if err := e.DecodeFrame(packet); err == nil || !FrameEncrypted(packet) {
				t.Errorf("%s: DecodeFrame of it = %v, want an error; FrameEncrypted = %v, want true", v.ID, err, FrameEncrypted(packet))
			}
		}
	}
}

func TestEncryptThereAndBack(t *testing.T) {
	for _, key := range testKeys() {
		for n := 0; n <= MaxData; n++ {
			e := sampleEvent()
			e.Data = bytes.Repeat([]byte{0xA5}, n)
			frame := mustFrame(t, &e, FrameNanos)
			packet := mustEncrypt(t, frame, key)
			if len(packet) < MinEncryptedFrame || len(packet) > MaxEncryptedFrame {
				t.Errorf("a frame of %d bytes encrypted has %d, want %d to %d", len(frame), len(packet), MinEncryptedFrame, MaxEncryptedFrame)
			}
			got, err := DecryptFrame([]byte("before"), packet, key)
			if want := "before" + string(frame); err != nil || string(got) != want {
				t.Fatalf("DecryptFrame of %d data bytes = %X, %v, want %X", n, got, err, want)
			}
		}
	}
}

func TestEncryptInPlace(t *testing.T) {
	e := sampleEvent()
	want := mustFrame(t, &e, FrameNanos)
	key := testKeys()[2]
	buf := bytes.Repeat([]byte{0xEE}, MaxEncryptedFrame)
	frame := buf[:copy(buf, want)]
	packet, err := EncryptFrame(frame[:0], frame, key, nil)
	if err != nil || &packet[0] != &buf[0] {
		t.Fatalf("EncryptFrame in place: error %v, in place %v, want nil, true", err, &packet[0] == &buf[0])
	}
	got, err := DecryptFrame(packet[:0], packet, key)
	if err != nil || !bytes.Equal(got, want) || &got[0] != &buf[0] {
		t.Errorf("DecryptFrame in place = %X, %v, want %X in place", got, err, want)
	}
}

// Padding behind the frame is not encrypted with it, and two frames never have the same initialisation vector.
func TestEncryptFrameIsExactAndFresh(t *testing.T) {
	e := sampleEvent()
	frame := mustFrame(t, &e, FrameNanos)
	key, iv := testKeys()[0], make([]byte, aes.BlockSize)
	want, err := EncryptFrame(nil, frame, key, iv)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := EncryptFrame(nil, append(frame, 1, 2, 3), key, iv); err != nil || !bytes.Equal(got, want) {
		t.Errorf("EncryptFrame with padding = %X, %v, want %X", got, err, want)
	}
	if got, err := EncryptFrame(bytes.Repeat([]byte{0xEE}, MaxEncryptedFrame)[:0], frame, key, iv); err != nil || !bytes.Equal(got, want) {
		t.Errorf("EncryptFrame over old bytes = %X, %v, want %X", got, err, want)
	}
	seen := map[string]bool{string(iv): true}
	for range 100 {
		packet := mustEncrypt(t, frame, key)
		iv := string(packet[len(packet)-aes.BlockSize:])
		if seen[iv] {
			t.Fatalf("EncryptFrame uses the initialisation vector %X again", iv)
		}
		seen[iv] = true
	}
}

func TestEncryptFrameRefuses(t *testing.T) {
	e := sampleEvent()
	frame := mustFrame(t, &e, FrameNanos)
	key := testKeys()[0]
	command := append([]byte{0xE0}, frame[1:]...)
	for _, c := range []struct {
		name           string
		frame, key, iv []byte
		want           string
	}{
		{"no frame", nil, key, nil, "frame: byte 0: length is 0, an event frame has at least 38 bytes"},
		{"command", command, key, nil, "frame: byte 0: type is that of a command, not of an event"},
		{"encrypted", mustEncrypt(t, frame, key), key, nil, "frame: byte 0: encryption is AES-128, the frame must be decrypted first"},
		{"no key", frame, nil, nil, "frame: key: crypto/aes: invalid key size 0"},
		{"odd key", frame, make([]byte, 20), nil, "frame: key: crypto/aes: invalid key size 20"},
		{"short iv", frame, key, make([]byte, 15), "frame: iv: 15 bytes, want 16"},
		{"empty iv", frame, key, []byte{}, "frame: iv: 0 bytes, want 16"},
	} {
		got, err := EncryptFrame([]byte("before"), c.frame, c.key, c.iv)
		if string(got) != "before" || err == nil || err.Error() != c.want {
			t.Errorf("%s: EncryptFrame = %q, %v, want %q, %s", c.name, got, err, "before", c.want)
		}
	}
}

func TestDecryptFrameRefuses(t *testing.T) {
	e := sampleEvent()
	frame := mustFrame(t, &e, FrameNanos)
	keys := testKeys()
	packet := mustEncrypt(t, frame, keys[0])
	first := func(b byte) []byte { return append([]byte{b}, packet[1:]...) }
	const sizes = ", not 65 to 577 in steps of 16"
	for _, c := range []struct {
		name        string
		packet, key []byte
		want        string
	}{
		{"nothing", nil, keys[0], "frame: byte 0: length is 0"},
		{"no key", packet, nil, "frame: key: crypto/aes: invalid key size 0"},
		{"plain", first(0x10), keys[0], "frame: byte 0: encryption is none"},
		{"another algorithm", packet, keys[2], "frame: byte 0: encryption is AES-128, the key is for AES-256"},
		{"reserved algorithm", first(0x14), keys[0], "frame: byte 0: encryption 4 is reserved"},
		{"reserved type", first(0xD1), keys[0], "frame: byte 0: type 13 is reserved"},
		{"command", first(0xE1), keys[0], "frame: byte 0: type is that of a command, not of an event"},
		{"reply", first(0xF1), keys[0], "frame: byte 0: type is that of a reply, not of an event"},
		{"one byte", packet[:1], keys[0], "frame: byte 1: length is 1" + sizes},
		{"one block short", packet[:49], keys[0], "frame: byte 49: length is 49" + sizes},
		{"one byte short", packet[:64], keys[0], "frame: byte 64: length is 64" + sizes},
		{"one byte more", append(bytes.Clone(packet), 0), keys[0], "frame: byte 66: length is 66" + sizes},
		{"too long", append(bytes.Clone(packet), make([]byte, 528)...), keys[0], "frame: byte 593: length is 593" + sizes},
	} {
		got, err := DecryptFrame([]byte("before"), c.packet, c.key)
		if string(got) != "before" || err == nil || err.Error() != c.want {
			t.Errorf("%s: DecryptFrame = %q, %v, want %q, %s", c.name, got, err, "before", c.want)
		}
	}
}

// A wrong key gives a senseless size or a wrong checksum, never an event; and no error repeats a key.
func TestDecryptFrameWithWrongKey(t *testing.T) {
	e := sampleEvent()
	frame := mustFrame(t, &e, FrameNanos)
	senseless := 0
	for _, key := range testKeys() {
		packet := mustEncrypt(t, frame, key)
		for i := range key {
			wrong := bytes.Clone(key)
			wrong[i] ^= 1
			plain, err := DecryptFrame(nil, packet, wrong)
			if err == nil {
				err = e.DecodeFrame(plain)
			} else {
				senseless++
			}
			if _, ok := errors.AsType[*FrameError](err); !ok {
				t.Errorf("decrypting with a wrong key and decoding = %v, want a *FrameError", err)
				continue
			}
			if text := err.Error(); strings.Contains(text, string(wrong)) || strings.Contains(strings.ToLower(text), hex.EncodeToString(wrong)) {
				t.Errorf("error %q repeats the key", text)
			}
		}
	}
	if senseless == 0 {
		t.Errorf("no wrong key was seen by DecryptFrame, want most")
	}
}

func TestFrameEncrypted(t *testing.T) {
	for _, c := range []struct {
		frame []byte
		want  bool
	}{
		{nil, false}, {[]byte{0x00}, false}, {[]byte{0x10}, false}, {[]byte{0x11}, true}, {[]byte{0x03}, true}, {[]byte{0xE1}, true},
	} {
		if got := FrameEncrypted(c.frame); got != c.want {
			t.Errorf("FrameEncrypted(%X) = %v, want %v", c.frame, got, c.want)
		}
	}
}
