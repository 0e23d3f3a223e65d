package reload

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Status is what is in use, and what became of the last reload.
type Status struct {
	Path       string
	Config     *config.Config    // in use
	Loaded     time.Time         // since when
	Guarantees map[string]string // what each route promises, by its name
	Last       Attempt
}

// Attempt is a reload that was tried.
type Attempt struct {
	At    time.Time // zero: there was none
	By    By
	Error string // one line, without secrets; empty: it went well
}

// Failed reports whether the configuration on disk is not the one in use.
func (a Attempt) Failed() bool { return a.Error != "" }

// Status reads what is in use.
func (r *Reloader) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// use takes note of the configuration in use.
func (r *Reloader) use(cfg *config.Config) {
	promises := make(map[string]string, len(cfg.Routes))
	for _, route := range cfg.Routes {
		promises[route.Name] = route.Guarantee()
	}
	now := time.Now()
	r.metrics.use(cfg.Hash, now)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = Status{Path: r.o.Path, Config: cfg, Loaded: now, Guarantees: promises, Last: r.now.Last}
}

// note takes note of what became of a reload.
func (r *Reloader) note(by By, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.Last = Attempt{At: time.Now(), By: by, Error: why}
}
