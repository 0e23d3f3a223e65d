package remote

import "github.com/prometheus/client_golang/prometheus"

// Metrics count what all managers of a process do. A nil *Metrics counts nothing.
type Metrics struct {
	received   *prometheus.CounterVec
	malformed  *prometheus.CounterVec
	keepAlives *prometheus.CounterVec
	sent       *prometheus.CounterVec
	refused    *prometheus.CounterVec
	connects   *prometheus.CounterVec
	failures   *prometheus.CounterVec
	skipped    *prometheus.CounterVec
	up         *prometheus.GaugeVec
}

// NewMetrics registers the metrics of remotes with reg.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "tcpiplink", Subsystem: "remote", Name: name, Help: help}, labels)
		reg.MustRegister(v)
		return v
	}
	m := &Metrics{
		received:   counter("events_received_total", "Events taken from the remote.", "remote"),
		malformed:  counter("lines_malformed_total", "Lines from the remote that are no event.", "remote"),
		keepAlives: counter("keepalives_received_total", "Keep-alive lines from the remote in the receive loop.", "remote"),
		sent:       counter("events_sent_total", "Events that the remote answered with +OK.", "remote"),
		refused:    counter("events_refused_total", "Events that the remote answered with -OK, retried ones included.", "remote"),
		connects:   counter("connects_total", "Connections that came up.", "remote", "link"),
		failures:   counter("failures_total", "Attempts and connections that ended with an error, by cause.", "remote", "link", "cause"),
		skipped:    counter("ticks_skipped_total", "Ticks of the schedule missed because the run before had not ended.", "remote"),
		up: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "tcpiplink", Subsystem: "remote", Name: "link_up", Help: "1 while events can flow on the connection.",
		}, []string{"remote", "link"}),
	}
	reg.MustRegister(m.up)
	return m
}

// counts are the metrics of one manager; its fields are usable also where nothing is measured.
type counts struct {
	received, malformed, keepAlives, sent, refused, skipped prometheus.Counter
}

func (m *Metrics) of(remote string) counts {
	if m == nil {
		m = NewMetrics(prometheus.NewRegistry())
	}
	return counts{
		received:   m.received.WithLabelValues(remote),
		malformed:  m.malformed.WithLabelValues(remote),
		keepAlives: m.keepAlives.WithLabelValues(remote),
		sent:       m.sent.WithLabelValues(remote),
		refused:    m.refused.WithLabelValues(remote),
		skipped:    m.skipped.WithLabelValues(remote),
	}
}

func (m *Metrics) linkUp(remote, role string) {
	if m != nil {
		m.connects.WithLabelValues(remote, role).Inc()
		m.up.WithLabelValues(remote, role).Set(1)
	}
}

func (m *Metrics) linkDown(remote, role string, cause Cause) {
	if m == nil {
		return
	}
	m.up.WithLabelValues(remote, role).Set(0)
	if cause != CauseNone {
		m.failures.WithLabelValues(remote, role, string(cause)).Inc()
	}
}
