package loopsim

import (
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// fixed is the number of bytes that all GUIDs of a site have in common.
const fixed = 10

// home returns the first GUID of a site.
func home(index int) vscp.GUID {
	return vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0x00, byte(index + 1)}
}

// device returns the GUID of a device that lives at a site.
func device(index int, nickname byte) vscp.GUID {
	g := home(index)
	g[10], g[15] = 1, nickname
	return g
}

// mover returns the GUID of a device that moves from site to site, among those of the first one.
func mover() vscp.GUID {
	g := home(0)
	g[fixed], g[15] = 3, 0x31
	return g
}

// stranger returns the GUID of a device at a site that no configuration knows.
func stranger(index int) vscp.GUID {
	g := home(index)
	g[8], g[15] = 0xBB, 0x41
	return g
}

// private returns a GUID that means something only at its site.
func private(index int) vscp.GUID {
	return vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC, 15: byte(index + 1)}
}

// under returns the pattern of the first bytes of a GUID.
func under(g vscp.GUID, bytes int) vscp.GUIDPattern {
	text := strings.Join(strings.Split(g.String(), ":")[:bytes], ":") + ":*"
	p, err := vscp.ParseGUIDPattern(text)
	if err != nil {
		panic("loopsim: " + err.Error()) // the text is ours
	}
	return p
}
