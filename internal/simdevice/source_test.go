package simdevice

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 123_456_789, time.UTC)

func TestReadings(t *testing.T) {
	t.Parallel()
	for _, around := range []float64{0, 64.5, -8} {
		s := Readings{GUID: testGUID, Around: around}
		want := around
		if around == 0 {
			want = 21
		}
		var values []float64
		for n := range uint64(500) {
			row := s.Row(n, noon)
			data := row.AppendData(nil)
			if row.Class.String() != "CLASS1.MEASUREMENT" || row.Class.TypeToken(row.Type) != "TEMPERATURE" || row.GUID != testGUID {
				t.Fatalf("event %d is %s %s of %s, want CLASS1.MEASUREMENT TEMPERATURE of %s",
					n, row.Class, row.Class.TypeToken(row.Type), row.GUID, testGUID)
			}
			if len(data) != 4 || data[0] != 0x88 || data[1] != 0x82 {
				t.Fatalf("event %d has data % X, want 88 82 and two bytes", n, data)
			}
			value := float64(int16(binary.BigEndian.Uint16(data[2:]))) / 100
			if math.Abs(value-want) > 1.6 {
				t.Fatalf("event %d reads %v, want about %v", n, value, want)
			}
			values = append(values, value)
		}
		if spread := slices.Max(values) - slices.Min(values); spread < 2 {
			t.Errorf("around %v the readings spread by %v degrees, want more than 2", around, spread)
		}
	}
}

func TestCounter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n    uint64
		want []byte
	}{
		{0, []byte{0x80, 0, 0, 0, 0, 0}},
		{0x01020304, []byte{0x80, 0, 1, 2, 3, 4}},
		{math.MaxInt32, []byte{0x80, 0, 0x7F, 0xFF, 0xFF, 0xFF}},
		{math.MaxInt32 + 1, []byte{0x80, 0, 0, 0, 0, 0}}, // a negative number would be no count
	}
	for _, tt := range tests {
		row := Counter{}.Row(tt.n, noon)
		if got := row.AppendData(nil); !slices.Equal(got, tt.want) || row.Class != 10 || row.Type != 1 {
			t.Errorf("event %d = %d,%d with % X, want 10,1 with % X", tt.n, row.Class, row.Type, got, tt.want)
		}
		if !row.Time.AsTime().Equal(noon) {
			t.Errorf("event %d is of %v, want %v", tt.n, row.Time.AsTime(), noon)
		}
	}
}

func TestPlay(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		{
			"352,20,3,7,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:F5:01:00:00:00:00:00:00:01,1,0xFF",
			"352,20,3,0,,1772625600123456789,FF:FF:FF:FF:FF:FF:FF:F5:01:00:00:00:00:00:00:01,1,0xFF",
		},
		{
			"96,10,6,1,2026-01-02T03:04:05Z,678,-,0x48",
			"96,10,6,0,2026-03-04T12:00:00Z,2402751040,-,0x48",
		},
		{"96,20,9,0,,,-", "96,20,9,0,,,-"},
	}
	var p Play
	for _, tt := range tests {
		var row vscp.Row
		if err := row.Parse([]byte(tt.line)); err != nil {
			t.Fatalf("Parse(%q) = %v", tt.line, err)
		}
		p = append(p, row)
	}
	for n := range uint64(7) {
		row := p.Row(n, noon)
		want := tests[n%3].want
		if got := string(row.AppendText(nil, vscp.TextForm{})); got != want {
			t.Errorf("event %d = %s, want %s", n, got, want)
		}
	}
}
