package journal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// TestRecordForm pins the bytes that doc.go describes, so that a change of the form is not made by accident.
func TestRecordForm(t *testing.T) {
	t.Parallel()
	got := hex.EncodeToString(appendRecord(nil, Record{Seq: 0x0102, Time: -2, Payload: []byte("123456789")}))
	want := "f5544a01" + "09000000" + recordCRC + "839206e3" + "0201000000000000" + "feffffffffffffff" + hex.EncodeToString([]byte("123456789"))
	if got != want {
		t.Errorf("record is\n%s, want\n%s", got, want)
	}
	got = hex.EncodeToString(slot(3, 0x0405))
	if want := "f5544301" + slotCRC + "0300000000000000" + "0504000000000000"; got != want {
		t.Errorf("slot is %s, want %s", got, want)
	}
}

// The CRC-32C of "123456789" is the check value e3069283 of its catalogue entry; these two were computed with another
// implementation, bit by bit.
const (
	recordCRC = "7b71b09c"
	slotCRC   = "82c0499c"
)

func FuzzRecord(f *testing.F) {
	f.Add([]byte("payload"), uint64(1), int64(2))
	f.Add([]byte{}, uint64(endSequence-1), int64(-1))
	f.Fuzz(func(t *testing.T, payload []byte, seq uint64, at int64) {
		b := appendRecord(nil, Record{Seq: seq, Time: at, Payload: payload})
		h, ok := parseHeader(b)
		if want := len(payload) <= MaxPayload && seq > 0 && seq < endSequence; ok != want {
			t.Fatalf("parseHeader of sequence %d, %d bytes = %v, want %v", seq, len(payload), ok, want)
		}
		if ok && (h.seq != seq || h.time != at || h.length != len(payload) || !bytes.HasSuffix(b, payload)) {
			t.Errorf("parseHeader = %+v, want sequence %d, time %d, length %d", h, seq, at, len(payload))
		}
		for i := range headerSize {
			b[i] ^= 1 << (seq % 8)
			if _, ok := parseHeader(b); ok {
				t.Errorf("parseHeader with byte %d changed = true, want false", i)
			}
			b[i] ^= 1 << (seq % 8)
		}
	})
}

func FuzzCursorSlot(f *testing.F) {
	f.Add(slot(1, 1))
	f.Add(make([]byte, slotSize))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < slotSize {
			return
		}
		gen, seq, ok := parseSlot(b[:slotSize])
		if ok && !bytes.Equal(slot(gen, seq), b[:slotSize]) {
			t.Errorf("parseSlot of %x = %d, %d, which is written as %x", b, gen, seq, slot(gen, seq))
		}
	})
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, mode := range allModes {
		if got, err := ParseSync(mode.String()); got != mode || err != nil {
			t.Errorf("ParseSync(%q) = %v, %v, want %v", mode, got, err, mode)
		}
	}
	if _, err := ParseSync("sometimes"); err == nil || !strings.Contains(err.Error(), "interval, always, never") {
		t.Errorf("ParseSync(sometimes) = %v, want an error with the names", err)
	}
	for want, change := range map[string]func(*Options){
		"no folder":       func(o *Options) { o.Dir = "" },
		"unknown fsync(":  func(o *Options) { o.Sync = 9 },
		"interval is":     func(o *Options) { o.Interval = 0 },
		"segment size":    func(o *Options) { o.SegmentBytes = 31 },
		"quarantine size": func(o *Options) { o.QuarantineBytes = -1 },
		"no file system":  func(o *Options) { o.FS = nil },
	} {
		o := DefaultOptions("/x")
		change(&o)
		if _, _, err := Open(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open = %v, want an error with %q", err, want)
		}
	}
	if err := errors.Join(DefaultOptions("/x").validate()); err != nil {
		t.Errorf("DefaultOptions().validate() = %v, want nil", err)
	}
}
