package bridge

import "github.com/prometheus/client_golang/prometheus"

// collector exports the counters of all directions, read when it is scraped.
type collector struct {
	bridge                                             *Bridge
	received, forwarded, filtered, suppressed, dropped *prometheus.Desc
	queueEvents, queueBytes, queueAge                  *prometheus.Desc
}

func newCollector(b *Bridge) *collector {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("tcpiplink_"+name, help, append([]string{"route", "to"}, more...), nil)
	}
	return &collector{
		bridge:      b,
		received:    desc("route_events_received_total", "Events that came from the sources of the route."),
		forwarded:   desc("route_events_forwarded_total", "Events that the destination answered with +OK."),
		filtered:    desc("route_events_filtered_total", "Events that the route does not take, by reason.", "reason"),
		suppressed:  desc("route_events_suppressed_total", "Events that the loop guard held back, by reason.", "reason"),
		dropped:     desc("route_events_dropped_total", "Events that were taken and could not be delivered, by reason.", "reason"),
		queueEvents: desc("queue_events", "Events that wait in the queue."),
		queueBytes:  desc("queue_bytes", "Bytes that count against the queue's limit."),
		queueAge:    desc("queue_oldest_age_seconds", "How long the oldest event has been in the queue; 0 if it is empty."),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.received, c.forwarded, c.filtered, c.suppressed, c.dropped, c.queueEvents, c.queueBytes, c.queueAge} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	for _, d := range c.bridge.Directions() {
		counter := func(desc *prometheus.Desc, v uint64, labels ...string) {
			out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(v), append([]string{d.Route, d.To}, labels...)...)
		}
		gauge := func(desc *prometheus.Desc, v float64) {
			out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v, d.Route, d.To)
		}
		counter(c.received, d.Received)
		counter(c.forwarded, d.Forwarded)
		for desc, by := range map[*prometheus.Desc]map[Reason]uint64{c.filtered: d.Filtered, c.suppressed: d.Suppressed, c.dropped: d.Dropped} {
			for reason, v := range by {
				counter(desc, v, string(reason))
			}
		}
		gauge(c.queueEvents, float64(d.Queued))
		gauge(c.queueBytes, float64(d.QueueBytes))
		gauge(c.queueAge, d.OldestAge().Seconds())
	}
}
