package vscp

import "bytes"

// GUIDPattern stands for all GUIDs that begin with some bytes: none ("*"), a few ("FF:FF:FF:FF:FF:FF:FF:FE:*") or all
// 16 (one GUID). Patterns are comparable with ==; the zero value matches every GUID.
type GUIDPattern struct {
	prefix GUID // zero after the fixed bytes
	fixed  uint8
}

// ParseGUIDPattern reads "*", byte groups with ":" between them that end in ":*", or one GUID in any form that
// [ParseGUID] reads but the empty one.
func ParseGUIDPattern(s string) (GUIDPattern, error) {
	p, reason := parsePattern(trim([]byte(s)))
	if reason != "" {
		return GUIDPattern{}, newSyntaxError("guid pattern", "", []byte(s), reason)
	}
	return p, nil
}

func parsePattern(b []byte) (p GUIDPattern, reason string) {
	star := bytes.IndexByte(b, '*')
	switch {
	case len(b) == 0:
		return p, `is empty; "*" stands for every GUID`
	case star < 0:
		p.fixed = 16
		p.prefix, reason = parseGUID(b)
		return p, reason
	case star == 0 && len(b) == 1:
		return p, ""
	case star != len(b)-1 || b[star-1] != ':':
		return p, `has a "*" elsewhere than behind the last ":"`
	}
	for group := range bytes.SplitSeq(b[:star-1], []byte(":")) {
		v, size := hexGroup(group)
		if size != 1 {
			return p, "has a group that is not one or two hexadecimal digits"
		}
		if p.fixed == 15 {
			return p, `has more than 15 bytes before the "*"`
		}
		p.prefix[p.fixed] = byte(v)
		p.fixed++
	}
	return p, ""
}

// Prefix returns the pattern for all GUIDs that share the first n bytes of g, 0 to 16.
func (g GUID) Prefix(n int) GUIDPattern {
	clear(g[n:])
	return GUIDPattern{prefix: g, fixed: uint8(n)}
}

// Match reports whether g begins with the fixed bytes of p.
func (p GUIDPattern) Match(g GUID) bool {
	return bytes.Equal(p.prefix[:p.fixed], g[:p.fixed])
}

// Len returns the number of fixed bytes, 0 to 16: the larger, the narrower.
func (p GUIDPattern) Len() int { return int(p.fixed) }

// First returns the first GUID that p matches: its fixed bytes, and zero after them.
func (p GUIDPattern) First() GUID { return p.prefix }

// Imprint returns g with the fixed bytes of p in place of its own.
func (p GUIDPattern) Imprint(g GUID) GUID {
	copy(g[:p.fixed], p.prefix[:])
	return g
}

// Contains reports whether p matches every GUID that other matches.
func (p GUIDPattern) Contains(other GUIDPattern) bool {
	return p.fixed <= other.fixed && p.Match(other.prefix)
}

// Overlaps reports whether some GUID matches both.
func (p GUIDPattern) Overlaps(other GUIDPattern) bool {
	return p.Contains(other) || other.Contains(p)
}

// String returns the pattern as [ParseGUIDPattern] reads it.
func (p GUIDPattern) String() string {
	if p.fixed == 16 {
		return p.prefix.String()
	}
	return p.prefix.String()[:int(p.fixed)*3] + "*"
}
