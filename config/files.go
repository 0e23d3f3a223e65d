package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNoFiles is returned by Load, Hash and Files for a folder that has neither *.hcl nor *.hcl.json.
var ErrNoFiles = errors.New("no *.hcl and no *.hcl.json in this folder")

// Files returns the files that the configuration at path consists of, in the order in which they count: the file itself, or all
// *.hcl and *.hcl.json of the folder, but not of folders below it, nor hidden ones.
func Files(path string) ([]string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		if name := filepath.Join(path, entry.Name()); isPart(entry.Name()) && !isFolder(name) {
			files = append(files, name)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrNoFiles)
	}
	return files, nil
}

// isPart reports whether a file of this name in a folder is part of the configuration.
func isPart(name string) bool {
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".hcl.json"))
}

// isFolder follows links: in a ConfigMap of Kubernetes all files are some. One that leads nowhere is no folder, and told of when it
// is read.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// namesIn returns the names in a folder that can be read, sorted.
func namesIn(dir string) []string {
	entries, _ := os.ReadDir(dir) // for suggestions only
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names
}

// reading reads files, each once, and remembers which. Whoever reads one twice gets the same, and what Hash speaks of is what was used.
type reading struct {
	texts map[string][]byte
	sums  map[string]string // by name, of all files; unreadable for one that could not be read
}

// unreadable stands for the sum of a file that cannot be read.
const unreadable = "unreadable"

func newReading() *reading {
	return &reading{texts: map[string][]byte{}, sums: map[string]string{}}
}

// by returns a function that reads with the given one.
func (r *reading) by(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if text, ok := r.texts[path]; ok {
			return text, nil
		}
		text, err := read(path)
		if err != nil {
			r.sums[path] = unreadable
			return nil, err
		}
		r.add(path, text)
		return text, nil
	}
}

func (r *reading) add(path string, text []byte) {
	sum := sha256.Sum256(text)
	r.texts[path], r.sums[path] = text, hex.EncodeToString(sum[:])
}

// names returns all files, sorted.
func (r *reading) names() []string {
	return slices.Sorted(maps.Keys(r.sums))
}

// hash is over names and contents of all files.
func (r *reading) hash() string {
	h := sha256.New()
	for _, name := range r.names() {
		writeSum(h, name, r.sums[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func writeSum(h hash.Hash, name, sum string) {
	_, _ = fmt.Fprintf(h, "%q %s\n", name, sum) // a hash returns no error
}

// Hash returns what Config.Hash would be if the configuration at path were loaded now and read the same files: those of the
// configuration as they are now, and the others of read, which is Config.Read or Error.Read. It is equal if nothing has changed. The
// environment does not count. A file of read that cannot be read any more is a change; the error says that the configuration itself cannot.
func Hash(path string, read []string, o Options) (string, error) {
	own, err := Files(path)
	if err != nil {
		return "", fmt.Errorf("config: %w", err)
	}
	r := newReading()
	for _, name := range own {
		if _, err := r.by(readSource)(name); err != nil {
			return "", fmt.Errorf("config: %w", err)
		}
	}
	folder := isFolder(path)
	for _, name := range read {
		if folder && filepath.Dir(name) == filepath.Clean(path) && isPart(filepath.Base(name)) {
			continue // counted, or gone
		}
		_, _ = r.by(o.reader())(name) // that it cannot be read is part of the hash
	}
	return r.hash(), nil
}

// reader returns what reads files for file().
func (o *Options) reader() func(string) ([]byte, error) {
	if o.ReadFile != nil {
		return o.ReadFile
	}
	return readFile
}
