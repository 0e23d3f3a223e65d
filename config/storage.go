package config

import (
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

const exampleStateDir = `bridge { state_dir = "/var/lib/tcpiplink-bridge" }`

// stateDir reads a folder, relative to that of the file. Whether it can be used is seen at the start: the file may be checked
// elsewhere, and by another user.
func (d *decoder) stateDir(attr *hcl.Attribute, dst *string) {
	text, it, ok := d.text(attr)
	switch {
	case !ok:
	case text == "":
		d.errorf(it.rng, "Empty path", "%s must name a folder, such as %q.", attr.Name, "/var/lib/tcpiplink-bridge")
	case wording.OfHome(text):
		d.errorf(it.rng, "Bad path", "%s", wording.HomeHint)
	case filepath.IsAbs(text):
		*dst = filepath.Clean(text)
	default:
		*dst = filepath.Join(d.dir, text)
	}
}

// decodeStorage reads where a queue is.
func (d *decoder) decodeStorage(raw *rawQueue, q *Queue) {
	n := len(d.diags)
	choice(d, raw.Storage, &q.Storage, StorageMemory, StorageDisk)
	choice(d, raw.Fsync, &q.Fsync, FsyncInterval, FsyncAlways, FsyncNever)
	switch {
	case !d.clean(n):
	case q.Storage == StorageDisk && !d.stateful:
		d.lacks("bridge.state_dir", raw.Storage.Range, "Missing state_dir", "A queue on disk needs a folder for it. Add %s.", exampleStateDir)
	case q.Storage == StorageMemory && raw.Fsync != nil:
		d.warnf(raw.Fsync.NameRange, noEffect, `A queue in memory is not synced. Add storage = "disk" to keep events over a restart.`)
	}
}

// checkFolders refuses two queues on disk whose folders are one where a file system does not tell upper from lower case.
func (d *decoder) checkFolders() {
	seen := make(map[string]string) // ROUTE@TO by what it is in lower case
	for _, p := range d.routes {
		if p.typed.Queue.Storage != StorageDisk {
			continue
		}
		n := len(d.diags)
		for _, to := range p.typed.destinations() {
			name := p.typed.Name + "@" + to.Name
			other, is := seen[strings.ToLower(name)]
			if is && other != name {
				d.errorf(p.raw.NameRange, "Two queues in one folder", "The folders %s and %s of queues on disk are the same on file systems that do not tell upper from lower case. Give one of them another name.", wording.Quote(other), wording.Quote(name))
				break
			}
			seen[strings.ToLower(name)] = name
		}
		d.aboutNamed(n, "route", p.raw.Name, p.raw.NameRange)
	}
}
