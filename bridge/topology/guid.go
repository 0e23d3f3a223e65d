package topology

import (
	"bytes"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// scopes returns the patterns of the GUIDs that a route carries only if it says so.
func scopes() []vscp.GUIDPattern {
	return []vscp.GUIDPattern{pattern(vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC}, 8), pattern(vscp.GUID{}, 12)}
}

// pattern returns the pattern of the first bytes of a GUID.
func pattern(guid vscp.GUID, fixed int) vscp.GUIDPattern {
	text := guid.String()
	if fixed < len(guid) {
		text = text[:fixed*len("FF:")] + "*"
	}
	p, err := vscp.ParseGUIDPattern(text)
	if err != nil {
		panic("topology: " + err.Error()) // the text is ours
	}
	return p
}

// mapGUID puts the fixed bytes of to in front of a GUID.
func mapGUID(guid vscp.GUID, to vscp.GUIDPattern) vscp.GUID {
	first := to.First()
	copy(guid[:to.Len()], first[:to.Len()])
	return guid
}

// mapPattern puts the fixed bytes of to in front of a longer pattern.
func mapPattern(p, to vscp.GUIDPattern) vscp.GUIDPattern {
	return pattern(mapGUID(p.First(), to), max(p.Len(), to.Len()))
}

// prefixOf returns the pattern that a filter stands for, if its mask is one of first bytes.
func prefixOf(m *vscp.Matcher) (vscp.GUIDPattern, bool) {
	if m == nil {
		return vscp.GUIDPattern{}, false
	}
	mask := m.Mask.GUID
	rest := bytes.TrimLeft(mask[:], "\xff")
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return vscp.GUIDPattern{}, false
	}
	return pattern(m.Filter.GUID, len(mask)-len(rest)), true
}

// scope returns the scope of a GUID, or "".
func scope(guid vscp.GUID) config.Scope {
	switch loop.ScopeOf(guid) {
	case loop.Private:
		return config.ScopePrivate
	case loop.Laboratory:
		return config.ScopeLaboratory
	default:
		return ""
	}
}

// quoted lists patterns as a file has them.
func quoted(patterns []vscp.GUIDPattern) string {
	texts := make([]string, len(patterns))
	for i, p := range patterns {
		texts[i] = `"` + p.String() + `"`
	}
	return strings.Join(texts, ", ")
}
