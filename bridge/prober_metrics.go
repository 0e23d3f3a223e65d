package bridge

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// probeCollector exports what the routes that probe found.
type probeCollector struct {
	bridge                          *Bridge
	cycles, blocked, sent, returned *prometheus.Desc
}

func newProbeCollector(b *Bridge) *probeCollector {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("tcpiplink_route_"+name, help, []string{"route"}, nil)
	}
	return &probeCollector{
		bridge:   b,
		cycles:   desc("cycles", "Pairs of remotes of the route that are joined outside of the bridge, as its probes found."),
		blocked:  desc("cycles_blocked", "Those of them at which the route is blocked."),
		sent:     desc("probes_sent_total", "Probes of the route that were due."),
		returned: desc("probes_returned_total", "Copies of these probes that came back on another remote."),
	}
}

// Describe implements prometheus.Collector.
func (c *probeCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.cycles, c.blocked, c.sent, c.returned} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *probeCollector) Collect(out chan<- prometheus.Metric) {
	routes, rings, counts := c.bridge.probeReading()
	for i, route := range routes {
		if route == nil || route.Probe == nil {
			continue
		}
		found, blocked := 0, 0
		for _, r := range rings {
			if r.Route == i {
				found++
			}
			if r.Route == i && r.Blocks {
				blocked++
			}
		}
		out <- prometheus.MustNewConstMetric(c.cycles, prometheus.GaugeValue, float64(found), route.Name)
		out <- prometheus.MustNewConstMetric(c.blocked, prometheus.GaugeValue, float64(blocked), route.Name)
		out <- prometheus.MustNewConstMetric(c.sent, prometheus.CounterValue, float64(counts[i].Sent), route.Name)
		out <- prometheus.MustNewConstMetric(c.returned, prometheus.CounterValue, float64(counts[i].Returned), route.Name)
	}
}

// probeReading reads what the probes found, with routes by their slots; nil: none has it.
func (b *Bridge) probeReading() ([]*config.Route, []loop.Ring, []policy.ProbeCounts) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	probes := b.present.Load().policy.Probes()
	rings, counts := probes.Reading()
	return probes.Routes(), rings, counts
}
