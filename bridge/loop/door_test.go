package loop_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func node(n int) vscp.GUID {
	return vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 1, 0, 0, 0, byte(n >> 16), byte(n >> 8), byte(n)}
}

// The door says what the guard says, however many GUIDs come.
func TestDoorSaysWhatTheGuardSays(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		places := []loop.Place{{Origins: somePatterns(t, r), Strict: r.IntN(2) == 0}, {Origins: somePatterns(t, r)}}
		guard := loop.New(places, nil)
		door, now := loop.NewDoor(guard, loop.NewLearned(), 0), time.Duration(0)
		for range 3000 {
			guid := few(r)
			now += time.Duration(r.IntN(int(time.Millisecond)))
			if got, _, _ := door.Check(guid, now); got != guard.Check(0, guid) {
				t.Fatalf("seed %d: the door says %v of %v, want %v", seed, got, guid, guard.Check(0, guid))
			}
		}
	}
}

func TestLearnedSightings(t *testing.T) {
	guard := loop.New([]loop.Place{{}, place(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07")}, nil)
	learned := loop.NewLearned()
	doors := []*loop.Door{loop.NewDoor(guard, learned, 0), loop.NewDoor(guard, learned, 1)}
	for i := range 100 { // ten in a second
		doors[0].Check(node(1), time.Duration(i)*time.Second/10)
	}
	doors[0].Check(node(7), time.Second) // not admitted
	doors[1].Check(node(7), 2*time.Second)
	doors[1].Check(node(1), 3*time.Second)
	got := learned.Sightings()
	slices.SortFunc(got, func(a, b loop.Sighting) int {
		return cmp.Or(slices.Compare(a.GUID[:], b.GUID[:]), a.Remote-b.Remote)
	})
	want := []loop.Sighting{
		{GUID: node(1), Remote: 0, Times: 10, Last: 9 * time.Second, Moves: 1},
		{GUID: node(1), Remote: 1, Times: 1, First: 3 * time.Second, Last: 3 * time.Second, Moves: 1},
		{GUID: node(7), Remote: 1, Times: 1, First: 2 * time.Second, Last: 2 * time.Second},
	}
	if !slices.Equal(got, want) {
		t.Errorf("Sightings() = %+v, want %+v", got, want)
	}
}

func TestFlapping(t *testing.T) {
	const minute = time.Minute
	for _, tt := range []struct {
		name  string
		at    []time.Duration // a sighting each, in turns at the remotes 0 and 1
		alarm []bool
		flaps bool // in the end
	}{
		{"a device that moves, and back", []time.Duration{0, minute, 2 * minute}, []bool{false, false, false}, false},
		{"to and fro", []time.Duration{0, 1, 2, 3, 4, 5}, []bool{false, false, false, false, true, false}, true},
		{"seldom", []time.Duration{0, 4 * minute, 8 * minute, 12 * minute, 16 * minute, 20 * minute, 24 * minute}, make([]bool, 7), false},
		{
			"again after a calm time",
			[]time.Duration{0, 1, 2, 3, 4, 20 * minute, 21 * minute, 22 * minute, 23 * minute},
			[]bool{false, false, false, false, true, false, false, false, true},
			true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			learned := loop.NewLearned()
			var got []bool
			for i, at := range tt.at {
				alarm, before := learned.See(i%2, node(1), at)
				if got = append(got, alarm); alarm && before != 1-i%2 {
					t.Errorf("at %v: it was at remote %d before, want %d", at, before, 1-i%2)
				}
			}
			if !slices.Equal(got, tt.alarm) {
				t.Errorf("sightings at %v: alarms %v, want %v", tt.at, got, tt.alarm)
			}
			if s := learned.Sightings()[0]; s.Flaps != tt.flaps || s.Moves != uint64(len(tt.at)-1) {
				t.Errorf("in the end %+v, want flaps %t after %d moves", s, tt.flaps, len(tt.at)-1)
			}
		})
	}
}

// Devices that are said to move raise no alarm.
func TestRoamingIsNoFlapping(t *testing.T) {
	for _, tt := range []struct {
		roaming []vscp.GUIDPattern
		want    bool
	}{{nil, true}, {patterns(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"), false}} {
		guard, learned := loop.New(make([]loop.Place, 2), tt.roaming), loop.NewLearned()
		doors := []*loop.Door{loop.NewDoor(guard, learned, 0), loop.NewDoor(guard, learned, 1)}
		got := false
		for i := range 10 {
			_, flaps, _ := doors[i%2].Check(node(1), time.Duration(i)*time.Second)
			got = got || flaps
		}
		if got != tt.want {
			t.Errorf("with roaming %v: alarm %t, want %t", tt.roaming, got, tt.want)
		}
	}
}

func TestLearnedIsBounded(t *testing.T) {
	learned := loop.NewLearned()
	for i := range 20_000 {
		learned.See(0, node(i), 0)
	}
	for i := range 20 {
		learned.See(i, node(1), 1)
	}
	perGUID := 0
	all := learned.Sightings()
	for _, s := range all {
		if s.GUID == node(1) {
			perGUID++
		}
	}
	if len(all) != 1<<14+7 || perGUID != 8 {
		t.Errorf("%d sightings, %d of them of one GUID, want %d and 8", len(all), perGUID, 1<<14+7)
	}
}

func TestDoorAllocatesNothing(t *testing.T) {
	door := loop.NewDoor(loop.New(make([]loop.Place, 1), nil), loop.NewLearned(), 0)
	const nodes = 3000
	for i := range 3 * nodes {
		door.Check(node(i%nodes), time.Duration(i))
	}
	i := 0
	if n := testing.AllocsPerRun(10_000, func() { door.Check(node(i%nodes), time.Duration(i)*time.Millisecond); i++ }); n != 0 {
		t.Errorf("Check makes %v allocations, want 0", n)
	}
}

func BenchmarkDoor(b *testing.B) {
	for _, nodes := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(nodes), func(b *testing.B) {
			door := loop.NewDoor(loop.New(make([]loop.Place, 1), nil), loop.NewLearned(), 0)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				door.Check(node(i%nodes), time.Duration(i)*10*time.Microsecond)
				i++
			}
		})
	}
}
