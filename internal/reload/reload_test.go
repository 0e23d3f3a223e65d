package reload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const base = `
remote "north" {
  address  = "north.example"
  user     = "u"
  password = "hunter2"
}
remote "south" { address = "south.example" }
route "sites" { between = [remote.north, remote.south] }
`

// twoMistakes is base with an unknown attribute, and a value of the wrong type.
const twoMistakes = base + "log { colour = \"info\" }\nbridge { flush_timeout = 4 }\n"

// bridgeOf records what it is to run by. It takes nothing while it has an error.
type bridgeOf struct {
	mu      sync.Mutex
	applied []*config.Config
	err     error
	begun   chan struct{} // tells that Apply has begun, and has it wait to be told to go on; nil: it does not
}

func (b *bridgeOf) Apply(cfg *config.Config) error {
	if b.begun != nil {
		b.begun <- struct{}{}
		<-b.begun
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.applied = append(b.applied, cfg)
	}
	return b.err
}

// site is a configuration in a file, base at first, and what reloads it.
type site struct {
	t        *testing.T
	path     string
	bridge   bridgeOf
	log      bytes.Buffer
	registry *prometheus.Registry
	*Reloader
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, path: filepath.Join(t.TempDir(), "hub.hcl"), registry: prometheus.NewRegistry()}
	s.write(base)
	files := &Files{Path: s.path}
	cfg, err := config.Load(s.path, config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Reloader = New(cfg, Options{
		Path: "hub.hcl", Source: files, Bridge: &s.bridge, Registry: s.registry,
		Logger: hclog.New(&hclog.LoggerOptions{Output: &s.log, Level: hclog.Info}),
	})
	return s
}

func (s *site) write(src string) {
	s.t.Helper()
	if err := os.WriteFile(s.path, []byte(src), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// gathered returns the values of the metrics, by name and result.
func (s *site) gathered() map[string]float64 {
	s.t.Helper()
	families, err := s.registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	values := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := strings.TrimPrefix(f.GetName(), "tcpiplink_config_")
			for _, label := range m.GetLabel() {
				name += " " + label.GetValue()
			}
			values[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return values
}

// metrics compares those that say how reloads went.
func (s *site) metrics(successful float64, reloads string) {
	s.t.Helper()
	values := s.gathered()
	if got := values["last_reload_successful"]; got != successful {
		s.t.Errorf("last_reload_successful = %v, want %v", got, successful)
	}
	var got []string
	for _, result := range []string{"ok", "invalid", "restart", "failed"} {
		got = append(got, fmt.Sprintf("%s %v", result, values["reloads_total "+result]))
	}
	if text := strings.Join(got, ", "); text != reloads {
		s.t.Errorf("reloads %s, want %s", text, reloads)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	began := s.Status()
	if began.Last.Failed() || !began.Last.At.IsZero() || began.Loaded.IsZero() || began.Path != "hub.hcl" || began.Guarantees["sites"] == "" {
		t.Errorf("status at the start %+v, want what was loaded, and no reload", began)
	}
	s.metrics(1, "ok 0, invalid 0, restart 0, failed 0")

	s.write(strings.Replace(base, "hunter2", "hunter3", 1) + "log { level = \"debug\" }\n")
	out, err := s.Reload(t.Context(), BySignal, true)
	if want := "~ log: level\n~ remote north: password"; err != nil || out.Diff.String() != want || len(s.bridge.applied) != 0 || s.Status().Config != began.Config {
		t.Errorf("dry run = %q, %v, want %q and nothing changed", out.Diff.String(), err, want)
	}
	if _, err = s.Reload(t.Context(), BySignal, false); err != nil || len(s.bridge.applied) != 1 {
		t.Fatalf("Reload = %v and %d changes of the bridge, want one", err, len(s.bridge.applied))
	}
	now := s.Status()
	if now.Config != s.bridge.applied[0] || now.Config.Hash == began.Config.Hash || now.Last.By != BySignal || now.Last.Failed() || now.Last.At.IsZero() {
		t.Errorf("status %+v, want the new configuration, by signal", now)
	}
	if !s.o.Logger.IsDebug() || !s.logger.IsDebug() {
		t.Error("the log is not at debug after log.level has changed to it")
	}
	s.metrics(1, "ok 1, invalid 0, restart 0, failed 0")
	if text := s.log.String(); !strings.Contains(text, "configuration reloaded: by=signal changes=2") || !strings.Contains(text, "| ~ remote north: password") || strings.Contains(text, "hunter") {
		t.Errorf("log:\n%s\nwant what was changed, without values", text)
	}

	// Once more: nothing to change, but it is a reload that went well.
	if out, err = s.Reload(t.Context(), ByAPI, false); err != nil || !out.Diff.Empty() || len(s.bridge.applied) != 1 || s.Status().Last.By != ByAPI {
		t.Errorf("second Reload = %v, %q, and %d changes of the bridge, want no other", err, out.Diff.String(), len(s.bridge.applied))
	}
}

// TestReloadOfMistakes changes nothing, and tells the mistakes without secrets.
func TestReloadOfMistakes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	began := s.Status()
	s.write(twoMistakes)
	_, err := s.Reload(t.Context(), BySignal, false)
	invalid, ok := errors.AsType[*InvalidError](err)
	if !ok || invalid.Mistakes != 2 || !strings.Contains(invalid.Text, "flush_timeout must be") || !strings.Contains(invalid.Text, "colour") {
		t.Fatalf("Reload = %v, want an *InvalidError with two mistakes", err)
	}
	now := s.Status()
	if now.Config != began.Config || len(s.bridge.applied) != 0 {
		t.Error("the configuration with mistakes is in use, want the one before")
	}
	if want := "is not valid, 2 mistakes, the first: "; !now.Last.Failed() || !strings.Contains(now.Last.Error, want) || strings.Contains(now.Last.Error, "\n") {
		t.Errorf("last reload %+v, want one line with %q", now.Last, want)
	}
	s.metrics(0, "ok 0, invalid 1, restart 0, failed 0")
	text := s.log.String()
	if !strings.Contains(text, "[ERROR] reload: configuration not reloaded, the one before stays in use: by=signal mistakes=2") || strings.Count(text, "[ERROR]") != 1 ||
		!strings.Contains(text, "flush_timeout must be") || strings.Contains(text+err.Error()+now.Last.Error, "hunter2") {
		t.Errorf("log:\n%s\nwant one error with the mistakes, and no password", text)
	}
	s.write(base)
	if _, err := s.Reload(t.Context(), BySignal, false); err != nil || s.Status().Last.Failed() {
		t.Errorf("Reload of the repaired file = %v, want no error", err)
	}
	s.metrics(1, "ok 1, invalid 1, restart 0, failed 0")
}

// twice is base with a second route that does the same, so that each event arrives twice.
const twice = base + `route "again" { between = [remote.north, remote.south] }` + "\n"

// TestReloadOfRings refuses a doubled way that is new, and takes one that the configuration in use has as well.
func TestReloadOfRings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.write(twice)
	if _, err := s.Reload(t.Context(), BySignal, false); err == nil || !strings.Contains(err.Error(), "the routes sites and again join the same pair of sites") {
		t.Errorf("Reload with a doubled way that is new = %v, want an error that names it", err)
	}
	cfg, err := config.Load(s.path, config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.use(cfg) // as after a start with it
	s.write("remote \"west\" { address = \"west.example\" }\n" + twice)
	out, err := s.Reload(t.Context(), BySignal, false)
	if err != nil || len(s.bridge.applied) != 1 {
		t.Fatalf("Reload beside a doubled way that is in use = %v, %d applied, want no error and 1", err, len(s.bridge.applied))
	}
	warnings := strings.Join(texts(out.Config.Warnings), "\n")
	if want := "warning in route \"again\": the routes sites and again join"; strings.Count(warnings, want) != 1 {
		t.Errorf("warnings:\n%s\nwant once %q", warnings, want)
	}
	s.write(twice + "remote \"east\" { address = \"east.example\" }\n" + `
route "third"  { between = [remote.north, remote.east] }
route "fourth" { between = [remote.north, remote.east] }
`)
	_, err = s.Reload(t.Context(), BySignal, false)
	if invalid, ok := errors.AsType[*InvalidError](err); !ok || !strings.Contains(invalid.Text, "third and fourth") || invalid.Mistakes != 1 {
		t.Errorf("Reload with one more doubled way = %v, want an *InvalidError with one mistake that names it", err)
	}
}

// TestReloadOfAnEmptyFile refuses what an editor leaves for a moment: valid, and the end of all connections.
func TestReloadOfAnEmptyFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, src := range []string{"", "log {}\n"} {
		s.write(src)
		if _, err := s.Reload(t.Context(), BySignal, false); err == nil || !strings.Contains(err.Error(), "no remote in it any more") || len(s.bridge.applied) > 0 {
			t.Errorf("Reload of %q = %v, %d applied, want an error that says that no remote is left, and none", src, err, len(s.bridge.applied))
		}
	}
	s.metrics(0, "ok 0, invalid 2, restart 0, failed 0")
}

func TestWarnOfRings(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		src  string
		want int
	}{
		"accepted": {base, 0}, "twice": {twice, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Parse("hub.hcl", []byte(tt.src), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			WarnOfRings(cfg, hclog.New(&hclog.LoggerOptions{Output: &log}))
			if got := strings.Count(log.String(), "the routes sites and again join the same pair of sites"); got != tt.want || strings.Count(log.String(), "[WARN]") != tt.want {
				t.Errorf("log:\n%s\nwant %d warnings that name the route", log.String(), tt.want)
			}
		})
	}
}

func TestReloadRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		src     string // empty: the file is gone
		err     error  // of the bridge
		want    string
		reloads string
	}{
		"restart":     {src: base + "admin { listen = \"127.0.0.1:1\" }\nlog { format = \"json\" }\n", want: "log.format, admin.listen are changed by a restart only, so nothing was changed", reloads: "ok 0, invalid 0, restart 1, failed 0"},
		"one setting": {src: base + "log { format = \"json\" }\n", want: "log.format is changed by a restart only, so nothing was changed", reloads: "ok 0, invalid 0, restart 1, failed 0"},
		"bridge":      {src: strings.Replace(base, "hunter2", "hunter3", 1), err: errors.New("no room"), want: "no room", reloads: "ok 0, invalid 0, restart 0, failed 1"},
		"bridge says": {src: strings.Replace(base, "hunter2", "hunter3", 1), err: fmt.Errorf("%w: rings", bridge.ErrRestart), want: "only a restart changes this: rings", reloads: "ok 0, invalid 0, restart 1, failed 0"},
		"gone":        {want: "hub.hcl: no such file", reloads: "ok 0, invalid 1, restart 0, failed 0"},
		"ring": {
			src:  base + "remote \"west\" { address = \"west.example\" }\nroute \"nw\" { between = [remote.north, remote.west] }\nroute \"ws\" { between = [remote.west, remote.south] }\nroute \"copy\" { between = [remote.north, remote.south] }\n",
			want: "is not valid", reloads: "ok 0, invalid 1, restart 0, failed 0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			before := s.Status().Config
			s.bridge.err = tt.err
			if s.write(tt.src); tt.src == "" {
				if err := os.Remove(s.path); err != nil {
					t.Fatal(err)
				}
			}
			_, err := s.Reload(t.Context(), ByAPI, false)
			if err == nil || !strings.Contains(err.Error(), tt.want) || s.Status().Config != before || s.Status().Last.Error != err.Error() {
				t.Errorf("Reload = %v, want %q and the configuration before", err, tt.want)
			}
			s.metrics(0, tt.reloads)
		})
	}
}

// TestReloadsInTurns has a reload wait for the one before, as long as its caller does.
func TestReloadsInTurns(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.bridge.begun = make(chan struct{})
	s.write(strings.Replace(base, "hunter2", "hunter3", 1))
	done := make(chan error)
	go func() {
		_, err := s.Reload(t.Context(), BySignal, false)
		done <- err
	}()
	<-s.bridge.begun
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Reload(impatient, ByAPI, false); !errors.Is(err, context.Canceled) {
		t.Errorf("Reload beside another = %v, want context.Canceled", err)
	}
	s.bridge.begun <- struct{}{}
	if err := <-done; err != nil || s.Status().Last.By != BySignal {
		t.Errorf("Reload = %v, last by %s, want no error, by signal", err, s.Status().Last.By)
	}
}

// TestReloadBeforeTheStart asks while the bridge reads its queues, as a signal does that comes then: it is done when the bridge runs.
func TestReloadBeforeTheStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		started := make(chan struct{})
		s.o.Started, s.bridge.err = started, bridge.ErrNotRunning
		s.write(strings.Replace(base, "hunter2", "hunter3", 1))
		done := make(chan error)
		go func() {
			_, err := s.Reload(t.Context(), BySignal, false)
			done <- err
		}()
		synctest.Wait()
		if last := s.Status().Last; !last.At.IsZero() {
			t.Errorf("before the start the last reload was %+v, want none", last)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Reload(gone, ByAPI, false); !errors.Is(err, context.Canceled) {
			t.Errorf("Reload of who has gone = %v, want context.Canceled", err)
		}
		s.bridge.err = nil
		close(started)
		if err := <-done; err != nil || len(s.bridge.applied) != 1 || s.Status().Last.By != BySignal {
			t.Errorf("Reload = %v, applied %d times, last by %q, want no error, once, by signal", err, len(s.bridge.applied), s.Status().Last.By)
		}
	})
}

// TestNoReloadAtTheStop asks for one when who asks has gone: it says nothing of the configuration.
func TestNoReloadAtTheStop(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		if _, err := s.Reload(gone, ByWatch, false); !errors.Is(err, context.Canceled) {
			t.Fatalf("Reload = %v, want context.Canceled", err)
		}
	}
	if last := s.Status().Last; !last.At.IsZero() {
		t.Errorf("the last reload was %+v, want none", last)
	}
}

func TestHashMetric(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	before := s.gathered()
	s.Reloader.metrics.use("0123456789abcdef", s.Status().Loaded)
	after := s.gathered()
	if got, want := after["hash"], float64(0x0123456789ab); got != want || before["hash"] == got {
		t.Errorf("hash 0123456789abcdef as a number = %v, and that of the file %v, want %v and another", got, before["hash"], want)
	}
	if got := after["last_reload_success_timestamp_seconds"]; math.Abs(got-float64(s.Status().Loaded.Unix())) > 1 {
		t.Errorf("timestamp = %v, want about %v", got, s.Status().Loaded.Unix())
	}
}
