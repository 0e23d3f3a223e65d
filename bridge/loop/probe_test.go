package loop_test

import (
	"cmp"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func probeGUID(t *testing.T, text string) vscp.GUID {
	t.Helper()
	g, err := vscp.ParseGUID(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestProbeSurvivesACANBus(t *testing.T) {
	for _, s := range []loop.Signal{{}, {ID: 1<<40 - 1, Token: 0xFFFF, Outranked: true}, {ID: 0x0102030405, Token: 0x0607}} {
		e := s.Event(vscp.GUID{15: 9})
		if e.Class > 511 || e.Type > 255 || len(e.Data) != 8 || e.Head > 255 || e.Head.Priority() != 7 {
			t.Errorf("Event of %+v is %+v, want what a CAN frame holds, of the lowest priority", s, e)
		}
		e.GUID, e.Time = vscp.GUID{0: 0xFF, 15: 3}, vscp.Time{Nanos: 5} // as such a peer does
		row := vscp.NewRow(&e, vscp.TextForm{Data: vscp.DataDecimal})
		if got, ok := loop.ReadProbe(&row); !ok || got != s {
			t.Errorf("ReadProbe = %+v, %v, want %+v", got, ok, s)
		}
	}
}

func TestOtherEventsAreNoProbes(t *testing.T) {
	good := loop.Signal{ID: 1, Token: 2}.Event(vscp.GUID{})
	for name, change := range map[string]func(e *vscp.Event){
		"class":  func(e *vscp.Event) { e.Class = 510 },
		"type":   func(e *vscp.Event) { e.Type = 0 },
		"mark":   func(e *vscp.Event) { e.Data[0] = 0 },
		"short":  func(e *vscp.Event) { e.Data = e.Data[:7] },
		"long":   func(e *vscp.Event) { e.Data = append(e.Data, 0) },
		"mirror": func(e *vscp.Event) { e.Class += 512 },
	} {
		e := good
		e.Data = append([]byte(nil), good.Data...)
		change(&e)
		row := vscp.NewRow(&e, vscp.TextForm{})
		if got, ok := loop.ReadProbe(&row); ok {
			t.Errorf("%s: ReadProbe(%+v) = %+v, want none", name, e, got)
		}
	}
}

func TestIdentityHasTheOrderOfGUIDsWithTheSamePrefix(t *testing.T) {
	const prefix = "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:"
	for _, tt := range []struct{ a, b string }{
		{prefix + "03:00:01", prefix + "03:00:02"},
		{prefix + "03:00:FF", prefix + "03:01:00"},
		{prefix + "03:FF:FF", prefix + "04:00:00"},
	} {
		a, b := loop.Identity(probeGUID(t, tt.a)), loop.Identity(probeGUID(t, tt.b))
		if cmp.Compare(a, b) >= 0 || b >= 1<<40 {
			t.Errorf("Identity(%s) = %x, Identity(%s) = %x, want the second larger, in 40 bits", tt.a, a, tt.b, b)
		}
	}
	// What differs in front is told apart.
	a, b := loop.Identity(probeGUID(t, prefix+"03:00:01")), loop.Identity(probeGUID(t, "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EC:01:02:03:00:01"))
	if a == b {
		t.Errorf("Identity of GUIDs with other prefixes = %x for both, want two", a)
	}
}

func FuzzReadProbe(f *testing.F) {
	f.Add([]byte("224,511,182,0,,,-,193,1,2,3,4,5,6,7"))
	f.Add([]byte("224,511,183,0,,,-,0xC1,0,0,0,0,0,0,0"))
	f.Add([]byte("96,10,6,0,,,-,1"))
	f.Fuzz(func(t *testing.T, line []byte) {
		var row vscp.Row
		if row.Parse(line) != nil {
			return
		}
		s, ok := loop.ReadProbe(&row)
		if !ok {
			if s != (loop.Signal{}) {
				t.Fatalf("ReadProbe = %+v of what is none, want nothing", s)
			}
			return
		}
		e := s.Event(row.GUID)
		again := vscp.NewRow(&e, vscp.TextForm{})
		if got := again.AppendData(nil); row.Class != again.Class || row.Type != again.Type || string(got) != string(row.AppendData(nil)) {
			t.Fatalf("the event of %+v has data % x, want those of %q", s, got, line)
		}
	})
}
