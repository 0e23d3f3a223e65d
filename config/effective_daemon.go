package config

import (
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// daemon returns the blocks that there is one of.
func (e *encoder) daemon(cfg *Config) []*Block {
	b := e.block("bridge")
	b.put("name", text(cfg.Bridge.Name))
	b.put("flush_timeout", span(cfg.Bridge.FlushTimeout))
	b.put("state_dir", text(cfg.Bridge.StateDir))
	if !cfg.Bridge.GUID.IsZero() {
		b.put("guid", cty.StringVal(cfg.Bridge.GUID.String()))
	}
	b.put("watch_config", span(cfg.Bridge.WatchConfig))
	l := e.block("log")
	l.put("level", text(cfg.Log.Level))
	l.put("format", text(cfg.Log.Format))
	blocks := []*Block{b.Block, l.Block}
	if cfg.Admin.Listen != "" { // without the block there is no port, and the socket follows from state_dir
		a := e.block("admin")
		a.put("listen", text(cfg.Admin.Listen))
		a.put("socket", veil(cty.StringVal(cfg.Admin.Socket), e.hidden["bridge.state_dir"]))
		if cfg.Admin.SocketGroup != "" {
			a.put("socket_group", text(cfg.Admin.SocketGroup))
		}
		if cfg.Admin.TokenFile != "" {
			a.put("token_file", text(cfg.Admin.TokenFile))
		}
		blocks = append(blocks, a.Block)
	}
	return append(blocks, e.loop(&cfg.Loop))
}

func (e *encoder) loop(l *Loop) *Block {
	w := e.block("loop")
	w.put("roaming", stringers(l.Roaming))
	w.put("storm_limit", whole(l.Storm.Limit))
	w.effective(l.Storm.Limit > 0 || l.Storm.Window != Default().Loop.Storm.Window, "storm_window", span(l.Storm.Window))
	return w.Block
}

func (e *encoder) remote(r *Remote) *Block {
	w := e.block("remote", r.Name)
	if len(r.Addresses) == 1 {
		w.put("address", text(r.Addresses[0]), "addresses")
	} else {
		w.put("addresses", texts(r.Addresses))
	}
	w.credential("user", r.User)
	w.credential(secretAttr, r.Password)
	w.put("origins", stringers(r.Origins))
	w.put("strict", cty.BoolVal(r.Strict))
	w.put("connections", orAuto(r.Connections, whole))
	w.put("send_connections", whole(r.SendConnections))
	w.put("site", text(r.Site))
	w.put("receive", text(r.Receive))
	w.put("profile", text(r.Profile))
	w.put("window", someWhole(r.Window))
	w.put("time", text(r.Time))
	if r.Filter != nil && r.Mask != nil {
		w.put("filter", cty.StringVal(r.Filter.String()))
		w.put("mask", cty.StringVal(r.Mask.String()))
	}
	w.put("stat_every", span(r.StatEvery))
	w.backoff(&r.Backoff)
	w.timeouts(&r.Timeouts, r.TLS != nil)
	w.tls(r.TLS)
	w.schedule(r.Schedule)
	return w.Block
}

func (w *blockWriter) backoff(b *Backoff) {
	w = w.inner("backoff")
	w.put("initial", span(b.Initial))
	w.put("max", span(b.Max))
	w.put("multiplier", cty.NumberFloatVal(b.Multiplier))
	w.put("jitter", cty.NumberFloatVal(b.Jitter))
	w.put("stable", span(b.Stable))
}

func (w *blockWriter) timeouts(t *Timeouts, encrypted bool) {
	w = w.inner("timeouts")
	w.put("resolve", span(t.Resolve))
	w.put("dial", span(t.Dial))
	w.effective(encrypted || t.TLS != DefaultRemote("").Timeouts.TLS, "tls", span(t.TLS))
	w.put("greeting", span(t.Greeting))
	w.put("reply", span(t.Reply))
	w.put("dead_after", orAuto(t.DeadAfter, span))
	w.put("stall_after", span(t.StallAfter))
}

func (w *blockWriter) tls(t *TLS) {
	if t == nil {
		return
	}
	w = w.inner("tls")
	w.put("ca_file", text(t.CAFile))
	w.put("cert_file", text(t.CertFile))
	w.put("key_file", text(t.KeyFile))
	w.put("server_name", text(t.ServerName))
	w.put("min_version", text(t.MinVersion))
	w.put("pins", texts(t.Pins))
}

func (w *blockWriter) schedule(s *Schedule) {
	if s == nil {
		return
	}
	w = w.inner("schedule")
	w.put("mode", text(s.Mode))
	w.put("every", someSpan(s.Every))
	w.put("cron", text(s.Cron.Spec))
	if s.Cron.Location != nil {
		w.put("time_zone", text(s.Cron.Location.String()))
	}
	w.effective(s.hasTicks() || s.Jitter > 0, "jitter", span(s.Jitter))
	w.put("threshold", someWhole(s.Threshold))
	w.put("max_wait", someSpan(s.MaxWait))
	w.put("commands", texts(s.Commands))
	w.put("max_fetch", whole(s.MaxFetch))
	w.effective(s.visits() || s.Linger > 0, "linger", span(s.Linger))
}

func (w *blockWriter) queue(q *Queue) {
	w = w.inner("queue")
	w.put("max_events", whole(q.MaxEvents))
	w.put("max_bytes", cty.StringVal(wording.Size(q.MaxBytes)))
	w.put("max_age", span(q.MaxAge))
	w.put("overflow", text(q.Overflow))
	w.put("on_ambiguous", text(q.OnAmbiguous))
	w.put("retry_max_age", span(q.RetryMaxAge))
	w.put("storage", text(q.Storage))
	w.effective(q.Storage == StorageDisk || q.Fsync != DefaultQueue().Fsync, "fsync", text(q.Fsync))
}

// defaults returns the values of attributes that are written nowhere, by path without labels, such as remote.backoff.initial.
func defaults() map[string]cty.Value {
	cfg := Default()
	cfg.Admin.Listen = defaultAdmin
	remote := DefaultRemote("")
	remote.TLS, remote.Schedule = defaultTLS(), defaultSchedule()
	remote.Schedule.Cron.Location = time.Local
	route := defaultRoute("")
	route.Probe, route.LinkEvents = defaultProbe(), defaultLinkEvents()
	e := &encoder{all: true}
	blocks := append(e.daemon(cfg), e.remote(remote), e.route(route), e.test(&Test{Given: make([]Given, 1)}))
	found := map[string]cty.Value{}
	collectDefaults(blocks, "", found)
	delete(found, "test.given.event") // an event of zeros is none
	return found
}

func collectDefaults(blocks []*Block, path string, found map[string]cty.Value) {
	for _, b := range blocks {
		for _, attr := range b.Attributes {
			if attr.Value.Type() != cty.String || attr.Value.AsString() != "" {
				found[path+b.Type+"."+attr.Name] = attr.Value
			}
		}
		collectDefaults(b.Blocks, path+b.Type+".", found)
	}
}
