package reload

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Source is where configurations come from; Files is one.
type Source interface {
	// Load reads and checks the configuration. The error is an *InvalidError.
	Load() (*config.Config, error)
	// Hash tells what is there now from what was read, as config.Hash.
	Hash(read []string) (string, error)
}

// Files are the configuration at a path: a file or a folder.
type Files struct {
	Path    string
	Options config.Options
}

// InvalidError is returned for a configuration with mistakes, or one that cannot be read.
type InvalidError struct {
	Path     string
	Mistakes int
	Text     string   // the mistakes, as validate prints them; no secrets
	Read     []string // as config.Error.Read
	Hash     string   // likewise; empty: it cannot be read
}

// Error names the first mistake, in one line.
func (e *InvalidError) Error() string {
	first, _, _ := strings.Cut(e.Text, "\n")
	if e.Mistakes == 1 {
		return fmt.Sprintf("configuration %s is not valid: %s", e.Path, first)
	}
	return fmt.Sprintf("configuration %s is not valid, %d mistakes, the first: %s", e.Path, e.Mistakes, first)
}

// Load does what validate does.
func (f *Files) Load() (*config.Config, error) {
	cfg, err := config.Load(f.Path, f.Options)
	if wrong, ok := errors.AsType[*config.Error](err); ok {
		return nil, f.mistaken(wrong.Diagnostics, wrong.Read, wrong.Hash)
	}
	if err != nil {
		return nil, &InvalidError{Path: f.Path, Mistakes: 1, Text: err.Error()}
	}
	if report := topology.Check(cfg); report.Errors() > 0 {
		return nil, f.mistaken(report.Diagnostics(), cfg.Read, cfg.Hash)
	}
	return cfg, nil
}

func (f *Files) mistaken(found []config.Diagnostic, read []string, hash string) *InvalidError {
	out := &InvalidError{Path: f.Path, Text: strings.Join(texts(found), "\n\n"), Read: read, Hash: hash}
	for i := range found {
		if found[i].Severity == config.SeverityError {
			out.Mistakes++
		}
	}
	return out
}

// Hash reads what Load would read.
func (f *Files) Hash(read []string) (string, error) { return config.Hash(f.Path, read, f.Options) }
