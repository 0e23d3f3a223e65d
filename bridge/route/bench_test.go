package route_test

import (
	"fmt"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
)

// narrow are blocks that miss a temperature, the last one as late as can be; deep asks for its value.
func narrow(n int, deep bool) (blocks []route.Match) {
	for i := range n {
		m := route.Match{Class: exactly(10), Type: exactly(6), Priority: exactly(3), Sensor: exactly(uint16(3 + i%5))}
		if deep {
			m.Sensor, m.Value = nil, &route.Values{Min: 100, Max: 200 + float64(i)}
		}
		blocks = append(blocks, m)
	}
	return blocks
}

func BenchmarkRulesCheck(b *testing.B) {
	row := parse(b, "96,10,6,0,,,#,138,0,25")
	for _, n := range []int{0, 1, 10} {
		rules := route.New(route.Selection{Match: narrow(n, false)})
		b.Run(fmt.Sprintf("%d blocks", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rules.Check(&row)
			}
		})
	}
	b.Run("10 blocks of other classes", func(b *testing.B) {
		rules := route.New(route.Selection{Match: narrow(10, false)})
		row := parse(b, "96,20,3,0,,,#,0,1,2")
		b.ReportAllocs()
		for b.Loop() {
			rules.Check(&row)
		}
	})
	b.Run("10 blocks of values", func(b *testing.B) {
		rules := route.New(route.Selection{Match: narrow(10, true)})
		b.ReportAllocs()
		for b.Loop() {
			rules.Check(&row)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	s := route.Selection{Preset: route.Telemetry, Match: narrow(10, true)}
	b.ReportAllocs()
	for b.Loop() {
		route.New(s)
	}
}

func TestCheckAllocatesNothing(t *testing.T) {
	rules := route.New(route.Selection{Match: narrow(10, true), Exclude: narrow(10, false)})
	for _, line := range []string{"96,10,6,0,,,#,138,0,25", "96,10,6,0,,,#,138,0,150", "96,20,3,0,,,#,0,1,2", "96,0,0,0,,,#"} {
		row := parse(t, line)
		if got := testing.AllocsPerRun(100, func() { rules.Check(&row) }); got != 0 {
			t.Errorf("Check(%s) allocates %v times, want 0", line, got)
		}
	}
}
