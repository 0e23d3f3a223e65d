package config

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// files returns the files that a value came out of.
func (it item) files() []expr.FileMark {
	var files []expr.FileMark
	for m := range it.marks {
		if f, ok := m.(expr.FileMark); ok {
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b expr.FileMark) int { return cmp.Compare(a.Path, b.Path) })
	return files
}

// checkSecret checks a secret and the files that it came out of. What is wrong with it looks like a wrong password at the peer.
func (d *decoder) checkSecret(attr *hcl.Attribute, text string, it item) {
	files := it.files()
	for _, f := range files {
		d.checkPrivate(it.rng, f)
	}
	switch {
	case text == "" && len(files) > 0:
		d.errorf(it.rng, "Empty secret", `The file holds nothing. Was it written? An empty %s is %s = "".`, attr.Name, attr.Name)
	case text == "" && it.sensitive:
		d.warnf(it.rng, "Empty secret", `The value is empty: whatever sets it may have had nothing to set. An empty %s is %s = "".`, attr.Name, attr.Name)
	case strings.HasPrefix(text, expr.ByteOrderMark):
		d.errorf(it.rng, "Byte order mark", "The text begins with a byte order mark, as some editors write it, which would be a part of the %s. Save the file as UTF-8 without one.", attr.Name)
	case strings.TrimSpace(text) != text && len(files) > 0:
		d.warnf(it.rng, "Blanks around a secret", "The file has blanks before or after the %s, which belong to it. Only one line end at its end is left out. Remove them if they are not meant.", attr.Name)
	}
}

// Modes of files, as the last three digits of chmod have them.
const (
	othersRead  = 0o004
	othersEnter = 0o001
)

// checkPrivate warns of a secret file that everybody on the machine may read, once for each.
func (d *decoder) checkPrivate(rng hcl.Range, f expr.FileMark) {
	mode, ok := d.mode(f.Path)
	if !ok || mode&othersRead == 0 || d.public[f.Path] || !d.reachable(f.Path) {
		return
	}
	if d.public == nil {
		d.public = map[string]bool{}
	}
	d.public[f.Path] = true
	name := wording.Quote(f.Path)
	if f.Sensitive {
		name = "this file"
	}
	d.warnf(rng, "Secret for everybody to read", "Every user of this machine may read %s (mode %04o). %s", name, mode.Perm(), d.privacy(f.Path))
}

// privacy says how to make a file private, where it comes from.
func (d *decoder) privacy(path string) string {
	if _, ok := d.mode(filepath.Join(filepath.Dir(path), "..data")); ok {
		return "It is a volume of Kubernetes: set defaultMode: 0400 at its secret, and securityContext.fsGroup of the pod to the group of the bridge."
	}
	if strings.HasPrefix(filepath.ToSlash(path), "/run/secrets/") {
		return "It is a secret of the container: set mode: 0400 there, and uid to the user of the bridge."
	}
	return "Take that away with chmod 600, or chmod 640 if the bridge reads it by its group."
}

// reachable reports whether everybody may enter all folders above a file.
func (d *decoder) reachable(path string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return true
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if mode, ok := d.mode(dir); ok && mode&othersEnter == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// mode returns that of a file or folder, once asked for each. It reports false if there is none, or it cannot be known.
func (d *decoder) mode(path string) (fs.FileMode, bool) {
	if d.askMode == nil {
		return 0, false
	}
	if mode, asked := d.modes[path]; asked {
		return mode, mode != 0
	}
	mode, err := d.askMode(path)
	if err != nil {
		mode = 0
	}
	if d.modes == nil {
		d.modes = map[string]fs.FileMode{}
	}
	d.modes[path] = mode
	return mode, mode != 0
}

// modeOf returns what asks for modes: the system, unless the files are not its own, or its modes say nothing.
func modeOf(o *Options) func(string) (fs.FileMode, error) {
	switch {
	case o.Mode != nil:
		return o.Mode
	case o.ReadFile != nil || runtime.GOOS == "windows":
		return nil
	}
	return func(path string) (fs.FileMode, error) {
		info, err := os.Stat(path)
		if err != nil {
			return 0, err
		}
		return info.Mode(), nil
	}
}
