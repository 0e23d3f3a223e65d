package config

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const rightEvent = `Write the line "head,class,type,obid,datetime,timestamp,GUID,data", or an object such as { class = "CLASS1.MEASUREMENT", type = "TEMPERATURE", guid = ` + exampleGUID + `, data = [138, 9, 113] }.`

// defaultHead is that of an event that is written as an object: normal priority.
const defaultHead vscp.Head = 3 << 5

// base is what an event that is written as an object takes from another one.
type base struct {
	event vscp.Event
	wrong bool // that one could not be read, or is missing
}

// event reads an event as a line or as an object; what an object leaves out is as in base, if there is one. It returns nil if
// there is a diagnostic.
func (d *decoder) event(attr *hcl.Attribute, base *base) *vscp.Event {
	n := len(d.diags)
	fields, isObject := d.eventObject(attr)
	if isObject {
		if base == nil && d.clean(n) {
			d.checkWhole(fields, attr.Expr.Range())
		}
		if _, found := fields["class"]; !found && (base == nil || base.wrong || !d.clean(n)) {
			delete(fields, "type") // of which class is not known
		}
		e := d.eventOf(fields, base)
		if !d.clean(n) {
			return nil
		}
		return e
	}
	if !d.clean(n) {
		return nil
	}
	it, ok := d.scalar(attr)
	if !ok {
		return nil
	}
	e := &vscp.Event{}
	if it.val.Type() != cty.String {
		d.errorf(it.rng, "Not an event", "%s", rightEvent)
		return nil
	}
	if err := e.DecodeText([]byte(it.val.AsString())); err != nil {
		d.syntax(it, "Not an event", err, rightEvent)
		return nil
	}
	return e
}

// eventObject takes an object apart that is written as such.
func (d *decoder) eventObject(attr *hcl.Attribute) (map[string]item, bool) {
	pairs, diags := hcl.ExprMap(attr.Expr)
	switch {
	case diags.HasErrors():
		return nil, false
	case isBound(attr.Expr):
		return d.boundEvent(attr, pairs), true
	}
	fields := map[string]item{}
	for _, kv := range pairs {
		key, ok := d.eval(kv.Key, d.scope.functions)
		if !ok || key.val.Type() != cty.String {
			continue
		}
		if name := key.val.AsString(); !d.checkField(name, key) {
			continue
		} else if it, ok := d.eval(kv.Value, d.scope.functions); ok {
			fields[name] = it
		}
	}
	return fields, true
}

// boundEvent evaluates an object as a whole that is written field by field.
func (d *decoder) boundEvent(attr *hcl.Attribute, pairs []hcl.KeyValuePair) map[string]item {
	places := map[string]hcl.Range{}
	for _, kv := range pairs {
		places[hcl.ExprAsKeyword(kv.Key)] = kv.Value.Range()
	}
	fields := map[string]item{}
	object, ok := d.value(attr.Expr, d.scope.functions)
	if !ok {
		return fields
	}
	object, marks := object.Unmark()
	for _, name := range slices.Sorted(maps.Keys(object.AsValueMap())) {
		rng, found := places[name]
		if !found {
			rng = attr.Expr.Range()
		}
		it, ok := d.known(object.GetAttr(name).WithMarks(marks), rng)
		if d.checkField(name, item{rng: rng, sensitive: len(marks) > 0}) && ok {
			fields[name] = it
		}
	}
	return fields
}

// checkField refuses a name that no field of an event has.
func (d *decoder) checkField(name string, key item) bool {
	if slices.Contains(eventFields(), name) {
		return true
	}
	hint := ""
	if !key.sensitive {
		hint = wording.DidYouMean(name, eventFields())
	}
	d.errorf(key.rng, "Unknown field", "An event has %s.%s Other fields need the text line.", wording.Join(eventFields(), "and"), hint)
	return false
}

func (d *decoder) checkWhole(fields map[string]item, rng hcl.Range) {
	_, hasClass := fields["class"]
	_, hasType := fields["type"]
	if !hasClass || !hasType {
		d.errorf(rng, "Incomplete event", "An event that is written as an object needs class and type.")
	}
}

// eventOf makes an event of its fields.
func (d *decoder) eventOf(fields map[string]item, base *base) *vscp.Event {
	e := &vscp.Event{Head: defaultHead}
	if base != nil {
		*e = base.event
		e.Data = bytes.Clone(base.event.Data)
	}
	d.eventKind(fields, e)
	if it, ok := fields["priority"]; ok {
		if p := d.priorityOf(it); p != nil {
			e.Head = e.Head.WithPriority(*p)
		}
	}
	if it, ok := fields["guid"]; ok {
		d.eventGUID(it, &e.GUID)
	}
	if it, ok := fields["data"]; ok {
		d.eventData(it, e)
	}
	return e
}

// eventKind reads class and type.
func (d *decoder) eventKind(fields map[string]item, e *vscp.Event) {
	if it, ok := fields["class"]; ok {
		c := d.classOf(it)
		if c == nil {
			return // the type would be one of another class
		}
		e.Class = vscp.Class(*c)
	}
	if it, ok := fields["type"]; ok {
		if t := d.typeOf(it, known{ranges: []Range{{uint16(e.Class), uint16(e.Class)}}}); t != nil {
			e.Type = *t
		}
	}
}

func (d *decoder) eventGUID(it item, dst *vscp.GUID) {
	if it.val.Type() != cty.String {
		d.errorf(it.rng, "Wrong type", "guid must be a text in double quotes.")
		return
	}
	if g, ok := d.parseGUID(it.val.AsString(), it); ok {
		*dst = g
	}
}

// eventData reads a list of bytes, or them in one text as an event line has them.
func (d *decoder) eventData(it item, e *vscp.Event) {
	var texts []string
	switch {
	case it.isList():
		for _, v := range it.val.Elements() {
			el := item{val: v, rng: it.rng, sensitive: it.sensitive}
			texts = append(texts, byteText(el))
		}
	case it.val.Type() == cty.String && it.val.AsString() != "":
		texts = strings.Split(it.val.AsString(), ",")
	case it.val.Type() != cty.String:
		texts = []string{""} // refused below
	}
	data := make([]byte, 0, len(texts))
	for _, text := range texts {
		b, err := strconv.ParseUint(strings.TrimSpace(text), 0, 8)
		if err != nil {
			d.errorf(it.rng, "Not data", `data must be bytes, each from 0 to 255, such as [138, 9, 113] or "0x8A,9,113".`)
			return
		}
		data = append(data, byte(b))
	}
	if len(data) > vscp.MaxData {
		d.errorf(it.rng, "Too much data", "An event has at most %d bytes of data, and these are %d.", vscp.MaxData, len(data))
		return
	}
	e.Data = data
}

// byteText returns an element of a list of bytes as text, or "" if it is none.
func byteText(it item) string {
	switch {
	case it.val.IsNull():
		return ""
	case it.val.Type() == cty.String:
		return it.val.AsString()
	}
	n, ok := number(it)
	if !ok {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
