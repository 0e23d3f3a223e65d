package config

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Loop holds the settings of the loop guard.
type Loop struct {
	// Roaming are the GUIDs of devices that move from remote to remote: origins do not hold for them.
	Roaming []vscp.GUIDPattern
	Storm   Storm
}

// Storm is when equal events count as a storm: more than Limit of the same GUID, class, type and data from one remote within Window.
type Storm struct {
	Limit  int // 0: there is no breaker
	Window time.Duration
}

// Preset names a set of classes that usually goes one way.
type Preset string

// The presets.
const (
	PresetAll       Preset = "all"       // what a route takes without a match block
	PresetTelemetry Preset = "telemetry" // information, measurement, alarm and data
	PresetCommands  Preset = "commands"  // control
)

// Match selects events: every attribute that is given must fit, and within one attribute any of its values may.
type Match struct {
	Class    []Range // VSCP classes
	Type     []Range // VSCP types
	GUID     []vscp.GUIDPattern
	Nickname []Range       // the last byte of the GUID
	Priority []Range       // 0 (highest) to 7
	Length   []Range       // number of data bytes
	Sensor   []Range       // sensor index, where the class has one
	Zone     []Range       // likewise
	Subzone  []Range       // likewise
	Filter   *vscp.Matcher // filter and mask as SFLT and SMSK take them; nil: any
	Unit     []Range       // of a measurement, as coded; an event that is none does not match
	Value    *ValueRange   // of a measurement; nil: any
	Pos      Position
}

// ValueRange is an inclusive range of measured values. An end that is not given is infinite.
type ValueRange struct {
	Min, Max float64
}

// Rewrite changes what a route carries, in the order of the fields.
type Rewrite struct {
	Map      []ClassMap // the first that fits
	Mirror   Mirror
	GUID     []GUIDMap // the first that fits
	Priority *uint8    // nil: kept
	Time     Stamp
}

// GUIDMap replaces the fixed part of a pattern by that of another one of the same length.
type GUIDMap struct {
	From, To vscp.GUIDPattern
}

// ClassMap gives events another class, and maybe another type.
type ClassMap struct {
	Class, Type     []Range // what it is for; empty: any
	ToClass, ToType *uint16 // nil: kept
}

// Mirror says on which level events leave: class n of Level I is class 512+n on Level II, with the GUID of the destination before
// the data.
type Mirror string

// The ways of mirroring.
const (
	MirrorNone   Mirror = ""
	MirrorLevel1 Mirror = "level1" // classes 512 to 1023 become 0 to 511; the destination GUID is cut off
	MirrorLevel2 Mirror = "level2" // classes 0 to 511 become 512 to 1023, with the sender's interface as the destination GUID
)

// Stamp says what becomes of the time of an event.
type Stamp string

// The ways of stamping.
const (
	StampKeep    Stamp = "keep"    // as it is; set only where there is none
	StampIngress Stamp = "ingress" // when the event came to the bridge
	StampRepair  Stamp = "repair"  // a bare microsecond stamp of a legacy sender becomes the time of arrival
)

// Tame thins out what a route carries. The zero value changes nothing.
type Tame struct {
	Rate        float64       // events per second; 0: any
	Burst       int           // events that may come at once, with Rate
	MinInterval time.Duration // between two events of a subject: GUID, class, type, sensor index and zone
	DeadBand    float64       // a measurement that differs by less from the last one that passed is held back; 0: none
	MaxSilence  time.Duration // with DeadBand or MinInterval: after so long the next one passes; 0: never
	Dedupe      time.Duration // an event that is equal in all but obid within so long is held back; 0: none
}

// Probe makes the bridge look for cycles outside of it.
type Probe struct {
	Every   time.Duration
	OnCycle OnCycle
}

// LinkEvents makes the bridge tell the other remotes of a route when one of them goes down or comes back.
type LinkEvents struct {
	After time.Duration // what is over sooner is not told
}

// OnCycle says what the bridge does when a probe came back.
type OnCycle string

// What the bridge does when a probe came back.
const (
	CycleAlarm OnCycle = "alarm" // log and metric
	CycleBlock OnCycle = "block" // the bridge with the larger GUID blocks its route
)

// Scope names a kind of GUID that means something only where it is.
type Scope string

// The scopes that a route carries only if it says so.
const (
	ScopePrivate    Scope = "private"    // FF:FF:FF:FF:FF:FF:FF:FC:*
	ScopeLaboratory Scope = "laboratory" // twelve zero bytes, and not all zero
)

// Test is an event and what the configuration is to do with it.
type Test struct {
	Name  string
	Given []Given  // one after the other; only what becomes of the last is expected
	Want  []Expect // for each destination that is to get it
	// Held says why nothing goes out: the reason, for every destination; empty: it goes out.
	Held string
	Pos  Position
}

// Given is an event that comes from a remote.
type Given struct {
	From  *Remote
	Event vscp.Event
	Own   bool          // it carries the channel id of the bridge's own connection
	After time.Duration // since the one before
}

// Expect is what a destination is to get.
type Expect struct {
	To    *Remote
	Event *vscp.Event // nil: the given one
}
