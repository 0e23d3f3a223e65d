package config

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// common is what defaults blocks say for all remotes and all queues. nil: nothing.
type common struct {
	remote *rawRemote
	queue  *rawQueue
	places []hcl.Range // of the attributes in them
}

// decodeCommon reads the defaults blocks.
func (d *decoder) decodeCommon(raws []*rawDefaults) {
	first := map[string]hcl.Range{}
	for _, raw := range raws {
		if at, ok := first[raw.Kind]; ok {
			d.errorf(raw.KindRange, "Duplicate defaults", "The defaults of a %s are already given at %s. Put them into one block.", raw.Kind, diag.LineOf(at))
			continue
		}
		first[raw.Kind] = raw.KindRange
		var target any
		switch raw.Kind {
		case "remote":
			d.common.remote = &rawRemote{}
			target = d.common.remote
		case "queue":
			d.common.queue = &rawQueue{}
			target = d.common.queue
		default:
			d.errorf(raw.KindRange, "Unknown defaults", `There are defaults "remote", for every remote, and defaults "queue", for the queue of every route.%s`,
				wording.DidYouMean(raw.Kind, []string{"remote", "queue"}))
			continue
		}
		diags := gohcl.DecodeBody(raw.Body, nil, target)
		d.diags = append(d.diags, diags...)
		d.unset(reflect.ValueOf(target))
		d.common.note(reflect.ValueOf(target))
	}
	if r := d.common.remote; r != nil {
		d.refuse(&r.Address, &r.Addresses, &r.Origins, &r.Site)
	}
}

// refuse takes out what cannot be the same for all remotes.
func (d *decoder) refuse(attrs ...**hcl.Attribute) {
	for _, attr := range attrs {
		if *attr != nil {
			d.errorf((*attr).NameRange, "Not in defaults", "%s is each remote's own.", (*attr).Name)
			*attr = nil
		}
	}
}

// note takes down the places of the attributes of a raw struct and of the blocks in it.
func (c *common) note(v reflect.Value) {
	if v.IsNil() {
		return
	}
	for _, field := range rawFields(v.Elem().Type()) {
		switch value := v.Elem().Field(field.index); field.kind {
		case "block":
			c.note(value)
		case "optional":
			if attr, ok := reflect.TypeAssert[*hcl.Attribute](value); ok && attr != nil {
				c.places = append(c.places, attr.Range)
			}
		}
	}
}

// holds reports whether a diagnostic is about something in a defaults block.
func (c *common) holds(mistake *hcl.Diagnostic) bool {
	if mistake.Subject == nil {
		return false
	}
	for _, place := range c.places {
		if place.Filename == mistake.Subject.Filename && place.Start.Byte <= mistake.Subject.Start.Byte && mistake.Subject.Start.Byte < place.End.Byte {
			return true
		}
	}
	return false
}

// noEffect sums up a setting that something else makes idle.
const noEffect = "No effect"

// excuses reports whether a diagnostic is about a setting that has no effect on one block, but is for all of them.
func (c *common) excuses(mistake *hcl.Diagnostic) bool {
	return mistake.Severity == hcl.DiagWarning && mistake.Summary == noEffect && c.holds(mistake)
}

// inherit completes remotes and queues by what the defaults blocks say. It keeps its place there: so have the messages about it.
func (d *decoder) inherit(raw *rawFile) {
	if d.common.remote != nil {
		for _, r := range raw.Remotes {
			complete(reflect.ValueOf(r), reflect.ValueOf(d.common.remote))
		}
	}
	if d.common.queue != nil {
		for _, r := range raw.Routes {
			if r.Queue == nil {
				r.Queue = &rawQueue{}
			}
			complete(reflect.ValueOf(r.Queue), reflect.ValueOf(d.common.queue))
		}
	}
}

// complete gives a raw struct the attributes and blocks that it has not, and the blocks that both have likewise.
func complete(dst, src reflect.Value) {
	for _, field := range rawFields(dst.Elem().Type()) {
		if field.kind != "optional" && field.kind != "block" {
			continue
		}
		own, other := dst.Elem().Field(field.index), src.Elem().Field(field.index)
		switch {
		case other.IsNil():
		case own.IsNil():
			own.Set(other)
		case field.kind == "block":
			complete(own, other)
		}
	}
}
