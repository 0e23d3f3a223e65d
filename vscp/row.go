package vscp

import (
	"math"
	"slices"
	"strconv"
)

// Row is an event in its text form: the fields that decide its way and the line itself, parsed once. The fields may be
// changed; the data is always that of Text.
type Row struct {
	Head  Head
	Class Class
	Type  uint16
	ObID  uint32
	Time  Time
	GUID  GUID
	Text  []byte // the line without its line end; immutable

	dataLen uint32   // number of data bytes
	dataAt  uint16   // index in Text of the comma before the first data byte, if there is one
	kinds   dataKind // how the data bytes of Text are written
}

// NewRow makes a Row of e with its text in form f. Row.Head and Row.Time are those of e, whatever f made of them in
// the text. e.Data is copied.
func NewRow(e *Event, f TextForm) Row {
	r := e.fields()
	text := r.appendFields(nil, f)
	r.dataAt, r.dataLen = uint16(len(text)), uint32(len(e.Data))
	r.Text = appendData(text, e.Data, f.Data)
	if r.dataLen > 0 {
		r.kinds = dataDecimal
		if f.Data == DataHex {
			r.kinds = dataHex
		}
	}
	return r
}

// Parse reads an event line without its line end, all of it. r.Text aliases line, which must not change as long as r
// is in use. On an error, which is a [*SyntaxError], r is left as it was.
func (r *Row) Parse(line []byte) error {
	if len(line) > MaxText {
		return newSyntaxError("event", "", line, "has "+strconv.Itoa(len(line))+" bytes, at most "+strconv.Itoa(MaxText)+" are read")
	}
	s := scanner{line: line, form: "event", fields: 7}
	p := Row{Text: line}
	p.Head = Head(s.uint("head", math.MaxUint16, required))
	p.Class = Class(s.uint("class", math.MaxUint16, required))
	p.Type = uint16(s.uint("type", math.MaxUint16, required))
	p.ObID = uint32(s.uint("obid", math.MaxUint32, optional))
	p.Time = s.time(p.Head)
	s.guid(&p.GUID)
	p.dataAt = uint16(s.pos - 1)
	n, kinds := s.data()
	if s.err != nil {
		return s.err
	}
	p.dataLen, p.kinds = uint32(n), kinds
	*r = p
	return nil
}

// DataLen returns the number of data bytes.
func (r *Row) DataLen() int { return int(r.dataLen) }

// DataText returns the data bytes as they are written in Text, each behind a comma. Two rows with the same data may have it in
// other words.
func (r *Row) DataText() []byte {
	if r.dataLen == 0 {
		return nil
	}
	return r.Text[r.dataAt:]
}

// AppendData appends the data bytes.
func (r *Row) AppendData(dst []byte) []byte {
	i := int(r.dataAt) + 1
	for range r.dataLen {
		v, end, _ := dataByte(r.Text, i)
		dst = append(dst, v)
		i = end + 1
	}
	return dst
}

// Event writes the fields of r and its data to dst, the data over dst.Data as far as its capacity goes.
func (r *Row) Event(dst *Event) {
	dst.Head, dst.Class, dst.Type, dst.ObID = r.Head, r.Class, r.Type, r.ObID
	dst.Time, dst.GUID = r.Time, r.GUID
	dst.Data = r.AppendData(slices.Grow(dst.Data[:0], r.DataLen()))
}

// AppendText appends the event line in form f, without line end: all from the fields of r but the data, which is
// copied from Text if it is written there as f wants it, and re-encoded otherwise. It allocates only if dst has too
// little room.
func (r *Row) AppendText(dst []byte, f TextForm) []byte {
	dst = r.appendFields(dst, f)
	switch {
	case r.dataLen == 0:
		return dst
	case r.kinds&^f.Data.kinds() == 0:
		return append(dst, r.Text[r.dataAt:]...)
	}
	i := int(r.dataAt) + 1
	for range r.dataLen {
		v, end, _ := dataByte(r.Text, i)
		dst = appendDataByte(dst, v, f.Data)
		i = end + 1
	}
	return dst
}
