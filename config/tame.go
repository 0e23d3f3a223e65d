package config

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// maxRate is more than a bridge carries.
const maxRate = 1e6

func (d *decoder) decodeLimit(raw *rawLimit, t *Tame) {
	if raw == nil {
		return
	}
	if firstOf(raw.Rate, raw.Burst, raw.MinInterval, raw.DeadBand, raw.MaxSilence, raw.Dedupe) == nil {
		d.lacks(anyWord, raw.Def, "Empty limit", "This block limits nothing. Give it rate, min_interval, dead_band or dedupe, or remove it.")
	}
	n := len(d.diags)
	d.rate(raw.Rate, &t.Rate)
	if t.Rate > 0 {
		t.Burst = int(math.Ceil(max(1, t.Rate)))
	}
	d.integer(raw.Burst, &t.Burst, maxRate)
	d.duration(raw.MinInterval, &t.MinInterval, 0)
	d.real(raw.DeadBand, &t.DeadBand)
	if t.DeadBand < 0 {
		d.errorf(raw.DeadBand.Expr.Range(), "Wrong number", "dead_band must be zero or more.")
	}
	d.duration(raw.MaxSilence, &t.MaxSilence, 0)
	d.duration(raw.Dedupe, &t.Dedupe, 0)
	if !d.clean(n) {
		return
	}
	if raw.Burst != nil && raw.Rate == nil {
		d.lacks("rate", raw.Burst.NameRange, "Missing rate", `burst says how many events may come at once beyond the rate, and there is none. Add rate, such as rate = 10.`)
	}
	switch {
	case t.MaxSilence == 0:
	case t.MinInterval == 0 && t.DeadBand == 0:
		d.warnf(raw.MaxSilence.NameRange, noEffect, "max_silence lets an event pass that min_interval or dead_band would hold back, and there is neither.")
	case t.MaxSilence <= t.MinInterval:
		d.warnf(raw.MaxSilence.Expr.Range(), noEffect, "After max_silence (%s) an event passes in any case, so that a min_interval of %s is never waited for. Make max_silence longer.", wording.Span(t.MaxSilence), wording.Span(t.MinInterval))
	}
}

// rate reads events per second, or a text such as "30/m".
func (d *decoder) rate(attr *hcl.Attribute, dst *float64) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	var v float64
	switch it.val.Type() {
	case cty.Number:
		v, _ = it.val.AsBigFloat().Float64()
	case cty.String:
		v = parseRate(it.val.AsString())
	}
	if v > 0 && v <= maxRate {
		*dst = v
		return
	}
	d.errorf(it.rng, "Wrong rate", `%s is no rate. Write events per second, such as 10 or 0.5, or a text such as "10/s", "30/m" or "5/h"; more than zero and at most %d/s.%s`, it.quote(), int(maxRate), wording.Meant(wording.RightRate(it.shown())))
}

// parseRate returns events per second, or 0 if text is no rate.
func parseRate(text string) float64 {
	count, unit, slashed := strings.Cut(text, "/")
	n, err := strconv.ParseFloat(strings.TrimSpace(count), 64)
	if err != nil {
		return 0
	}
	switch unit = strings.TrimSpace(unit); {
	case !slashed || unit == "s":
		return n
	case unit == "m":
		return n / time.Minute.Seconds()
	case unit == "h":
		return n / time.Hour.Seconds()
	default:
		return 0
	}
}

// leastProbe keeps probes seldom.
const leastProbe = time.Second

// leastLinkAfter bounds how often a link that flaps is told of.
const leastLinkAfter = time.Second

func (d *decoder) decodeLinks(raw *rawLinks, r *Route) {
	if raw == nil {
		return
	}
	r.LinkEvents = defaultLinkEvents()
	d.duration(raw.After, &r.LinkEvents.After, 1)
	if r.LinkEvents.After < leastLinkAfter {
		d.errorf(raw.After.Expr.Range(), "Too many link events", `after must be %v or more, so that a link that flaps is told of seldom. "10s" is enough for most.`, leastLinkAfter)
	}
	if !d.identified && !d.stateful {
		d.warnf(raw.Def, "Link events without a GUID", "The bridge has neither a GUID nor a folder to keep an identity in, so that another such bridge with equal names of remotes takes its link events for its own. Add guid or state_dir to the bridge block.")
	}
}

func (d *decoder) decodeProbe(raw *rawRoute, r *Route) {
	p := raw.Probe
	if p == nil {
		return
	}
	r.Probe = defaultProbe()
	d.duration(p.Every, &r.Probe.Every, 1)
	choice(d, p.OnCycle, &r.Probe.OnCycle, CycleAlarm, CycleBlock)
	if r.Probe.Every < leastProbe {
		d.errorf(p.Every.Expr.Range(), "Too many probes", `every must be %v or more: a probe goes to every device behind the remotes. "1m" is enough for most.`, leastProbe)
	}
	if r.Probe.OnCycle == CycleBlock && len(r.Between) == 0 && (raw.From != nil || raw.To != nil) {
		d.errorf(p.OnCycle.Expr.Range(), "One-way route", `Only a route both ways is blocked. Use between, or on_cycle = "alarm".`)
	}
}
