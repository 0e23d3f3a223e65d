package remote

import "github.com/hashicorp/go-hclog"

// linkLogger names the connection in each line. A logger made with hclog's With would take more memory than the rest of an idle
// connection, for a line in a while.
type linkLogger struct {
	base hclog.Logger
	name string
}

// Debug, and the methods below, are those of hclog.Logger.
func (g linkLogger) Debug(message string, args ...any) { g.Log(hclog.Debug, message, args...) }

// Info logs at the level info.
func (g linkLogger) Info(message string, args ...any) { g.Log(hclog.Info, message, args...) }

// Warn logs at the level warn.
func (g linkLogger) Warn(message string, args ...any) { g.Log(hclog.Warn, message, args...) }

// Log logs at a level.
func (g linkLogger) Log(level hclog.Level, message string, args ...any) {
	if level < g.base.GetLevel() {
		return
	}
	aside(func() { g.base.Log(level, message, append([]any{"link", g.name}, args...)...) })
}

// IsDebug reports whether Debug logs anything.
func (g linkLogger) IsDebug() bool { return g.base.IsDebug() }

// aside runs f in a goroutine of its own, and waits for it. What needs a deep stack once in a while, such as connecting and
// logging, is done so: the stack of a goroutine hardly ever shrinks, and a daemon may have thousands of idle links.
func aside(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}
