package vscp

import (
	"testing"
	"time"
)

func TestTimeAsTime(t *testing.T) {
	second := time.Date(2026, 2, 2, 2, 40, 0, 0, time.UTC)
	nanos := uint64(second.UnixNano())
	for _, c := range []struct {
		time Time
		want time.Time
	}{
		{Time{}, time.Time{}},
		{Time{Micros: 5}, time.Time{}},
		{Time{Nanos: nanos}, second},
		{Time{nanos + 7, 0}, second.Add(7)},
		{Time{nanos, 999_999}, second.Add(999_999 * time.Microsecond)},
		{Time{nanos, 1_000_000}, second},      // counts from an unknown start
		{Time{nanos + 7, 678}, second.Add(7)}, // the date has the fraction already
		{Time{Nanos: 18446744073709551615}, time.Date(2554, 7, 21, 23, 34, 33, 709551615, time.UTC)},
		{Time{18446744073_000_000_000, 999_999}, time.Date(2554, 7, 21, 23, 34, 33, 0, time.UTC)}, // the sum has no room
	} {
		if got := c.time.AsTime(); !got.Equal(c.want) {
			t.Errorf("%+v.AsTime() = %v, want %v", c.time, got, c.want)
		}
		if got, want := c.time.IsZero(), c.time.Nanos == 0 && c.time.Micros == 0; got != want {
			t.Errorf("%+v.IsZero() = %v, want %v", c.time, got, want)
		}
	}
}

func TestTimeOf(t *testing.T) {
	cet := time.FixedZone("CET", 3600)
	for _, c := range []struct {
		time time.Time
		want uint64
	}{
		{time.Time{}, 0},
		{time.Unix(0, 0), 0},
		{time.Unix(0, 1), 1},
		{time.Unix(-1, 999_999_999), 0},
		{time.Date(2026, 2, 2, 3, 40, 0, 123_456_789, cet), 1_770_000_000_123_456_789},
		{time.Date(2554, 7, 21, 23, 34, 33, 709551615, time.UTC), 18446744073709551615},
		{time.Date(2554, 7, 21, 23, 34, 33, 709551616, time.UTC), 0},
	} {
		got := TimeOf(c.time)
		if got != (Time{Nanos: c.want}) {
			t.Errorf("TimeOf(%v) = %+v, want %d ns", c.time, got, c.want)
		}
		if c.want != 0 && !got.AsTime().Equal(c.time) {
			t.Errorf("TimeOf(%v).AsTime() = %v, want the same", c.time, got.AsTime())
		}
	}
}
