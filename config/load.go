package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"

	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
)

// maxFile limits what file() reads: it is for secrets and the like, and /dev/zero shall end.
const maxFile = 64 << 10

// Options connects the configuration with its surroundings.
type Options struct {
	// Env looks up an environment variable for env(), as os.LookupEnv does. nil: none is defined.
	Env func(name string) (string, bool)
	// ReadFile reads a file for file(), and those of TLS. The path is relative to the working directory or absolute. nil: the
	// file system, up to 64 KiB, and for TLS up to 1 MiB.
	ReadFile func(path string) ([]byte, error)
	// Vars are values of variables, by name, as --var gives them: texts, or for other types what stands for them in HCL.
	Vars map[string]string
	// VarFiles are paths of files with values of variables, as --var-file names them. ReadFile reads them, up to 1 MiB without it.
	VarFiles []string
}

// Load reads and checks the configuration file at path. A name that ends in .json is read as HCL's JSON form. The error is
// an *Error if the file has mistakes; a file that cannot be read gives the error of the operating system.
func Load(path string, o Options) (*Config, error) {
	src, err := os.ReadFile(path) //nolint:gosec // the path is the operator's choice
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	return Parse(path, src, o)
}

// Parse checks the configuration in src. The filename is used in messages, tells the syntax as in Load, and its folder is
// where relative paths in file() start. The error, if any, is an *Error.
func Parse(filename string, src []byte, o Options) (*Config, error) {
	if o.Env == nil {
		o.Env = func(string) (string, bool) { return "", false }
	}
	readTLS := o.ReadFile
	if o.ReadFile == nil {
		o.ReadFile, readTLS = readFile, certfile.Read
	}
	file, diags := parse(filename, src)
	rep := newReporter(filename, src, file, !diags.HasErrors())
	if diags.HasErrors() {
		// What follows a syntax error is mostly its consequence.
		return nil, rep.fail(diags)
	}
	dir := filepath.Dir(filename)
	d := &decoder{
		scope: newScope(dir, o), dir: dir, read: readTLS, zones: map[string]*time.Location{},
		start: hcl.Range{Filename: filename, Start: hcl.InitialPos, End: hcl.InitialPos},
	}
	d.diags = diags
	g := &given{options: o, read: readTLS, sources: map[string]*reporter{}}
	rep.others = g.sources
	cfg := d.decode(file.Body, g)
	rep.hidden = d.hidden
	if d.diags.HasErrors() {
		return nil, rep.fail(d.diags)
	}
	cfg.Warnings = rep.report(d.diags)
	return cfg, nil
}

func parse(filename string, src []byte) (*hcl.File, hcl.Diagnostics) {
	if strings.HasSuffix(filename, ".json") {
		return json.Parse(src, filename)
	}
	return hclsyntax.ParseConfig(src, filename, hcl.InitialPos)
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the path is the operator's choice
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s is larger than %d KiB", path, maxFile>>10)
	}
	return b, nil
}
