package vscp

import (
	"strconv"
	"strings"
	"testing"
)

func TestJSONReaderVectors(t *testing.T) {
	const date, nanos = 1_770_000_000_000_000_000, 1_770_000_000_123_456_789
	sender := hexGUID(t, "FFFFFFFFFFFFFFF50100000000000002")
	last := hexGUID(t, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF01")
	want := map[string]Event{
		"rj-01": {Head: 96, ObID: 5, Class: 10, Type: 6, Time: Time{date, 12}, GUID: sender, Data: []byte{72, 52}},
		"rj-02": {Head: 96, ObID: 5, Class: 10, Type: 6, Time: Time{date, 12}, GUID: sender, Data: []byte{72, 52}},
		"rj-03": {Head: 96, Class: 10, Type: 6, Time: Time{Nanos: nanos}, GUID: last, Data: []byte{72, 52}},
		"rj-04": {Head: 96, Class: 10, Type: 6, Time: Time{Nanos: nanos}, Data: []byte{72, 52}},
		"rj-05": {Head: 96, Class: 10, Type: 6, Time: Time{Nanos: nanos}, Data: []byte{72, 52}},
		"rj-06": {Head: 96, Class: 10, Type: 6, Time: Time{Micros: 500000}},
		"rj-07": {Class: 10, Type: 6},
		"rj-09": {Class: 10, Type: 6, Data: []byte{1, 2}},
		"rj-10": {Class: 10, Type: 6},
	}
	refused := map[string]string{
		"rj-08": `event: data[0]: "300" is out of range (0..255)`,
		"rj-11": `event: "{\"class\":10,\"type\":6,\"data\":[1,2],}" is no event in JSON: byte *`,
		"rj-12": `event: "[]" is no event in JSON: byte 1: not an object`,
	}
	for _, v := range loadVectors[payloadVectors](t, "payloads.json").JSON {
		got := sampleEvent()
		err := got.DecodeJSON([]byte(v.Payload))
		if reason, ok := refused[v.ID]; ok {
			checkSyntaxError(t, v.Payload, err, reason)
			continue
		}
		if want := want[v.ID]; err != nil || !got.equal(&want) {
			t.Errorf("%s: DecodeJSON(%s) = %+v, %v, want %+v", v.ID, v.Payload, got, err, want)
		}
	}
}

func TestDecodeJSON(t *testing.T) {
	const date, nanos = 1_770_000_000_000_000_000, 1_770_000_000_123_456_789
	for _, c := range []struct {
		members string // besides class 20 and type 3
		want    Event
	}{
		{``, Event{}},
		{`,"head":"0x160","obid":"0b11","data":["0xff"," 7 ",8]`, Event{Head: 352, ObID: 3, Data: []byte{255, 7, 8}}},
		{`,"head":null,"obid":null,"datetime":null,"timestamp":null,"timestamp_ns":null,"guid":null,"data":null`, Event{}},
		{`,"head":"","obid":"","datetime":"","timestamp":"","timestamp_ns":"","guid":"","data":[]`, Event{}},
		{`,"note":"x","measurement":{"value":1.5e3,"unit":[1,{"a":null}]},"Head":7,"HEAD":8,"":9,"sizedata":true`, Event{}},
		{`,"note":"x","note":"y"`, Event{}},
		{`,"vscpGuid":"{0102030405060708090A0B0C0D0E0F10}"`, Event{GUID: GUID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}},
		{`,"\u0068ead":5`, Event{Head: 5}},

		// The time: nanoseconds by name, by size, by the head; a date beside it makes small ones microseconds.
		{`,"timestamp_ns":1770000000123456789,"datetime":"2020-01-01T00:00:00Z","timestamp":5`, Event{Time: Time{Nanos: nanos}}},
		{`,"timestamp_ns":"0x18904D9F4BCCCD15","datetime":"2026-02-02T02:40:00Z"`, Event{Time: Time{Nanos: nanos}}},
		{`,"timestamp_ns":5`, Event{Time: Time{Nanos: 5}}},
		{`,"timestamp_ns":0,"datetime":"2026-02-02T02:40:00Z"`, Event{Time: Time{Nanos: date}}},
		{`,"timestamp":1770000000123456789,"datetime":"2026-02-02T02:40:00Z"`, Event{Time: Time{Nanos: nanos}}},
		{`,"timestamp":4294967296`, Event{Time: Time{Nanos: 4294967296}}},
		{`,"timestamp":4294967295`, Event{Time: Time{Micros: 4294967295}}},
		{`,"timestamp":5,"head":352`, Event{Head: 352, Time: Time{Nanos: 5}}},
		{`,"timestamp":5,"head":352,"datetime":"2026-02-02T02:40:00Z"`, Event{Head: 352, Time: Time{date, 5}}},
		{`,"datetime":"2026-02-02T02:40:00.123456789Z"`, Event{Time: Time{Nanos: nanos}}},
		{`,"datetime":"2026-02-02T02:40:00.123456789Z","head":352`, Event{Head: 352, Time: Time{Nanos: nanos}}},
		{`,"datetime":"0000-00-00T00:00:00Z","timestamp":5`, Event{Time: Time{Micros: 5}}},
		{`,"datetime":"1900-01-01T00:00:00Z","timestamp":5`, Event{Time: Time{Micros: 5}}},
		{`,"timestamp_ns":18446744073709551615`, Event{Time: Time{Nanos: 18446744073709551615}}},
	} {
		text := `{"class":20` + c.members + `,"type":3}`
		c.want.Class, c.want.Type = 20, 3
		got := sampleEvent()
		if err := got.DecodeJSON([]byte(text)); err != nil || !got.equal(&c.want) {
			t.Errorf("DecodeJSON(%s) = %+v, %v, want %+v", text, got, err, c.want)
		}
	}
}

func TestDecodeJSONRefuses(t *testing.T) {
	const broken = " is no event in JSON: byte " // and what encoding/json says of it is not repeated here: *
	long := `{"class":10,"type":6,"note":"` + strings.Repeat("x", MaxPayload) + `"}`
	deep := `{"x":` + strings.Repeat("[", maxNesting+1)
	many := `{"class":10,"type":6,"data":[` + strings.Repeat("7,", MaxData) + `7]}`
	for _, c := range []struct{ text, want string }{
		// The document.
		{``, `event: ""` + broken + `*`},
		{`{`, `event: "{"` + broken + `*`},
		{`x`, `event: "x"` + broken + `*`},
		{`5`, `event: "5"` + broken + `1: not an object`},
		{`{"class":10,"type":6`, `event: "{\"class\":10,\"type\":6"` + broken + `*`},
		{`{"class":10,"type":6]`, `event: "{\"class\":10,\"type\":6]"` + broken + `*`},
		{`{"data":[1,2}`, `event: "{\"data\":[1,2}"` + broken + `*`},
		{`{"data":[1`, `event: "{\"data\":[1"` + broken + `*`},
		{`{"note":{"a":1`, `event: "{\"note\":{\"a\":1"` + broken + `*`},
		{`{"class":}`, `event: "{\"class\":}"` + broken + `*`},
		{`{class:10}`, `event: "{class:10}"` + broken + `*`},
		{`{"class":010,"type":6}`, `event: "{\"class\":010,\"type\":6}"` + broken + `*`},
		{`{"class":10,"type":6}{}`, `event: "{\"class\":10,\"type\":6}{}"` + broken + `22: more follows after the object`},
		{"{\"class\":10,\"type\":6}\x00", `event: "{\"class\":10,\"type\":6}\x00"` + broken + `21: more follows after the object`},
		{deep, `event: "{\"x\":[[[[[[[[[[[[[[[[["` + broken + `22: nested too deep`},
		{long, `event: "{\"class\":10,\"type\":6,\"note\":\"xxxxxxxxxxx..." has ` + strconv.Itoa(len(long)) + ` bytes, at most 16384 are read`},

		// Class and type are never made up.
		{`{"type":6}`, `event: class: "" is missing`},
		{`{"class":10}`, `event: type: "" is missing`},
		{`{"class":null,"type":6}`, `event: class: "" is not a number`},
		{`{"class":10,"vscpType":""}`, `event: vscpType: "" is not a number`},
		{`{"class":65536,"type":6}`, `event: class: "65536" is out of range (0..65535)`},
		{`{"class":10,"type":-6}`, `event: type: "-6" is not a number`},
		{`{"class":10.0,"type":6}`, `event: class: "10.0" is not a number`},
		{`{"class":1e1,"type":6}`, `event: class: "1e1" is not a number`},
		{`{"class":true,"type":6}`, `event: class: "true" is neither a number nor a text`},
		{`{"class":[10],"type":6}`, `event: class: "[" is neither a number nor a text`},
		{`{"class":"CLASS1.ALARM","type":6}`, `event: class: "CLASS1.ALARM" is not a number`},

		// Nothing may be there twice.
		{`{"class":10,"type":6,"class":10}`, `event: class: "class" comes a second time`},
		{`{"class":10,"type":6,"vscpClass":10}`, `event: vscpClass: "vscpClass" comes a second time`},
		{`{"class":10,"type":6,"data":[],"vscpData":[]}`, `event: vscpData: "vscpData" comes a second time`},

		// The other fields.
		{`{"head":65536}`, `event: head: "65536" is out of range (0..65535)`},
		{`{"vscpObId":4294967296}`, `event: vscpObId: "4294967296" is out of range (0..4294967295)`},
		{`{"datetime":"2026-02-30T00:00:00Z"}`, `event: datetime: "2026-02-30T00:00:00Z" is not a date and time in UTC like 2026-01-02T03:04:05Z`},
		{`{"datetime":"2026-02-02T00:00:00+01:00"}`, `event: datetime: "2026-02-02T00:00:00+01:00" is not a date and time in UTC like 2026-01-02T03:04:05Z`},
		{`{"timestamp":18446744073709551616}`, `event: timestamp: "18446744073709551616" is out of range (0..18446744073709551615)`},
		{`{"timestamp_ns":"now"}`, `event: timestamp_ns: "now" is not a number`},
		{`{"guid":"01:02"}`, `event: guid: "01:02" has 2 bytes, a GUID has 16`},
		{`{"guid":{}}`, `event: guid: "{" is neither a number nor a text`},
		{`{"data":"1,2"}`, `event: data: "1,2" is not an array of numbers`},
		{`{"data":{"0":1}}`, `event: data: "{" is not an array of numbers`},
		{`{"data":[1,null]}`, `event: data[1]: "" is not a number`},
		{`{"data":[1,[2]]}`, `event: data: "[" is neither a number nor a text`},
		{many, `event: data[512]: "7" is one too many, at most 512 are read`},
	} {
		got, want := sampleEvent(), sampleEvent()
		checkSyntaxError(t, c.text, got.DecodeJSON([]byte(c.text)), c.want)
		if !got.equal(&want) {
			t.Errorf("DecodeJSON(%.80q) failed but left %+v, want %+v", c.text, got, want)
		}
	}
}
