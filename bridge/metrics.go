package bridge

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// collector exports the counters of all directions, read when it is scraped.
type collector struct {
	bridge                                          *Bridge
	events, bytes                                   flow
	queueBytes, queueAge                            *prometheus.Desc
	letters, lettersLost                            *prometheus.Desc
	diskBytes, degraded, damaged                    *prometheus.Desc
	missing, syncs, syncErrors, doubtful, unwritten *prometheus.Desc
	foundDamaged, damagedParts, torn, unreadable    *prometheus.Desc
	quarantined, quarantinedBytes                   *prometheus.Desc
	removed, delivery                               *prometheus.Desc
	paused, remotePaused                            *prometheus.Desc
}

func newCollector(b *Bridge) *collector {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("tcpiplink_"+name, help, append([]string{"route", "to"}, more...), nil)
	}
	return &collector{
		bridge:      b,
		events:      eventFlow(desc),
		bytes:       byteFlow(desc),
		queueBytes:  desc("queue_bytes", "Bytes that count against the queue's limit."),
		queueAge:    desc("queue_oldest_age_seconds", "How long the oldest event has been in the queue; 0 if it is empty."),
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
		quarantined:      desc("queue_quarantined_parts_total", "Bad parts that the start found in the files and that have a copy in quarantine, also one of an earlier start."),
		quarantinedBytes: desc("queue_quarantined_bytes_total", "Bytes of these parts."),
		delivery:         desc("route_delivery_seconds", "Time from the arrival of an event in the queue to the destination's +OK."),
		removed: prometheus.NewDesc("tcpiplink_removed_routes_events_dropped_total",
			"Events that were dropped because a new configuration had their way no more, those of ways that are gone included.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range slices.Concat(c.events.all(), c.bytes.all(), []*prometheus.Desc{
		c.queueBytes, c.queueAge,
		c.diskBytes, c.degraded, c.damaged, c.missing, c.syncs, c.syncErrors, c.doubtful, c.unwritten, c.letters, c.lettersLost,
		c.foundDamaged, c.damagedParts, c.torn, c.unreadable, c.quarantined, c.quarantinedBytes, c.removed, c.delivery,
		c.paused, c.remotePaused,
	}) {
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
		c.events.collect(out, &d, &Volume{
			Received: d.Received, Recovered: d.Recovered, Forwarded: d.Forwarded, Queued: uint64(d.Queued),
			Filtered: d.Filtered, Suppressed: d.Suppressed, Dropped: d.Dropped,
		})
		c.bytes.collect(out, &d, &d.Text)
		c.collectQueue(out, &d)
	}
}

func (c *collector) collectQueue(out chan<- prometheus.Metric, d *DirectionStatus) {
	counter := func(desc *prometheus.Desc, v uint64) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(v), d.Route, d.To)
	}
	gauge := func(desc *prometheus.Desc, v float64) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v, d.Route, d.To)
	}
	out <- d.Delivery.Metric(c.delivery, d.Route, d.To)
	counter(c.letters, d.Letters)
	counter(c.lettersLost, d.LettersLost)
	gauge(c.paused, flag(!d.Paused.IsZero()))
	gauge(c.queueBytes, float64(d.QueueBytes))
	gauge(c.queueAge, d.OldestAge().Seconds())
	if d.Disk == nil {
		return
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

func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
