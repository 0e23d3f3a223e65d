package vscp

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

type payloadVectors struct {
	Payloads []struct {
		ID, Format, Era, Payload string
		Event                    vectorEvent
	}
	JSON      []readerCase `json:"json_reader"`
	XML       []readerCase `json:"xml_reader"`
	Detection []struct {
		FirstByte string `json:"first_byte"`
		Format    string
	}
}

type readerCase struct{ ID, Payload string }

// bytes returns the payload of a vector as it is on the wire.
func payloadBytes(t testing.TB, format, payload string) []byte {
	t.Helper()
	if strings.HasPrefix(format, "binary") {
		return unhex(t, payload)
	}
	return []byte(payload)
}

func TestPayloadVectors(t *testing.T) {
	for _, v := range loadVectors[payloadVectors](t, "payloads.json").Payloads {
		payload := payloadBytes(t, v.Format, v.Payload)
		name, _, _ := strings.Cut(v.Format, " ")
		if got := DetectPayload(payload).String(); got != name {
			t.Errorf("%s: DetectPayload = %s, want %s", v.ID, got, name)
		}
		source := v.Event.event(t) // what the peer wrote, which sets the head bits 9-8 only in the payload
		legacy := v.Event.Time.Form == "legacy"
		want := source
		if !legacy {
			want.Head = want.Head.WithVersion(1)
		}
		got := sampleEvent()
		if err := got.DecodePayload(payload); err != nil || !got.equal(&want) {
			t.Errorf("%s: DecodePayload(%q) = %+v, %v, want %+v", v.ID, payload, got, err, want)
		}
		if got, want := writePayload(t, &source, name, legacy), withoutNote(t, name, payload); !bytes.Equal(got, want) {
			t.Errorf("%s: written as %q, want %q", v.ID, got, want)
		}
	}
}

// writePayload writes e as the peers of either era do.
func writePayload(t testing.TB, e *Event, format string, legacy bool) []byte {
	t.Helper()
	text, frame, form := TextForm{TimeNanos, DataHex, false}, FrameNanos, JSONCurrent
	if legacy {
		text.Time, frame, form = TimeDate, FrameDate, JSONLegacy
	}
	switch format {
	case "json":
		return e.AppendJSON(nil, form)
	case "xml":
		return e.AppendXML(nil, form)
	case "binary":
		return append([]byte{0}, mustFrame(t, e, frame)...)
	default:
		return e.AppendText(nil, text)
	}
}

// withoutNote returns the payload without what we do not write: white space and the empty note in JSON.
func withoutNote(t *testing.T, format string, payload []byte) []byte {
	t.Helper()
	if format != "json" {
		return payload
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, payload); err != nil {
		t.Fatal(err)
	}
	return []byte(strings.NewReplacer(`,"note":""`, "", `,"vscpNote":""`, "").Replace(compact.String()))
}

// samplePayloads returns e in every format.
func samplePayloads(t testing.TB, e *Event) (all []struct {
	name    string
	payload []byte
},
) {
	t.Helper()
	for _, format := range []string{"string", "json", "xml", "binary"} {
		for _, legacy := range []bool{false, true} {
			name := format + "/current"
			if legacy {
				name = format + "/legacy"
			}
			all = append(all, struct {
				name    string
				payload []byte
			}{name, writePayload(t, e, format, legacy)})
		}
	}
	return all
}

func TestDetectPayload(t *testing.T) {
	for _, v := range loadVectors[payloadVectors](t, "payloads.json").Detection {
		if v.FirstByte == "other" {
			continue // below
		}
		first := unhex(t, v.FirstByte)
		for _, rest := range []string{"", "}", "1,2,3,4,5,6,7"} {
			payload := append(bytes.Clone(first), rest...)
			if got := DetectPayload(payload).String(); got != v.Format {
				t.Errorf("DetectPayload(%q) = %s, want %s", payload, got, v.Format)
			}
		}
	}
	for _, c := range []struct {
		payload string
		want    PayloadFormat
	}{
		{"", PayloadUnknown},
		{" \r\n", PayloadUnknown},
		{"1,2,3,4,5,6", PayloadUnknown},
		{"1,2,3,4,5,6,", PayloadText},
		{",,,,,,", PayloadText},
		{"\x01,2,3,4,5,6,7", PayloadText},
		{" \t\r\n{", PayloadJSON},
		{"\n <", PayloadXML},
		{" \x00", PayloadUnknown},
		{"[]", PayloadUnknown},
		{"\x00{", PayloadBinary},
	} {
		if got := DetectPayload([]byte(c.payload)); got != c.want {
			t.Errorf("DetectPayload(%q) = %v, want %v", c.payload, got, c.want)
		}
	}
	if got, want := PayloadFormat(9).String(), "unknown"; got != want {
		t.Errorf("PayloadFormat(9).String() = %q, want %q", got, want)
	}
}

func TestDecodePayload(t *testing.T) {
	source := sampleEvent()
	for _, p := range samplePayloads(t, &source) {
		payload := p.payload
		if payload[0] != 0 {
			payload = []byte("\r\n\t " + string(payload) + " \t\r\n")
		}
		var got Event
		if err := got.DecodePayload(payload); err != nil || got.Class != 10 || !bytes.Equal(got.Data, source.Data) {
			t.Errorf("%s: DecodePayload(%q) = %+v, %v, want class 10 and data %X", p.name, payload, got, err, source.Data)
		}
	}
	for _, c := range []struct{ payload, want string }{
		{"", `event: "" is no event in text, JSON, XML or binary form`},
		{"SEND 1,2,3", `event: "SEND 1,2,3" is no event in text, JSON, XML or binary form`},
		{"send 96,20,3,0,,,-", `event: head: "send 96" is not a number`},
		{"{}", `event: class: "" is missing`},
		{"<event/>", `event: class: "" is missing`},
		{"\x00", `frame: byte 0: length is 0, an event frame has at least 38 bytes`},
	} {
		got, want := sampleEvent(), sampleEvent()
		if err := got.DecodePayload([]byte(c.payload)); err == nil || err.Error() != c.want {
			t.Errorf("DecodePayload(%q) = %v, want %s", c.payload, err, c.want)
		}
		if !got.equal(&want) {
			t.Errorf("DecodePayload(%q) failed but left %+v, want %+v", c.payload, got, want)
		}
	}
}

// checkPayloadForms writes e as JSON and XML in both forms and checks that what is read back is e but for what the form
// is documented to change.
func checkPayloadForms(t *testing.T, e *Event) {
	t.Helper()
	for form, text := range map[JSONForm]TimeForm{JSONCurrent: TimeNanos, JSONLegacy: TimeDate} {
		want := readBack(e, TextForm{Time: text})
		object, document := e.AppendJSON(nil, form), e.AppendXML(nil, form)
		if !json.Valid(object) || len(object) > MaxPayload || len(document) > MaxPayload {
			t.Fatalf("%+v is written as %q and %q, want valid JSON, and %d bytes at most", *e, object, document, MaxPayload)
		}
		got := sampleEvent()
		if err := got.DecodeJSON(object); err != nil || !got.equal(&want) {
			t.Fatalf("%+v as JSON %q reads back as %+v, %v, want %+v", *e, object, got, err, want)
		}
		got = sampleEvent()
		if err := got.DecodeXML(document); err != nil || !got.equal(&want) {
			t.Fatalf("%+v as XML %q reads back as %+v, %v, want %+v", *e, document, got, err, want)
		}
	}
}

func TestPayloadForms(t *testing.T) {
	const second = 1_770_000_000_000_000_000
	for _, at := range []Time{
		{},
		{Nanos: second},
		{Nanos: second + 123_456_789},
		{Nanos: 5},
		{Nanos: 4294967295},
		{Nanos: 4294967296},
		{Nanos: 18446744073709551615},
		{Nanos: second, Micros: 678},
		{Nanos: second, Micros: 4294967295},
		{Nanos: second + 5, Micros: 678},
		{Micros: 678},
	} {
		for _, head := range []Head{0, 0x60, 0x160, 0xFFFF} {
			e := sampleEvent()
			e.Head, e.Time = head, at
			checkPayloadForms(t, &e)
		}
	}
	e := Event{}
	checkPayloadForms(t, &e)
	e = Event{Head: 65535, Class: 65535, Type: 65535, ObID: 4294967295, Time: Time{Nanos: second}, Data: bytes.Repeat([]byte{0xFF}, MaxData)}
	checkPayloadForms(t, &e)
}

func TestAppendPayloadsDoNotAllocate(t *testing.T) {
	e := sampleEvent()
	buf := make([]byte, 0, MaxPayload)
	got := testing.AllocsPerRun(100, func() {
		buf = e.AppendJSON(buf[:0], JSONCurrent)
		buf = e.AppendJSON(buf[:0], JSONLegacy)
		buf = e.AppendXML(buf[:0], JSONCurrent)
		buf = e.AppendXML(buf[:0], JSONLegacy)
	})
	if got != 0 {
		t.Errorf("appending to a buffer with room allocates %v times, want 0", got)
	}
}

func TestDecodeReusesData(t *testing.T) {
	source := sampleEvent()
	for _, p := range samplePayloads(t, &source) {
		data := bytes.Repeat([]byte{0xEE}, 8)
		e := Event{Data: data}
		if err := e.DecodePayload(p.payload); err != nil || &e.Data[0] != &data[0] {
			t.Errorf("%s: DecodePayload = %v, wrote over the old data: %v, want nil, true", p.name, err, &e.Data[0] == &data[0])
		}
	}
}

// checkSyntaxError checks that err is a bounded *SyntaxError that reads like want, in which a * at the end stands for
// the words of a library.
func checkSyntaxError(t *testing.T, text string, err error, want string) {
	t.Helper()
	refused, ok := errors.AsType[*SyntaxError](err)
	if !ok {
		t.Errorf("decoding %.80q = %v, want a *SyntaxError %s", text, err, want)
		return
	}
	got := refused.Error()
	if begin, cut := strings.CutSuffix(want, "*"); cut && strings.HasPrefix(got, begin) {
		want = got
	}
	if got != want {
		t.Errorf("decoding %.80q = %s, want %s", text, got, want)
	}
	if len(got) > 500 || !printable(got) {
		t.Errorf("decoding %.80q = %q, want at most 500 bytes without control bytes", text, got)
	}
}
