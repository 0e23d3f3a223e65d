package config

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// decoder turns the raw structs of one file into a Config and collects what is wrong with them.
type decoder struct {
	scope *scope
	dir   string                            // where relative paths start
	read  func(path string) ([]byte, error) // reads a file for TLS
	start hcl.Range                         // of the file
	// stateful: there is a folder for what outlasts the daemon, or a wrong one.
	stateful bool
	diags    hcl.Diagnostics
	zones    map[string]*time.Location // by name: a thousand remotes share one
	gaps     map[string]time.Duration  // by the text of cron
	remotes  []*pair[rawRemote, Remote]
	routes   []*pair[rawRoute, Route]
}

// pair keeps a block's raw form beside its typed one: checks read the one and point at the other.
type pair[R, T any] struct {
	raw   *R
	typed *T
}

func (d *decoder) decode(body hcl.Body) *Config {
	var raw rawFile
	d.diags = append(d.diags, gohcl.DecodeBody(body, nil, &raw)...)
	cfg := Default()
	d.decodeDaemon(&raw, cfg)
	d.stateful = cfg.Bridge.StateDir != "" || raw.Bridge != nil && raw.Bridge.StateDir != nil
	for _, r := range raw.Remotes {
		if remote := d.decodeRemote(r); remote != nil {
			cfg.Remotes = append(cfg.Remotes, remote)
		}
	}
	d.scope.seal()
	for _, r := range raw.Routes {
		cfg.Routes = append(cfg.Routes, d.decodeRoute(r))
	}
	d.checkFile()
	return cfg
}

func (d *decoder) decodeDaemon(raw *rawFile, cfg *Config) {
	if b := raw.Bridge; b != nil {
		if name, it, ok := d.text(b.Name); ok {
			d.checkName("bridge", name, it.rng)
			cfg.Bridge.Name = name
		}
		d.duration(b.FlushTimeout, &cfg.Bridge.FlushTimeout, 1)
		d.stateDir(b.StateDir, &cfg.Bridge.StateDir)
	}
	if l := raw.Log; l != nil {
		choice(d, l.Level, &cfg.Log.Level, "trace", "debug", "info", "warn", "error")
		choice(d, l.Format, &cfg.Log.Format, "text", "json")
	}
	d.decodeAdmin(raw, cfg)
}

// decodeRemote returns nil for a second remote of the same name.
func (d *decoder) decodeRemote(raw *rawRemote) *Remote {
	d.checkName("remote", raw.Name, raw.NameRange)
	if first, ok := d.scope.remotes[raw.Name]; ok {
		d.errorf(raw.NameRange, "Duplicate remote", "A remote %s is already defined at %s:%d. Names must be unique.", quote(raw.Name), first.Pos.File, first.Pos.Line)
		return nil
	}
	r := DefaultRemote(raw.Name)
	r.Pos = position(raw.Def)
	d.scope.remotes[raw.Name] = r
	d.remotes = append(d.remotes, &pair[rawRemote, Remote]{raw, r})

	r.Addresses, raw.addressPlaces = d.addresses(raw)
	d.user(raw.User, &r.User)
	d.password(raw.Password, &r.Password)
	r.Origins, raw.originPlaces = d.patterns(raw.Origins)
	d.site(raw.Site, &r.Site)
	d.connections(raw.Connections, &r.Connections)
	d.integer(raw.SendConns, &r.SendConnections, 64)
	choice(d, raw.Receive, &r.Receive, ReceiveAuto, ReceiveRcvloop, ReceiveRetr, ReceiveNone)
	choice(d, raw.Profile, &r.Profile, ProfileAuto, ProfileVSCPD, ProfileUvscpd, ProfileFirmware)
	d.integer(raw.Window, &r.Window, 1024)
	choice(d, raw.Time, &r.Time, TimeAuto, TimeNanos, TimeDate, TimeNone)
	r.Filter = d.filter(raw.Filter)
	r.Mask = d.filter(raw.Mask)
	d.duration(raw.StatEvery, &r.StatEvery, 0)
	d.decodeBackoff(raw.Backoff, &r.Backoff)
	d.decodeTimeouts(raw.Timeouts, &r.Timeouts)
	r.TLS = d.decodeTLS(raw.TLS)
	r.Schedule = d.decodeSchedule(raw.Schedule)
	d.checkRemote(raw, r)
	return r
}

func (d *decoder) decodeBackoff(raw *rawBackoff, b *Backoff) {
	if raw == nil {
		return
	}
	n := len(d.diags)
	d.duration(raw.Initial, &b.Initial, 1)
	d.duration(raw.Max, &b.Max, 1)
	d.decimal(raw.Multiplier, &b.Multiplier, 1, 100)
	d.decimal(raw.Jitter, &b.Jitter, 0, 1)
	d.duration(raw.Stable, &b.Stable, 1)
	if d.clean(n) && b.Initial > b.Max {
		d.errorf(rangeOf(raw.Def, raw.Max, raw.Initial), "Backoff out of order", "The first interval (initial, %v) must not be longer than the longest (max, %v).", b.Initial, b.Max)
	}
}

func (d *decoder) decodeTimeouts(raw *rawTimeouts, t *Timeouts) {
	if raw == nil {
		return
	}
	d.duration(raw.Resolve, &t.Resolve, 1)
	d.duration(raw.Dial, &t.Dial, 1)
	d.duration(raw.TLS, &t.TLS, 1)
	d.duration(raw.Greeting, &t.Greeting, 1)
	d.duration(raw.Reply, &t.Reply, 1)
	d.autoDuration(raw.DeadAfter, &t.DeadAfter)
	d.duration(raw.StallAfter, &t.StallAfter, 1)
}

func (d *decoder) decodeRoute(raw *rawRoute) *Route {
	r := &Route{Name: raw.Name, Queue: DefaultQueue(), Pos: position(raw.Def)}
	d.routes = append(d.routes, &pair[rawRoute, Route]{raw, r})
	d.checkName("route", raw.Name, raw.NameRange)
	d.decodeEnds(raw, r)
	for _, m := range raw.Matches {
		r.Match = append(r.Match, d.decodeMatch(m))
	}
	if q := raw.Queue; q != nil {
		d.decodeStorage(q, &r.Queue)
		d.integer(q.MaxEvents, &r.Queue.MaxEvents, 1<<31-1)
		d.size(q.MaxBytes, &r.Queue.MaxBytes)
		d.duration(q.MaxAge, &r.Queue.MaxAge, 1)
		choice(d, q.Overflow, &r.Queue.Overflow,
			OverflowDropOldest, OverflowDropNewest, OverflowDropLowestPriority, OverflowLatestOnly, OverflowBlock)
		choice(d, q.OnAmbiguous, &r.Queue.OnAmbiguous, AmbiguousAuto, AmbiguousResend, AmbiguousDrop)
		d.duration(q.RetryMaxAge, &r.Queue.RetryMaxAge, 1)
	}
	return r
}

func (d *decoder) decodeMatch(raw *rawMatch) Match {
	if raw.Class == nil && raw.Type == nil && raw.GUID == nil && raw.Priority == nil {
		d.errorf(raw.Def, "Empty match", "This block matches every event. Give it class, type, guid or priority, or remove it.")
	}
	guids, _ := d.patterns(raw.GUID)
	return Match{
		Class:    d.ranges(raw.Class, 65535),
		Type:     d.ranges(raw.Type, 65535),
		GUID:     guids,
		Priority: d.ranges(raw.Priority, 7),
	}
}

// nameForm is what names look like: they become metric labels and parts of references.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

func (d *decoder) checkName(kind, name string, rng hcl.Range) {
	if !nameForm.MatchString(name) {
		d.errorf(rng, "Bad name", "The name of a %s must begin with a letter or digit and consist of letters, digits, - and _.", kind)
	}
}

// filter reads a filter or mask in its text form.
func (d *decoder) filter(attr *hcl.Attribute) *vscp.Filter {
	text, it, ok := d.text(attr)
	if !ok {
		return nil
	}
	f, err := vscp.ParseFilter(text)
	if err != nil {
		d.syntax(it, "Not a "+attr.Name, err, `A filter and its mask are written "priority,class,type,GUID", such as "0,10,6,-" and "0,65535,65535,-".`)
		return nil
	}
	return &f
}

// patterns reads a list of GUID patterns. It also returns the place of each.
func (d *decoder) patterns(attr *hcl.Attribute) ([]vscp.GUIDPattern, []hcl.Range) {
	const example = `"FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"`
	var patterns []vscp.GUIDPattern
	var places []hcl.Range
	for _, it := range d.items(attr, d.scope.functions, "["+example+"]") {
		if it.val.Type() != cty.String {
			d.errorf(it.rng, "Wrong type", "An element of %s must be a GUID pattern in double quotes, such as %s.", attr.Name, example)
			continue
		}
		p, err := vscp.ParseGUIDPattern(it.val.AsString())
		if err != nil {
			d.syntax(it, "Not a GUID pattern", err, "A GUID pattern is a whole GUID of 16 bytes, or its first bytes and a *, such as "+example+".")
			continue
		}
		patterns, places = append(patterns, p), append(places, it.rng)
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
		d.errorf(it.rng, summary, "The %s %s %s. %s", se.Field, quote(se.Text), se.Reason, right)
	default:
		d.errorf(it.rng, summary, "%s %s%s. %s", quote(se.Text), se.Reason, wrongGroup(se.Reason, it.val.AsString()), right)
	}
}

// wrongGroup points at the first part between colons that is no byte, unless the reason names a part already.
func wrongGroup(reason, text string) string {
	if strings.Contains(reason, `"`) || !strings.Contains(text, ":") {
		return ""
	}
	for group := range strings.SplitSeq(strings.TrimSuffix(text, ":*"), ":") {
		if _, err := strconv.ParseUint(group, 16, 8); err != nil || len(group) > 2 {
			return ": " + quote(group)
		}
	}
	return ""
}

// ranges reads a list of numbers and ranges such as "512-1023".
func (d *decoder) ranges(attr *hcl.Attribute, most int64) []Range {
	var ranges []Range
	for _, it := range d.items(attr, d.scope.functions, "[1]") {
		if r, ok := parseRange(it, most); ok {
			ranges = append(ranges, r)
			continue
		}
		d.errorf(it.rng, "Wrong number", `An element of %s must be a whole number from 0 to %d, or a range of them with the smaller one first, such as "1-%d".`, attr.Name, most, min(most, 9))
	}
	return ranges
}
