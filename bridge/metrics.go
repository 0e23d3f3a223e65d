package bridge

import "github.com/prometheus/client_golang/prometheus"

// collector exports the counters of all directions, read when it is scraped.
type collector struct {
	bridge                                             *Bridge
	received, forwarded, filtered, suppressed, dropped *prometheus.Desc
	queueEvents, queueBytes, queueAge                  *prometheus.Desc
	letters, lettersLost                               *prometheus.Desc
	recovered, diskBytes, degraded, damaged            *prometheus.Desc
	missing, syncs, syncErrors, doubtful, unwritten    *prometheus.Desc
	foundDamaged, damagedParts, torn, unreadable       *prometheus.Desc
	quarantined, quarantinedBytes                      *prometheus.Desc
	removed, forwardedBytes, delivery                  *prometheus.Desc
	paused, remotePaused                               *prometheus.Desc
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
		recovered:   desc("route_events_recovered_total", "Events that were found on disk at the start, or put in by hand."),
		diskBytes:   desc("queue_disk_bytes", "Bytes of the files of a queue on disk."),
		letters:     desc("dead_letters_total", "Events that were refused or given up, and written to the file of dead letters."),
		lettersLost: desc("dead_letters_lost_total", "Events that were refused or given up, and could not be written to the file of dead letters."),
		degraded:    desc("queue_degraded", "1 while the disk of a queue fails and events are kept in memory, otherwise 0."),
		damaged:     desc("queue_damaged_bytes_total", "Bytes of the files without a valid event, found at the start or in reading."),
		unwritten:   desc("queue_unwritten_events", "Events of a queue on disk that are in memory only."),
		missing:     desc("queue_missing_events_total", "Events that should have been on disk at the start and were not."),
		syncs:       desc("queue_fsyncs_total", "Syncs of the disk that succeeded."),
		syncErrors:  desc("queue_fsync_errors_total", "Syncs of the disk that failed."),
		doubtful:    desc("queue_doubtful_bytes_total", "Bytes that were in a sync that failed."),

		paused: desc("route_paused", "1 while the route is paused by hand, otherwise 0."),
		remotePaused: prometheus.NewDesc(
			"tcpiplink_remote_paused", "1 while the remote is paused by hand, and not connected, otherwise 0.", []string{"remote"}, nil),

		foundDamaged:     desc("queue_found_damaged", "1 if the start found the files of the queue damaged, otherwise 0."),
		damagedParts:     desc("queue_damaged_parts_total", "Parts of the files that the start found damaged, with events lost."),
		unreadable:       desc("queue_unreadable_bytes_total", "Bytes of the files that the disk refused to read at the start."),
		torn:             desc("queue_torn_bytes_total", "Bytes of interrupted writes that the start cut off."),
		quarantined:      desc("queue_quarantined_parts_total", "Parts of the files of which the start left a copy in quarantine."),
		quarantinedBytes: desc("queue_quarantined_bytes_total", "Bytes of these parts."),
		forwardedBytes:   desc("route_forwarded_bytes_total", "Bytes of these events as text, without the ends of the lines."),
		delivery:         desc("route_delivery_seconds", "Time from the arrival of an event in the queue to the destination's +OK."),
		removed: prometheus.NewDesc("tcpiplink_removed_routes_events_dropped_total",
			"Events that were dropped because a new configuration had their way no more, those of ways that are gone included.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.received, c.forwarded, c.filtered, c.suppressed, c.dropped, c.queueEvents, c.queueBytes, c.queueAge,
		c.recovered, c.diskBytes, c.degraded, c.damaged, c.missing, c.syncs, c.syncErrors, c.doubtful, c.unwritten, c.letters, c.lettersLost,
		c.foundDamaged, c.damagedParts, c.torn, c.unreadable, c.quarantined, c.quarantinedBytes, c.removed, c.forwardedBytes, c.delivery,
		c.paused, c.remotePaused,
	} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	out <- prometheus.MustNewConstMetric(c.removed, prometheus.CounterValue, float64(c.bridge.removed.Load()))
	for _, r := range c.bridge.Remotes() {
		out <- prometheus.MustNewConstMetric(c.remotePaused, prometheus.GaugeValue, flag(!r.Paused.IsZero()), r.Name)
	}
	for _, d := range c.bridge.Directions() {
		counter := func(desc *prometheus.Desc, v uint64, labels ...string) {
			out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(v), append([]string{d.Route, d.To}, labels...)...)
		}
		gauge := func(desc *prometheus.Desc, v float64) {
			out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v, d.Route, d.To)
		}
		counter(c.received, d.Received)
		counter(c.recovered, d.Recovered)
		counter(c.forwarded, d.Forwarded)
		counter(c.forwardedBytes, uint64(d.Text))
		out <- d.Delivery.Metric(c.delivery, d.Route, d.To)
		counter(c.letters, d.Letters)
		counter(c.lettersLost, d.LettersLost)
		for desc, by := range map[*prometheus.Desc]map[Reason]uint64{c.filtered: d.Filtered, c.suppressed: d.Suppressed, c.dropped: d.Dropped} {
			for reason, v := range by {
				counter(desc, v, string(reason))
			}
		}
		gauge(c.paused, flag(!d.Paused.IsZero()))
		gauge(c.queueEvents, float64(d.Queued))
		gauge(c.queueBytes, float64(d.QueueBytes))
		gauge(c.queueAge, d.OldestAge().Seconds())
		if d.Disk == nil {
			continue
		}
		gauge(c.degraded, flag(d.Disk.Degraded != nil))
		gauge(c.unwritten, float64(d.Disk.MemoryOnly))
		gauge(c.diskBytes, float64(d.Disk.Bytes))
		counter(c.damaged, uint64(d.Found.DamagedBytes+d.Disk.DamagedBytes))
		counter(c.unreadable, uint64(d.Found.UnreadableBytes))
		counter(c.missing, d.Found.MissingRecords)
		counter(c.syncs, d.Disk.Syncs)
		counter(c.syncErrors, d.Disk.SyncErrors)
		counter(c.doubtful, uint64(d.Disk.Doubtful))
		gauge(c.foundDamaged, flag(!d.Found.Clean()))
		counter(c.damagedParts, uint64(d.Found.DamagedRegions))
		counter(c.torn, uint64(d.Found.TornBytes))
		parts, bytes := d.Found.Quarantined()
		counter(c.quarantined, uint64(parts))
		counter(c.quarantinedBytes, uint64(bytes))
	}
}

func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
