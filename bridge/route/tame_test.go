package route_test

import (
	"encoding/binary"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// measured is a measurement of a sensor behind a node.
func measured(sensor uint8, unit uint8, value float32) *vscp.Row {
	e := vscp.Event{Class: 10, Type: 6, GUID: vscp.GUID{15: 7}}
	e.Data = vscp.Coding(0).WithSensor(sensor).WithUnit(unit).AppendFloat(nil, value)
	r := e.Row()
	return &r
}

// button is an event that is no measurement.
func button(index uint8) *vscp.Row {
	e := vscp.Event{Class: 20, Type: 3, GUID: vscp.GUID{15: 7}, Data: []byte{index, 0, 0}}
	r := e.Row()
	return &r
}

func TestTame(t *testing.T) {
	type step struct {
		at   time.Duration
		row  *vscp.Row
		want route.Reason
	}
	const s = time.Second
	nan := float32(math.NaN())
	level2 := parse(t, "96,1060,6,0,,,"+node+",1,0,0,0,64,9,33,251,84,68,45,24")
	broken := parse(t, "96,10,6,0,,,00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:07,160,1,2,3")
	set := parse(t, "96,85,6,0,,,"+node+",0,0,0,104,20")
	setMirror := parse(t, "96,597,6,0,,,"+node+","+nodeBytes+",0,0,0,104,20")
	for _, tt := range []struct {
		name   string
		limits route.Limits
		steps  []step
	}{
		{"rate", route.Limits{Rate: 2, Burst: 3}, []step{
			{0, button(0), route.Taken},
			{0, button(0), route.Taken},
			{0, button(1), route.Taken},
			{0, button(2), route.RateLimited},
			{s/2 - 1, button(0), route.RateLimited},
			{s / 2, button(0), route.Taken},
			{s / 2, button(0), route.RateLimited},
			{10 * s, button(0), route.Taken},
			{10 * s, button(0), route.Taken},
			{10 * s, button(0), route.Taken},
			{10 * s, button(0), route.RateLimited},
		}},
		{"rate without a burst", route.Limits{Rate: 0.1}, []step{
			{0, button(0), route.Taken}, {9 * s, button(0), route.RateLimited}, {10 * s, button(0), route.Taken}, {10 * s, button(0), route.RateLimited},
		}},
		{"rate, times out of order", route.Limits{Rate: 1, Burst: 1}, []step{
			{10 * s, button(0), route.Taken}, {9 * s, button(0), route.RateLimited}, {10 * s, button(0), route.RateLimited}, {11 * s, button(0), route.Taken},
		}},
		{"rate, an earlier time takes a token", route.Limits{Rate: 1, Burst: 2}, []step{
			{10 * s, button(0), route.Taken}, {9 * s, button(0), route.Taken}, {10 * s, button(0), route.RateLimited}, {11 * s, button(0), route.Taken},
		}},
		{"interval", route.Limits{MinInterval: 10 * s}, []step{
			{0, button(0), route.Taken},
			{0, button(1), route.Taken},
			{5 * s, button(0), route.TooSoon},
			{10*s - 1, button(0), route.TooSoon},
			{10 * s, button(0), route.Taken},
			{10 * s, measured(0, 0, 1), route.Taken},
			{11 * s, measured(1, 0, 1), route.Taken},
			{12 * s, measured(0, 0, 99), route.TooSoon},
			{20 * s, button(0), route.Taken},
		}},
		{"interval and silence", route.Limits{MinInterval: 10 * s, MaxSilence: 4 * s}, []step{
			{0, button(0), route.Taken}, {3 * s, button(0), route.TooSoon}, {4 * s, button(0), route.Taken},
		}},
		{"dead band", route.Limits{DeadBand: 0.5}, []step{
			{0, measured(0, 0, 20), route.Taken},
			{1, measured(0, 0, 20.25), route.InDeadBand},
			{2, measured(0, 0, 20.5), route.Taken},
			{3, measured(0, 0, 20.25), route.InDeadBand},
			{4, measured(0, 0, 20), route.Taken},
			{5, measured(1, 0, 20), route.Taken},
			{6, button(0), route.Taken},
			{7, button(0), route.Taken},
			{8, &level2, route.Taken},
			{9, &level2, route.InDeadBand},
			{10000 * time.Hour, measured(0, 0, 20), route.InDeadBand},
		}},
		{"dead band creeps", route.Limits{DeadBand: 1}, []step{
			{0, measured(0, 0, 20), route.Taken}, {1, measured(0, 0, 20.5), route.InDeadBand}, {2, measured(0, 0, 21), route.Taken}, {3, measured(0, 0, 20.5), route.InDeadBand},
		}},
		{"dead band and another unit", route.Limits{DeadBand: 5}, []step{
			{0, measured(0, 1, 20), route.Taken}, {1, measured(0, 2, 20), route.Taken}, {2, measured(0, 2, 21), route.InDeadBand}, {3, measured(0, 1, 20), route.Taken},
		}},
		{"dead band and no number", route.Limits{DeadBand: 5}, []step{
			{0, measured(0, 0, nan), route.Taken}, {1, measured(0, 0, nan), route.Taken}, {2, measured(0, 0, 1), route.Taken}, {3, measured(0, 0, 1), route.InDeadBand},
		}},
		{"dead band and commands", route.Limits{DeadBand: 5}, []step{
			{0, &set, route.Taken}, {1, &set, route.Taken}, {2, &setMirror, route.Taken}, {3, &setMirror, route.Taken},
		}},
		{"dead band and silence", route.Limits{DeadBand: 5, MaxSilence: 60 * s}, []step{
			{0, measured(0, 0, 20), route.Taken},
			{60*s - 1, measured(0, 0, 20), route.InDeadBand},
			{60 * s, measured(0, 0, 21), route.Taken},
			{61 * s, measured(0, 0, 16), route.Taken},
			{119 * s, measured(0, 0, 20), route.InDeadBand},
			{121 * s, measured(0, 0, 20), route.Taken},
		}},
		{"interval before dead band", route.Limits{MinInterval: 10 * s, DeadBand: 1}, []step{
			{0, measured(0, 0, 20), route.Taken}, {s, measured(0, 0, 30), route.TooSoon}, {10 * s, measured(0, 0, 20.5), route.InDeadBand}, {11 * s, measured(0, 0, 30), route.Taken},
		}},
		{"dead band after one that cannot be read", route.Limits{MinInterval: s, DeadBand: 1}, []step{
			{0, measured(0, 0, 20), route.Taken}, {2 * s, &broken, route.Taken}, {4 * s, measured(0, 0, 20), route.InDeadBand},
		}},
		{"what is held takes no token", route.Limits{Rate: 1, Burst: 1, MinInterval: 2 * s}, []step{
			{0, button(0), route.Taken}, {s, button(0), route.TooSoon}, {s, button(1), route.Taken},
		}},
		{"what is held by the rate did not pass", route.Limits{Rate: 1, Burst: 1, MinInterval: 2 * s}, []step{
			{0, button(0), route.Taken}, {0, button(1), route.RateLimited}, {s, button(1), route.Taken},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tame := route.NewTame(tt.limits)
			for i, step := range tt.steps {
				if got := tame.Check(step.row, step.at); got != step.want {
					t.Errorf("step %d, %s at %v: %v, want %v", i, text(step.row), step.at, got, step.want)
				}
			}
		})
	}
}

func TestTameNothing(t *testing.T) {
	tame := route.NewTame(route.Limits{Burst: 5, MaxSilence: time.Second})
	if tame != nil {
		t.Errorf("NewTame without limits = %p, want nil", tame)
	}
	if got := tame.Check(button(0), 0); got != route.Taken {
		t.Errorf("Check without limits = %v, want %v", got, route.Taken)
	}
}

// Subjects beyond the bound pass; those that speak again and again are not forgotten for them.
func TestTameManySubjects(t *testing.T) {
	tame := route.NewTame(route.Limits{MinInterval: time.Hour})
	row := *button(0)
	regular := *button(1)
	if got := tame.Check(&regular, 0); got != route.Taken {
		t.Fatalf("the first event of a subject: %v, want %v", got, route.Taken)
	}
	for i := range uint32(40_000) {
		binary.BigEndian.PutUint32(row.GUID[:], i)
		if got := tame.Check(&row, 1); got != route.Taken {
			t.Fatalf("the first event of subject %d: %v, want %v", i, got, route.Taken)
		}
		if got := tame.Check(&row, 1); got != route.TooSoon {
			t.Fatalf("the second event of subject %d: %v, want %v", i, got, route.TooSoon)
		}
		if got := tame.Check(&regular, 1); got != route.TooSoon {
			t.Fatalf("the regular subject after %d others: %v, want %v", i, got, route.TooSoon)
		}
	}
	binary.BigEndian.PutUint32(row.GUID[:], 0)
	if got := tame.Check(&row, 2); got != route.Taken {
		t.Errorf("an event of a subject that was forgotten: %v, want %v", got, route.Taken)
	}
}

// The sources of a direction share its limit.
func TestTameTogether(t *testing.T) {
	const burst = 1000
	tame := route.NewTame(route.Limits{Rate: 1e-6, Burst: burst, MinInterval: time.Nanosecond})
	var passed atomic.Int64
	var sources sync.WaitGroup
	for range 4 {
		sources.Go(func() {
			for i := range burst {
				if tame.Check(button(uint8(i)), time.Duration(i)) == route.Taken {
					passed.Add(1)
				}
			}
		})
	}
	sources.Wait()
	if got := passed.Load(); got > burst || got < burst/2 {
		t.Errorf("%d events of four sources passed, want up to %d, and most of them", got, burst)
	}
}

func TestTameDoesNotAllocate(t *testing.T) {
	tame := route.NewTame(route.Limits{Rate: 1e6, Burst: 1e6, MinInterval: 2, DeadBand: 0.5, MaxSilence: time.Minute})
	rows := []*vscp.Row{measured(0, 0, 1), measured(1, 0, 1), measured(0, 0, 2), button(0)}
	now := time.Duration(0)
	run := func() {
		for _, row := range rows {
			now++
			tame.Check(row, now)
		}
	}
	run()
	if got := testing.AllocsPerRun(1000, run); got != 0 {
		t.Errorf("Check makes %v allocations, want 0", got)
	}
}

func BenchmarkTame(b *testing.B) {
	for _, c := range []struct {
		name   string
		limits route.Limits
	}{
		{"nothing", route.Limits{}},
		{"rate", route.Limits{Rate: 1e9, Burst: 1e6}},
		{"interval", route.Limits{MinInterval: 1}},
		{"dead band", route.Limits{DeadBand: 0.5, MaxSilence: time.Minute}},
		{"all", route.Limits{Rate: 1e9, Burst: 1e6, MinInterval: 1, DeadBand: 0.5, MaxSilence: time.Minute}},
	} {
		b.Run(c.name, func(b *testing.B) {
			tame := route.NewTame(c.limits)
			rows := make([]vscp.Row, 4096)
			for i := range rows {
				rows[i] = *measured(uint8(i), 0, float32(i))
				binary.BigEndian.PutUint32(rows[i].GUID[:], uint32(i))
			}
			now := time.Duration(0)
			b.ReportAllocs()
			for b.Loop() {
				now += time.Microsecond
				tame.Check(&rows[int(now/time.Microsecond)%len(rows)], now)
			}
		})
	}
}
