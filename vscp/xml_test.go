package vscp

import (
	"strconv"
	"strings"
	"testing"
)

func TestXMLReaderVectors(t *testing.T) {
	sender := hexGUID(t, "FFFFFFFFFFFFFFF50100000000000002")
	dated := Time{1_770_000_000_000_000_000, 12}
	want := map[string]Event{
		"rx-01": {Head: 96, ObID: 5, Class: 10, Type: 6, Time: dated, GUID: sender, Data: []byte{72, 52}},
		"rx-02": {Head: 96, ObID: 5, Class: 10, Type: 6, Time: dated, GUID: sender, Data: []byte{72, 52}},
		"rx-03": {Head: 96, Class: 10, Type: 6, Time: Time{Nanos: 1_770_000_000_123_456_789}, Data: []byte{72, 52}},
	}
	for _, v := range loadVectors[payloadVectors](t, "payloads.json").XML {
		got := sampleEvent()
		err := got.DecodeXML([]byte(v.Payload))
		if v.ID == "rx-04" {
			checkSyntaxError(t, v.Payload, err, `event: "garbage" is no event in XML: byte 0: want nothing but one empty element called event`)
			continue
		}
		if want := want[v.ID]; err != nil || !got.equal(&want) {
			t.Errorf("%s: DecodeXML(%s) = %+v, %v, want %+v", v.ID, v.Payload, got, err, want)
		}
	}
}

func TestDecodeXML(t *testing.T) {
	want := Event{Class: 20, Type: 3, Data: []byte{1, 255}}
	for _, text := range []string{
		`<event class="20" type="3" data="1,255"/>`,
		`<event class="20" type="3" data=" 0x01 , 0xfF , "></event>`,
		"\r\n<event class='20' type='3'\n\tdata='1,255,'>\n</event>\t\n",
		`<?xml version="1.0" encoding="UTF-8"?><event vscpClass="20" vscpType="3" vscpData="1,255"/>`,
		` <?xml version="1.0"?> <event class="&#50;&#x30;" type="3" data="1,255" note="&quot;&lt;&amp;" sizedata="9"/>`,
		`<event xmlns:x="y" x:class="7" class="20" type="3" data="1,255" head="" obid=" " datetime="" timestamp="" guid="" />`,
	} {
		got := sampleEvent()
		if err := got.DecodeXML([]byte(text)); err != nil || !got.equal(&want) {
			t.Errorf("DecodeXML(%q) = %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, data := range []string{"", " \t"} {
		got := sampleEvent()
		if err := got.DecodeXML([]byte(`<event class="20" type="3" data="` + data + `"/>`)); err != nil || len(got.Data) != 0 {
			t.Errorf("DecodeXML with data %q = %X, %v, want none", data, got.Data, err)
		}
	}
}

func TestDecodeXMLRefuses(t *testing.T) {
	const broken, other = " is no event in XML: ", ": want nothing but one empty element called event"
	long := `<event class="20" type="3" note="` + strings.Repeat("x", MaxPayload) + `"/>`
	many := `<event class="20" type="3" data="` + strings.Repeat("7,", MaxData) + `7,8"/>`
	for _, c := range []struct{ text, want string }{
		// The document.
		{"", `event: ""` + broken + "there is no element"},
		{" \n", `event: " \n"` + broken + "there is no element"},
		{`<?xml version="1.0"?>`, `event: "<?xml version=\"1.0\"?>"` + broken + "there is no element"},
		{`<event`, `event: "<event"` + broken + "byte 6: not well-formed"},
		{`<event>`, `event: "<event>"` + broken + "byte 7: not well-formed"},
		{`<event class=20/>`, `event: "<event class=20/>"` + broken + "byte 14: not well-formed"},
		{`<event></other>`, `event: "<event></other>"` + broken + "byte 15: not well-formed"},
		{`<?xml version="1.0" encoding="latin1"?><event/>`, `event: "<?xml version=\"1.0\" encoding=\"latin1\"?><..."` + broken + "byte 39: not well-formed"},
		{`<other class="20" type="3"/>`, `event: "<other class=\"20\" type=\"3\"/>"` + broken + "byte 0" + other},
		{`<Event class="20" type="3"/>`, `event: "<Event class=\"20\" type=\"3\"/>"` + broken + "byte 0" + other},
		{`<event xmlns="x"/>`, `event: "<event xmlns=\"x\"/>"` + broken + "byte 0" + other},
		{`<event/><event/>`, `event: "<event/><event/>"` + broken + "byte 8" + other},
		{`<event><event/></event>`, `event: "<event><event/></event>"` + broken + "byte 7" + other},
		{`<event>20</event>`, `event: "<event>20</event>"` + broken + "byte 7" + other},
		{`<event/>20`, `event: "<event/>20"` + broken + "byte 8" + other},
		{"<event/>\x00", `event: "<event/>\x00"` + broken + "byte 9: not well-formed"},
		{`<!-- --><event/>`, `event: "<!-- --><event/>"` + broken + "byte 0" + other},
		{`<?php?><event/>`, `event: "<?php?><event/>"` + broken + "byte 0" + other},
		{`<?xml version="1.0"?><?xml version="1.0"?><event/>`, `event: "<?xml version=\"1.0\"?><?xml version=\"1.0\"..."` + broken + "byte 21" + other},
		{`<event/><?xml version="1.0"?>`, `event: "<event/><?xml version=\"1.0\"?>"` + broken + "byte 8" + other},
		{`<!DOCTYPE a [<!ENTITY a "20">]><event class="&a;"/>`, `event: "<!DOCTYPE a [<!ENTITY a \"20\">]><event cl..."` + broken + "byte 0" + other},
		{`<event class="&a;"/>`, `event: "<event class=\"&a;\"/>"` + broken + "byte 17: not well-formed"},
		{"<event>" + strings.Repeat("<a>", 1000), `event: "<event><a><a><a><a><a><a><a><a><a><a><a>..."` + broken + "byte 7" + other},
		{long, `event: "<event class=\"20\" type=\"3\" note=\"xxxxxxx..." has ` + strconv.Itoa(len(long)) + ` bytes, at most 16384 are read`},

		// The fields, as in JSON.
		{`<event type="3"/>`, `event: class: "" is missing`},
		{`<event class="20"/>`, `event: type: "" is missing`},
		{`<event class="" type="3"/>`, `event: class: "" is not a number`},
		{`<event class="20" class="20"/>`, `event: class: "class" comes a second time`},
		{`<event class="20" vscpClass="20"/>`, `event: vscpClass: "vscpClass" comes a second time`},
		{`<event head="-1"/>`, `event: head: "-1" is not a number`},
		{`<event data=","/>`, `event: data[0]: "" is not a number`},
		{`<event data="1,,2"/>`, `event: data[1]: "" is not a number`},
		{`<event vscpData="1,256"/>`, `event: vscpData[1]: "256" is out of range (0..255)`},
		{`<event data="1;2"/>`, `event: data[0]: "1;2" is not a number`},
		{many, `event: data[512]: "7" is one too many, at most 512 are read`},
	} {
		got, want := sampleEvent(), sampleEvent()
		checkSyntaxError(t, c.text, got.DecodeXML([]byte(c.text)), c.want)
		if !got.equal(&want) {
			t.Errorf("DecodeXML(%.80q) failed but left %+v, want %+v", c.text, got, want)
		}
	}
}
