package simdevice

import (
	"context"
	"math"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Source makes the events of a Device.
type Source interface {
	// Row returns event n, counted from 0, as it happens at a time. But for the time it depends on n alone. The device writes
	// the rolling index into the head, so that it counts every event.
	Row(n uint64, at time.Time) vscp.Row
}

// Feed makes the events of a Device in its own time.
type Feed interface {
	// Next waits until the next event is due and returns it. False is the end, and comes soon after ctx ends. The device writes the
	// rolling index into the head.
	Next(ctx context.Context) (vscp.Row, bool)
}

// The classes and types that the sources make.
const (
	classMeasurement vscp.Class = 10
	typeCount        uint16     = 1
	typeTemperature  uint16     = 6
)

// headNormal is normal priority, as measurements have it.
const headNormal = vscp.Head(3 << 5)

// unitCelsius is the unit of a temperature in degrees Celsius.
const unitCelsius = 1

// Readings is a sensor that measures a temperature: it swings slowly by a degree and a half and trembles by some hundredths.
type Readings struct {
	GUID   vscp.GUID // all zero: that of the interface
	Around float64   // degrees Celsius, -300..300; 0: 21
}

const (
	defaultAround = 21
	swing         = 1.5 // degrees
	swingEvents   = 120 // one period
	trembleSteps  = 11  // hundredths, around zero
)

// Row implements Source with a CLASS1.MEASUREMENT, TEMPERATURE event.
func (s Readings) Row(n uint64, at time.Time) vscp.Row {
	around := s.Around
	if around == 0 {
		around = defaultAround
	}
	turn := float64(n%swingEvents) / swingEvents * 2 * math.Pi
	tremble := int64(n*n%trembleSteps) - trembleSteps/2
	value := int64(math.Round((around+swing*math.Sin(turn))*100)) + tremble
	hundredths := vscp.Decimal{Mantissa: int64(int16(value)), Exponent: -2}
	data, _ := vscp.Coding(0).WithUnit(unitCelsius).AppendNormalised(nil, hundredths, 2) // 16 bits fit
	return measurement(typeTemperature, s.GUID, at, data)
}

// Counter numbers its events, so that a receiver sees whether all came, and in order.
type Counter struct {
	GUID vscp.GUID // all zero: that of the interface
}

// Row implements Source with a CLASS1.MEASUREMENT, COUNT event whose value is n, in 31 bits.
func (s Counter) Row(n uint64, at time.Time) vscp.Row {
	data, _ := vscp.Coding(0).AppendNormalised(nil, vscp.Decimal{Mantissa: int64(n & math.MaxInt32)}, 4) // 31 bits fit
	return measurement(typeCount, s.GUID, at, data)
}

func measurement(typ uint16, guid vscp.GUID, at time.Time, data []byte) vscp.Row {
	return vscp.NewRow(&vscp.Event{
		Head: headNormal, Class: classMeasurement, Type: typ, Time: vscp.TimeOf(at), GUID: guid, Data: data,
	}, vscp.TextForm{})
}

// Play repeats rows, such as some that a real server sent, in their order and from the start again. At least one is needed.
type Play []vscp.Row

// Row implements Source. A row that has a time gets that of the event, in the form that it had: with microseconds beside a date,
// or as nanoseconds. A row without stays without.
func (p Play) Row(n uint64, at time.Time) vscp.Row {
	row := p[n%uint64(len(p))]
	row.ObID = 0
	if row.Time.IsZero() {
		return row
	}
	now := vscp.TimeOf(at)
	if row.Time.Micros != 0 {
		now.Micros = max(1, uint32(now.Nanos/1000)) // counts freely, and 0 would mean not set
		now.Nanos -= now.Nanos % uint64(time.Second)
	}
	row.Time = now
	return row
}
