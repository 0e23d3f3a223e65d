package config

import (
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func (e *encoder) route(r *Route) *Block {
	w := e.block("route", r.Name)
	w.refer("between", r.Between)
	w.refer("from", r.From)
	w.refer("to", r.To)
	w.put("preset", textOrTexts(r.Presets))
	w.put("scopes", texts(r.Scopes))
	for i := range r.Match {
		w.match("match", &r.Match[i])
	}
	for i := range r.Exclude {
		w.match("exclude", &r.Exclude[i])
	}
	w.rewrite(&r.Rewrite)
	w.limit(&r.Tame)
	w.probe(r.Probe)
	w.linkEvents(r.LinkEvents)
	w.queue(&r.Queue)
	return w.Block
}

func (w *blockWriter) match(kind string, m *Match) {
	w = w.inner(kind)
	w.put("class", rangesOf(m.Class, classWord))
	w.put("type", rangesOf(m.Type, typeWord(m.Class)))
	w.put("guid", stringers(m.GUID))
	w.put("nickname", rangesOf(m.Nickname, nil))
	w.put("priority", rangesOf(m.Priority, nil))
	w.put("length", rangesOf(m.Length, nil))
	w.put("sensor", rangesOf(m.Sensor, nil))
	w.put("zone", rangesOf(m.Zone, nil))
	w.put("subzone", rangesOf(m.Subzone, nil))
	if m.Filter != nil {
		w.put("filter", cty.StringVal(m.Filter.Filter.String()))
		w.put("mask", cty.StringVal(m.Filter.Mask.String()))
	}
	w.put("unit", rangesOf(m.Unit, unitWord(m.Class, m.Type)))
	if m.Value != nil {
		w.put("min", bound(m.Value.Min))
		w.put("max", bound(m.Value.Max))
	}
}

func (w *blockWriter) rewrite(r *Rewrite) {
	if len(r.Map) == 0 && len(r.GUID) == 0 && r.Mirror == MirrorNone && r.Priority == nil && r.Time == StampKeep && !w.all {
		return
	}
	w = w.inner("rewrite")
	w.put("mirror", text(r.Mirror))
	if r.Priority != nil {
		w.put("priority", whole(int(*r.Priority)))
	}
	w.put("time", text(r.Time))
	for i := range r.Map {
		w.classMap(&r.Map[i])
	}
	for _, g := range r.GUID {
		c := w.inner("guid")
		c.put("from", cty.StringVal(g.From.String()))
		c.put("to", cty.StringVal(g.To.String()))
	}
}

func (w *blockWriter) classMap(m *ClassMap) {
	w = w.inner("map")
	w.put("class", rangesOf(m.Class, classWord))
	w.put("type", rangesOf(m.Type, typeWord(m.Class)))
	to := m.Class
	if m.ToClass != nil {
		w.put("to_class", numberOr(*m.ToClass, classWord))
		to = []Range{{*m.ToClass, *m.ToClass}}
	}
	if m.ToType != nil {
		w.put("to_type", numberOr(*m.ToType, typeWord(to)))
	}
}

func (w *blockWriter) limit(t *Tame) {
	if *t == (Tame{}) {
		return
	}
	w = w.inner("limit")
	w.put("rate", someNumber(t.Rate))
	w.put("burst", someWhole(t.Burst), "rate")
	w.put("min_interval", someSpan(t.MinInterval))
	w.put("dead_band", someNumber(t.DeadBand))
	w.put("max_silence", someSpan(t.MaxSilence))
	w.put("dedupe", someSpan(t.Dedupe))
}

func (w *blockWriter) probe(p *Probe) {
	if p == nil {
		return
	}
	w = w.inner("probe")
	w.put("every", span(p.Every))
	w.put("on_cycle", text(p.OnCycle))
}

func (w *blockWriter) linkEvents(l *LinkEvents) {
	if l == nil {
		return
	}
	w = w.inner("link_events")
	w.put("after", span(l.After))
}

func (e *encoder) test(t *Test) *Block {
	w := e.block("test", t.Name)
	// What an expected event does not say is as in the given one.
	secret := w.hidden[w.path+".given.event"] || w.hidden[w.path+".expect.event"]
	for i := range t.Given {
		g := &t.Given[i]
		c := w.inner("given")
		c.referOne("from", g.From)
		c.put("event", veil(cty.StringVal(line(&g.Event)), secret))
		c.put("own", cty.BoolVal(g.Own))
		c.put("after", span(g.After))
	}
	for _, x := range t.Want {
		c := w.inner("expect")
		c.referOne("to", x.To)
		if x.Event != nil {
			c.put("event", veil(cty.StringVal(line(x.Event)), secret))
		}
	}
	w.put("held", text(t.Held))
	return w.Block
}

// referOne adds a remote.
func (w *blockWriter) referOne(name string, r *Remote) {
	if r != nil {
		w.Attributes = append(w.Attributes, Attribute{Name: name, Value: cty.StringVal(r.Name), Remotes: true})
	}
}

func line(e *vscp.Event) string { return string(e.AppendText(nil, vscp.TextForm{})) }

// bound is an end of a range of values; one that is infinite was not given.
func bound(f float64) cty.Value {
	if f == 0 {
		return cty.Zero
	}
	return someNumber(f)
}

// classWord returns the token of a class, or "".
func classWord(n uint16) string {
	word := vscp.Class(n).String()
	if isNumeric(word) {
		return ""
	}
	return word
}

// typeWord returns a function that gives the token of a type, or "" where the token does not mean this type in all the classes.
func typeWord(classes []Range) func(uint16) string {
	if len(classes) == 0 {
		return nil
	}
	return func(n uint16) string {
		word := vscp.Class(classes[0].Min).TypeToken(n)
		if isNumeric(word) {
			return ""
		}
		if t, _, err := typeOfAll(word, classes); err != nil || t != n {
			return ""
		}
		return word
	}
}

// unitWord is typeWord for the symbols of units.
func unitWord(classes, types []Range) func(uint16) string {
	if len(classes) == 0 || len(types) == 0 {
		return nil
	}
	symbols := unitSymbols(vscp.Class(classes[0].Min), types[0].Min)
	return func(n uint16) string {
		if int(n) >= len(symbols) || slices.Index(symbols, symbols[n]) != int(n) {
			return ""
		}
		if u, reason := unitOfAll(symbols[n], classes, types); reason != "" || uint16(u) != n {
			return ""
		}
		return symbols[n]
	}
}
