package config

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// SocketName is the admin socket in a state folder, where the configuration names no other.
const SocketName = "admin.sock"

// maxSocket keeps within what the systems allow, 103 bytes at least, with the 3 that the name is longer by under which the socket is
// made.
const maxSocket = 100

// decodeAdmin reads where the admin server listens. With a state folder it has a socket also without a block.
func (d *decoder) decodeAdmin(raw *rawFile, cfg *Config) {
	if cfg.Bridge.StateDir != "" {
		cfg.Admin.Socket = filepath.Join(cfg.Bridge.StateDir, SocketName)
	}
	if raw.Admin != nil {
		cfg.Admin.Listen = defaultAdmin
		d.listen(raw.Admin.Listen, &cfg.Admin.Listen)
		d.tokenFile(raw.Admin, &cfg.Admin)
		d.socketGroup(raw.Admin, cfg)
		if raw.Admin.Socket != nil {
			d.socket(raw.Admin.Socket, &cfg.Admin.Socket)
			return
		}
	}
	if n := len(cfg.Admin.Socket); n > maxSocket {
		d.errorf(raw.Bridge.StateDir.Range, "Path too long", `The admin socket is in this folder, and its path has %d bytes; a socket takes %d. Shorten state_dir, or give an admin block socket = "/run/bridge.sock", or socket = "" for none.`, n, maxSocket)
	}
}

// groupForm is what groups are called, by name or by number.
var groupForm = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_.-]{0,31}\$?|[0-9]{1,9})$`)

// socketGroup reads who may use the socket beside the user of the bridge. Whether there is such a group is known where the bridge runs.
func (d *decoder) socketGroup(raw *rawAdmin, cfg *Config) {
	text, it, ok := d.text(raw.SocketGroup)
	switch {
	case !ok:
	case !groupForm.MatchString(text):
		d.errorf(it.rng, "Not a group", `%s must be the name of a group of this machine, such as "vscp", or its number.`, raw.SocketGroup.Name)
	case raw.Socket == nil && cfg.Bridge.StateDir == "":
		d.lacks("socket bridge.state_dir", raw.SocketGroup.NameRange, "Missing socket", "There is no socket that a group could use. Give the block a socket, or the bridge a state_dir.")
	default:
		cfg.Admin.SocketGroup = text
	}
}

// socket reads the path of a unix socket, relative to the folder of the file, or an empty text for none.
func (d *decoder) socket(attr *hcl.Attribute, dst *string) {
	text, it, ok := d.text(attr)
	if !ok {
		return
	}
	path := text
	if text != "" && !filepath.IsAbs(text) {
		path = filepath.Join(d.dir, text)
	}
	switch {
	case strings.Contains(text, "\x00") || strings.HasPrefix(filepath.Base(path), "@"):
		d.errorf(it.rng, "Bad path", `%s must be the path of a file, without NUL, whose name does not begin with @.`, attr.Name)
	case wording.OfHome(text):
		d.errorf(it.rng, "Bad path", "%s", wording.HomeHint)
	case strings.HasSuffix(text, "/"):
		d.errorf(it.rng, "Bad path", "%s must be the path of a file, and this is that of a folder.", attr.Name)
	case len(path) > maxSocket:
		d.errorf(it.rng, "Path too long", "The path of a socket has at most %d bytes, and this one has %d. Put it into a folder with a shorter path, such as /run.", maxSocket, len(path))
	case text == "":
		*dst = ""
	default:
		*dst = filepath.Clean(path)
	}
}
