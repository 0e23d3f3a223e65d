package vscp

import "testing"

func TestSubject(t *testing.T) {
	node, err := ParseGUID("FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:00:03:00:07")
	if err != nil {
		t.Fatal(err)
	}
	const from = ",0,,,FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:00:03:00:07"
	tests := []struct {
		name, line string
		want       Subject
	}{
		{"coding byte", "96,10,6" + from + ",0x8B,130,9,41", Subject{Class: 10, Type: 6, Sensor: 3}},
		{"coding byte, other value", "0,10,6" + from + ",139,1", Subject{Class: 10, Type: 6, Sensor: 3}},
		{"float", "96,70,6" + from + ",65,183,133,31", Subject{Class: 70, Type: 6}},
		{"zones and coding byte", "96,65,35" + from + ",9,4,1,0x62,51", Subject{Class: 65, Type: 35, Sensor: 2, Index: 9, Zone: 4, Subzone: 1}},
		{"text on Level II", "96,1040,6" + from + ",5,6,7,0,50,55", Subject{Class: 1040, Type: 6, Sensor: 5, Zone: 6, Subzone: 7}},
		{"double on Level II", "96,1060,6" + from + ",5,6,7,0,64,9,33,251,84,68,45,24", Subject{Class: 1060, Type: 6, Sensor: 5, Zone: 6, Subzone: 7}},
		{"information", "96,20,3" + from + ",1,2,3", Subject{Class: 20, Type: 3, Index: 1, Zone: 2, Subzone: 3}},
		{"too short", "96,20,3" + from + ",1,2", Subject{Class: 20, Type: 3, Index: 1, Zone: 2}},
		{"no data", "96,30,5" + from, Subject{Class: 30, Type: 5}},
		{"class without", "96,110,1" + from + ",1,2,3", Subject{Class: 110, Type: 1}},
		{
			"mirror",
			"96,542,5" + from + ",255,255,255,255,255,255,255,254,184,39,235,1,0,3,0,7,1,2,3",
			Subject{Destination: node, Class: 542, Type: 5, Index: 1, Zone: 2, Subzone: 3},
		},
		{
			"mirror of a class without",
			"96,622,1" + from + ",255,255,255,255,255,255,255,254,184,39,235,1,0,3,0,7,1,2,3",
			Subject{Destination: node, Class: 622, Type: 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r Row
			if err := r.Parse([]byte(tt.line)); err != nil {
				t.Fatal(err)
			}
			tt.want.GUID = node
			if got := r.Subject(); got != tt.want {
				t.Errorf("Subject() of %s = %+v, want %+v", tt.line, got, tt.want)
			}
			if got := testing.AllocsPerRun(10, func() { r.Subject() }); got != 0 {
				t.Errorf("Subject() of %s allocates %v times, want 0", tt.line, got)
			}
		})
	}
}

// A subject agrees with what Measurement reads, wherever it reads something.
func TestSubjectAgreesWithMeasurement(t *testing.T) {
	data := []byte{0x8B, 2, 3, 0x64, 0x82, 9, 41, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x8D, 4, 5, 0x86, 7, 8, 9, 0x29, 1, 2, 3, 4}
	read := 0
	for class := range Class(1100) {
		for n := range len(data) + 1 {
			e := Event{Class: class, Type: 6, Data: data[:n]}
			m, err := e.Measurement()
			if err != nil {
				continue
			}
			read++
			r := NewRow(&e, TextForm{})
			s := r.Subject()
			if s.Sensor != m.Sensor || s.Index != m.Index || s.Zone != m.Zone || s.Subzone != m.Subzone {
				t.Errorf("class %d with %d bytes: Subject() = %+v, want the sensor, index, zone and subzone of %+v", class, n, s, m)
			}
		}
	}
	if least := 50; read < least {
		t.Errorf("%d measurements were compared, want at least %d", read, least)
	}
}
