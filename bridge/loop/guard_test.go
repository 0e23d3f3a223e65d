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

func TestGuard(t *testing.T) {
	const (
		north = iota
		south
		roof // declares nothing
		shed // lives inside the range of north
		twin // declares the same as shed
	)
	guard := loop.New([][]vscp.GUIDPattern{
		north: patterns(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"),
		south: patterns(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:02:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:03:*"),
		roof:  nil,
		shed:  patterns(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"),
		twin:  patterns(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"),
	})
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
		obid   uint32
		own    []uint32
		want   loop.Reason
	}{
		{"own event at home", north, fromNorth, 0, nil, loop.Admitted},
		{"a copy that comes back by another remote", south, fromNorth, 0, nil, loop.Origin},
		{"a copy that comes back by a remote without origins", roof, fromSouth, 0, nil, loop.Origin},
		{"second of two origins at home", south, fromSouth, 0, nil, loop.Admitted},
		{"GUID that nobody declares", roof, unknown, 0, nil, loop.Admitted},
		{"GUID that nobody declares, at a remote with origins", north, unknown, 0, nil, loop.Admitted},
		{"zero GUID", north, "-", 0, nil, loop.Admitted},
		{"more specific wins at home", shed, fromShed, 0, nil, loop.Admitted},
		{"more specific wins abroad", north, fromShed, 0, nil, loop.Origin},
		{"declared twice is at home at both", twin, fromShed, 0, nil, loop.Admitted},
		{"echo of our own channel", north, unknown, 7, []uint32{3, 7}, loop.OwnChannel},
		{"own channel is checked before origin", south, fromNorth, 7, []uint32{7}, loop.OwnChannel},
		{"another client's channel", north, fromNorth, 8, []uint32{7}, loop.Admitted},
		{"channel id 0 means nothing", north, fromNorth, 0, []uint32{0}, loop.Admitted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			guid, err := vscp.ParseGUID(tt.guid)
			if err != nil {
				t.Fatal(err)
			}
			row := vscp.Row{GUID: guid, ObID: tt.obid}
			if got := guard.Check(tt.remote, &row, tt.own); got != tt.want {
				t.Errorf("Check(%d, %v, obid %d, own %v) = %v, want %v", tt.remote, guid, tt.obid, tt.own, got, tt.want)
			}
		})
	}
}

func TestNoRemotesAdmitEverything(t *testing.T) {
	if got := loop.New(nil).Check(0, &vscp.Row{ObID: 5}, nil); got != loop.Admitted {
		t.Errorf("Check = %v, want %v", got, loop.Admitted)
	}
}

func TestReasonNamesAreLabels(t *testing.T) {
	for reason, want := range map[loop.Reason]string{loop.Admitted: "admitted", loop.OwnChannel: "own_channel", loop.Origin: "origin", 99: "unknown"} {
		if got := reason.String(); got != want {
			t.Errorf("Reason(%d).String() = %q, want %q", reason, got, want)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	origins := make([][]vscp.GUIDPattern, 10)
	for i := range origins {
		p, err := vscp.ParseGUIDPattern("FF:FF:FF:FF:FF:FF:FF:FE:00:0" + string(rune('0'+i)) + ":*")
		if err != nil {
			b.Fatal(err)
		}
		origins[i] = []vscp.GUIDPattern{p}
	}
	guard := loop.New(origins)
	row := vscp.Row{GUID: vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 9}}
	b.ReportAllocs()
	for b.Loop() {
		guard.Check(9, &row, nil)
	}
}
