package vscp_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestRowPlace(t *testing.T) {
	const guid = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:05"
	const destination = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"
	type place = vscp.Place
	for _, tt := range []struct {
		name string
		line string // from the class on, with "#" for the GUID
		want place
	}{
		{"measurement", "10,6,0,,,#,139,1", place{Sensor: 3, HasSensor: true}},
		{"measurement without data", "10,6,0,,,#", place{}},
		{"data", "15,1,0,,,#,7", place{Sensor: 7, HasSensor: true}},
		{"measurement of double precision has none", "60,6,0,,,#,1,2,3,4,5,6,7,8", place{}},
		{"measurement of single precision has none", "70,6,0,,,#,1,2,3,4", place{}},
		{"measurement with zone", "65,6,0,,,#,9,1,2,0x85,1", place{Sensor: 5, Zone: 1, Subzone: 2, HasSensor: true, HasZone: true}},
		{"measurement with zone, without coding", "65,6,0,,,#,9,1,2", place{Zone: 1, Subzone: 2, HasZone: true}},
		{"measurement with zone, too short", "65,6,0,,,#,9,1", place{}},
		{"information", "20,3,0,,,#,9,1,2", place{Zone: 1, Subzone: 2, HasZone: true}},
		{"information, longer", "20,3,0,,,#,9,1,2,0x85", place{Zone: 1, Subzone: 2, HasZone: true}},
		{"information, too short", "20,3,0,,,#,9,1", place{}},
		{"Level II text", "1040,6,0,,,#,4,5,6,1,49", place{Sensor: 4, Zone: 5, Subzone: 6, HasSensor: true, HasZone: true}},
		{"Level II double", "1060,6,0,,,#,4,5,6", place{Sensor: 4, Zone: 5, Subzone: 6, HasSensor: true, HasZone: true}},
		{"Level II double, too short", "1060,6,0,,,#,4,5", place{}},
		{"mirrored measurement", "522,6,0,,,#," + destination + ",139,1", place{Sensor: 3, HasSensor: true}},
		{"mirrored measurement, destination alone", "522,6,0,,,#," + destination, place{}},
		{"mirrored measurement, too short", "522,6,0,,,#,139,1", place{}},
		{"mirrored measurement with zone", "577,6,0,,,#," + destination + ",9,1,2,133", place{Sensor: 5, Zone: 1, Subzone: 2, HasSensor: true, HasZone: true}},
		{"mirrored information", "532,3,0,,,#," + destination + ",9,1,2", place{Zone: 1, Subzone: 2, HasZone: true}},
		{"class without a place", "206,1,0,,,#,1,2,3,4", place{}},
		{"Level II information", "1026,2,0,,,#,1,2,3,4", place{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var row vscp.Row
			if err := row.Parse([]byte("96," + strings.Replace(tt.line, "#", guid, 1))); err != nil {
				t.Fatal(err)
			}
			var got place
			if n := testing.AllocsPerRun(10, func() { got = row.Place() }); n != 0 {
				t.Errorf("Place of %s allocates %v times, want 0", tt.line, n)
			}
			if got != tt.want {
				t.Errorf("Place of %s = %+v, want %+v", tt.line, got, tt.want)
			}
		})
	}
}

// FuzzRowPlace compares with what the whole decoders read.
func FuzzRowPlace(f *testing.F) {
	f.Add(uint16(10), []byte{139, 1})
	f.Add(uint16(65), []byte{9, 1, 2, 133, 1})
	f.Add(uint16(1060), []byte{4, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add(uint16(577), make([]byte, 22))
	f.Add(uint16(20), []byte{1, 2})
	f.Fuzz(func(t *testing.T, class uint16, data []byte) {
		if len(data) > vscp.MaxData {
			return
		}
		e := vscp.Event{Class: vscp.Class(class), Type: 6, Data: data}
		row := e.Row()
		got := row.Place()
		if s := row.Subject(); got.HasSensor && got.Sensor != s.Sensor || got.HasZone && (got.Zone != s.Zone || got.Subzone != s.Subzone) {
			t.Errorf("Place of class %d, % X = %+v, want what is in %+v", class, data, got, s)
		}
		if !got.HasSensor && got.Sensor != 0 || !got.HasZone && got.Zone+got.Subzone != 0 {
			t.Errorf("Place of class %d, % X = %+v, want 0 where there is nothing", class, data, got)
		}
		m, err := e.Measurement()
		if err == nil && (got.Sensor != m.Sensor || got.Zone != m.Zone || got.Subzone != m.Subzone) {
			t.Errorf("Place of class %d, % X = %+v, want that of %+v", class, data, got, m)
		}
	})
}
