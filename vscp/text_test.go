package vscp

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestEventVectors(t *testing.T) {
	for _, v := range loadVectors[eventVectors](t, "events_text.json").Vectors {
		t.Run(v.ID, func(t *testing.T) {
			if v.Expect.Result == "reject" {
				checkRefused(t, v.Text, v.Expect.Why)
				return
			}
			want := v.Expect.Event.event(t)
			var got Event
			if err := got.DecodeText([]byte(v.Text)); err != nil {
				t.Fatalf("DecodeText(%q): %v", v.Text, err)
			}
			if !got.equal(&want) {
				t.Errorf("DecodeText(%q) = %+v, want %+v", v.Text, got, want)
			}
			if got.GUID.IsZero() != v.Expect.Event.InterfaceGUID {
				t.Errorf("GUID.IsZero() = %v, want %v", got.GUID.IsZero(), v.Expect.Event.InterfaceGUID)
			}
			checkForms(t, &got)
		})
	}
}

// checkRefused checks that text is refused because of the field that why speaks of, and that nothing is changed.
func checkRefused(t *testing.T, text, why string) {
	t.Helper()
	e, want := sampleEvent(), sampleEvent()
	err := e.DecodeText([]byte(text))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("DecodeText(%q) = %v, want a *SyntaxError because %s", text, err, why)
	}
	if field, _, _ := strings.Cut(syntax.Field, "["); field != blamedField(why) {
		t.Errorf("DecodeText(%q) = %v, want field %q because %s", text, err, blamedField(why), why)
	}
	if !e.equal(&want) {
		t.Errorf("DecodeText(%q) failed but left %+v, want %+v", text, e, want)
	}
}

// blamedField returns the field that the reason in a vector is about.
func blamedField(why string) string {
	for _, c := range []struct{ part, field string }{
		{"only ", ""}, {"brace", "guid"}, {"data bytes", "data"}, {"beside a datetime", "timestamp"},
	} {
		if strings.Contains(why, c.part) {
			return c.field
		}
	}
	field, _, _ := strings.Cut(why, " ")
	return strings.TrimSuffix(field, ":")
}

func sampleEvent() Event {
	return Event{
		Head: 0x60, Class: 10, Type: 6, ObID: 7, Time: Time{Nanos: 1_770_000_000_123_456_789},
		GUID: GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 15: 1}, Data: []byte{0x48, 0x34, 0x00, 0xFF},
	}
}

func TestEventEmissionVectors(t *testing.T) {
	forms := map[string]TextForm{
		"ns-era vscphelper (data 0xHH)":  {Time: TimeNanos, Data: DataHex},
		"datetime-era vscphelper":        {Time: TimeDate, Data: DataHex},
		"ns-era firmware (decimal data)": {Time: TimeNanos, Data: DataDecimal},
	}
	for _, v := range loadVectors[eventVectors](t, "events_text.json").Emission {
		for writer, want := range v.Text {
			if want == "" { // that writer cannot express the event
				continue
			}
			// Where we do not write what they do: an all-zero GUID, and a zero-padded nanosecond stamp.
			want = strings.Replace(want, ",00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00", ",-", 1)
			want = strings.Replace(want, ",,0000000005,", ",,5,", 1)
			e := v.Event.event(t)
			if got := string(e.AppendText(nil, forms[writer])); got != want {
				t.Errorf("%s: AppendText in the form of %s = %q, want %q", v.ID, writer, got, want)
			}
		}
	}
}

func TestNumberVectors(t *testing.T) {
	for _, v := range loadVectors[eventVectors](t, "events_text.json").Numbers {
		line := "96," + v.Text + ",3,0,,,-"
		var e Event
		err := e.DecodeText([]byte(line))
		switch {
		case v.Expect == nil && err == nil:
			t.Errorf("DecodeText(%q) = class %d, want an error", line, uint16(e.Class))
		case v.Expect != nil && (err != nil || uint64(e.Class) != *v.Expect):
			t.Errorf("DecodeText(%q) = class %d, %v, want class %d", line, uint16(e.Class), err, *v.Expect)
		}
	}
}

func TestDecodeTime(t *testing.T) {
	second := uint64(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixNano())
	for _, c := range []struct {
		head, datetime, timestamp string
		want                      Time
	}{
		{"96", "2026-01-02T03:04:05.5Z", "", Time{Nanos: second + 500_000_000}},
		{"96", "2026-01-02t03:04:05.123456789z", "7", Time{second + 123_456_789, 7}},
		{"96", " 2026-01-02 03:04:05 ", " 0x10 ", Time{second, 16}},
		{"96", "2026-01-02T03:04:05Z", "4294967295", Time{second, 4294967295}},
		{"352", "2026-01-02T03:04:05Z", "678", Time{second, 678}}, // a date decides, whatever the head says
		{"352", "", "5", Time{Nanos: 5}},
		{"96", "", "4294967295", Time{Micros: 4294967295}},
		{"96", "", "4294967296", Time{Nanos: 4294967296}},
		{"608", "", "5", Time{Micros: 5}}, // reserved version 2
		{"96", "", "11616992294838206464", Time{Nanos: 11616992294838206464}},
		{"96", "", "18446744073709551615", Time{Nanos: 18446744073709551615}},
		{"96", "0000-00-00T00:00:00Z", "9", Time{Micros: 9}},
		{"352", "0000-00-00T00:00:00Z", "1770000000123456789", Time{Nanos: 1_770_000_000_123_456_789}},
		{"96", "1970-01-01T00:00:00Z", "9", Time{Micros: 9}},
		{"96", "1900-01-01T00:00:00Z", "9", Time{Micros: 9}},
		{"96", "1969-12-31T23:59:59.9Z", "", Time{}},
		{"96", "2554-07-21T23:34:33.709551615Z", "", Time{Nanos: 18446744073709551615}},
		{"96", "2554-07-21T23:34:33.709551616Z", "", Time{}},
		{"96", "9999-12-31T23:59:59Z", "", Time{}},
		{"96", "2024-02-29T23:59:59Z", "", TimeOf(time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC))},
	} {
		line := c.head + ",20,3,0," + c.datetime + "," + c.timestamp + ",-,1"
		var e Event
		if err := e.DecodeText([]byte(line)); err != nil || e.Time != c.want {
			t.Errorf("DecodeText(%q) = %+v, %v, want %+v", line, e.Time, err, c.want)
		}
	}
}

func TestDecodeTimeRefused(t *testing.T) {
	for _, datetime := range []string{
		"2026-01-02T24:00:00Z", "2026-01-02T23:60:00Z", "2026-01-02T23:59:60Z", "2026-00-02T00:00:00Z",
		"2026-01-00T00:00:00Z", "2025-02-29T00:00:00Z", "26-01-02T00:00:00Z", "02026-01-02T00:00:00Z",
		"2026-001-02T00:00:00Z", "2026-01-02T00:00", "2026-01-02T00:00:00.Z", "2026-01-02T00:00:00.5xZ", "2026-01-02T00:00:00.1234567890Z",
		"2026-01-02T00:00:00ZZ", "2026-01-02T00:00:00 Z", "2026-01-02T00:00:00,5Z", "0000-00-00", "0000-00-00T25:00:00Z",
		"2026/01/02T00:00:00Z", "2026-01-02X00:00:00Z", "5",
	} {
		line := "96,20,3,0," + datetime + ",,-,1"
		var e Event
		if err := e.DecodeText([]byte(line)); err == nil {
			t.Errorf("DecodeText(%q) = %+v, want an error", line, e.Time)
		}
	}
}

func TestAppendTextForms(t *testing.T) {
	const guid = "FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01"
	second := uint64(1_770_000_000_000_000_000) // 2026-02-02T02:40:00Z
	for _, c := range []struct {
		name string
		head Head
		time Time
		form TextForm
		want string // up to the GUID
	}{
		{"keep ns", 0x60, Time{Nanos: second + 5}, TextForm{}, "352,10,6,7,,1770000000000000005"},
		{"keep date", 0x160, Time{second, 678}, TextForm{}, "96,10,6,7,2026-02-02T02:40:00Z,678"},
		{"keep date with fraction", 0x60, Time{second + 50, 678}, TextForm{}, "96,10,6,7,2026-02-02T02:40:00.000000050Z,678"},
		{"keep us", 0x160, Time{Micros: 678}, TextForm{}, "96,10,6,7,,678"},
		{"keep none", 0x160, Time{}, TextForm{}, "352,10,6,7,,"},
		{"nanos of ns", 0x60, Time{Nanos: second + 5}, TextForm{Time: TimeNanos}, "352,10,6,7,,1770000000000000005"},
		{"nanos of date", 0x60, Time{second, 678}, TextForm{Time: TimeNanos}, "352,10,6,7,,1770000000000678000"},
		{"nanos of date, free running us", 0x60, Time{second, 1_000_000}, TextForm{Time: TimeNanos}, "352,10,6,7,,1770000000000000000"},
		{"nanos of date with fraction", 0x60, Time{second + 50, 678}, TextForm{Time: TimeNanos}, "352,10,6,7,,1770000000000000050"},
		{"nanos of us", 0x60, Time{Micros: 678}, TextForm{Time: TimeNanos}, "352,10,6,7,,"},
		{"date of ns", 0x160, Time{Nanos: second + 123_456_789}, TextForm{Time: TimeDate}, "96,10,6,7,2026-02-02T02:40:00Z,123456"},
		{"date of whole second", 0x160, Time{Nanos: second}, TextForm{Time: TimeDate}, "96,10,6,7,2026-02-02T02:40:00Z,1"},
		{"date of date", 0x60, Time{second, 349_197_117}, TextForm{Time: TimeDate}, "96,10,6,7,2026-02-02T02:40:00Z,349197117"},
		{"date of us", 0x160, Time{Micros: 678}, TextForm{Time: TimeDate}, "96,10,6,7,,678"},
		{"date of first second", 0x160, Time{Nanos: 5}, TextForm{Time: TimeDate}, "96,10,6,7,,"},
		{"none", 0x160, Time{second, 678}, TextForm{Time: TimeNone}, "96,10,6,7,,"},
		{"reserved bits stay", 0xFDFF, Time{Nanos: second}, TextForm{Time: TimeNone}, "64767,10,6,7,,"},
		{"8-bit head", 0xFD60, Time{Nanos: second}, TextForm{Head8: true}, "96,10,6,7,,1770000000000000000"},
		{"8-bit head, tiny ns", 0x160, Time{Nanos: 5}, TextForm{Head8: true}, "96,10,6,7,,"},
		{"8-bit head, us", 0x60, Time{Micros: 5}, TextForm{Head8: true}, "96,10,6,7,,5"},
	} {
		e := sampleEvent()
		e.Head, e.Time = c.head, c.time
		want := c.want + "," + guid + ",72,52,0,255"
		if got := string(e.AppendText(nil, c.form)); got != want {
			t.Errorf("%s: AppendText(%+v) = %q, want %q", c.name, c.form, got, want)
		}
	}
}

func TestAppendTextExtremes(t *testing.T) {
	e := Event{Head: 65535, Class: 65535, Type: 65535, ObID: 4294967295, Time: Time{18446744073709551615, 4294967295}}
	e.Data = bytes.Repeat([]byte{0xFF}, MaxData)
	e.GUID = GUID{15: 1}
	text := e.AppendText(nil, TextForm{Data: DataHex})
	if len(text) > MaxText {
		t.Errorf("the longest event has %d bytes, want at most %d", len(text), MaxText)
	}
	checkForms(t, &e)
	e = Event{}
	if got, want := string(e.AppendText(nil, TextForm{})), "0,0,0,0,,,-"; got != want {
		t.Errorf("AppendText of the zero event = %q, want %q", got, want)
	}
	if got, want := string(e.AppendText([]byte("SEND "), TextForm{})), "SEND 0,0,0,0,,,-"; got != want {
		t.Errorf("AppendText after a prefix = %q, want %q", got, want)
	}
}

func TestEventMarshalText(t *testing.T) {
	want := sampleEvent()
	text, err := want.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var got Event
	if err := got.UnmarshalText(text); err != nil || !sameButHead(&got, &want) {
		t.Errorf("UnmarshalText(%q) = %+v, %v, want %+v", text, got, err, want)
	}
	want.Data = make([]byte, MaxData+1)
	if _, err := want.MarshalText(); err == nil {
		t.Errorf("MarshalText with %d data bytes = nil error, want one", len(want.Data))
	}
}

// checkForms encodes e in every form and checks that what is read back is e but for what the form is documented to
// change.
func checkForms(t *testing.T, e *Event) {
	t.Helper()
	for _, form := range allForms() {
		text := e.AppendText(nil, form)
		var got Event
		if err := got.DecodeText(text); err != nil {
			t.Fatalf("DecodeText(%q) of an encoded event in form %+v: %v", text, form, err)
		}
		if want := readBack(e, form); !got.equal(&want) {
			t.Fatalf("%+v in form %+v is %q and reads back as %+v, want %+v", *e, form, text, got, want)
		}
		again := got.AppendText(nil, form)
		if form.Time != TimeNanos && !form.Head8 && !bytes.Equal(again, text) {
			t.Fatalf("AppendText in form %+v of %q is %q, want no change", form, text, again)
		}
	}
}

func allForms() (forms []TextForm) {
	for _, stamps := range []TimeForm{TimeKeep, TimeNanos, TimeDate, TimeNone} {
		for _, data := range []DataForm{DataAny, DataDecimal, DataHex} {
			forms = append(forms, TextForm{stamps, data, false}, TextForm{stamps, data, true})
		}
	}
	return forms
}

// readBack returns what is left of e in form f, from the words of the documentation.
func readBack(e *Event, f TextForm) Event {
	want := *e
	switch f.Time {
	case TimeKeep:
		if e.Time.Micros != 0 {
			want.Head = e.Head.WithVersion(0)
		} else if e.Time.Nanos != 0 {
			want.Head = e.Head.WithVersion(1)
		}
	case TimeNanos:
		want.Head = e.Head.WithVersion(1)
		want.Time = Time{Nanos: e.Time.instant()}
	case TimeDate:
		want.Head = e.Head.WithVersion(0)
		whole := e.Time.Nanos / 1e9 * 1e9
		want.Time.Nanos = whole
		if whole != 0 && e.Time.Micros == 0 {
			want.Time.Micros = max(1, uint32((e.Time.Nanos-whole)/1000))
		}
	case TimeNone:
		want.Head = e.Head.WithVersion(0)
		want.Time = Time{}
	}
	if f.Head8 {
		if want.Time.Micros == 0 && want.Time.Nanos < 1<<32 {
			want.Time = Time{}
		}
		want.Head &= 0xFF
	}
	return want
}
