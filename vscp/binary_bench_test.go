package vscp

import (
	"bytes"
	"testing"
)

// A short event, as nearly all are, and the longest.
func benchEvents() []struct {
	name  string
	event Event
} {
	short, long := sampleEvent(), sampleEvent()
	long.Data = bytes.Repeat([]byte{0x5A}, MaxData)
	return []struct {
		name  string
		event Event
	}{{"4-bytes", short}, {"512-bytes", long}}
}

func BenchmarkAppendFrame(b *testing.B) {
	for _, f := range frameForms() {
		for _, c := range benchEvents() {
			b.Run(f.name+"/"+c.name, func(b *testing.B) {
				buf := make([]byte, 0, MaxFrame)
				b.ReportAllocs()
				for b.Loop() {
					var err error
					if buf, err = AppendFrame(buf[:0], &c.event, f.form); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkDecodeFrame(b *testing.B) {
	for _, f := range frameForms() {
		for _, c := range benchEvents() {
			b.Run(f.name+"/"+c.name, func(b *testing.B) {
				frame := mustFrame(b, &c.event, f.form)
				var e Event
				b.ReportAllocs()
				b.SetBytes(int64(len(frame)))
				for b.Loop() {
					if err := e.DecodeFrame(frame); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkEncryptFrame(b *testing.B) {
	for _, key := range testKeys() {
		for _, c := range benchEvents() {
			b.Run(cipherName(byte(len(key)/8-1))+"/"+c.name, func(b *testing.B) {
				frame := mustFrame(b, &c.event, FrameNanos)
				buf := make([]byte, 0, MaxEncryptedFrame)
				b.ReportAllocs()
				for b.Loop() {
					var err error
					if buf, err = EncryptFrame(buf[:0], frame, key, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkDecryptFrame(b *testing.B) {
	for _, key := range testKeys() {
		for _, c := range benchEvents() {
			b.Run(cipherName(byte(len(key)/8-1))+"/"+c.name, func(b *testing.B) {
				packet, err := EncryptFrame(nil, mustFrame(b, &c.event, FrameNanos), key, nil)
				if err != nil {
					b.Fatal(err)
				}
				buf := make([]byte, 0, MaxEncryptedFrame)
				b.ReportAllocs()
				for b.Loop() {
					if buf, err = DecryptFrame(buf[:0], packet, key); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// The payload formats of one event, so that their cost can be compared.
func BenchmarkPayload(b *testing.B) {
	e := sampleEvent()
	for _, p := range samplePayloads(b, &e) {
		b.Run("decode/"+p.name, func(b *testing.B) {
			var got Event
			b.ReportAllocs()
			for b.Loop() {
				if err := got.DecodePayload(p.payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, f := range []JSONForm{JSONCurrent, JSONLegacy} {
		name := slotNames[slotHead].current
		if f == JSONLegacy {
			name = slotNames[slotHead].legacy
		}
		buf := make([]byte, 0, MaxPayload)
		b.Run("append/json-"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				buf = e.AppendJSON(buf[:0], f)
			}
		})
		b.Run("append/xml-"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				buf = e.AppendXML(buf[:0], f)
			}
		})
	}
}
