package reload

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// The results of reloads.
const (
	resultOK      = "ok"
	resultInvalid = "invalid" // the configuration has mistakes
	resultRestart = "restart" // it changes what only a restart changes
	resultFailed  = "failed"  // the bridge did not take it
)

type metrics struct {
	successful, succeeded, hash prometheus.Gauge
	reloads                     *prometheus.CounterVec
}

// newMetrics registers them; nil registers nothing.
func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		successful: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tcpiplink_config_last_reload_successful", Help: "1 if the last reload went well, or there was none; 0 if the configuration before it stays in use.",
		}),
		succeeded: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tcpiplink_config_last_reload_success_timestamp_seconds", Help: "When the configuration in use was loaded.",
		}),
		hash: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tcpiplink_config_hash", Help: "The first 48 bits of the hash of the configuration in use, as a number.",
		}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tcpiplink_config_reloads_total", Help: "Reloads, by what became of them.",
		}, []string{"result"}),
	}
	for _, result := range []string{resultOK, resultInvalid, resultRestart, resultFailed} {
		m.reloads.WithLabelValues(result)
	}
	m.successful.Set(1)
	if reg != nil {
		reg.MustRegister(m.successful, m.succeeded, m.hash, m.reloads)
	}
	return m
}

// hashDigits is as much of a hash as a sample, which is a float64, holds.
const hashDigits = 12

// use says what is in use since when.
func (m *metrics) use(hash string, since time.Time) {
	m.succeeded.Set(float64(since.UnixMilli()) / 1e3)
	n, _ := strconv.ParseUint(hash[:min(len(hash), hashDigits)], 16, 64) // no hash is 0
	m.hash.Set(float64(n))
}

// done counts a reload.
func (m *metrics) done(result string) {
	m.reloads.WithLabelValues(result).Inc()
	m.successful.Set(0)
	if result == resultOK {
		m.successful.Set(1)
	}
}
