package bridge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// queueWith makes a queue on disk with n events of the same size, and returns its only file and what is in that.
func queueWith(t *testing.T, dir string, n int) (name string, content []byte) {
	t.Helper()
	j, _, err := journal.Open(journal.DefaultOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	var payloads [][]byte
	var times []int64
	for i := range n {
		payloads = append(payloads, fmt.Appendf(nil, "96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00,%d", i))
		times = append(times, time.Now().UnixNano())
	}
	if _, err := j.Append(payloads, times); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.seg"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the queue has the files %v, %v, want one", files, err)
	}
	if content, err = os.ReadFile(files[0]); err != nil {
		t.Fatal(err)
	}
	return files[0], content
}

// TestDamageThatAStartFound is in the metrics: of four events the second is spoiled, and the last cut short.
func TestDamageThatAStartFound(t *testing.T) {
	state := t.TempDir()
	name, content := queueWith(t, filepath.Join(state, "queues", "sites@south"), 4)
	size := len(content) / 4
	content[2*size-1] ^= 1
	if err := os.WriteFile(name, content[:4*size-1], 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("test.hcl", fmt.Appendf(nil, `bridge { state_dir = %q }`+bothWays+`
route "sites" {
  between = [remote.north, remote.south]
  queue { storage = "disk" }
}`, state), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewPedanticRegistry()
	b, err := bridge.New(cfg, bridge.Options{Registry: registry})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close() //nolint:errcheck // nothing was written
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "to" {
					got[f.GetName()+" "+l.GetValue()] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
				}
			}
		}
	}
	for series, want := range map[string]int{
		"queue_found_damaged south": 1, "queue_damaged_parts_total south": 1, "queue_damaged_bytes_total south": size,
		"queue_missing_events_total south": 1, "queue_torn_bytes_total south": size - 1, "queue_events south": 2,
		"queue_quarantined_parts_total south": 2, "queue_quarantined_bytes_total south": 2*size - 1,
		"queue_found_damaged north": 0, "queue_damaged_parts_total north": 0, "queue_torn_bytes_total north": 0, "queue_quarantined_parts_total north": 0,
	} {
		if v, ok := got["tcpiplink_"+series]; !ok || v != float64(want) {
			t.Errorf("%s = %v, there: %v, want %d", series, v, ok, want)
		}
	}
}
