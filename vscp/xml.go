package vscp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// AppendXML appends the event as an empty XML element, as the peers of form f write it. An event without a time gets
// none: readers put their own. AppendXML allocates only if dst has too little room, and like AppendText it does not check
// MaxData.
//
//	<event head="352" obid="0" datetime="2026-02-02T02:40:00.123456789Z" timestamp="1770000000123456789"
//	class="10" type="6" guid="FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01" data="0x48,0x34,0x35" />
//
// What AppendJSON says of vscpd and the length is true here too.
func (e *Event) AppendXML(dst []byte, f JSONForm) []byte {
	head, date, stamp := f.fields(e)
	dst = strconv.AppendUint(f.appendName(dst, `<event `, slotHead, `="`), uint64(head), 10)
	dst = strconv.AppendUint(f.appendName(dst, `" `, slotObID, `="`), uint64(e.ObID), 10)
	if date != 0 {
		dst = f.appendDate(f.appendName(dst, `" `, slotDate, `="`), date)
	}
	if stamp != 0 {
		dst = strconv.AppendUint(f.appendName(dst, `" `, slotStamp, `="`), stamp, 10)
	}
	dst = strconv.AppendUint(f.appendName(dst, `" `, slotClass, `="`), uint64(e.Class), 10)
	dst = strconv.AppendUint(f.appendName(dst, `" `, slotType, `="`), uint64(e.Type), 10)
	dst, _ = e.GUID.AppendText(f.appendName(dst, `" `, slotGUID, `="`))
	dst = f.appendName(dst, `" `, slotData, `=`)
	return append(appendList(dst, '"', e.Data, DataHex), `" />`...)
}

// DecodeXML reads an event from a document of at most MaxPayload bytes that is one empty element called event, with
// nothing but an XML declaration before it and white space around it: no comment, no document type, hence no entities
// but the five of XML itself. The attributes are those of [Event.DecodeJSON] under the same rules, the data a list as in
// an event line.
//
// Data is written over e.Data as far as its capacity goes. On an error, which is a [*SyntaxError], e is left as it was.
func (e *Event) DecodeXML(document []byte) error {
	if len(document) > MaxPayload {
		return tooLong(document)
	}
	attrs, reason := eventElement(document)
	if reason != "" {
		return newSyntaxError("event", "", document, "is no event in XML: "+reason)
	}
	var f named
	for _, a := range attrs {
		if a.Name.Space != "" {
			continue
		}
		switch s := f.claim(a.Name.Local); s {
		case slotNone:
		case slotData:
			f.list(a.Name.Local, a.Value)
		default:
			f.set(s, a.Name.Local, a.Value)
		}
	}
	return f.store(e)
}

// eventElement returns the attributes of the only element of a document. A reason other than "" refuses it. The texts of
// the decoder's errors are not passed on: they repeat the document without a bound.
func eventElement(document []byte) (attrs []xml.Attr, reason string) {
	dec := xml.NewDecoder(bytes.NewReader(document))
	declared, found := false, false
	for {
		at := dec.InputOffset()
		tok, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF) && found:
			return attrs, ""
		case errors.Is(err, io.EOF):
			return nil, "there is no element"
		case err != nil:
			return nil, fmt.Sprintf("byte %d: not well-formed", dec.InputOffset())
		}
		ok := false
		switch t := tok.(type) {
		case xml.ProcInst:
			ok = t.Target == "xml" && !declared && !found
			declared = true
		case xml.StartElement:
			ok = t.Name == xml.Name{Local: "event"} && !found
			found, attrs = true, t.Attr
		case xml.CharData:
			ok = len(trimSpace(t)) == 0
		case xml.EndElement:
			ok = true
		}
		if !ok {
			return nil, fmt.Sprintf("byte %d: want nothing but one empty element called event", at)
		}
	}
}

// list reads the data bytes, written as in an event line: one comma too many at the end is forgiven.
func (f *named) list(name, text string) {
	text = strings.TrimRight(text, " \t")
	if text == "" {
		return
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(text, ","), ",") {
		if f.add(name, part); f.err != nil {
			return
		}
	}
}
