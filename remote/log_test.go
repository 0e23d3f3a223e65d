package remote

import (
	"context"
	"fmt"
	"maps"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// TestOneLinePerFailure logs each failure once, with remote, link and cause.
func TestOneLinePerFailure(t *testing.T) {
	answering := func(greeting string, answer map[string]string) func(t *testing.T) DialFunc {
		return func(t *testing.T) DialFunc {
			t.Helper()
			f := newFake(t)
			f.greeting += greeting
			if greeting != "" {
				f.greeting = greeting
			}
			f.answer = func(_ *fakeConn, line string) (string, bool) {
				verb, _, _ := strings.Cut(line, " ")
				text, ok := answer[verb]
				return text, ok
			}
			return f.dial
		}
	}
	failing := func(err error) func(t *testing.T) DialFunc {
		return func(*testing.T) DialFunc {
			return func(context.Context, string, string) (net.Conn, error) { return nil, err }
		}
	}
	for _, tt := range []struct {
		cause Cause
		dial  func(t *testing.T) DialFunc
		text  string
	}{
		{CauseResolve, failing(&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "house"}}), "dial tcp: lookup house: no such host"},
		{CauseDial, failing(&net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("unreachable")}), "dial tcp: unreachable"},
		{CauseTimeout, failing(context.DeadlineExceeded), "context deadline exceeded"},
		{CauseIO, failing(fmt.Errorf("strange")), "strange"},
		{CauseFull, answering(markClose, nil), "greeting: the peer closed the connection at once; it may have no room for another"},
		{CauseFull, answering("-OK - Max number of clients connected.\r\n", nil), `greeting refused: "Max number of clients connected."`},
		{CauseLogin, answering("", map[string]string{"PASS": "-OK - no\r\n"}), `login: PASS refused: "no"`},
		{CauseClosed, answering("", map[string]string{"WCYD": markClose}), "probe: WCYD: the peer closed the connection"},
		{CauseRefused, answering("", map[string]string{"RCVLOOP": "-OK - User does not have rights\r\n"}), `RCVLOOP refused: "User does not have rights"`},
		{CauseTimeout, answering(markStall, nil), "greeting: no answer in time; a peer that waits for TLS is as silent"},
		{CauseLineLength, answering("", map[string]string{"VERS": strings.Repeat("x", 5000)}), "probe: VERS: linkwire: line too long: more than 4096 bytes"},
		{CauseProtocol, answering("", map[string]string{"USER": strings.Repeat("x\r\n", 1001)}), "USER: more than 1000 lines before the status line"},
	} {
		t.Run(string(tt.cause), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				registry := prometheus.NewPedanticRegistry()
				metrics := NewMetrics(registry)
				r := newRig(t, tt.dial(t), func(o *Options) {
					o.Metrics, o.Backoff.Initial, o.Backoff.Max = metrics, time.Minute, time.Minute
				}).start()
				time.Sleep(20 * time.Second)
				got := r.log.find(t, "link failed")
				if len(got) != 1 {
					t.Fatalf("%d lines logged, want 1:\n%s", len(got), r.log)
				}
				for key, want := range map[string]any{"remote": "house", "link": roleReceive, "cause": string(tt.cause), "error": tt.text, "@level": "warn"} {
					if got[0][key] != want {
						t.Errorf("log key %s is %q, want %q", key, got[0][key], want)
					}
				}
				text, _ := got[0]["retry-in"].(string)
				if retry, err := time.ParseDuration(text); err != nil || retry < 30*time.Second || retry > time.Minute {
					t.Errorf("retry-in is %q, want 30s to 1m", text)
				}
				if l := r.link(roleReceive); l.LastError != tt.text || l.LastCause != tt.cause {
					t.Errorf("status %+v, want %s: %s", l, tt.cause, tt.text)
				}
				name := "failures_total cause=" + string(tt.cause) + " link=receive remote=house"
				if n := gather(t, registry)[name]; n != 1 {
					t.Errorf("%s is %v, want 1", name, n)
				}
			})
		})
	}
}

// TestSecretsStayInside runs into everything that is reported about a login, with a server that repeats all it hears.
func TestSecretsStayInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const secret = "hunter2"
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			switch {
			case c.n == 1 && strings.HasPrefix(line, "PASS"):
				return "-OK - " + line + "\r\n", true
			case c.n == 2 && strings.HasPrefix(line, "PASS"):
				return line + "\r\n" + markClose, true
			case c.n == 3 && strings.HasPrefix(line, "PASS"):
				return "+OK - Success.\r\n" + line + "\r\n", true // the second line belongs to no command
			case c.n == 3 && strings.HasPrefix(line, "VERS"):
				return markStall, true
			case c.n == 4 && strings.HasPrefix(line, "VERS"):
				return "PASS " + secret + "\r\n+OK - Success.\r\n", true
			case c.n == 4 && strings.HasPrefix(line, "WCYD"):
				return markStall, true
			case c.n == 5 && strings.HasPrefix(line, "RCVLOOP"):
				return "+OK - Success.\r\nPASS " + secret + "\r\n", true
			}
			return "", false
		}
		r := newRig(t, f.dial, func(o *Options) {
			o.Login = loginWith("admin", secret)
		}).start()
		time.Sleep(10 * time.Minute)
		if got := f.all("PASS"); len(got) < 3 || got[0] != "PASS "+secret {
			t.Fatalf("logged in with %q, want the password three times or more", got)
		}
		if got := len(r.log.find(t, "link failed")); got != 4 {
			t.Errorf("%d failures logged, want 4", got)
		}
		if got := len(r.log.find(t, "malformed event line")); got != 1 {
			t.Errorf("%d malformed lines logged, want 1", got)
		}
		for what, text := range map[string]string{"log": r.log.String(), "status": fmt.Sprintf("%+v", r.m.Status())} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds the password:\n%s", what, text)
			}
		}
	})
}

// TestFloodsAreNotLogged has a peer that sends nonsense without end.
func TestFloodsAreNotLogged(t *testing.T) {
	for message, line := range map[string]string{
		"malformed event line":                   "hello",
		"unexpected refusal in the receive loop": "-OK - no",
	} {
		t.Run(message, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := newRig(t, f.dial, nil).start()
				synctest.Wait()
				for range 2500 {
					f.conn(1).push(line)
					time.Sleep(10 * time.Millisecond)
				}
				got := r.log.find(t, message)
				if len(got) != 3 || got[0]["more"] != 0.0 || got[1]["more"] != 999.0 && got[1]["more"] != 1000.0 {
					t.Errorf("logged %v, want 3 lines in 25s that tell how many they stand for", got)
				}
				if l := r.link(roleReceive); l.Failures != 0 {
					t.Errorf("status %+v, want no failure", l)
				}
			})
		})
	}
}

// TestMetrics compares every counter after a little of everything.
func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		metrics := NewMetrics(registry)
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			return "-OK - Invalid parameter or format\r\n", strings.HasPrefix(line, "SEND") && number(t, line) == 1
		}
		r := newRig(t, f.dial, func(o *Options) { o.Metrics = metrics }).start()
		synctest.Wait()
		f.conn(1).push("0,10,6,0,,,-,1", "+OK", "0,10,6,0,,,-,2", "nonsense", "+OK", "+OK")
		r.out.pushNumbered(0, 5)
		synctest.Wait()
		want := map[string]float64{
			"connects_total link=receive remote=house": 1,
			"connects_total link=send remote=house":    1,
			"events_received_total remote=house":       2,
			"events_refused_total remote=house":        1,
			"events_sent_total remote=house":           4,
			"index_gaps_total remote=house":            0,
			"keepalives_received_total remote=house":   3,
			"lines_malformed_total remote=house":       1,
			"link_up link=receive remote=house":        1,
			"link_up link=send remote=house":           1,
			"receive_gap_seconds_total remote=house":   0,
			"receive_gaps_total remote=house":          0,
			"server_overruns_total remote=house":       0,
			"ticks_skipped_total remote=house":         0,
			"up remote=house":                          1,
		}
		for role, states := range map[string]string{
			roleReceive: "resolving dialing greeting login probing receiving",
			roleSend:    "waiting dialing greeting login probing ready sending",
		} {
			for state := range strings.FieldsSeq(states) {
				want["transitions_total link="+role+" remote=house state="+state] = 1
				want["state_seconds_total link="+role+" remote=house state="+state] = 0
			}
		}
		got := gather(t, registry)
		maps.DeleteFunc(got, func(name string, _ float64) bool { // traffic_test.go has these
			return strings.Contains(name, "bytes_total") || strings.HasPrefix(name, "reply_seconds")
		})
		if !maps.Equal(got, want) {
			t.Errorf("metrics are %v, want %v", got, want)
		}
		r.stop()
		for _, role := range []string{roleReceive, roleSend} {
			if n, ok := gather(t, registry)["link_up link="+role+" remote=house"]; n != 0 || !ok {
				t.Errorf("link_up of %s after the stop is %v (there: %v), want 0", role, n, ok)
			}
		}
	})
}

// gather returns the counters and gauges by name, without the common beginning, and labels.
func gather(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]float64)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := strings.TrimPrefix(f.GetName(), "tcpiplink_remote_")
			for _, l := range m.GetLabel() {
				name += " " + l.GetName() + "=" + l.GetValue()
			}
			out[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return out
}
