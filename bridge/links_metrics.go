package bridge

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
)

// linkCollector exports how many link events were made.
type linkCollector struct {
	bridge *Bridge
	made   *prometheus.Desc
}

func newLinkCollector(b *Bridge) *linkCollector {
	return &linkCollector{bridge: b, made: prometheus.NewDesc("tcpiplink_route_link_events_total",
		"Events that told a destination of the route that another remote of it went down, was paused or came back.", []string{"route", "state"}, nil)}
}

// Describe implements prometheus.Collector.
func (c *linkCollector) Describe(out chan<- *prometheus.Desc) { out <- c.made }

// Collect implements prometheus.Collector.
func (c *linkCollector) Collect(out chan<- prometheus.Metric) {
	for _, r := range c.bridge.present.Load().cfg.Routes {
		if r.LinkEvents == nil {
			continue
		}
		for _, s := range loop.LinkStates() {
			out <- prometheus.MustNewConstMetric(c.made, prometheus.CounterValue, float64(c.bridge.links.made(r.Name, s)), r.Name, s.String())
		}
	}
}
