package vscp

import "bytes"

// PayloadFormat is how an event is written where several ways are allowed, as in the messages of MQTT.
type PayloadFormat uint8

// The payload formats.
const (
	PayloadUnknown PayloadFormat = iota
	PayloadText                  // an event line, called string by the peers
	PayloadJSON
	PayloadXML
	PayloadBinary // a zero byte, then a binary frame
)

// String returns the name the peers give the format.
func (f PayloadFormat) String() string {
	switch f {
	case PayloadText:
		return "string"
	case PayloadJSON:
		return "json"
	case PayloadXML:
		return "xml"
	case PayloadBinary:
		return "binary"
	default:
		return "unknown"
	}
}

// DetectPayload tells the format by the first byte: zero for binary, and after white space "{" for JSON and "<" for XML.
// Everything else with the six commas of an event line is text. It does not say that the payload can be decoded.
func DetectPayload(p []byte) PayloadFormat {
	if len(p) > 0 && p[0] == 0 {
		return PayloadBinary
	}
	p = trimSpace(p)
	switch {
	case bytes.HasPrefix(p, []byte("{")):
		return PayloadJSON
	case bytes.HasPrefix(p, []byte("<")):
		return PayloadXML
	case bytes.Count(p, []byte(",")) >= 6:
		return PayloadText
	default:
		return PayloadUnknown
	}
}

// DecodePayload reads an event in whatever format [DetectPayload] finds, of text also with white space around it. An
// error is a [*SyntaxError] or a [*FrameError], and leaves e as it was.
func (e *Event) DecodePayload(p []byte) error {
	switch DetectPayload(p) {
	case PayloadText:
		return e.DecodeText(trimSpace(p))
	case PayloadJSON:
		return e.DecodeJSON(p)
	case PayloadXML:
		return e.DecodeXML(p)
	case PayloadBinary:
		return e.DecodeFrame(p[1:])
	default:
		return newSyntaxError("event", "", p, "is no event in text, JSON, XML or binary form")
	}
}

// trimSpace cuts what JSON and XML call white space.
func trimSpace(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }
