package wording

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

// Unreadable says why a file of this name in the configuration cannot be read, and what to do.
func Unreadable(name string, err error) string {
	reason := smallfile.Reason(err) // the path is named already
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("%v. The user that the bridge runs as must be allowed to read it and to enter all folders above it.", reason)
	case errors.Is(err, fs.ErrNotExist) && OfHome(name):
		return fmt.Sprintf("%v. %s", reason, HomeHint)
	case errors.Is(err, fs.ErrNotExist) && !filepath.IsAbs(name):
		return fmt.Sprintf("%v. Relative paths start at the folder of the configuration file.", reason)
	default:
		return fmt.Sprintf("%v.", reason)
	}
}

// HomeHint is for paths as shells take them.
const HomeHint = "Only shells know ~ as a home folder: write the path in full."

// OfHome reports whether a path is one that only shells understand.
func OfHome(path string) bool { return path == "~" || strings.HasPrefix(path, "~/") }
