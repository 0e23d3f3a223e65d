package loop

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// Scope says how far the meaning of a GUID reaches.
type Scope uint8

// The scopes.
const (
	Global     Scope = iota
	Private          // FF:FF:FF:FF:FF:FF:FF:FC:*, which everybody may use as he likes
	Laboratory       // twelve zero bytes: for tests. All zero is none, but no GUID at all
)

// ScopeOf returns the scope of a GUID. (VSCP: reserved GUIDs)
func ScopeOf(guid vscp.GUID) Scope {
	switch {
	case [8]byte(guid[:8]) == [8]byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC}:
		return Private
	case [12]byte(guid[:12]) == [12]byte{} && !guid.IsZero():
		return Laboratory
	default:
		return Global
	}
}
