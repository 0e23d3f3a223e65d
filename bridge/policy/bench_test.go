package policy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// BenchmarkJudge is what one event costs with all that a usual configuration has: origins of ten remotes, a route between all
// of them, and the breaker on.
func BenchmarkJudge(b *testing.B) {
	for _, bench := range []struct {
		name  string
		limit int
		echo  bool
		nodes int
	}{
		{"plain", 0, false, 100},
		{"storm", 1 << 30, false, 100},
		{"storm, 10000 nodes", 1 << 30, false, 10000},
		{"storm, echoing peer", 1 << 30, true, 100},
	} {
		b.Run(bench.name, func(b *testing.B) {
			cfg := &config.Config{Loop: config.Loop{Storm: config.Storm{Limit: bench.limit, Window: 10 * time.Second}}}
			route := &config.Route{Name: "bench"}
			for i := range 10 {
				p, err := vscp.ParseGUIDPattern(fmt.Sprintf("FF:FF:FF:FF:FF:FF:FF:FE:00:%02X:*", i))
				if err != nil {
					b.Fatal(err)
				}
				cfg.Remotes = append(cfg.Remotes, &config.Remote{Name: fmt.Sprint(i), Origins: []vscp.GUIDPattern{p}})
			}
			route.From, route.To = cfg.Remotes[:1], cfg.Remotes[1:2]
			cfg.Routes = []*config.Route{route}
			p := policy.New(cfg)
			p.Exit(0).SetEchoes(bench.echo)
			e := p.Entrance(0)
			rows := make([]vscp.Row, bench.nodes)
			for i := range rows {
				rows[i] = mustRow(b, fmt.Sprintf("96,10,6,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:%02X:%02X,136,%d,9,29,0,0,0,0", i>>8, i&0xFF, i&0xFF))
			}
			if bench.echo {
				row := mustRow(b, "96,20,6,0,,,-,1")
				p.Exit(0).Leased(&row)
			}
			a := policy.Arrival{At: time.Now()}
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				a.Row = &rows[i%len(rows)]
				a.Now += 10 * time.Microsecond
				e.Judge(&a)
				i++
			}
		})
	}
}

func mustRow(tb testing.TB, text string) vscp.Row {
	tb.Helper()
	var row vscp.Row
	if err := row.Parse([]byte(text)); err != nil {
		tb.Fatalf("Parse(%q): %v", text, err)
	}
	return row
}
