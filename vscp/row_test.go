package vscp

import (
	"bytes"
	"testing"
)

const sampleGUID = "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01"

func parseRow(t testing.TB, text string) Row {
	t.Helper()
	var r Row
	if err := r.Parse([]byte(text)); err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return r
}

func TestRowData(t *testing.T) {
	for _, c := range []struct {
		data              string
		want              []byte
		any, decimal, hex string
	}{
		{"", nil, "", "", ""},
		{",", nil, "", "", ""},
		{", ", nil, "", "", ""},
		{",0,9,10,99,100,255", []byte{0, 9, 10, 99, 100, 255}, ",0,9,10,99,100,255", ",0,9,10,99,100,255", ",0x00,0x09,0x0A,0x63,0x64,0xFF"},
		{",0x00,0xff,0xA5", []byte{0, 255, 0xA5}, ",0x00,0xff,0xA5", ",0,255,165", ",0x00,0xff,0xA5"},
		{",1,0xff", []byte{1, 255}, ",1,0xff", ",1,255", ",0x01,0xFF"},
		{",1,2,", []byte{1, 2}, ",1,2", ",1,2", ",0x01,0x02"},
		{", 1 ,\t2", []byte{1, 2}, ",1,2", ",1,2", ",0x01,0x02"},
		{",01", []byte{1}, ",1", ",1", ",0x01"},
		{",00", []byte{0}, ",0", ",0", ",0x00"},
		{",0x1", []byte{1}, ",1", ",1", ",0x01"},
		{",0x001", []byte{1}, ",1", ",1", ",0x01"},
		{",0x01 ", []byte{1}, ",1", ",1", ",0x01"},
		{",0XFF", []byte{255}, ",255", ",255", ",0xFF"},
		{",0b11,0O17", []byte{3, 15}, ",3,15", ",3,15", ",0x03,0x0F"},
		{",0000000000000000000000000000000255", []byte{255}, ",255", ",255", ",0xFF"},
	} {
		const start = "96,20,3,0,,," + sampleGUID
		r := parseRow(t, start+c.data)
		if got, want := string(r.DataText()), c.data; len(c.want) > 0 && got != want || len(c.want) == 0 && got != "" {
			t.Errorf("DataText of %q = %q, want it as it is written, or nothing", c.data, got)
		}
		if got := r.AppendData(nil); !bytes.Equal(got, c.want) || r.DataLen() != len(c.want) {
			t.Errorf("data of %q = %v, length %d, want %v", c.data, got, r.DataLen(), c.want)
		}
		for _, f := range []struct {
			form DataForm
			want string
		}{{DataAny, c.any}, {DataDecimal, c.decimal}, {DataHex, c.hex}} {
			if got, want := string(r.AppendText(nil, TextForm{Data: f.form})), start+f.want; got != want {
				t.Errorf("AppendText of data %q in data form %d = %q, want %q", c.data, f.form, got, want)
			}
		}
	}
}

func TestRowFieldsAreWritten(t *testing.T) {
	r := parseRow(t, "96 , 0x0A,006,0,2026-01-02 3:4:5,678,::1,1,0x02")
	r.Head = r.Head.WithPriority(0)
	r.Class, r.Type, r.ObID = 1040, 7, 42
	r.Time = Time{Nanos: 1_770_000_000_123_456_789}
	r.GUID[0] = 0
	want := "256,1040,7,42,,1770000000123456789,00:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:01,1,0x02"
	if got := string(r.AppendText(nil, TextForm{})); got != want {
		t.Errorf("AppendText of a changed row = %q, want %q", got, want)
	}
	var e Event
	r.Event(&e)
	if want := "256,1040,7,42,,1770000000123456789,00:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:01,1,2"; string(e.AppendText(nil, TextForm{})) != want {
		t.Errorf("Event() of a changed row = %q, want %q", e.AppendText(nil, TextForm{}), want)
	}
}

func TestRowParseAliasesAndKeeps(t *testing.T) {
	line := []byte("96,20,3,0,,,-,1")
	r := parseRow(t, string(line))
	if err := r.Parse(line); err != nil {
		t.Fatal(err)
	}
	if &r.Text[0] != &line[0] {
		t.Error("Parse copied the line, want r.Text to alias it")
	}
	if err := r.Parse([]byte("96,20,3,0,,,-,256")); err == nil {
		t.Error("Parse of data 256 = nil error, want one")
	}
	if got, want := string(r.AppendText(nil, TextForm{})), "96,20,3,0,,,-,1"; got != want {
		t.Errorf("after a failed Parse the row is %q, want %q", got, want)
	}
}

func TestZeroRow(t *testing.T) {
	var r Row
	if got, want := string(r.AppendText(nil, TextForm{})), "0,0,0,0,,,-"; got != want || r.DataLen() != 0 {
		t.Errorf("AppendText of the zero Row = %q with %d data bytes, want %q", got, r.DataLen(), want)
	}
}

func TestNewRow(t *testing.T) {
	for _, data := range [][]byte{nil, {1}, {0, 9, 10, 255}} {
		e := sampleEvent()
		e.Data = data
		for _, form := range allForms() {
			r := NewRow(&e, form)
			if want := e.AppendText(nil, form); !bytes.Equal(r.Text, want) {
				t.Errorf("NewRow(%+v).Text = %q, want %q", form, r.Text, want)
			}
			checkRowHolds(t, &r, &e)
			for _, other := range allForms() {
				want := e.AppendText(nil, other)
				if other.Data == DataAny && form.Data == DataHex {
					want = e.AppendText(nil, TextForm{other.Time, DataHex, other.Head8})
				}
				if got := r.AppendText(nil, other); !bytes.Equal(got, want) {
					t.Errorf("NewRow(%+v).AppendText(%+v) = %q, want %q", form, other, got, want)
				}
			}
		}
	}
	e := sampleEvent()
	if r := e.Row(); !bytes.Equal(r.Text, e.AppendText(nil, TextForm{})) {
		t.Errorf("Row().Text = %q, want %q", r.Text, e.AppendText(nil, TextForm{}))
	}
}

// A row too long for the protocol still holds what it was made of.
func TestNewRowSizes(t *testing.T) {
	for _, n := range []int{MaxData, MaxData + 1, 70_000} {
		e := sampleEvent()
		e.Data = bytes.Repeat([]byte{200, 7}, n)[:n]
		r := NewRow(&e, TextForm{})
		checkRowHolds(t, &r, &e)
		if err := new(Row).Parse(r.Text); (err == nil) != (n <= MaxData) {
			t.Errorf("Parse of a row with %d data bytes = %v, want an error only above %d", n, err, MaxData)
		}
	}
}

func checkRowHolds(t *testing.T, r *Row, e *Event) {
	t.Helper()
	var got Event
	if r.Event(&got); !got.equal(e) || r.DataLen() != len(e.Data) {
		t.Errorf("Event() of row %.100q = %+v with %d bytes, want %+v", r.Text, got, r.DataLen(), e)
	}
}

func TestNoAllocations(t *testing.T) {
	for _, row := range benchRows {
		line := []byte(row.text)
		buf := make([]byte, 0, MaxText)
		var r Row
		var e Event
		if err := e.DecodeText(line); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			run  func()
		}{
			{"Row.Parse", func() { _ = r.Parse(line) }},
			{"Event.DecodeText", func() { _ = e.DecodeText(line) }},
			{"Row.Event", func() { r.Event(&e) }},
			{"Row.AppendData", func() { buf = r.AppendData(buf[:0]) }},
		} {
			if n := testing.AllocsPerRun(100, c.run); n != 0 {
				t.Errorf("%s of %q makes %v allocations, want 0", c.name, row.text, n)
			}
		}
		for _, form := range allForms() {
			if n := testing.AllocsPerRun(100, func() { buf = r.AppendText(buf[:0], form) }); n != 0 {
				t.Errorf("Row.AppendText(%+v) of %q makes %v allocations, want 0", form, row.text, n)
			}
			if n := testing.AllocsPerRun(100, func() { buf = e.AppendText(buf[:0], form) }); n != 0 {
				t.Errorf("Event.AppendText(%+v) of %q makes %v allocations, want 0", form, row.text, n)
			}
		}
	}
}
