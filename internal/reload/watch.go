package reload

import (
	"context"
	"time"
)

// Run looks at the files as often as the configuration in use says, until ctx ends. It goes by their contents: links that are put
// elsewhere, as Kubernetes does, and files that an editor writes anew are seen like any other change.
func (r *Reloader) Run(ctx context.Context) {
	var before string
	for {
		if !r.wait(ctx, r.Status().Config.Bridge.WatchConfig) {
			if ctx.Err() != nil {
				return
			}
			continue // with what the new configuration says
		}
		before = r.look(ctx, before)
	}
}

// wait waits until it is time to look. It returns early, and false, if ctx ends or there is another configuration.
func (r *Reloader) wait(ctx context.Context, every time.Duration) bool {
	var due <-chan time.Time
	if every > 0 {
		timer := time.NewTimer(every)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-due:
		return true
	case <-r.renewed:
	case <-ctx.Done():
	}
	return false
}

// look takes up what has changed, if it is what the look before saw: a file may be half written. It returns what it saw.
func (r *Reloader) look(ctx context.Context, before string) string {
	r.mu.Lock()
	tried, read := r.tried, r.read
	r.mu.Unlock()
	seen, err := r.o.Source.Hash(read)
	if err != nil {
		seen = "" // as of a configuration that could not be read
	}
	settled := seen == before
	if settled && seen != tried {
		_, _ = r.Reload(ctx, ByWatch, false) // what became of it is logged and remembered
	}
	return seen
}
