package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// HeldReasons returns why an event may be held back, in the words of metrics and of held in a test.
func HeldReasons() []string {
	return []string{
		"own_channel", "echo", "origin", "unknown_origin", "scope", "no_match", "excluded", "protocol_class", "local_class",
		"directed", "duplicate", "storm", "rate_limited", "min_interval", "dead_band", "unmappable", "probe", "cycle",
		"own_event",
	}
}

// decodeTest reads a test that comes after others.
func (d *decoder) decodeTest(raw *rawTest, before []*Test) *Test {
	t := &Test{Name: raw.Name, Pos: diag.PositionOf(raw.Def)}
	if raw.Name == "" {
		d.errorf(raw.NameRange, "Missing name", `A test needs a name that says what it shows, such as test "alarms reach the south".`)
	}
	if i := slices.IndexFunc(before, func(b *Test) bool { return b.Name == raw.Name }); i >= 0 {
		d.errorf(raw.NameRange, "Duplicate test", "A test %s is already defined at %s:%d. Names must be unique.", wording.Quote(raw.Name), before[i].Pos.File, before[i].Pos.Line)
	}
	last := &base{wrong: true}
	numbered(d, "given", raw.Given, func(g *rawGiven) {
		given, ok := d.decodeGiven(g)
		t.Given = append(t.Given, given)
		last = &base{event: given.Event, wrong: !ok}
	})
	numbered(d, "expect", raw.Expect, func(e *rawExpect) { t.Want = append(t.Want, d.decodeExpect(e, last, t.Want)...) })
	if text, it, ok := d.text(raw.Held); ok {
		t.Held, _ = pick(d, "reason", text, it, HeldReasons())
	}
	d.checkTest(raw)
	return t
}

func (d *decoder) checkTest(raw *rawTest) {
	if len(raw.Given) == 0 {
		d.lacks("given", raw.Def, "Missing given", `A test needs an event to begin with, such as given { from = remote.north, event = "96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07,138,9,113" }.`)
	}
	switch {
	case raw.Held != nil && len(raw.Expect) > 0:
		d.errorf(raw.Held.NameRange, "Two outcomes", "An event that is held back goes to no remote. Give expect for each remote that is to get it, or held.")
	case raw.Held == nil && len(raw.Expect) == 0:
		d.lacks("expect held", raw.Def, "Missing outcome", `A test needs expect for each remote that is to get the event, or the reason why none does, such as held = "no_match".`)
	}
}

// decodeGiven also reports whether it has an event.
func (d *decoder) decodeGiven(raw *rawGiven) (g Given, ok bool) {
	if raw.From == nil {
		d.lacks("from", raw.Def, "Missing from", "given needs the remote that the event comes from, such as from = remote.north.")
	} else {
		g.From = d.reference(raw.From.Expr)
	}
	if raw.Event == nil {
		d.lacks("event", raw.Def, "Missing event", "given needs an event. %s", rightEvent)
	} else if e := d.event(raw.Event, nil); e != nil {
		g.Event, ok = *e, true
	}
	d.boolean(raw.Own, &g.Own)
	d.duration(raw.After, &g.After, 0)
	return g, ok
}

// decodeExpect reads what one remote or several are to get. In an event that is written as an object, what is left out is as in
// given.
func (d *decoder) decodeExpect(raw *rawExpect, given *base, before []Expect) []Expect {
	if raw.To == nil {
		d.lacks("to", raw.Def, "Missing to", "expect needs the remote that is to get the event, such as to = remote.south.")
	}
	var event *vscp.Event
	if raw.Event != nil {
		event = d.event(raw.Event, given)
	}
	var wants []Expect
	for _, to := range d.endsOrOne(raw.To) {
		if slices.ContainsFunc(before, func(b Expect) bool { return b.To == to.remote }) {
			d.errorf(to.rng, "Duplicate remote", "What %s is to get is said above.", wording.Quote(to.remote.Name))
		}
		wants = append(wants, Expect{To: to.remote, Event: event})
	}
	return wants
}

// endsOrOne reads a list of references to remotes, or one.
func (d *decoder) endsOrOne(attr *hcl.Attribute) []end {
	if attr == nil {
		return nil
	}
	if _, diags := hcl.ExprList(attr.Expr); !diags.HasErrors() {
		return d.ends(attr)
	}
	return d.appendEnd(nil, attr.Expr.Range(), d.reference(attr.Expr))
}
