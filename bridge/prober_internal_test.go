package bridge

import (
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// TestNoProbeAfterTheStop has a tick of the prober come at the moment of the stop: what is queued then is all there is to send.
func TestNoProbeAfterTheStop(t *testing.T) {
	cfg, err := config.Parse("test.hcl", []byte(`
bridge { guid = "FF:FF:FF:FF:FF:FF:FF:FC:00:00:00:00:00:00:00:01" }
remote "a" { address = "a:9598" }
remote "b" { address = "b:9598" }
route "r" {
  between = [remote.a, remote.b]
  probe { every = "10s" }
}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[stage]int{stageRunning: 2, stageStopping: 0} {
		b, err := New(cfg, Options{})
		if err != nil {
			t.Fatal(err)
		}
		b.stage = stageRunning
		b.prober.tick(0)
		b.stage = s
		b.prober.tick(time.Minute)
		if got := b.queued(); got != want {
			t.Errorf("%d probes queued in stage %d, want %d", got, s, want)
		}
	}
}
