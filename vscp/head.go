package vscp

import "strconv"

// The bits of the event head.
const (
	headDumb          Head = 1 << 15
	headGUIDTypeShift      = 12
	headVersionShift       = 8
	headVersionMask   Head = 3 << headVersionShift
	headPriorityShift      = 5
	headPriorityMask  Head = 7 << headPriorityShift
	headHardCoded     Head = 1 << 4
	headNoCRC         Head = 1 << 3
	headRollingMask   Head = 7
	headLow8          Head = 0xFF
)

// Frame versions, the head bits 9-8: how the time fields of an event are to be read.
const (
	versionDate  uint8 = 0 // date and a free-running microsecond stamp
	versionNanos uint8 = 1 // nanoseconds since 1970
)

// Head is the 16-bit head of an event. Bits without a method here are reserved, and kept as they are.
type Head uint16

// Priority returns 0 (highest) to 7 (lowest).
func (h Head) Priority() uint8 { return uint8(h & headPriorityMask >> headPriorityShift) }

// WithPriority returns h with priority p, of which the low three bits count.
func (h Head) WithPriority(p uint8) Head {
	return h&^headPriorityMask | Head(p)<<headPriorityShift&headPriorityMask
}

// HardCoded reports whether the sender's nickname or GUID is fixed.
func (h Head) HardCoded() bool { return h&headHardCoded != 0 }

// NoCRC reports whether the sender computes no checksum in binary frames.
func (h Head) NoCRC() bool { return h&headNoCRC != 0 }

// Dumb reports whether the sender has neither registers nor a module description file.
func (h Head) Dumb() bool { return h&headDumb != 0 }

// RollingIndex returns the sender's event counter, 0 to 7.
func (h Head) RollingIndex() uint8 { return uint8(h & headRollingMask) }

// GUIDType returns what kind of number the GUID is.
func (h Head) GUIDType() GUIDType { return GUIDType(h >> headGUIDTypeShift & 7) }

// Version returns the frame version, bits 9-8: 0 for date and microseconds, 1 for nanoseconds.
func (h Head) Version() uint8 { return uint8(h & headVersionMask >> headVersionShift) }

// WithVersion returns h with frame version v, of which the low two bits count.
func (h Head) WithVersion(v uint8) Head {
	return h&^headVersionMask | Head(v)<<headVersionShift&headVersionMask
}

// GUIDType is the kind of a GUID as the head names it; 5 to 7 are reserved.
type GUIDType uint8

// The kinds of GUID.
const (
	GUIDStandard GUIDType = iota // assigned from the VSCP ranges
	GUIDIPv6                     // an IPv6 address
	GUIDUUIDv1                   // an RFC 4122 version 1 UUID
	GUIDUUIDv4                   // an RFC 4122 version 4 UUID
	GUIDRandom                   // 128 random bits
)

// String returns a short lower-case name.
func (t GUIDType) String() string {
	switch t {
	case GUIDStandard:
		return "standard"
	case GUIDIPv6:
		return "ipv6"
	case GUIDUUIDv1:
		return "uuid-v1"
	case GUIDUUIDv4:
		return "uuid-v4"
	case GUIDRandom:
		return "random"
	default:
		return "reserved-" + strconv.Itoa(int(t))
	}
}
