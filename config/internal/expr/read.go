package expr

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// envFunction looks up a variable of the environment.
func envFunction(o Surroundings) func(string) (string, error) {
	return func(name string) (string, error) {
		text, ok := o.Env(name)
		if !ok {
			return "", &CallError{
				Summary:  "Undefined environment variable",
				Detail:   fmt.Sprintf("The environment variable %s is not set. Set it before the bridge starts.%s", wording.Quote(name), o.nearVariable(name)),
				Discreet: "The environment variable is not set. Its name came from env or file, and is not shown.",
				OfReader: true,
			}
		}
		return text, nil
	}
}

// fileFunction reads a text file and cuts one line end at its end, which most editors add.
func fileFunction(o Surroundings) func(string) (string, error) {
	return func(path string) (string, error) {
		full := path
		if !filepath.IsAbs(path) {
			full = filepath.Join(o.Dir, path)
		}
		b, err := o.ReadFile(full)
		if err != nil {
			return "", &CallError{
				Summary:  "Unreadable file",
				Detail:   fmt.Sprintf("Cannot read %s: %s%s", wording.Quote(full), wording.Unreadable(path, err), NearFile(path, full, err, o.ListDir)),
				Discreet: "Cannot read this file, whose name came from env or file and is not shown: " + wording.Unreadable(path, err),
				OfReader: errors.Is(err, fs.ErrPermission),
			}
		}
		return FileText(b), nil
	}
}

// nearVariable says which variable of the environment has a name close to one that is not set.
func (o *Surroundings) nearVariable(name string) string {
	if o.EnvNames == nil {
		return ""
	}
	return wording.DidYouMean(name, slices.Sorted(slices.Values(o.EnvNames())))
}

// NearFile says which file there is with a name close to one that does not exist, as it is given and in full. list may be nil.
func NearFile(given, full string, err error, list func(dir string) []string) string {
	if list == nil || !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	near := wording.Nearest(filepath.Base(full), list(filepath.Dir(full)))
	if near == "" {
		return ""
	}
	return wording.Meant(filepath.Join(filepath.Dir(given), near))
}
