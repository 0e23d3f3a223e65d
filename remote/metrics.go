package remote

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics export what all managers of a process do, read when they are scraped: a remote that nobody looks at costs its
// counters and nothing else. A manager is exported from NewManager to Remove; of several with one name, one of which takes over from
// the other, the oldest is. A nil *Metrics exports nothing.
type Metrics struct {
	received, malformed, keepAlives, sent, refused *prometheus.Desc
	connects, failures, skipped, up                *prometheus.Desc
	transitions, seconds                           *prometheus.Desc
	overruns, indexGaps, gaps, gapSeconds          *prometheus.Desc
	bytesReceived, bytesSent, certificate          *prometheus.Desc
	replies, lateness, remoteUp                    *prometheus.Desc

	mu       sync.Mutex // guards managers
	managers []*Manager
}

// NewMetrics registers the metrics of remotes with reg.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(prometheus.BuildFQName("tcpiplink", "remote", name), help, append([]string{"remote"}, labels...), nil)
	}
	m := &Metrics{
		received:    desc("events_received_total", "Events taken from the remote."),
		malformed:   desc("lines_malformed_total", "Lines from the remote that are no event."),
		keepAlives:  desc("keepalives_received_total", "Keep-alive lines from the remote in the receive loop."),
		sent:        desc("events_sent_total", "Events that the remote answered with +OK."),
		refused:     desc("events_refused_total", "Events that the remote answered with -OK, retried ones included."),
		skipped:     desc("ticks_skipped_total", "Ticks of the schedule missed because the run before had not ended, or the clock was set forward."),
		overruns:    desc("server_overruns_total", "Events that the remote dropped because its queue for us was full, by its own count."),
		indexGaps:   desc("index_gaps_total", "Events missing by the rolling indices of their senders."),
		gaps:        desc("receive_gaps_total", "Times that a connection which receives was followed by another one."),
		gapSeconds:  desc("receive_gap_seconds_total", "Time from the last sign of life of such a connection to the moment the next one was up."),
		replies:     desc("reply_seconds", "Time from a command that was sent alone to the end of its reply."),
		lateness:    desc("schedule_lateness_seconds", "How much later than its tick the run of a schedule began, a visit when it was logged in."),
		connects:    desc("connects_total", "Connections that came up.", "link"),
		failures:    desc("failures_total", "Attempts and connections that ended with an error, by cause.", "link", "cause"),
		remoteUp:    desc("up", "1 while every connection of the remote is up, or a visit is due in time."),
		up:          desc("link_up", "1 while events can flow on the connection.", "link"),
		transitions: desc("transitions_total", "Times that the connection entered the state.", "link", "state"),
		certificate: desc("certificate_expiry_timestamp_seconds", "When the certificate expires that the peer showed last, or that was shown to it, in Unix time.", "of"),

		bytesReceived: desc("received_bytes_total", "Bytes read from the remote, before they were encrypted."),
		bytesSent:     desc("sent_bytes_total", "Bytes written to the remote, likewise."),

		seconds: desc("state_seconds_total", "Time that the connection spent in the state, the present stay included.", "link", "state"),
	}
	reg.MustRegister(m)
	return m
}

func (m *Metrics) add(manager *Manager) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.managers = append(m.managers, manager)
}

// Remove makes a manager be exported no more. It is called after the end of its Run, or if it will never run.
func (m *Metrics) Remove(manager *Manager) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	kept := make([]*Manager, 0, len(m.managers)) // Collect may be looking at the list
	for _, other := range m.managers {
		if other != manager {
			kept = append(kept, other)
		}
	}
	m.managers = kept
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		m.received, m.malformed, m.keepAlives, m.sent, m.refused, m.connects, m.failures, m.skipped, m.up, m.transitions, m.seconds,
		m.overruns, m.indexGaps, m.gaps, m.gapSeconds, m.bytesReceived, m.bytesSent, m.certificate, m.replies, m.lateness, m.remoteUp,
	} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(out chan<- prometheus.Metric) {
	m.mu.Lock()
	managers := m.managers
	m.mu.Unlock()
	seen := make(map[string]bool, len(managers))
	for _, manager := range managers {
		if name := manager.opts.Name; !seen[name] {
			seen[name] = true
			m.collect(out, manager)
		}
	}
}

func (m *Metrics) collect(out chan<- prometheus.Metric, manager *Manager) {
	s := manager.Status()
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, append([]string{s.Name}, labels...)...)
	}
	c := manager.counts
	counter(m.received, float64(c.received.Load()))
	counter(m.malformed, float64(c.malformed.Load()))
	counter(m.keepAlives, float64(c.keepAlives.Load()))
	counter(m.sent, float64(c.sent.Load()))
	counter(m.refused, float64(c.refused.Load()))
	counter(m.skipped, float64(c.skipped.Load()))
	counter(m.overruns, float64(s.Loss.Overruns))
	counter(m.indexGaps, float64(s.Loss.IndexGaps))
	counter(m.gaps, float64(s.Loss.Gaps))
	counter(m.gapSeconds, s.Loss.GapTotal.Seconds())
	out <- prometheus.MustNewConstMetric(m.remoteUp, prometheus.GaugeValue, flag(s.Up), s.Name)
	m.collectTraffic(out, manager)
	for _, l := range s.Links {
		out <- prometheus.MustNewConstMetric(m.up, prometheus.GaugeValue, flag(l.State.Up()), s.Name, l.Name)
		counter(m.connects, float64(l.Connects), l.Name)
		for cause, n := range l.Causes {
			counter(m.failures, float64(n), l.Name, string(cause))
		}
		for state, stay := range l.Stays {
			if stay.Times > 0 {
				counter(m.transitions, float64(stay.Times), l.Name, State(state).String())
				counter(m.seconds, stay.Total.Seconds(), l.Name, State(state).String())
			}
		}
	}
}

// collectTraffic leaves out what a remote does not have: a schedule, certificates.
func (m *Metrics) collectTraffic(out chan<- prometheus.Metric, manager *Manager) {
	c, t, name := manager.counts, &manager.traffic, manager.opts.Name
	out <- prometheus.MustNewConstMetric(m.bytesReceived, prometheus.CounterValue, float64(c.bytesReceived.Load()), name)
	out <- prometheus.MustNewConstMetric(m.bytesSent, prometheus.CounterValue, float64(c.bytesSent.Load()), name)
	out <- c.replies.Metric(m.replies, name)
	if manager.opts.Schedule != nil {
		out <- c.lateness.Metric(m.lateness, name)
	}
	for _, c := range []struct {
		of     string
		expiry int64
	}{{"peer", t.peerExpiry.Load()}, {"bridge", t.ownExpiry.Load()}} {
		if c.expiry != 0 {
			out <- prometheus.MustNewConstMetric(m.certificate, prometheus.GaugeValue, float64(c.expiry), name, c.of)
		}
	}
}

func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
