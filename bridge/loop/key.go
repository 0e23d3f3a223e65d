package loop

import (
	"hash/maphash"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// The classes that mirror Level I on Level II.
const (
	firstMirror vscp.Class = 512
	firstLevel2 vscp.Class = 1024
)

// contentKey hashes what an event says, without who says it and when.
func contentKey(seed maphash.Seed, class vscp.Class, typ uint16, data []byte) uint64 {
	// The head is mixed in by hand: a second call of maphash costs as much as the data.
	const a, b = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9
	h := maphash.Bytes(seed, data) ^ (uint64(class)<<16|uint64(typ))*a
	h = (h ^ h>>31) * b
	return h ^ h>>29
}
