package config

import (
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// decoder turns the raw structs into a Config and collects what is wrong with them.
type decoder struct {
	scope *scope
	dir   string                            // where relative paths start
	read  func(path string) ([]byte, error) // reads a file for TLS
	start hcl.Range                         // of the configuration

	sources diag.Sources // what the configuration is read from

	listDir func(dir string) []string // the names in a folder, for suggestions; nil: not known

	askMode func(path string) (fs.FileMode, error) // of a file or folder; nil: not known
	modes   map[string]fs.FileMode                 // what it said; 0: nothing
	public  map[string]bool                        // secret files that were warned of

	// stateful: there is a folder for what outlasts the daemon, or a wrong one.
	stateful bool
	// identified: the bridge has a GUID, or a wrong one.
	identified bool
	diags      hcl.Diagnostics
	hidden     []hcl.Range               // what excerpts must not show, although it parsed
	marked     places                    // of sensitive values
	zones      map[string]*time.Location // by name: a thousand remotes share one
	nearZones  map[string]string         // by a name that no time zone has; "": there is none near
	gaps       map[string]time.Duration  // by the text of cron
	remotes    []*pair[rawRemote, Remote]
	routes     []*pair[rawRoute, Route]

	generated int                        // how many blocks dynamic ones have made
	labels    map[hcl.Range]bool         // where their names come from
	dynamics  map[hcl.Range]bool         // the places of dynamic blocks
	blocks    map[*hcl.Diagnostic]string // which generated block a diagnostic means
	common    common                     // what defaults blocks say
	spoiled   bool                       // there are remotes that could not be made
	misnamed  misnamed                   // what was meant to be defined
}

// pair keeps a block's raw form beside its typed one: checks read the one and point at the other.
type pair[R, T any] struct {
	raw   *R
	typed *T
}

func (d *decoder) decode(body hcl.Body, given *given) *Config {
	raw := d.layOut(body, given)
	cfg := Default()
	d.decodeCommon(raw.Defaults)
	d.inherit(raw)
	d.decodeDaemon(raw, cfg)
	d.decodeLoop(raw.Loop, &cfg.Loop)
	d.identified = raw.Bridge != nil && raw.Bridge.GUID != nil
	d.stateful = cfg.Bridge.StateDir != "" || raw.Bridge != nil && raw.Bridge.StateDir != nil
	for _, r := range raw.Remotes {
		n := len(d.diags)
		if remote := d.decodeRemote(r); remote != nil {
			cfg.Remotes = append(cfg.Remotes, remote)
		}
		d.aboutNamed(n, "remote", r.Name, r.NameRange)
	}
	d.scope.seal()
	for _, r := range raw.Routes {
		n := len(d.diags)
		cfg.Routes = append(cfg.Routes, d.decodeRoute(r))
		d.aboutNamed(n, "route", r.Name, r.NameRange)
	}
	for _, t := range raw.Tests {
		n := len(d.diags)
		cfg.Tests = append(cfg.Tests, d.decodeTest(t, cfg.Tests))
		d.aboutNamed(n, "test", t.Name, t.NameRange)
	}
	d.checkFile()
	d.checkLoop(raw.Loop, &cfg.Loop)
	d.diags = slices.DeleteFunc(d.diags, d.common.excuses)
	cfg.sensitive = d.marked.paths(raw)
	return cfg
}

// layOut evaluates variables and locals, and with them the dynamic blocks.
func (d *decoder) layOut(body hcl.Body, given *given) *rawFile {
	var head rawHead
	diags := gohcl.DecodeBody(body, nil, &head)
	d.diags = append(d.diags, diags...)
	d.decodeVariables(head.Variables, given)
	d.decodeLocals(head.Locals)
	var raw rawFile
	diags = gohcl.DecodeBody(d.expand(body), nil, &raw) // what evaluating finds is in d.diags before this returns
	d.diags = append(d.diags, slices.DeleteFunc(diags, diag.IsSilent)...)
	raw.Variables, raw.Locals = nil, nil // they were evaluated
	d.unset(reflect.ValueOf(&raw))
	return &raw
}

func (d *decoder) decodeDaemon(raw *rawFile, cfg *Config) {
	if b := raw.Bridge; b != nil {
		if name, it, ok := d.text(b.Name); ok {
			d.checkName("bridge", name, it.rng)
			cfg.Bridge.Name = name
		}
		d.duration(b.FlushTimeout, &cfg.Bridge.FlushTimeout, 1)
		d.stateDir(b.StateDir, &cfg.Bridge.StateDir)
		d.guid(b.GUID, &cfg.Bridge.GUID)
		d.watchConfig(b.WatchConfig, &cfg.Bridge.WatchConfig)
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
		d.errorf(raw.NameRange, "Duplicate remote", "A remote %s is already defined at %s:%d. Names must be unique.", wording.Quote(raw.Name), first.Pos.File, first.Pos.Line)
		return nil
	}
	r := DefaultRemote(raw.Name)
	r.Pos = diag.PositionOf(raw.Def)
	d.scope.remotes[raw.Name] = r
	d.remotes = append(d.remotes, &pair[rawRemote, Remote]{raw, r})

	r.Addresses, raw.addressPlaces = d.addresses(raw)
	d.user(raw.User, &r.User)
	d.password(raw.Password, &r.Password)
	d.boolean(raw.Strict, &r.Strict)
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
	n := len(d.diags)
	d.checkRemote(raw, r)
	for _, mistake := range d.diags[n:] {
		if d.common.holds(mistake) {
			d.blocks[mistake] = "remote " + wording.Quote(raw.Name) // for another one it may be right
		}
	}
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
	r := defaultRoute(raw.Name)
	r.Pos = diag.PositionOf(raw.Def)
	d.routes = append(d.routes, &pair[rawRoute, Route]{raw, r})
	d.checkName("route", raw.Name, raw.NameRange)
	d.decodeEnds(raw, r)
	d.decodePresets(raw, r)
	d.decodeScopes(raw.Scopes, &r.Scopes)
	r.Match = d.decodeMatches(raw.Matches, "match")
	r.Exclude = d.decodeMatches(raw.Excludes, "exclude")
	d.decodeRewrite(raw.Rewrite, &r.Rewrite)
	d.decodeLimit(raw.Limit, &r.Tame)
	d.decodeProbe(raw, r)
	d.decodeLinks(raw.Links, r)
	d.decodeQueue(raw.Queue, &r.Queue)
	d.checkDeadBand(raw, r)
	return r
}

func (d *decoder) decodeQueue(raw *rawQueue, q *Queue) {
	if raw == nil {
		return
	}
	d.decodeStorage(raw, q)
	d.integer(raw.MaxEvents, &q.MaxEvents, 1<<31-1)
	d.size(raw.MaxBytes, &q.MaxBytes)
	if q.MaxBytes < vscp.MaxText {
		d.warnf(raw.MaxBytes.Expr.Range(), "Little room", `An event can take %s of max_bytes, and one that has no room in an empty queue is dropped. A number without a unit is bytes; in others it is "16MiB".`, wording.Size(vscp.MaxText))
	}
	d.duration(raw.MaxAge, &q.MaxAge, 1)
	choice(d, raw.Overflow, &q.Overflow,
		OverflowDropOldest, OverflowDropNewest, OverflowDropLowestPriority, OverflowLatestOnly, OverflowBlock)
	choice(d, raw.OnAmbiguous, &q.OnAmbiguous, AmbiguousAuto, AmbiguousResend, AmbiguousDrop)
	d.duration(raw.RetryMaxAge, &q.RetryMaxAge, 1)
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
