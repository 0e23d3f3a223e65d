package config

import (
	"errors"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	examplePattern = `"FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"`
	exampleGUID    = `"FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"`
)

// guid reads one GUID that is not all zero.
func (d *decoder) guid(attr *hcl.Attribute, dst *vscp.GUID) {
	if text, it, ok := d.text(attr); ok {
		if g, ok := d.parseGUID(text, it); ok && g.IsZero() {
			d.errorf(it.rng, "Zero GUID", "%s must not be all zero, which stands for no GUID. Leave it out, or write one such as %s.", attr.Name, exampleGUID)
		} else if ok {
			*dst = g
		}
	}
}

func (d *decoder) parseGUID(text string, it item) (vscp.GUID, bool) {
	g, err := vscp.ParseGUID(text)
	if err != nil {
		d.syntax(it, "Not a GUID", err, "Write it as in "+exampleGUID+".")
	}
	return g, err == nil
}

// pattern reads one GUID pattern.
func (d *decoder) pattern(attr *hcl.Attribute, dst *vscp.GUIDPattern) {
	if text, it, ok := d.text(attr); ok {
		if p, ok := d.parsePattern(text, it); ok {
			*dst = p
		}
	}
}

func (d *decoder) parsePattern(text string, it item) (vscp.GUIDPattern, bool) {
	p, err := vscp.ParseGUIDPattern(text)
	if err != nil {
		d.syntax(it, "Not a GUID pattern", err, "A GUID pattern is a whole GUID of 16 bytes, or its first bytes and a *, such as "+examplePattern+"."+it.patternHint(text))
	}
	return p, err == nil
}

// patterns reads a list of GUID patterns. It also returns the place of each.
func (d *decoder) patterns(attr *hcl.Attribute) ([]vscp.GUIDPattern, []hcl.Range) {
	var patterns []vscp.GUIDPattern
	var places []hcl.Range
	for _, it := range d.values(attr, "["+examplePattern+"]") {
		if it.val.Type() != cty.String {
			d.errorf(it.rng, "Wrong type", "An element of %s must be a GUID pattern in double quotes, such as %s.", attr.Name, examplePattern)
			continue
		}
		if p, ok := d.parsePattern(it.val.AsString(), it); ok {
			patterns, places = append(patterns, p), append(places, it.rng)
		}
	}
	return patterns, places
}

// syntax reports what a parser of package vscp found wrong.
func (d *decoder) syntax(it item, summary string, err error, right string) {
	se, ok := errors.AsType[*vscp.SyntaxError](err)
	switch {
	case it.sensitive || !ok:
		d.errorf(it.rng, summary, "%s", right) // the error would quote the value
	case se.Field != "":
		d.errorf(it.rng, summary, "The %s %s %s. %s", se.Field, wording.Quote(se.Text), se.Reason, right)
	default:
		d.errorf(it.rng, summary, "%s %s%s. %s", wording.Quote(se.Text), se.Reason, wrongGroup(se.Reason, it.val.AsString()), right)
	}
}

// wrongGroup points at the first part between colons that is no byte, unless the reason names a part already.
func wrongGroup(reason, text string) string {
	if strings.Contains(reason, `"`) || !strings.Contains(text, ":") {
		return ""
	}
	for group := range strings.SplitSeq(strings.TrimSuffix(text, ":*"), ":") {
		if _, err := strconv.ParseUint(group, 16, 8); err != nil || len(group) > 2 {
			return ": " + wording.Quote(group)
		}
	}
	return ""
}
