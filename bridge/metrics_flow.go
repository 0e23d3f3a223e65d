package bridge

import "github.com/prometheus/client_golang/prometheus"

// flow are the metrics of what became of the events of a direction, in their number or in bytes.
type flow struct {
	received, recovered, forwarded, filtered, suppressed, dropped, queued *prometheus.Desc
}

type describe func(name, help string, more ...string) *prometheus.Desc

func eventFlow(desc describe) flow {
	return flow{
		received:   desc("route_events_received_total", "Events that came from the sources of the route."),
		recovered:  desc("route_events_recovered_total", "Events that were found on disk, or put in by hand."),
		forwarded:  desc("route_events_forwarded_total", "Events that the destination answered with +OK."),
		filtered:   desc("route_events_filtered_total", "Events that the route does not take, by reason.", "reason"),
		suppressed: desc("route_events_suppressed_total", "Events that the loop guard held back, by reason.", "reason"),
		dropped:    desc("route_events_dropped_total", "Events that were taken and could not be delivered, by reason.", "reason"),
		queued:     desc("queue_events", "Events that wait in the queue."),
	}
}

func byteFlow(desc describe) flow {
	return flow{
		received:   desc("route_received_bytes_total", "Bytes of the received events as text, without the ends of the lines."),
		recovered:  desc("route_recovered_bytes_total", "Bytes of the recovered events, likewise."),
		forwarded:  desc("route_forwarded_bytes_total", "Bytes of the forwarded events, likewise."),
		filtered:   desc("route_filtered_bytes_total", "Bytes of the filtered events, likewise, by reason.", "reason"),
		suppressed: desc("route_suppressed_bytes_total", "Bytes of the suppressed events, likewise, by reason.", "reason"),
		dropped:    desc("route_dropped_bytes_total", "Bytes of the dropped events, likewise, by reason.", "reason"),
		queued:     desc("queue_text_bytes", "Bytes of the events that wait in the queue, likewise."),
	}
}

func (f *flow) all() []*prometheus.Desc {
	return []*prometheus.Desc{f.received, f.recovered, f.forwarded, f.filtered, f.suppressed, f.dropped, f.queued}
}

// collect exports the numbers of a direction.
func (f *flow) collect(out chan<- prometheus.Metric, d *DirectionStatus, v *Volume) {
	counter := func(desc *prometheus.Desc, n uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), append([]string{d.Route, d.To}, labels...)...)
	}
	counter(f.received, v.Received)
	counter(f.recovered, v.Recovered)
	counter(f.forwarded, v.Forwarded)
	out <- prometheus.MustNewConstMetric(f.queued, prometheus.GaugeValue, float64(v.Queued), d.Route, d.To)
	for desc, by := range map[*prometheus.Desc]map[Reason]uint64{f.filtered: v.Filtered, f.suppressed: v.Suppressed, f.dropped: v.Dropped} {
		for reason, n := range by {
			counter(desc, n, string(reason))
		}
	}
}
