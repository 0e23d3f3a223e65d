package vscp

import "testing"

func TestHead(t *testing.T) {
	for _, c := range []struct {
		head                   Head
		priority, index, ver   uint8
		hardCoded, noCRC, dumb bool
		guidType               GUIDType
	}{
		{head: 0},
		{head: 0x60, priority: 3},
		{head: 0xE7, priority: 7, index: 7},
		{head: 0x160, priority: 3, ver: 1},
		{head: 0x0300, ver: 3},
		{head: 0x10, hardCoded: true},
		{head: 0x08, noCRC: true},
		{head: 0x8000, dumb: true},
		{head: 0x4000, guidType: GUIDRandom},
		{head: 0x0C00}, // reserved
		{head: 0xFFFF, priority: 7, index: 7, ver: 3, hardCoded: true, noCRC: true, dumb: true, guidType: 7},
	} {
		if got := c.head.Priority(); got != c.priority {
			t.Errorf("Head(%#x).Priority() = %d, want %d", c.head, got, c.priority)
		}
		if got := c.head.RollingIndex(); got != c.index {
			t.Errorf("Head(%#x).RollingIndex() = %d, want %d", c.head, got, c.index)
		}
		if got := c.head.Version(); got != c.ver {
			t.Errorf("Head(%#x).Version() = %d, want %d", c.head, got, c.ver)
		}
		if got := [3]bool{c.head.HardCoded(), c.head.NoCRC(), c.head.Dumb()}; got != [3]bool{c.hardCoded, c.noCRC, c.dumb} {
			t.Errorf("Head(%#x) hard coded, no CRC, dumb = %v, want %v", c.head, got, [3]bool{c.hardCoded, c.noCRC, c.dumb})
		}
		if got := c.head.GUIDType(); got != c.guidType {
			t.Errorf("Head(%#x).GUIDType() = %v, want %v", c.head, got, c.guidType)
		}
	}
}

func TestHeadWith(t *testing.T) {
	for head := range Head(0xFFFF) {
		for v := range uint8(10) {
			if got, want := head.WithPriority(v), head&^0xE0|Head(v&7)<<5; got != want {
				t.Fatalf("Head(%#x).WithPriority(%d) = %#x, want %#x", head, v, got, want)
			}
			if got, want := head.WithVersion(v), head&^0x300|Head(v&3)<<8; got != want {
				t.Fatalf("Head(%#x).WithVersion(%d) = %#x, want %#x", head, v, got, want)
			}
		}
	}
}

func TestGUIDTypeString(t *testing.T) {
	for typ, want := range []string{"standard", "ipv6", "uuid-v1", "uuid-v4", "random", "reserved-5", "reserved-6", "reserved-7"} {
		if got := GUIDType(typ).String(); got != want {
			t.Errorf("GUIDType(%d).String() = %q, want %q", typ, got, want)
		}
	}
}
