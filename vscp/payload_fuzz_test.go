package vscp

import (
	"encoding/json"
	"encoding/xml"
	"testing"
)

func addPayloads(f *testing.F) {
	f.Helper()
	v := loadVectors[payloadVectors](f, "payloads.json")
	for _, p := range v.Payloads {
		f.Add(payloadBytes(f, p.Format, p.Payload))
	}
	for _, p := range append(v.JSON, v.XML...) {
		f.Add([]byte(p.Payload))
	}
}

// checkDecoded decodes payload and checks that nothing is changed on an error, that the error is bounded, and that every
// form of what was read reads back. It reports whether it was read.
func checkDecoded(t *testing.T, payload []byte, decode func(*Event, []byte) error) bool {
	t.Helper()
	got, want := sampleEvent(), sampleEvent()
	if err := decode(&got, payload); err != nil {
		if !got.equal(&want) {
			t.Fatalf("decoding %q failed but left %+v, want %+v", payload, got, want)
		}
		if text := err.Error(); len(text) > 500 || !printable(text) {
			t.Fatalf("decoding %q = %q, want at most 500 bytes without control bytes", payload, text)
		}
		return false
	}
	checkPayloadForms(t, &got)
	return true
}

func FuzzJSON(f *testing.F) {
	addPayloads(f)
	f.Add([]byte(`{"class":"0x0A","type":6,"data":["0x01",2],"measurement":{"value":[1.5]},"timestamp":5}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if !checkDecoded(t, payload, (*Event).DecodeJSON) {
			return
		}
		var object map[string]any
		if err := json.Unmarshal(payload, &object); err != nil {
			t.Fatalf("DecodeJSON(%q) = nil, want an error: %v", payload, err)
		}
		for _, names := range [][2]string{{"class", "vscpClass"}, {"type", "vscpType"}} {
			_, current := object[names[0]]
			if _, legacy := object[names[1]]; current == legacy {
				t.Fatalf("DecodeJSON(%q) = nil, want an error: %v must be there once", payload, names)
			}
		}
	})
}

func FuzzXML(f *testing.F) {
	addPayloads(f)
	f.Add([]byte(`<?xml version="1.0"?><event class="&#50;" type='3' data="1,255," a:b="c"> </event>`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if !checkDecoded(t, payload, (*Event).DecodeXML) {
			return
		}
		var element struct {
			XMLName xml.Name `xml:"event"`
			Content string   `xml:",innerxml"`
		}
		if err := xml.Unmarshal(payload, &element); err != nil || len(trimSpace([]byte(element.Content))) != 0 {
			t.Fatalf("DecodeXML(%q) = nil, want an error: %v, content %q", payload, err, element.Content)
		}
	})
}

// What is decoded is what the detected format's own decoder decodes, and the detection never panics.
func FuzzPayload(f *testing.F) {
	addPayloads(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		format := DetectPayload(payload)
		if checkDecoded(t, payload, (*Event).DecodePayload) && format == PayloadUnknown {
			t.Fatalf("DecodePayload(%q) = nil, want an error: the format is %v", payload, format)
		}
	})
}
