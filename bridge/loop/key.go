package loop

import (
	"encoding/binary"
	"hash/maphash"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// The classes that mirror Level I on Level II.
const (
	firstMirror vscp.Class = 512
	firstLevel2 vscp.Class = 1024
)

// hasher makes keys of what events say, however that is written. It is not for many goroutines at once.
type hasher struct {
	seed    maphash.Seed
	scratch []byte
}

func newHasher() hasher { return hasher{seed: maphash.MakeSeed()} }

// content is the key of class, type and data: without who says it and when.
func (h *hasher) content(class vscp.Class, typ uint16, data []byte) uint64 {
	h.scratch = append(appendKind(h.scratch[:0], class, typ), data...)
	return maphash.Bytes(h.seed, h.scratch)
}

// event is the key of an event: GUID, class, type and data, but not its time, its place in a sequence, and what is said of the
// way that it took.
func (h *hasher) event(row *vscp.Row) uint64 {
	h.scratch = append(h.scratch[:0], row.GUID[:]...)
	h.scratch = row.AppendData(appendKind(h.scratch, row.Class, row.Type))
	return maphash.Bytes(h.seed, h.scratch)
}

func appendKind(dst []byte, class vscp.Class, typ uint16) []byte {
	return binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(dst, uint16(class)), typ)
}
