package loop_test

import (
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func patterns(t *testing.T, texts ...string) []vscp.GUIDPattern {
	t.Helper()
	var out []vscp.GUIDPattern
	for _, text := range texts {
		p, err := vscp.ParseGUIDPattern(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// place is that of a remote with some origins.
func place(t *testing.T, texts ...string) loop.Place {
	t.Helper()
	return loop.Place{Origins: patterns(t, texts...)}
}

func TestGuard(t *testing.T) {
	const (
		north = iota
		south
		roof // declares nothing
		shed // lives inside the range of north
		twin // declares the same as shed
	)
	guard := loop.New([]loop.Place{
		north: place(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"),
		south: place(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:02:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:03:*"),
		roof:  {},
		shed:  place(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"),
		twin:  place(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"),
	}, nil)
	const (
		fromNorth = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01"
		fromSouth = "FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:00:00:00:00:01"
		fromShed  = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"
		unknown   = "FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:00:00:01"
	)
	for _, tt := range []struct {
		name   string
		remote int
		guid   string
		want   loop.Reason
	}{
		{"own event at home", north, fromNorth, loop.Admitted},
		{"a copy that comes back by another remote", south, fromNorth, loop.Origin},
		{"a copy that comes back by a remote without origins", roof, fromSouth, loop.Origin},
		{"second of two origins at home", south, fromSouth, loop.Admitted},
		{"GUID that nobody declares", roof, unknown, loop.Admitted},
		{"GUID that nobody declares, at a remote with origins", north, unknown, loop.Admitted},
		{"zero GUID", north, "-", loop.Admitted},
		{"more specific wins at home", shed, fromShed, loop.Admitted},
		{"more specific wins abroad", north, fromShed, loop.Origin},
		{"declared twice is at home at both", twin, fromShed, loop.Admitted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			guid, err := vscp.ParseGUID(tt.guid)
			if err != nil {
				t.Fatal(err)
			}
			if got := guard.Check(tt.remote, guid); got != tt.want {
				t.Errorf("Check(%d, %v) = %v, want %v", tt.remote, guid, got, tt.want)
			}
		})
	}
}

func TestOwn(t *testing.T) {
	for _, tt := range []struct {
		name string
		obid uint32
		own  []uint32
		want bool
	}{
		{"echo of our own channel", 7, []uint32{3, 7}, true},
		{"another client's channel", 8, []uint32{7}, false},
		{"no channel of our own", 8, nil, false},
		{"channel id 0 means nothing", 0, []uint32{0}, false},
	} {
		if got := loop.Own(&vscp.Row{ObID: tt.obid}, tt.own); got != tt.want {
			t.Errorf("%s: Own(obid %d, %v) = %t, want %t", tt.name, tt.obid, tt.own, got, tt.want)
		}
	}
}

func TestReasonNamesAreLabels(t *testing.T) {
	for reason, want := range map[loop.Reason]string{
		loop.Admitted: "admitted", loop.OwnChannel: "own_channel", loop.Echo: "echo", loop.Origin: "origin", loop.UnknownOrigin: "unknown_origin",
		loop.Stormy: "storm", loop.ProbeEvent: "probe", loop.Cycle: "cycle", loop.OwnEvent: "own_event", 99: "unknown",
	} {
		if got := reason.String(); got != want {
			t.Errorf("Reason(%d).String() = %q, want %q", reason, got, want)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	places := make([]loop.Place, 10)
	for i := range places {
		p, err := vscp.ParseGUIDPattern("FF:FF:FF:FF:FF:FF:FF:FE:00:0" + string(rune('0'+i)) + ":*")
		if err != nil {
			b.Fatal(err)
		}
		places[i].Origins = []vscp.GUIDPattern{p}
	}
	guard := loop.New(places, nil)
	guid := vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 9}
	b.ReportAllocs()
	for b.Loop() {
		guard.Check(9, guid)
	}
}
