package vscp

import (
	"math"
	"strconv"
)

// JSONForm says which names and which time the JSON and the XML form of an event are written with. Readers of one era
// may take the other's for an event of class 0 and type 0, so it must be that of the peer.
type JSONForm uint8

// The JSON and XML forms.
const (
	// JSONCurrent has names such as "class", and the time of TimeNanos: vscp 15.1 and newer.
	JSONCurrent JSONForm = iota
	// JSONLegacy has names such as "vscpClass", and the time of TimeDate: vscp up to 15.0.
	JSONLegacy
)

// slot is a field of the JSON and XML forms, whatever its name there.
type slot uint8

const (
	slotNone slot = iota // what is ignored, such as note, measurement and sizedata
	slotHead
	slotObID
	slotDate
	slotStamp
	slotNanos
	slotClass
	slotType
	slotGUID
	slotData
)

var slotNames = [...]struct{ current, legacy string }{
	slotHead:  {"head", "vscpHead"},
	slotObID:  {"obid", "vscpObId"},
	slotDate:  {"datetime", "vscpDateTime"},
	slotStamp: {"timestamp", "vscpTimeStamp"},
	slotNanos: {"timestamp_ns", "timestamp_ns"},
	slotClass: {"class", "vscpClass"},
	slotType:  {"type", "vscpType"},
	slotGUID:  {"guid", "vscpGuid"},
	slotData:  {"data", "vscpData"},
}

func slotOf(name string) slot {
	for s, names := range slotNames {
		if name == names.current || name == names.legacy {
			return slot(s)
		}
	}
	return slotNone
}

// appendName appends the name of s in form f with what stands before and behind it.
func (f JSONForm) appendName(dst []byte, before string, s slot, behind string) []byte {
	name := slotNames[s].current
	if f == JSONLegacy {
		name = slotNames[s].legacy
	}
	return append(append(append(dst, before...), name...), behind...)
}

// fields returns the head and the time to write: nanoseconds for the date, and the stamp. 0 means not to write it. A
// date of nanoseconds so few that readers would take them for microseconds beside it is left out.
func (f JSONForm) fields(e *Event) (head Head, date, stamp uint64) {
	if f == JSONLegacy {
		return TextForm{Time: TimeDate}.fields(e.Head, e.Time)
	}
	head, _, stamp = TextForm{Time: TimeNanos}.fields(e.Head, e.Time)
	if stamp > math.MaxUint32 {
		date = stamp
	}
	return head, date, stamp
}

// appendDate appends a date, with the fraction of the second only in the current form.
func (f JSONForm) appendDate(dst []byte, nanos uint64) []byte {
	var b [len("2006-01-02T15:04:05.000000000Z")]byte
	return append(dst, b[:putDateTime(b[:], nanos, f != JSONLegacy)]...)
}

// appendList appends the data bytes with commas between them and first before them.
func appendList(dst []byte, first byte, data []byte, f DataForm) []byte {
	if len(data) == 0 {
		return append(dst, first)
	}
	at := len(dst)
	dst = appendData(dst, data, f)
	dst[at] = first // where the comma was
	return dst
}

// named collects the fields of a JSON or XML event, which come in any order and under the names of either era. The first
// failure stays in err.
type named struct {
	event Event // all but time and data
	seen  [slotData + 1]bool
	date  uint64
	dated bool
	stamp uint64 // nanoseconds or microseconds
	nanos uint64
	data  [MaxData]byte
	n     int // data bytes
	err   error
}

func (f *named) fail(name, text, reason string) {
	if f.err == nil {
		f.err = newSyntaxError("event", name, []byte(text), reason)
	}
}

// claim returns the slot of name. None may come twice: readers differ in which of the values they take.
func (f *named) claim(name string) slot {
	s := slotOf(name)
	if s != slotNone && f.seen[s] {
		f.fail(name, name, "comes a second time")
	}
	f.seen[s] = true
	return s
}

// set reads the value of any slot but slotNone and slotData. No text is no value.
func (f *named) set(s slot, name, text string) {
	value := trim([]byte(text))
	switch s {
	case slotHead:
		f.event.Head = Head(f.uint(name, value, math.MaxUint16, optional))
	case slotObID:
		f.event.ObID = uint32(f.uint(name, value, math.MaxUint32, optional))
	case slotStamp:
		f.stamp = f.uint(name, value, math.MaxUint64, optional)
	case slotNanos:
		f.nanos = f.uint(name, value, math.MaxUint64, optional)
	case slotClass:
		f.event.Class = Class(f.uint(name, value, math.MaxUint16, required))
	case slotType:
		f.event.Type = uint16(f.uint(name, value, math.MaxUint16, required))
	case slotDate:
		f.setDate(name, value)
	default:
		f.setGUID(name, value)
	}
}

func (f *named) setDate(name string, value []byte) {
	if len(value) == 0 {
		return
	}
	var ok bool
	if f.date, f.dated, ok = parseDateTime(value); !ok {
		f.fail(name, string(value), "is not a date and time in UTC like 2026-01-02T03:04:05Z")
	}
}

func (f *named) setGUID(name string, value []byte) {
	guid, reason := parseGUID(value)
	if reason != "" {
		f.fail(name, string(value), reason)
	}
	f.event.GUID = guid
}

func (f *named) uint(name string, value []byte, limit uint64, absent presence) uint64 {
	if len(value) == 0 && absent == optional {
		return 0
	}
	v, status := readNumber(value, limit)
	if status != numberOK {
		f.fail(name, string(value), status.reason(limit))
	}
	return v
}

// add reads one more data byte.
func (f *named) add(name, text string) {
	name += "[" + strconv.Itoa(f.n) + "]"
	if f.n == MaxData {
		f.fail(name, text, "is one too many, at most "+strconv.Itoa(MaxData)+" are read")
		return
	}
	f.data[f.n] = byte(f.uint(name, trim([]byte(text)), math.MaxUint8, required))
	f.n++
}

// time returns what the time fields say together: nanoseconds if they are called so, if they are too many to be
// microseconds, or if without a date the head says so. Otherwise it is date and microseconds.
func (f *named) time() Time {
	switch {
	case f.nanos != 0:
		return Time{Nanos: f.nanos}
	case f.stamp > math.MaxUint32, !f.dated && f.event.Head.Version() == versionNanos:
		return Time{Nanos: f.stamp}
	default:
		return Time{Nanos: f.date, Micros: uint32(f.stamp)}
	}
}

// store writes the event to e if class and type were there and nothing failed. Readers that put 0 for what is missing
// make a protocol event of what they did not understand.
func (f *named) store(e *Event) error {
	if !f.seen[slotClass] {
		f.fail("class", "", "is missing")
	}
	if !f.seen[slotType] {
		f.fail("type", "", "is missing")
	}
	if f.err != nil {
		return f.err
	}
	e.Data = append(e.Data[:0], f.data[:f.n]...)
	f.event.Time, f.event.Data = f.time(), e.Data
	*e = f.event
	return nil
}
