package loop

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// The classes that mirror Level I on Level II.
const (
	firstMirror vscp.Class = 512
	firstLevel2 vscp.Class = 1024
)

// broadcast addresses every node. (VSCP: the GUID of all ones.)
var broadcast = vscp.GUID{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}

// hasher makes keys of what events say.
type hasher struct {
	seed   maphash.Seed
	secret [2]uint64 // so that nobody outside can choose events with equal keys
}

func newHasher() hasher {
	seed := maphash.MakeSeed()
	return hasher{seed: seed, secret: [2]uint64{maphash.String(seed, "event"), maphash.String(seed, "content")}}
}

// content is the key of class, type and data: without who says it and when.
func (h *hasher) content(class vscp.Class, typ uint16, data []byte) uint64 {
	return mix(maphash.Bytes(h.seed, data), kind(class, typ)^h.secret[1])
}

// event is the key of an event: GUID, class, type and data, but not its time, its place in a sequence, and what is said of the
// way that it took. The data counts as it is written: that is quicker, and a copy that circles is written the same each time.
func (h *hasher) event(row *vscp.Row) uint64 {
	key := mix(maphash.Bytes(h.seed, row.DataText()), kind(row.Class, row.Type)^h.secret[0])
	key = mix(key, binary.LittleEndian.Uint64(row.GUID[:8])^h.secret[0])
	return stir(mix(key, binary.LittleEndian.Uint64(row.GUID[8:])^h.secret[1]))
}

func kind(class vscp.Class, typ uint16) uint64 { return uint64(class)<<16 | uint64(typ) }

// stir lets each bit count in all others: tables look at the lowest, and the GUIDs of neighbours differ in the highest alone.
func stir(key uint64) uint64 {
	key = (key ^ key>>33) * 0xFF51AFD7ED558CCD
	return key ^ key>>33
}

// mix spreads the bits of two numbers over one.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9E3779B97F4A7C15, b^0xD1B54A32D192ED03)
	return hi ^ lo
}
