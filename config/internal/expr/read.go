package expr

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// envFunction looks up a variable of the environment.
func envFunction(lookup func(string) (string, bool)) func(string) (string, error) {
	return func(name string) (string, error) {
		text, ok := lookup(name)
		if !ok {
			return "", &CallError{
				Summary:  "Undefined environment variable",
				Detail:   fmt.Sprintf("The environment variable %s is not set. Set it before the bridge starts.", wording.Quote(name)),
				Discreet: "The environment variable is not set. Its name came from env or file, and is not shown.",
				OfReader: true,
			}
		}
		return text, nil
	}
}

// fileFunction reads a text file and cuts one line end at its end, which most editors add.
func fileFunction(dir string, read func(string) ([]byte, error)) func(string) (string, error) {
	return func(path string) (string, error) {
		full := path
		if !filepath.IsAbs(path) {
			full = filepath.Join(dir, path)
		}
		b, err := read(full)
		if err != nil {
			return "", &CallError{
				Summary:  "Unreadable file",
				Detail:   fmt.Sprintf("Cannot read %s: %s", wording.Quote(full), wording.Unreadable(path, err)),
				Discreet: "Cannot read this file, whose name came from env or file and is not shown: " + wording.Unreadable(path, err),
				OfReader: errors.Is(err, fs.ErrPermission),
			}
		}
		return FileText(b), nil
	}
}
