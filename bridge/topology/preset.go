package topology

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// carries reports whether a preset has a class, its Level II counterparts and its mirror on Level II included.
func carries(p config.Preset, class uint16) bool {
	if class >= firstMirror && class < firstLevel2 {
		class -= firstMirror
	}
	switch p {
	case config.PresetTelemetry:
		return slices.Contains([]uint16{1, 10, 15, 20, 60, 65, 1026, 1040, 1060}, class)
	case config.PresetCommands:
		return class == 30 || class == 1025
	default:
		return true
	}
}
