package admin

import (
	"math"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// MeasurementOf returns the document of a measurement.
func MeasurementOf(m vscp.Measurement) *api.Measurement {
	d := &api.Measurement{Text: m.Text, Unit: m.Unit, Sensor: m.Sensor, Index: m.Index, Zone: m.Zone, Subzone: m.Subzone}
	d.Symbol, _ = m.Symbol()
	if !math.IsNaN(m.Value) && !math.IsInf(m.Value, 0) {
		d.Value = &m.Value
	}
	return d
}
