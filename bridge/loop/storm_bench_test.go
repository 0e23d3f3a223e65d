package loop_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// BenchmarkStormOfNews counts events that never come twice, as a busy source of measurements sends them.
func BenchmarkStormOfNews(b *testing.B) {
	s := loop.NewStorm(100, 10*time.Second)
	rows := make([]vscp.Row, 1<<14)
	for i := range rows {
		rows[i] = *mustRow(b, fmt.Sprintf("96,10,6,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,136,2,9,29,0,%d,%d,0", i>>8, i&0xFF))
	}
	b.ReportAllocs()
	i, now := 0, time.Duration(0)
	for b.Loop() {
		s.Check(&rows[i&(len(rows)-1)], now)
		now += time.Microsecond
		i++
	}
}
