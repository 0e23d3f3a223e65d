package route

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Rewrite says how events are changed. The zero value changes nothing.
type Rewrite struct {
	Map      []ClassMap // the first that fits
	Mirror   Mirror
	GUID     []GUIDMap // the first that fits
	Priority *uint8    // nil: kept
	Time     Stamp
}

// ClassMap gives events another class, and maybe another type. It never changes data.
type ClassMap struct {
	Class, Type     []Range // what it is for; empty: any
	ToClass, ToType *uint16 // nil: kept
}

// GUIDMap replaces the fixed bytes of From by those of To, of which there are as many. GUIDs in the data are not looked at.
type GUIDMap struct {
	From, To vscp.GUIDPattern
}

// Rewriter rewrites the events of one lane. It belongs to one goroutine, and keeps the last result. A nil Rewriter changes
// nothing.
type Rewriter struct {
	Rewrite

	row  vscp.Row
	text []byte // what row.Text is written to if the data changes
}

// NewRewriter returns nil if r changes nothing.
func NewRewriter(r Rewrite) *Rewriter {
	if len(r.Map) == 0 && r.Mirror == MirrorNone && len(r.GUID) == 0 && r.Priority == nil && r.Time == StampKeep {
		return nil
	}
	return &Rewriter{Rewrite: r}
}

// Apply returns the event as it leaves; at is when it came. It is row itself if nothing changes, and else valid until the
// next call and as long as row is: only where the data changes it has a text of its own. Its obid is 0. The reason is Taken or
// Unmappable; row is never changed.
func (w *Rewriter) Apply(row *vscp.Row, at time.Time) (*vscp.Row, Reason) {
	if w == nil {
		return row, Taken
	}
	w.row = *row
	out := &w.row
	out.ObID = 0
	out.Time = w.Time.apply(row.Time, at)
	out.GUID = w.mapGUID(row.GUID)
	if w.Priority != nil {
		out.Head = row.Head.WithPriority(*w.Priority)
	}
	if !w.mapClass(out) || !w.mirror(out) {
		return row, Unmappable
	}
	if same(row, out) {
		return row, Taken
	}
	return out, Taken
}

func (w *Rewriter) mapGUID(guid vscp.GUID) vscp.GUID {
	for i := range w.GUID {
		if m := &w.GUID[i]; m.From.Match(guid) {
			return m.To.Imprint(guid)
		}
	}
	return guid
}

// mapClass reports whether the data that row has can stand in its new class.
func (w *Rewriter) mapClass(row *vscp.Row) bool {
	for i := range w.Map {
		m := &w.Map[i]
		if !within(m.Class, uint16(row.Class)) || !within(m.Type, row.Type) {
			continue
		}
		before := level(row.Class)
		if m.ToClass != nil {
			row.Class = vscp.Class(*m.ToClass)
		}
		if m.ToType != nil {
			row.Type = *m.ToType
		}
		return fits(row, before)
	}
	return true
}

// same reports whether two rows of equal data are equal. Data changes only together with the class.
func same(a, b *vscp.Row) bool {
	return a.Class == b.Class && a.Type == b.Type && a.Head == b.Head && a.ObID == b.ObID && a.Time == b.Time && a.GUID == b.GUID
}
