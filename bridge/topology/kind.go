package topology

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// kind stands for all events that the rules of all files treat alike, whatever their GUID.
type kind struct {
	event   event          // without a GUID
	classes []config.Range // of the events
}

// cuts collects where ranges begin, and where what is behind them begins.
type cuts map[int]bool

func (c cuts) add(ranges ...config.Range) {
	for _, r := range ranges {
		c[int(r.Min)], c[int(r.Max)+1] = true, true
	}
}

// starts returns the first number of each part.
func (c cuts) starts(most int) []int {
	starts := []int{0}
	for n := range c {
		if n > 0 && n <= most {
			starts = append(starts, n)
		}
	}
	slices.Sort(starts)
	return starts
}

// divider divides events by class, type and priority.
type divider struct {
	class, typ, priority cuts
	mirrors              bool
	presets              []config.Preset
}

func newDivider(cfgs []*config.Config) *divider {
	d := &divider{class: cuts{}, typ: cuts{}, priority: cuts{}}
	for _, c := range append(protocolClasses(), classVSCPD) {
		d.class.add(config.Range{Min: c, Max: c})
	}
	for _, cfg := range cfgs {
		for _, r := range cfg.Routes {
			d.addBlocks(r.Match)
			d.addBlocks(r.Exclude)
			for _, m := range r.Rewrite.Map {
				d.class.add(m.Class...)
				d.typ.add(m.Type...)
			}
			d.mirrors = d.mirrors || r.Rewrite.Mirror != config.MirrorNone
			d.presets = append(d.presets, r.Presets...)
		}
	}
	slices.Sort(d.presets)
	d.presets = slices.Compact(d.presets)
	d.addPresets()
	d.addMirrors()
	return d
}

func (d *divider) addBlocks(blocks []config.Match) {
	for i := range blocks {
		m := &blocks[i]
		d.class.add(m.Class...)
		d.typ.add(m.Type...)
		d.priority.add(m.Priority...)
		if f := m.Filter; f != nil {
			d.class.add(config.Range{Min: uint16(f.Filter.Class), Max: uint16(f.Filter.Class)})
			d.typ.add(config.Range{Min: f.Filter.Type, Max: f.Filter.Type})
			d.priority.add(config.Range{Min: uint16(f.Filter.Priority), Max: uint16(f.Filter.Priority)})
		}
	}
}

func (d *divider) addPresets() {
	for _, p := range d.presets {
		for c := 1; c <= math.MaxUint16; c++ {
			if carries(p, uint16(c)) != carries(p, uint16(c-1)) {
				d.class[c] = true
			}
		}
	}
}

// addMirrors divides a class as its mirror is divided.
func (d *divider) addMirrors() {
	if !d.mirrors {
		return
	}
	d.class.add(config.Range{Min: 0, Max: firstMirror - 1}, config.Range{Min: firstMirror, Max: firstLevel2 - 1})
	for _, c := range d.class.starts(firstLevel2) {
		if c < firstMirror {
			d.class[c+firstMirror] = true
		} else {
			d.class[c-firstMirror] = true
		}
	}
}

// kinds returns the kinds of events, as few as the routes tell apart.
func (d *divider) kinds(g *graph) []kind {
	var kinds []kind
	known := map[string]int{}
	classes := d.class.starts(math.MaxUint16)
	for i, class := range classes {
		end := math.MaxUint16
		if i+1 < len(classes) {
			end = classes[i+1] - 1
		}
		if class == classVSCPD {
			continue // crosses no bridge
		}
		span := config.Range{Min: uint16(class), Max: uint16(end)}
		for _, typ := range d.typ.starts(math.MaxUint16) {
			for _, priority := range d.priority.starts(7) {
				e := event{class: uint16(class), typ: uint16(typ), priority: uint8(priority)}
				key := g.signature(&e)
				n, ok := known[key]
				if !ok {
					n = len(kinds)
					known[key] = n
					kinds = append(kinds, kind{event: e})
				}
				kinds[n].classes = addSpan(kinds[n].classes, span)
			}
		}
	}
	return kinds
}

// addSpan adds a range of classes, which come in their order.
func addSpan(ranges []config.Range, r config.Range) []config.Range {
	if n := len(ranges); n > 0 && int(ranges[n-1].Max)+1 >= int(r.Min) {
		ranges[n-1].Max = max(ranges[n-1].Max, r.Max)
		return ranges
	}
	return append(ranges, r)
}

// signature says how the rules of all routes, GUIDs left aside, treat an event.
func (g *graph) signature(e *event) string {
	var b strings.Builder
	var last *config.Route
	protocol := slices.Contains(protocolClasses(), e.class)
	for i := range g.lanes {
		l := &g.lanes[i]
		if l.route == last {
			continue
		}
		last = l.route
		for _, p := range l.route.Presets {
			b.WriteByte(boolByte(carries(p, e.class)))
		}
		for _, blocks := range [][]config.Match{l.route.Match, l.route.Exclude} {
			for j := range blocks {
				b.WriteByte(byte(fitsHeader(&blocks[j], e)))
			}
		}
		if to := l.rewrite(*e); to != *e {
			b.WriteString(strconv.Itoa(int(to.class)) + "/" + strconv.Itoa(int(to.typ)) + "/" + strconv.Itoa(int(to.priority)))
		}
		b.WriteByte(';')
	}
	b.WriteByte(boolByte(protocol))
	return b.String()
}

// fitsHeader is fits for the fields beside the GUID.
func fitsHeader(m *config.Match, e *event) answer {
	if !within(m.Class, e.class) || !within(m.Type, e.typ) || !within(m.Priority, uint16(e.priority)) {
		return no
	}
	if m.Filter == nil {
		return yes
	}
	f := *m.Filter
	f.Filter.GUID, f.Mask.GUID = vscp.GUID{}, vscp.GUID{}
	return filters(&f, e)
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// name lists the classes of the kind.
func (k *kind) name() string {
	texts := make([]string, 0, 3)
	for i, r := range k.classes {
		switch {
		case i == 3:
			return strings.Join(texts, ", ") + " and others"
		case r.Min == r.Max:
			texts = append(texts, vscp.Class(r.Min).String())
		default:
			texts = append(texts, strconv.Itoa(int(r.Min))+"-"+strconv.Itoa(int(r.Max)))
		}
	}
	return strings.Join(texts, ", ")
}
