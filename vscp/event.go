package vscp

import "fmt"

// Limits of the text form.
const (
	MaxData = 512  // data bytes of an event
	MaxText = 4096 // bytes of an event line, without the line end
)

// Event is one event taken apart.
type Event struct {
	Head  Head
	Class Class
	Type  uint16
	ObID  uint32 // the interface it came in on; has no meaning outside the host that set it
	Time  Time
	GUID  GUID
	Data  []byte // at most MaxData bytes
}

// DecodeText reads an event line without its line end. Data is written over e.Data as far as its capacity goes; it does
// not alias line. On an error, which is a [*SyntaxError], e is left as it was.
func (e *Event) DecodeText(line []byte) error {
	var r Row
	if err := r.Parse(line); err != nil {
		return err
	}
	r.Event(e)
	return nil
}

// AppendText appends the event line in form f, without line end. It allocates only if dst has too little room.
func (e *Event) AppendText(dst []byte, f TextForm) []byte {
	r := e.fields()
	return appendData(r.appendFields(dst, f), e.Data, f.Data)
}

// MarshalText returns the event line in the lossless form TextForm{}. It refuses more than MaxData data bytes.
func (e *Event) MarshalText() ([]byte, error) {
	if len(e.Data) > MaxData {
		return nil, fmt.Errorf("event: data: %d bytes, at most %d are allowed", len(e.Data), MaxData)
	}
	return e.AppendText(nil, TextForm{}), nil
}

// UnmarshalText is DecodeText by the name that encoding packages look for.
func (e *Event) UnmarshalText(text []byte) error { return e.DecodeText(text) }

// Row returns the event as a Row whose text is in the lossless form TextForm{}.
func (e *Event) Row() Row { return NewRow(e, TextForm{}) }

func (e *Event) fields() Row {
	return Row{Head: e.Head, Class: e.Class, Type: e.Type, ObID: e.ObID, Time: e.Time, GUID: e.GUID}
}
