package reload

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// disk is a source of texts, whose hash is the text; it counts looks. A text that is no configuration has a mistake, an empty one
// cannot be read.
type disk struct {
	mu     sync.Mutex // guards what follows
	text   string
	looks  int
	loaded []string
}

// put puts a text there.
func (d *disk) put(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.text = text
}

// counts returns how often it was looked at, and what was loaded.
func (d *disk) counts() (looks int, loaded []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.looks, d.loaded
}

func (d *disk) Hash([]string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.looks++
	if d.text == "" {
		return "", errors.New("it is not there")
	}
	return d.text, nil
}

func (d *disk) Load(*config.Config) (*config.Config, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.loaded = append(d.loaded, d.text)
	if d.text == "" {
		return nil, &InvalidError{Path: "hub.hcl", Mistakes: 1, Text: "it is not there"}
	}
	cfg, err := config.Parse("hub.hcl", []byte(d.text), config.Options{})
	if err != nil {
		return nil, &InvalidError{Path: "hub.hcl", Mistakes: 1, Text: err.Error(), Hash: d.text}
	}
	cfg.Hash = d.text
	return cfg, nil
}

const watched = `bridge { watch_config = "10s" }` + "\n"

// watch runs a Reloader of a text and calls do, with the time standing still but for what do waits.
func watch(t *testing.T, text string, do func(t *testing.T, d *disk, r *Reloader)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &disk{text: text}
		cfg, err := d.Load(nil)
		if err != nil {
			t.Fatal(err)
		}
		d.loaded = nil
		r := New(cfg, Options{Path: "hub.hcl", Source: d, Bridge: &bridgeOf{}, Logger: hclog.NewNullLogger()})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			r.Run(ctx)
		}()
		time.Sleep(time.Second) // between the looks
		do(t, d, r)
		cancel()
		<-done
	})
}

// TestWatchTakesUpWhatHasSettled has a change be taken up when two looks have seen it, and once.
func TestWatchTakesUpWhatHasSettled(t *testing.T) {
	t.Parallel()
	watch(t, watched, func(t *testing.T, d *disk, r *Reloader) {
		t.Helper()
		time.Sleep(time.Minute)
		if looks, loaded := d.counts(); looks != 6 || len(loaded) != 0 {
			t.Errorf("%d looks and %d reloads in a minute, want 6 and none", looks, len(loaded))
		}
		half, whole := watched+"log {", watched+`log { level = "debug" }`
		d.put(half)
		time.Sleep(10 * time.Second)
		d.put(whole)
		time.Sleep(10 * time.Second)
		if _, loaded := d.counts(); len(loaded) != 0 {
			t.Errorf("%q was loaded when one look had seen it, want two", loaded)
		}
		time.Sleep(10 * time.Second)
		if _, loaded := d.counts(); len(loaded) != 1 || loaded[0] != whole || r.Status().Config.Hash != whole || r.Status().Last.By != ByWatch {
			t.Errorf("loaded %q, last %+v, want the whole text, by watch", loaded, r.Status().Last)
		}
		time.Sleep(time.Hour)
		if _, loaded := d.counts(); len(loaded) != 1 {
			t.Errorf("%d reloads of one change, want 1", len(loaded))
		}
	})
}

// TestWatchOfMistakes has each of them be told once, and the repair be taken up.
func TestWatchOfMistakes(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]string{"mistake": watched + "log {", "gone": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			watch(t, watched, func(t *testing.T, d *disk, r *Reloader) {
				t.Helper()
				d.put(bad)
				time.Sleep(time.Hour)
				if _, loaded := d.counts(); len(loaded) != 1 || !r.Status().Last.Failed() || r.Status().Config.Hash != watched {
					t.Errorf("loaded %d times, last %+v, want once, without success", len(loaded), r.Status().Last)
				}
				d.put(watched)
				time.Sleep(20 * time.Second)
				if _, loaded := d.counts(); len(loaded) != 2 || r.Status().Last.Failed() {
					t.Errorf("loaded %d times, last %+v, want the text from the start again", len(loaded), r.Status().Last)
				}
			})
		})
	}
}

// TestWatchFollowsTheConfiguration has the looks change and end with reloads that others ask for, which it does not repeat.
func TestWatchFollowsTheConfiguration(t *testing.T) {
	t.Parallel()
	watch(t, watched, func(t *testing.T, d *disk, r *Reloader) {
		t.Helper()
		d.put(strings.Replace(watched, "10s", "1m", 1))
		if _, err := r.Reload(t.Context(), BySignal, false); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10*time.Minute + time.Second)
		if looks, loaded := d.counts(); looks != 10 || len(loaded) != 1 {
			t.Errorf("%d looks and %d reloads, want a look each minute, and the reload by signal", looks, len(loaded))
		}
		d.put(`bridge { watch_config = "0s" }`)
		if _, err := r.Reload(t.Context(), BySignal, false); err != nil {
			t.Fatal(err)
		}
		before, _ := d.counts()
		d.put(watched)
		time.Sleep(time.Hour)
		if looks, _ := d.counts(); looks != before {
			t.Errorf("%d looks after watch_config = 0s, want none", looks-before)
		}
	})
}
