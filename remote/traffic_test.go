package remote

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
)

// sample returns the series of a metric whose labels have all the given values.
func sample(t *testing.T, reg prometheus.Gatherer, name string, values ...string) *dto.Metric {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			found := 0
			for _, label := range m.GetLabel() {
				for _, v := range values {
					if label.GetValue() == v {
						found++
					}
				}
			}
			if found == len(values) {
				return m
			}
		}
	}
	return nil
}

// TestReplyTimes has a peer answer each SEND after 20 ms. The answers to pipelined commands are not counted one by one: the
// later ones also wait for those before them.
func TestReplyTimes(t *testing.T) {
	for window, least := range map[int]uint64{1: 10, 10: 1} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			f.answer = func(_ *fakeConn, line string) (string, bool) {
				if strings.HasPrefix(line, "SEND") {
					time.Sleep(20 * time.Millisecond)
				}
				return "", false
			}
			reg := prometheus.NewPedanticRegistry()
			r := newRig(t, f.dial, func(o *Options) { o.Metrics, o.Window, o.StatEvery = NewMetrics(reg), window, 0 }).start()
			time.Sleep(time.Second)
			before := sample(t, reg, "tcpiplink_remote_reply_seconds").GetHistogram()
			r.out.pushNumbered(0, 10)
			time.Sleep(time.Second)
			after := sample(t, reg, "tcpiplink_remote_reply_seconds").GetHistogram()
			n := after.GetSampleCount() - before.GetSampleCount()
			sum := after.GetSampleSum() - before.GetSampleSum()
			if want := float64(n) * 0.02; n != least || sum < want*0.99 || sum > want*1.01 {
				t.Errorf("window %d: %d answers of %v s in all, want %d of %v", window, n, sum, least, want)
			}
			if got := r.m.Status().RoundTrip; got != 20*time.Millisecond {
				t.Errorf("window %d: round trip = %v, want 20ms", window, got)
			}
		})
	}
}

// TestBytes compares the bytes counted with those that the peer saw.
func TestBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		reg := prometheus.NewPedanticRegistry()
		r := newRig(t, f.dial, func(o *Options) { o.Metrics = NewMetrics(reg) }).start()
		time.Sleep(time.Second)
		count := func(name string) float64 {
			return sample(t, reg, "tcpiplink_remote_"+name+"_bytes_total").GetCounter().GetValue()
		}
		in, out := count("received"), count("sent")
		r.out.pushNumbered(0, 1)
		synctest.Wait()
		line := f.conn(2).lines("SEND")[0]
		if got, want := count("sent")-out, float64(len(line)+len("\r\n")); got != want {
			t.Errorf("%v bytes sent for %q, want %v", got, line, want)
		}
		if got := count("received") - in; got < float64(len("+OK\r\n")) {
			t.Errorf("%v bytes received for an answer, want at least 5", got)
		}
	})
}

// TestLateness has a peer that cannot be reached when the first tick comes.
func TestLateness(t *testing.T) {
	for _, mode := range []ScheduleMode{Hold, Visit} {
		for _, down := range []time.Duration{0, 20 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				f := newStore(t, 0)
				f.setRefuse(down > 0)
				reg := prometheus.NewPedanticRegistry()
				r := newRig(t, f.dial, func(o *Options) {
					o.Metrics, o.Schedule = NewMetrics(reg), &Schedule{Every: time.Minute, Mode: mode}
				}).start()
				time.Sleep(down)
				f.setRefuse(false)
				time.Sleep(150*time.Second - down)
				got := sample(t, reg, "tcpiplink_remote_schedule_lateness_seconds", "house").GetHistogram()
				least, most := down.Seconds(), 3*down.Seconds()
				if sum := got.GetSampleSum(); got.GetSampleCount() != 3 || sum < least || sum > most {
					t.Errorf("mode %v, down for %v: %d runs, %v s late in all, want 3, and %v to %v", mode, down, got.GetSampleCount(), sum, least, most)
				}
				r.stop()
			})
		}
	}
}

// TestCertificateExpiry reads when the certificates of both sides end, of the newest connection.
func TestCertificateExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTLSHost(t)
		h.options.ClientCAFile, h.options.RequireClientCert = h.path("ca.crt"), true
		reg := prometheus.NewPedanticRegistry()
		r := newRig(t, h.dial, func(o *Options) {
			o.Metrics, o.Connections, o.Receive = NewMetrics(reg), 1, ReceivePoll
			o.Client.TLS = &TLSOptions{CAFile: h.path("ca.crt"), CertFile: h.path("client.crt"), KeyFile: h.path("client.key")}
		})
		const name = "tcpiplink_remote_certificate_expiry_timestamp_seconds"
		if got := sample(t, reg, name); got != nil {
			t.Errorf("before the first connection: %v, want no expiry", got)
		}
		r.start()
		time.Sleep(time.Second)
		for of, want := range map[string]time.Time{"peer": h.cert.Leaf.NotAfter, "bridge": mustExpiry(t, h.path("client.crt"))} {
			if got := sample(t, reg, name, of).GetGauge().GetValue(); got != float64(want.Unix()) {
				t.Errorf("certificate of %s expires at %v, want %v", of, got, want.Unix())
			}
		}
	})
}

func mustExpiry(t *testing.T, path string) time.Time {
	t.Helper()
	text, err := certfile.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	certs, err := certfile.Certificates(text)
	if err != nil {
		t.Fatal(err)
	}
	return certs[0].NotAfter
}
