package config

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/syntax"
	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
)

// Options connects the configuration with its surroundings.
type Options struct {
	// Env looks up an environment variable for env() and credential(), as os.LookupEnv does. nil: none is defined.
	Env func(name string) (string, bool)
	// EnvNames returns the names that Env knows: messages suggest one that is close to what is not defined. nil: none is suggested.
	EnvNames func() []string
	// ReadFile reads a file for file() and credential(), and those of TLS. The path is relative to the working directory or absolute. nil: the
	// file system, up to 4 MiB, and for TLS up to 1 MiB.
	ReadFile func(path string) ([]byte, error)
	// SecretDirs are folders in which credential() looks behind that of the environment variable CREDENTIALS_DIRECTORY. nil: /run/secrets.
	SecretDirs []string
	// Mode tells the mode of a file or folder, with links followed, to find secrets that everybody may read. nil: the file system,
	// if that is what ReadFile reads; on Windows nothing, whose modes do not tell.
	Mode func(path string) (fs.FileMode, error)
	// Vars are values of variables, by name, as --var gives them: texts, or for other types what stands for them in HCL.
	Vars map[string]string
	// MaxSteps limits what the expressions may take to compute, in turns of loops, calls of functions, and elements of values. 0: 5 million,
	// which take some seconds.
	MaxSteps int
	// VarFiles are paths of files with values of variables, as --var-file names them. ReadFile reads them, up to 4 MiB without it.
	VarFiles []string

	listDir func(dir string) []string // the names in a folder, for suggestions; nil: files are read elsewhere
}

// Load reads and checks the configuration at path: a file, or a folder whose *.hcl and *.hcl.json are one configuration together, see
// Files. A name that ends in .json is read as HCL's JSON form. The error is an *Error if there are mistakes; a file that
// cannot be read gives the error of the operating system, one of more than 16 MiB is refused, and a folder without files gives ErrNoFiles.
func Load(path string, o Options) (*Config, error) {
	l, err := newFilesLoader(path, o)
	if err != nil {
		return nil, err
	}
	return l.load()
}

// newFilesLoader reads the files of a configuration.
func newFilesLoader(path string, o Options) (*loader, error) {
	names, err := Files(path)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	l := newLoader(path, o)
	if isFolder(path) {
		l.dir = filepath.Clean(path)
		l.start = hcl.Range{Filename: path}
	}
	for _, name := range names {
		src, err := readSource(name)
		if err != nil {
			return nil, fmt.Errorf("config: %w", err)
		}
		l.add(name, src)
	}
	return l, nil
}

// Parse checks the configuration in src. The filename is used in messages, tells the syntax as in Load, and its folder is
// where relative paths in file() start. The error, if any, is an *Error.
func Parse(filename string, src []byte, o Options) (*Config, error) {
	l := newLoader(filename, o)
	l.add(filename, src)
	return l.load()
}

// loader makes a configuration of one file or several.
type loader struct {
	options Options
	reading *reading
	readTLS func(path string) ([]byte, error)
	dir     string    // where relative paths start
	start   hcl.Range // of the configuration
	budget  *expr.Budget
	sources diag.Sources
	bodies  []hcl.Body
	partial []hcl.Body      // of files with broken syntax: what could be read of them
	diags   hcl.Diagnostics // of the syntax
}

func newLoader(path string, o Options) *loader {
	l := &loader{options: o, reading: newReading(), readTLS: o.ReadFile, dir: filepath.Dir(path), budget: expr.NewBudget(o.MaxSteps), sources: diag.Sources{}}
	if o.ReadFile == nil {
		l.readTLS = certfile.Read // its limit is another one
		l.options.listDir = namesIn
	}
	if o.Env == nil {
		l.options.Env = func(string) (string, bool) { return "", false }
	}
	l.options.Mode = modeOf(&o)
	l.options.ReadFile = l.reading.by(o.reader())
	l.start = hcl.Range{Filename: path, Start: hcl.InitialPos, End: hcl.InitialPos}
	return l
}

// add parses one file.
func (l *loader) add(name string, src []byte) {
	l.reading.add(name, src)
	file, diags := parse(name, src)
	l.sources[name] = &diag.Source{Name: name, Text: src, File: file, Parsed: !brokenSyntax(diags), Language: language{}}
	l.diags = append(l.diags, diags...)
	switch {
	case !brokenSyntax(diags):
		l.diags = append(l.diags, l.budget.MeterBody(file.Body)...)
		l.bodies = append(l.bodies, file.Body)
	case file != nil && file.Body != nil:
		_ = l.budget.MeterBody(file.Body) // the syntax is worse
		l.partial = append(l.partial, file.Body)
	}
}

func (l *loader) load() (cfg *Config, err error) {
	defer func() {
		// Where HCL computes by itself, as the defaults in a type, nobody else stops what takes too much.
		if refused := expr.Refusal(recover()); refused != nil {
			cfg, err = nil, l.fail(hcl.Diagnostics{refused}, nil)
		}
	}()
	if brokenSyntax(l.diags) {
		// What follows a syntax error is mostly its consequence.
		return nil, l.fail(syntax.FirstOfLine(l.diags), nil)
	}
	d := l.decoder()
	d.misnamed = misnamedIn(l.bodies)
	bodies, repeated := firstOfSingles(l.bodies)
	d.diags = append(d.diags, repeated...)
	cfg = d.decode(hcl.MergeBodies(bodies), &given{options: l.options, sources: l.sources})
	d.inOurWords(l.sources)
	d.diags = withoutConsequences(d.diags, l.sources)
	l.sources.Hide(d.hidden)
	if d.diags.HasErrors() {
		return nil, l.fail(d.diags, d.blocks)
	}
	cfg.Warnings = l.sources.Report(d.diags, l.start.Filename, d.blocks)
	cfg.Read, cfg.Hash = l.reading.names(), l.reading.hash()
	return cfg, nil
}

func (l *loader) decoder() *decoder {
	return &decoder{
		scope: newScope(l.dir, l.options, l.budget), dir: l.dir, read: l.readTLS, listDir: l.options.listDir, zones: map[string]*time.Location{}, nearZones: map[string]string{}, askMode: l.options.Mode,
		start: l.start, sources: l.sources, diags: l.diags, labels: map[hcl.Range]bool{}, dynamics: map[hcl.Range]bool{}, blocks: map[*hcl.Diagnostic]string{},
	}
}

func (l *loader) fail(diags hcl.Diagnostics, blocks map[*hcl.Diagnostic]string) error {
	return &Error{Diagnostics: l.sources.Report(diags, l.start.Filename, blocks), Read: l.reading.names(), Hash: l.reading.hash()}
}

func parse(filename string, src []byte) (*hcl.File, hcl.Diagnostics) {
	if diags := expr.CheckEncoding(filename, src); diags != nil {
		return nil, diags
	}
	if !strings.HasSuffix(filename, ".json") {
		return parseNative(filename, src)
	}
	if diags := expr.CheckJSON(filename, src); diags != nil {
		return nil, diags
	}
	file, diags := json.Parse(src, filename)
	if diags.HasErrors() {
		diags = syntax.ExplainJSON(src, diags)
	}
	return file, diags
}

func parseNative(filename string, src []byte) (*hcl.File, hcl.Diagnostics) {
	if diags := expr.CheckNative(filename, src); diags != nil {
		return nil, diags
	}
	file, diags := hclsyntax.ParseConfig(src, filename, hcl.InitialPos)
	if brokenSyntax(diags) {
		diags = syntax.Explain(filename, src, diags, blockWords())
	}
	return file, diags
}
