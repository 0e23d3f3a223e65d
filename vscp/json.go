package vscp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// Limits of the JSON and XML forms that are read.
const (
	MaxPayload = 16 << 10 // bytes: room for MaxData data bytes on a line each, and for notes
	maxNesting = 16       // depth of arrays and objects in JSON
)

const lowerHex = "0123456789abcdef"

// AppendJSON appends the event as a JSON object without white space, as the peers of form f write it but for the empty
// note. An event without a time gets none: readers put their own. AppendJSON allocates only if dst has too little room,
// and like AppendText it does not check MaxData.
//
//	{"head":352,"obid":0,"datetime":"2026-02-02T02:40:00.123456789Z","timestamp_ns":"0x18904d9f4bcccd15",
//	"class":10,"type":6,"guid":"FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01","data":[72,52,53]}
//
// vscpd takes messages into a buffer of 1024 bytes without looking at their length, so that events of about 150 data
// bytes and more must go to it as binary frames.
func (e *Event) AppendJSON(dst []byte, f JSONForm) []byte {
	head, date, stamp := f.fields(e)
	dst = strconv.AppendUint(f.appendName(dst, `{"`, slotHead, `":`), uint64(head), 10)
	dst = strconv.AppendUint(f.appendName(dst, `,"`, slotObID, `":`), uint64(e.ObID), 10)
	if date != 0 {
		dst = append(f.appendDate(f.appendName(dst, `,"`, slotDate, `":"`), date), '"')
	}
	if stamp != 0 && f == JSONLegacy {
		dst = strconv.AppendUint(f.appendName(dst, `,"`, slotStamp, `":`), stamp, 10)
	} else if stamp != 0 {
		dst = f.appendName(dst, `,"`, slotNanos, `":"0x`)
		for shift := 60; shift >= 0; shift -= 4 {
			dst = append(dst, lowerHex[stamp>>shift&15])
		}
		dst = append(dst, '"')
	}
	dst = strconv.AppendUint(f.appendName(dst, `,"`, slotClass, `":`), uint64(e.Class), 10)
	dst = strconv.AppendUint(f.appendName(dst, `,"`, slotType, `":`), uint64(e.Type), 10)
	dst, _ = e.GUID.AppendText(f.appendName(dst, `,"`, slotGUID, `":"`))
	dst = f.appendName(dst, `","`, slotData, `":`)
	return append(appendList(dst, '[', e.Data, DataDecimal), "]}"...)
}

// DecodeJSON reads an event from a JSON object of at most MaxPayload bytes, with nothing but white space around it. The
// names of both forms are known, and numbers may also be texts as in an event line, such as "0x0A". A name that is not
// known is ignored with its value; one that comes again, also in the other form, is refused. null counts as absent.
//
// Class and type must be there, all else may be absent. The time is timestamp_ns if that is not 0. Otherwise the
// timestamp counts nanoseconds if it does not fit 32 bits or if without a datetime the head says so, and microseconds
// beside the datetime, if there is one, if not.
//
// Data is written over e.Data as far as its capacity goes. On an error, which is a [*SyntaxError], e is left as it was.
func (e *Event) DecodeJSON(object []byte) error {
	if len(object) > MaxPayload {
		return tooLong(object)
	}
	r := jsonReader{dec: json.NewDecoder(bytes.NewReader(object)), text: object}
	r.dec.UseNumber()
	r.object()
	return r.store(e)
}

func tooLong(b []byte) *SyntaxError {
	return newSyntaxError("event", "", b, fmt.Sprintf("has %d bytes, at most %d are read", len(b), MaxPayload))
}

// jsonReader takes an object apart token by token: a struct or a map would hide names that come twice.
type jsonReader struct {
	named
	dec  *json.Decoder
	text []byte
}

// token returns the next token. It is nil for null, and after a failure.
func (r *jsonReader) token() json.Token {
	if r.err != nil {
		return nil
	}
	tok, err := r.dec.Token()
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		r.broken(err.Error())
	}
	return tok
}

// broken fails because of the document, not of one field.
func (r *jsonReader) broken(reason string) {
	r.fail("", string(r.text), fmt.Sprintf("is no event in JSON: byte %d: %s", r.dec.InputOffset(), reason))
}

func (r *jsonReader) more() bool { return r.err == nil && r.dec.More() }

func (r *jsonReader) object() {
	if r.token() != json.Delim('{') {
		r.broken("not an object")
	}
	for r.more() {
		name, _ := r.token().(string)
		switch s := r.claim(name); s {
		case slotNone:
			r.skip()
		case slotData:
			r.array(name)
		default:
			r.set(s, name, r.scalar(name))
		}
	}
	r.token() // the closing brace
	if _, err := r.dec.Token(); err != io.EOF {
		r.broken("more follows after the object")
	}
}

// scalar returns the next value, which must be a number or a text; nothing for null.
func (r *jsonReader) scalar(name string) string {
	switch v := r.token().(type) {
	case nil:
		return ""
	case json.Number:
		return v.String()
	case string:
		return v
	default:
		r.fail(name, fmt.Sprint(v), "is neither a number nor a text")
		return ""
	}
}

// array reads the data bytes.
func (r *jsonReader) array(name string) {
	switch tok := r.token(); tok {
	case nil:
		return
	case json.Delim('['):
	default:
		r.fail(name, fmt.Sprint(tok), "is not an array of numbers")
	}
	for r.more() {
		r.add(name, r.scalar(name))
	}
	r.token() // the closing bracket
}

// skip reads a value of any kind.
func (r *jsonReader) skip() {
	for depth := 0; ; {
		switch r.token() {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth > maxNesting {
			r.broken("nested too deep")
		}
		if depth == 0 || r.err != nil {
			return
		}
	}
}
