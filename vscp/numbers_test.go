package vscp

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"testing"
)

func TestPutUint(t *testing.T) {
	check := func(v uint64) {
		t.Helper()
		var b [20]byte
		if got, want := string(b[:putUint(b[:], v)]), strconv.FormatUint(v, 10); got != want {
			t.Errorf("putUint(%s) wrote %q", want, got)
		}
	}
	for v := range uint64(100_000) {
		check(v)
	}
	for p := uint64(1); p <= 1e19; p *= 10 {
		check(p - 1)
		check(p)
		check(p + 1)
		if p == 1e19 {
			break
		}
	}
	for shift := range 64 {
		check(1<<shift - 1)
		check(1 << shift)
		check(math.MaxUint64 >> shift)
	}
}

// Every number of four digits in both halves: each half is worked out by itself.
func TestEightDigits(t *testing.T) {
	for n := range uint32(10_000) {
		v := n*10_000 + (n*7+3)%10_000
		var b [8]byte
		if put8(b[:], v); string(b[:]) != fmt.Sprintf("%08d", v) {
			t.Fatalf("put8(%d) wrote %q", v, b)
		}
		if got, ok := eightDigits(b[:]); got != uint64(v) || !ok {
			t.Fatalf("eightDigits(%q) = %d, %t, want %d, true", b, got, ok, v)
		}
	}
}

// Any other byte in any place is refused, whatever the others are.
func TestNotEightDigits(t *testing.T) {
	for i := range 8 {
		for c := range 256 {
			for _, others := range []byte("059") {
				b := bytes.Repeat([]byte{others}, 8)
				b[i] = byte(c)
				if _, ok := eightDigits(b); ok != ('0' <= c && c <= '9') {
					t.Errorf("eightDigits(%q) is a number: %t", b, ok)
				}
			}
		}
	}
}

func TestReadNumberLimits(t *testing.T) {
	for _, c := range []struct {
		text   string
		limit  uint64
		want   uint64
		status numberStatus
	}{
		{"18446744073709551615", math.MaxUint64, math.MaxUint64, numberOK},
		{"18446744073709551616", math.MaxUint64, 0, numberOverflow},
		{"184467440737095516150", math.MaxUint64, 0, numberOverflow},
		{"0xFFFFFFFFFFFFFFFF", math.MaxUint64, math.MaxUint64, numberOK},
		{"0x10000000000000000", math.MaxUint64, 0, numberOverflow},
		{"0x00000000000000000000FF", 255, 255, numberOK},
		{"256", 255, 0, numberOverflow},
		{"99999999999999999999999999z", 255, 0, numberBad},
		{"0o8", 255, 0, numberBad},
		{"0b2", 255, 0, numberBad},
		{"0b", 255, 0, numberBad},
		{"1_0", 255, 0, numberBad},
		{"1 0", 255, 0, numberBad},
	} {
		if got, status := readNumber([]byte(c.text), c.limit); got != c.want || status != c.status {
			t.Errorf("readNumber(%q, %d) = %d, %d, want %d, %d", c.text, c.limit, got, status, c.want, c.status)
		}
	}
}
