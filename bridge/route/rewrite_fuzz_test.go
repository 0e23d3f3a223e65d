package route_test

import (
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// rewriteNaively rewrites an event taken apart.
func rewriteNaively(e vscp.Event, w *route.Rewrite) (vscp.Event, bool) {
	e.Data = slices.Clone(e.Data)
	for _, m := range w.GUID {
		if m.From.Match(e.GUID) {
			e.GUID = m.To.Imprint(e.GUID)
			break
		}
	}
	was := e.Class
	for _, m := range w.Map {
		if len(m.Class) > 0 && !m.Class[0].Contains(uint16(e.Class)) {
			continue
		}
		e.Class, e.Type = vscp.Class(*m.ToClass), *m.ToType
		// An event that can be mirrored from a level belongs there.
		probe := e
		probe.Data = slices.Clone(e.Data)
		switch {
		case e.Class < 1024 && e.Type > 255:
			return e, false
		case e.Class < 512 && was >= 512:
			if probe.ToLevel2(vscp.GUID{}) != nil {
				return e, false
			}
		case e.Class >= 512 && e.Class < 1024 && (was < 512 || was >= 1024):
			if _, err := probe.ToLevel1(); err != nil {
				return e, false
			}
		}
		break
	}
	var err error
	switch {
	case w.Mirror == route.MirrorLevel1 && e.Class >= 512 && e.Class < 1024:
		_, err = e.ToLevel1()
	case w.Mirror == route.MirrorLevel2 && e.Class < 512:
		err = e.ToLevel2(e.GUID.WithNickname(0))
	}
	if w.Priority != nil {
		e.Head = e.Head.WithPriority(*w.Priority)
	}
	return e, err == nil
}

// A rewritten row is the event rewritten, as its fields have it and as it reads back.
func FuzzRewrite(f *testing.F) {
	f.Add([]byte("96,20,3,7,,5000000000,"+node+",1,2"), uint8(1), uint16(20), uint16(30), uint16(6), uint8(4))
	f.Add([]byte("96,532,3,7,2026-01-02T3:4:5,77,"+node+","+nodeBytes+",0x01"), uint8(2), uint16(532), uint16(20), uint16(300), uint8(15))
	f.Add([]byte("96,1040,3,7,,77,"+node+","+nodeBytes+", 01"), uint8(5), uint16(1040), uint16(600), uint16(6), uint8(255))
	f.Fuzz(func(t *testing.T, line []byte, mode uint8, class, toClass, toType uint16, priority uint8) {
		var row vscp.Row
		if row.Parse(line) != nil {
			return
		}
		w := route.Rewrite{Mirror: route.Mirror(mode % 3)}
		if mode&4 != 0 {
			w.Map = []route.ClassMap{{Class: exactly(class), ToClass: &toClass, ToType: &toType}}
		}
		if mode&8 != 0 {
			w.GUID = []route.GUIDMap{{From: pattern(t, "FF:*"), To: pattern(t, "12:*")}}
		}
		if priority < 8 {
			w.Priority = &priority
		}
		var before, want, got, read vscp.Event
		row.Event(&before)
		want, fits := rewriteNaively(before, &w)
		out, reason := route.NewRewriter(w).Apply(&row, ingress)
		if (reason == route.Taken) != fits {
			t.Fatalf("Apply(%+v) to %q = %v, want it taken: %t", w, line, reason, fits)
		}
		if reason != route.Taken {
			return
		}
		if want.Time.IsZero() && out != &row {
			want.Time = vscp.TimeOf(ingress)
		}
		if out != &row {
			want.ObID = 0
		} else if w.Mirror != route.MirrorNone && row.ObID != 0 {
			t.Fatalf("Apply(%+v) to %q left the obid %d, want 0", w, line, row.ObID)
		}
		out.Event(&got)
		form := vscp.TextForm{}
		wantText := string(want.AppendText(nil, form))
		if gotText := string(got.AppendText(nil, form)); gotText != wantText {
			t.Fatalf("Apply(%+v) to %q = %q, want %q", w, line, gotText, wantText)
		}
		if err := read.DecodeText(out.AppendText(nil, form)); err != nil || string(read.AppendText(nil, form)) != wantText {
			t.Fatalf("Apply(%+v) to %q reads back as %q, %v, want %q", w, line, read.AppendText(nil, form), err, wantText)
		}
	})
}
