package admin

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Looker shows the events that pass; *bridge.Bridge is one.
type Looker interface {
	Watch(f bridge.SightFilter) *bridge.Watcher
	Seen(f bridge.SightFilter, limit int) []bridge.Sight
}

// eventAPI answers at api.EventsPath and below.
type eventAPI struct{ o *Options }

// wanted reads what a request chooses. It answers one that is wrong, and reports false.
func (a eventAPI) wanted(w http.ResponseWriter, r *http.Request) (f bridge.SightFilter, limit int, ok bool) {
	f, limit, err := SightsOf(r.URL.Query())
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return f, 0, false
	}
	if why := a.unknown(&f); why != "" {
		refuse(w, http.StatusNotFound, why)
		return f, 0, false
	}
	return f, limit, true
}

// unknown says which name of a filter the bridge does not have: waiting for its events would be in vain.
func (a eventAPI) unknown(f *bridge.SightFilter) string {
	if len(f.Remotes) > 0 {
		all := a.o.Bridge.Remotes()
		for _, name := range f.Remotes {
			if !slices.ContainsFunc(all, func(r remote.Status) bool { return r.Name == name }) {
				return fmt.Sprintf("there is no remote %.200q", name)
			}
		}
	}
	if len(f.Routes) > 0 {
		all := a.o.Bridge.Directions()
		for _, name := range f.Routes {
			if !slices.ContainsFunc(all, func(d bridge.DirectionStatus) bool { return d.Route == name }) {
				return fmt.Sprintf("there is no route %.200q", name)
			}
		}
	}
	return ""
}

func (a eventAPI) last(w http.ResponseWriter, r *http.Request) {
	f, limit, ok := a.wanted(w, r)
	if !ok {
		return
	}
	d := api.Events{API: api.Version, At: utc(time.Now()), Events: []api.Event{}}
	seen := a.o.Looker.Seen(f, limit)
	for i := range seen {
		d.Events = append(d.Events, eventOf(&seen[i]))
	}
	document(w, http.StatusOK, d)
}

// eventOf returns the document of an event that was seen.
func eventOf(s *bridge.Sight) api.Event {
	var e vscp.Event
	s.Row.Event(&e)
	d := api.Event{
		ID: s.ID, At: s.At.UTC(), Route: s.Route, From: s.From, To: s.To, Outcome: outcomeOf(s.Held), Held: string(s.Held), Reply: s.Reply,
		Line: lineOf(&s.Row), Sent: cmp.Or(e.Time.AsTime(), s.At.UTC()), Priority: e.Head.Priority(), Head: uint16(e.Head),
		Class: uint16(e.Class), ClassToken: e.Class.String(), Type: e.Type, TypeToken: e.Class.TypeToken(e.Type),
		GUID: e.GUID.String(), Data: make([]int, len(e.Data)),
	}
	for i, b := range e.Data {
		d.Data[i] = int(b)
	}
	if m, err := e.Measurement(); err == nil {
		d.Measurement = MeasurementOf(m)
	}
	return d
}

// lineOf returns an event as it is sent. It may be longer than anybody reads if data came in a shorter form: then the fields have
// to do.
func lineOf(row *vscp.Row) string {
	line := row.AppendText(nil, vscp.TextForm{Time: vscp.TimeNanos})
	if len(line) > vscp.MaxText {
		return ""
	}
	return string(line)
}

// outcomeOf says by what a reason is counted.
func outcomeOf(r bridge.Reason) string {
	switch {
	case r == policy.Goes:
		return api.OutcomeQueued
	case slices.Contains(policy.Filtered(), r):
		return api.OutcomeFiltered
	case slices.Contains(policy.Suppressed(), r):
		return api.OutcomeSuppressed
	default:
		return api.OutcomeDropped
	}
}

// MeasurementOf returns the document of a measurement.
func MeasurementOf(m vscp.Measurement) *api.Measurement {
	d := &api.Measurement{Text: m.Text, Unit: m.Unit, Sensor: m.Sensor, Index: m.Index, Zone: m.Zone, Subzone: m.Subzone}
	d.Symbol, _ = m.Symbol()
	if !math.IsNaN(m.Value) && !math.IsInf(m.Value, 0) {
		d.Value = &m.Value
	}
	return d
}
