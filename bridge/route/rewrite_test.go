package route_test

import (
	"math"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	node      = "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:00:03:00:07"
	nodeBytes = "255,255,255,255,255,255,255,254,184,39,235,1,0,3,0,0" // of its interface
)

var ingress = time.Date(2026, 11, 22, 16, 59, 30, 123456789, time.UTC)

func pattern(t testing.TB, text string) vscp.GUIDPattern {
	t.Helper()
	p, err := vscp.ParseGUIDPattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func text(r *vscp.Row) string { return string(r.AppendText(nil, vscp.TextForm{})) }

func TestRewrite(t *testing.T) {
	up, down := route.Rewrite{Mirror: route.MirrorLevel2}, route.Rewrite{Mirror: route.MirrorLevel1}
	guids := route.Rewrite{GUID: []route.GUIDMap{
		{From: pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:*"), To: pattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:*")},
		{From: pattern(t, "FF:*"), To: pattern(t, "00:*")},
	}}
	classes := func(m ...route.ClassMap) route.Rewrite { return route.Rewrite{Map: m} }
	span := func(first, last uint16) []route.Range { return []route.Range{{First: first, Last: last}} }
	for _, tt := range []struct {
		name     string
		rewrite  route.Rewrite
		in, want string // want "": unmappable
	}{
		{"priority", route.Rewrite{Priority: new(uint8(0))}, "112,20,3,7,,5000000000," + node + ",1", "272,20,3,0,,5000000000," + node + ",1"},
		{"guid", guids, "96,20,3,7,,5000000000," + node + ",1", "352,20,3,0,,5000000000,FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:03:00:07,1"},
		{"guid, second pattern", guids, "96,20,3,0,,5000000000,::1", "352,20,3,0,,5000000000,00:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:01"},
		{"guid, no pattern", guids, "96,20,3,7,,5000000000,-", "352,20,3,0,,5000000000,-"},

		{"level1", down, "96,532,3,7,,5000000000," + node + "," + nodeBytes + ",1,2", "352,20,3,0,,5000000000," + node + ",1,2"},
		{"level1, no data", down, "96,532,3,0,,5000000000," + node + "," + nodeBytes, "352,20,3,0,,5000000000," + node},
		{"level1, 8 bytes", down, "96,1023,255,0,,5000000000," + node + "," + nodeBytes + ",1,2,3,4,5,6,7,8", "352,511,255,0,,5000000000," + node + ",1,2,3,4,5,6,7,8"},
		{"level1, 9 bytes", down, "96,532,3,0,,5000000000," + node + "," + nodeBytes + ",1,2,3,4,5,6,7,8,9", ""},
		{"level1, type", down, "96,532,256,0,,5000000000," + node + "," + nodeBytes, ""},
		{"level1, no GUID", down, "96,532,3,0,,5000000000," + node + ",1,2,3", ""},
		{"level1 of level I", down, "96,20,3,7,,5000000000," + node + ",1", "352,20,3,0,,5000000000," + node + ",1"},
		{"level1 of level II", down, "96,1040,3,7,,5000000000," + node + ",1", "352,1040,3,0,,5000000000," + node + ",1"},
		{"level2", up, "96,20,3,7,,5000000000," + node + ",1,2", "352,532,3,0,,5000000000," + node + "," + nodeBytes + ",1,2"},
		{"level2, 9 bytes", up, "96,10,3,0,,5000000000," + node + ",1,2,3,4,5,6,7,8,9", ""},
		{"level2, type", up, "96,20,256,0,,5000000000," + node, ""},
		{"level2 of the mirror", up, "96,532,3,7,,5000000000," + node + "," + nodeBytes, "352,532,3,0,,5000000000," + node + "," + nodeBytes},
		{
			"level2 and guid",
			route.Rewrite{Mirror: route.MirrorLevel2, GUID: []route.GUIDMap{{From: pattern(t, "FF:*"), To: pattern(t, "01:*")}}},
			"96,20,3,0,,5000000000,FF:00:00:00:00:00:00:00:00:00:00:00:00:03:01:07,9",
			"352,532,3,0,,5000000000,01:00:00:00:00:00:00:00:00:00:00:00:00:03:01:07,1,0,0,0,0,0,0,0,0,0,0,0,0,3,0,0,9",
		},

		{"type", classes(route.ClassMap{Class: exactly(30), Type: exactly(5), ToType: new(uint16(6))}), "96,30,5,0,,5000000000," + node, "352,30,6,0,,5000000000," + node},
		{"type, another class", classes(route.ClassMap{Class: exactly(31), Type: exactly(5), ToType: new(uint16(6))}), "96,30,5,7,,5000000000," + node, "352,30,5,0,,5000000000," + node},
		{"first map that fits", classes(route.ClassMap{Type: exactly(4), ToClass: new(uint16(1))}, route.ClassMap{ToClass: new(uint16(2))}, route.ClassMap{ToClass: new(uint16(3))}), "96,30,5,0,,5000000000," + node, "352,2,5,0,,5000000000," + node},
		{"range", classes(route.ClassMap{Class: span(10, 14), ToClass: new(uint16(15))}), "96,14,5,0,,5000000000," + node + ",1", "352,15,5,0,,5000000000," + node + ",1"},
		{"to level II", classes(route.ClassMap{ToClass: new(uint16(1026)), ToType: new(uint16(300))}), "96,20,5,0,,5000000000," + node + ",1", "352,1026,300,0,,5000000000," + node + ",1"},
		{"to level I", classes(route.ClassMap{ToClass: new(uint16(20))}), "96,1026,5,0,,5000000000," + node + ",1,2,3,4,5,6,7,8", "352,20,5,0,,5000000000," + node + ",1,2,3,4,5,6,7,8"},
		{"to level I, 9 bytes", classes(route.ClassMap{ToClass: new(uint16(20))}), "96,1026,5,0,,5000000000," + node + ",1,2,3,4,5,6,7,8,9", ""},
		{"to level I, type", classes(route.ClassMap{ToClass: new(uint16(20))}), "96,1026,256,0,,5000000000," + node, ""},
		{"to a type above level I", classes(route.ClassMap{ToType: new(uint16(256))}), "96,20,5,0,,5000000000," + node, ""},
		{"within level I, 9 bytes", classes(route.ClassMap{ToClass: new(uint16(11))}), "96,10,5,0,,5000000000," + node + ",1,2,3,4,5,6,7,8,9", "352,11,5,0,,5000000000," + node + ",1,2,3,4,5,6,7,8,9"},
		{"to the mirror, no GUID", classes(route.ClassMap{ToClass: new(uint16(532))}), "96,20,5,0,,5000000000," + node + ",1", ""},
		{"to the mirror with a GUID", classes(route.ClassMap{ToClass: new(uint16(532))}), "96,1026,5,0,,5000000000," + node + "," + nodeBytes, "352,532,5,0,,5000000000," + node + "," + nodeBytes},
		{"to the mirror with a GUID and 9 bytes", classes(route.ClassMap{ToClass: new(uint16(532))}), "96,1026,5,0,,5000000000," + node + "," + nodeBytes + ",1,2,3,4,5,6,7,8,9", ""},
		{
			"map, then mirror",
			route.Rewrite{Map: []route.ClassMap{{Class: exactly(20), ToClass: new(uint16(30))}}, Mirror: route.MirrorLevel2},
			"96,20,5,0,,5000000000," + node + ",1", "352,542,5,0,,5000000000," + node + "," + nodeBytes + ",1",
		},
		{
			"maps do not see what the mirror made",
			route.Rewrite{Map: []route.ClassMap{{Class: exactly(20), ToClass: new(uint16(30))}}, Mirror: route.MirrorLevel1},
			"96,532,5,0,,5000000000," + node + "," + nodeBytes + ",1", "352,20,5,0,,5000000000," + node + ",1",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := parse(t, tt.in)
			before := text(&row)
			got, reason := route.NewRewriter(tt.rewrite).Apply(&row, ingress)
			if want := tt.want == ""; (reason == route.Unmappable) != want || !want && reason != route.Taken {
				t.Fatalf("Apply to %q = %v, want unmappable: %t", tt.in, reason, want)
			}
			if tt.want != "" && text(got) != tt.want {
				t.Errorf("Apply to %q = %q, want %q", tt.in, text(got), tt.want)
			}
			if text(&row) != before || string(row.Text) != tt.in {
				t.Errorf("Apply left the row %q with the text %q, want %q with %q", text(&row), row.Text, before, tt.in)
			}
		})
	}
}

func TestRewriteTime(t *testing.T) {
	now, none := vscp.TimeOf(ingress), vscp.Time{}
	dated := vscp.Time{Nanos: 1_770_000_000_000_000_000, Micros: 5_000_000}
	stamped := vscp.Time{Nanos: 1_770_000_000_123_456_789}
	micros := vscp.Time{Micros: 123_456}
	misread := vscp.Time{Nanos: math.MaxUint32}
	early := vscp.Time{Nanos: math.MaxUint32 + 1}
	for _, tt := range []struct {
		name                        string
		in                          vscp.Time
		wantKeep, wantRepair, wantI vscp.Time
	}{
		{"none", none, now, now, now},
		{"microseconds alone", micros, micros, now, now},
		{"microseconds read as nanoseconds", misread, misread, now, now},
		{"the first that can be nanoseconds", early, early, early, now},
		{"date and microseconds", dated, dated, dated, now},
		{"nanoseconds", stamped, stamped, stamped, now},
	} {
		for stamp, want := range map[route.Stamp]vscp.Time{route.StampKeep: tt.wantKeep, route.StampRepair: tt.wantRepair, route.StampIngress: tt.wantI} {
			row := vscp.Row{Class: 20, Time: tt.in}
			// The mirror makes a Rewriter where the stamp alone makes none, and changes nothing here.
			got, reason := route.NewRewriter(route.Rewrite{Mirror: route.MirrorLevel1, Time: stamp}).Apply(&row, ingress)
			if reason != route.Taken || got.Time != want {
				t.Errorf("%s, stamp %d: time %+v, %v, want %+v", tt.name, stamp, got.Time, reason, want)
			}
		}
	}
}

func TestRewriteThatChangesNothing(t *testing.T) {
	row := parse(t, "96,20,3,0,,5000000000,"+node+",1,2")
	w := route.NewRewriter(route.Rewrite{})
	if w != nil {
		t.Errorf("NewRewriter of nothing = %+v, want nil", w)
	}
	if got, reason := w.Apply(&row, ingress); got != &row || reason != route.Taken {
		t.Errorf("Apply of nothing = %p, %v, want the row itself, %p", got, reason, &row)
	}
	w = route.NewRewriter(route.Rewrite{Priority: new(uint8(3)), Mirror: route.MirrorLevel1, Time: route.StampRepair})
	if got, reason := w.Apply(&row, ingress); got != &row || reason != route.Taken {
		t.Errorf("Apply that changes nothing = %p, %v, want the row itself, %p", got, reason, &row)
	}
}

// What changes the head only shares the text; what changes the data does not write into it.
func TestRewriteText(t *testing.T) {
	row := parse(t, "96,20,3,0,,5000000000,"+node+",1,2")
	got, _ := route.NewRewriter(route.Rewrite{Priority: new(uint8(7))}).Apply(&row, ingress)
	if &got.Text[0] != &row.Text[0] {
		t.Errorf("a new priority made the text %q, want that of the row", got.Text)
	}
	got, _ = route.NewRewriter(route.Rewrite{Mirror: route.MirrorLevel2}).Apply(&row, ingress)
	var again vscp.Row
	if err := again.Parse(got.Text); err != nil || text(&again) != text(got) {
		t.Errorf("the mirror has the text %q, %v, want %q", got.Text, err, text(got))
	}
}

func TestRewriteDoesNotAllocate(t *testing.T) {
	level1, long := parse(t, "96,20,3,7,,,"+node+",1,2"), parse(t, "96,20,3,7,,,"+node+",1,2,3,4,5,6,7,8,9")
	w := route.NewRewriter(route.Rewrite{Mirror: route.MirrorLevel2, Priority: new(uint8(1)), Time: route.StampIngress})
	for name, row := range map[string]*vscp.Row{"mirrored": &level1, "unmappable": &long} {
		if got := testing.AllocsPerRun(100, func() { w.Apply(row, ingress) }); got != 0 {
			t.Errorf("Apply to an event that is %s makes %v allocations, want 0", name, got)
		}
	}
}

func BenchmarkRewrite(b *testing.B) {
	row := parse(b, "96,20,3,0,,1770000000123456789,"+node+",1,2,3")
	for _, c := range []struct {
		name    string
		rewrite route.Rewrite
	}{
		{"nothing", route.Rewrite{}},
		{"priority", route.Rewrite{Priority: new(uint8(1))}},
		{"guid", route.Rewrite{GUID: []route.GUIDMap{{From: pattern(b, "FF:FF:*"), To: pattern(b, "FF:FE:*")}}}},
		{"mirror", route.Rewrite{Mirror: route.MirrorLevel2}},
	} {
		b.Run(c.name, func(b *testing.B) {
			w := route.NewRewriter(c.rewrite)
			b.ReportAllocs()
			for b.Loop() {
				if _, reason := w.Apply(&row, ingress); reason != route.Taken {
					b.Fatalf("Apply = %v, want taken", reason)
				}
			}
		})
	}
}
