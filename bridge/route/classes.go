package route

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// The bounds of the classes of Level I and of their mirrors on Level II.
const (
	firstMirrorClass vscp.Class = 512
	firstLevel2Class vscp.Class = 1024
)

// The classes that never cross a bridge unless they are named: they address nodes of one segment. (VSCP: CLASS1.PROTOCOL and
// its mirror, CLASS2.PROTOCOL, CLASS2.HLO; CLASS2.VSCPD.)
const (
	classProtocol       vscp.Class = 0
	classProtocolMirror            = classProtocol + firstMirrorClass
	classLevel2Protocol vscp.Class = 1024
	classHLO            vscp.Class = 1028
	classVSCPD          vscp.Class = 65535
)

// mustBeNamed reports whether the class crosses only where a match block names it.
func mustBeNamed(c vscp.Class) bool {
	switch c {
	case classProtocol, classProtocolMirror, classLevel2Protocol, classHLO:
		return true
	default:
		return false
	}
}

// Preset names a set of classes. Telemetry and Commands have no class in common: with one of them on the way there and the
// other on the way back, no event can come back as the class that it left as.
type Preset string

// The presets.
const (
	All       Preset = "all"       // every class; so is ""
	Telemetry Preset = "telemetry" // what devices report
	Commands  Preset = "commands"  // what devices are asked to do
)

// Has reports whether a class is in the preset; a mirror of Level I on Level II (512 to 1023) is where its class is.
//
// Telemetry is what a device says about itself or its surroundings, and nobody is asked to act: ALARM (1), SECURITY (2, what
// detectors found), MEASUREMENT with its extensions (10 to 14), DATA (15), INFORMATION (20), AOL (50, alerts of computers), the other
// forms of measurements (60 to 74), WEATHER (90) and its forecast (95), GNSS (206), WIRELESS (212, cells), DIAGNOSTIC (506),
// ERROR (508), LOG (509); on Level II INFORMATION (1026), MEASUREMENT_STR (1040) and MEASUREMENT_FLOAT (1060).
//
// Commands ask for something to be done: CONTROL (30), MULTIMEDIA (40, playback and the like), SETVALUEZONE (85 to 89), DISPLAY
// (102, what to show); on Level II CONTROL (1025), TEXT2SPEECH (1027) and DISPLAY (1030).
//
// Some are in neither: those that mean both, such as PHONE (100) and infrared REMOTE (110: sent or received); CONFIGURATION (120)
// and the setting of keys (1034), which are for the segment; laboratory, local and custom classes (510, 511, 1029), of which nobody
// can know; and the protocol classes with HLO (1028), which a preset does not name. A route with match blocks takes them.
func (p Preset) Has(c vscp.Class) bool {
	if c >= firstMirrorClass && c < firstLevel2Class {
		c -= firstMirrorClass
	}
	switch p {
	case Telemetry:
		return isTelemetry(c)
	case Commands:
		return isCommand(c)
	default:
		return true
	}
}

func isTelemetry(c vscp.Class) bool {
	switch c {
	case 1, 2, 15, 20, 50, 90, 95, 206, 212, 506, 508, 509, 1026, 1040, 1060:
		return true
	default:
		return c >= 10 && c <= 14 || c >= 60 && c <= 74
	}
}

func isCommand(c vscp.Class) bool {
	switch c {
	case 30, 40, 102, 1025, 1027, 1030:
		return true
	default:
		return c >= 85 && c <= 89
	}
}

// classSet is a set of classes that is asked quickly: all that VSCP has defined are below lowClasses.
type classSet struct {
	low  [lowClasses / 64]uint64
	rest func(vscp.Class) bool // from lowClasses on
}

const lowClasses = 2048

func (s *classSet) has(c vscp.Class) bool {
	if c < lowClasses {
		return s.low[c/64]>>(c%64)&1 != 0
	}
	return s.rest(c)
}

// newClassSet returns the classes for which has is true.
func newClassSet(has func(vscp.Class) bool) classSet {
	s := classSet{rest: has}
	for c := range vscp.Class(lowClasses) {
		if has(c) {
			s.low[c/64] |= 1 << (c % 64)
		}
	}
	return s
}
