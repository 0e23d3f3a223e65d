package loop_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// naiveHomes looks at every declaration.
func naiveHomes(places []loop.Place, guid vscp.GUID) (remotes []int, fixed int) {
	fixed = -1
	for remote, p := range places {
		for _, o := range p.Origins {
			switch {
			case !o.Match(guid) || o.Len() < fixed:
			case o.Len() > fixed:
				remotes, fixed = []int{remote}, o.Len()
			default:
				remotes = append(remotes, remote)
			}
		}
	}
	return remotes, fixed
}

func naiveCheck(places []loop.Place, roaming []vscp.GUIDPattern, remote int, guid vscp.GUID) loop.Reason {
	behind, _ := naiveHomes(places, guid)
	switch {
	case slices.Contains(behind, remote):
		return loop.Admitted
	case slices.ContainsFunc(roaming, func(p vscp.GUIDPattern) bool { return p.Match(guid) }):
		return loop.Admitted
	case len(behind) > 0:
		return loop.Origin
	case places[remote].Strict:
		return loop.UnknownOrigin
	default:
		return loop.Admitted
	}
}

// few draws GUIDs that share prefixes.
func few(r *rand.Rand) vscp.GUID {
	var g vscp.GUID
	for i := range g {
		g[i] = byte(r.IntN(8) / 7)
	}
	return g
}

func somePatterns(t *testing.T, r *rand.Rand) (out []vscp.GUIDPattern) {
	t.Helper()
	for range r.IntN(4) {
		text := few(r).String()
		if fixed := r.IntN(17); fixed < 16 {
			text = text[:3*fixed] + "*"
		}
		out = append(out, patterns(t, text)...)
	}
	return out
}

func TestGuardAgainstModel(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		places := make([]loop.Place, 1+r.IntN(6))
		for i := range places {
			places[i] = loop.Place{Origins: somePatterns(t, r), Strict: r.IntN(3) == 0}
		}
		var roaming []vscp.GUIDPattern
		if r.IntN(3) == 0 {
			roaming = somePatterns(t, r)
		}
		guard := loop.New(places, roaming)
		for range 100 {
			remote, guid := r.IntN(len(places)), few(r)
			if got, want := guard.Check(remote, guid), naiveCheck(places, roaming, remote, guid); got != want {
				t.Fatalf("seed %d: Check(%d, %v) = %v, want %v; places %+v, roaming %v", seed, remote, guid, got, want, places, roaming)
			}
			wantDestination(t, guard, places, guid)
		}
	}
}

// wantDestination checks where an event of Level I over Level II for a node would go.
func wantDestination(t *testing.T, guard *loop.Guard, places []loop.Place, node vscp.GUID) {
	t.Helper()
	e := vscp.Event{Class: 542, Type: 5, Data: append(node[:], 1, 2)}
	row := e.Row()
	face := node
	face[15] = 0
	want, long := naiveHomes(places, node)
	if ofFace, longer := naiveHomes(places, face); longer > long {
		want = ofFace
	}
	if node.IsZero() {
		want = nil // nobody in particular
	}
	var got []int
	for _, r := range guard.Destination(&row) {
		got = append(got, int(r))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("Destination for %v = %v, want %v; places %+v", node, got, want, places)
	}
}

func TestDestination(t *testing.T) {
	const house, shed = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:01:00", "FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"
	guard := loop.New([]loop.Place{place(t, house), place(t, shed), place(t, "FF:FF:FF:FF:FF:FF:FF:FE:*"), place(t, "00:*", "FF:FF:FF:FF:FF:FF:FF:FF:*")}, nil)
	const toHouse, toShed = ",255,255,255,255,255,255,255,254,0,1,0,0,0,0,1,7", ",255,255,255,255,255,255,255,254,0,2,0,0,0,0,1,7"
	for _, tt := range []struct {
		name, row string
		want      []int32
	}{
		{"a node behind a declared interface", "0,542,5,0,,,-" + toHouse + ",1", []int32{0}},
		{"a node in a declared range", "0,542,5,0,,,-" + toShed + ",1", []int32{1}},
		{"without data of its own", "0,542,5,0,,,-" + toShed, []int32{1}},
		{"nobody declares it", "0,542,5,0,,,-,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", nil},
		{"too little data", "0,542,5,0,,,-" + toShed[:len(toShed)-2], nil},
		{"all zeros, which a wide range declares", "0,542,5,0,,,-" + strings.Repeat(",0", 16) + ",1", nil},
		{"all ones", "0,542,5,0,,,-" + strings.Repeat(",255", 16) + ",1", nil},
		{"class 512", "0,512,5,0,,,-" + toShed, []int32{1}},
		{"class 1023", "0,1023,5,0,,,-" + toShed, []int32{1}},
		{"class 511", "0,511,5,0,,,-" + toShed, nil},
		{"class 1024", "0,1024,5,0,,,-" + toShed, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := guard.Destination(mustRow(t, tt.row)); !slices.Equal(got, tt.want) {
				t.Errorf("Destination(%q) = %v, want %v", tt.row, got, tt.want)
			}
		})
	}
}
