package remote

import "github.com/hashicorp/go-hclog"

// linkLogger names the connection in each line. A logger made with hclog's With would be half of what an idle connection takes
// of the memory, for a line in a while.
type linkLogger struct {
	base hclog.Logger
	name string
}

func (g linkLogger) named(args []any) []any {
	return append([]any{"link", g.name}, args...)
}

// Debug, and the methods below, are those of hclog.Logger.
func (g linkLogger) Debug(message string, args ...any) { g.base.Debug(message, g.named(args)...) }

// Info logs at the level info.
func (g linkLogger) Info(message string, args ...any) { g.base.Info(message, g.named(args)...) }

// Warn logs at the level warn.
func (g linkLogger) Warn(message string, args ...any) { g.base.Warn(message, g.named(args)...) }

// Log logs at a level.
func (g linkLogger) Log(level hclog.Level, message string, args ...any) {
	g.base.Log(level, message, g.named(args)...)
}

// IsDebug reports whether Debug logs anything.
func (g linkLogger) IsDebug() bool { return g.base.IsDebug() }
