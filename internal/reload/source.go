package reload

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Source is where configurations come from; Files is one.
type Source interface {
	// Load reads and checks the configuration that may come after the one in use. The error is an *InvalidError.
	Load(inUse *config.Config) (*config.Config, error)
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

// noRemotes is said of a file that a shell or an editor empties before it writes it: its reload would drop all that waits in memory.
const noRemotes = "there is no remote in it any more, as in a file that is about to be written; to end all connections, stop the bridge"

// Load does what validate does, but for rings and doubled ways that the configuration in use has as well: those become warnings. A bridge
// that was started with one can still be changed, which may be the way out of it.
func (f *Files) Load(inUse *config.Config) (*config.Config, error) {
	cfg, err := config.Load(f.Path, f.Options)
	if wrong, ok := errors.AsType[*config.Error](err); ok {
		return nil, f.mistaken(wrong.Diagnostics, wrong.Read, wrong.Hash)
	}
	if err != nil {
		return nil, &InvalidError{Path: f.Path, Mistakes: 1, Text: err.Error()}
	}
	if len(cfg.Remotes) == 0 && len(inUse.Remotes) > 0 {
		return nil, &InvalidError{Path: f.Path, Mistakes: 1, Text: noRemotes, Read: cfg.Read, Hash: cfg.Hash}
	}
	report := topology.Check(cfg)
	if report.Errors() > 0 {
		report.Lower(topology.Check(inUse))
	}
	if report.Errors() > 0 {
		return nil, f.mistaken(report.Diagnostics(), cfg.Read, cfg.Hash)
	}
	cfg.Warnings = append(cfg.Warnings, report.Diagnostics()...)
	return cfg, nil
}

// WarnOfRings logs rings and doubled ways of a configuration that is run nevertheless, which validate refuses.
func WarnOfRings(cfg *config.Config, logger hclog.Logger) {
	report := topology.Check(cfg)
	if n := report.Errors(); n > 0 {
		logger.Warn("some events go round or arrive twice, validate refuses this configuration",
			"findings", n, "list", first(texts(report.Diagnostics()), "\n\n"))
	}
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
