package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
)

// catalogue is a registry that only reads which metrics there are, and their labels.
type catalogue map[string]string

var describes = regexp.MustCompile(`fqName: "([^"]*)".*constLabels: \{([^}]*)\}, variableLabels: \{([^}]*)\}`)

func (c catalogue) Register(collector prometheus.Collector) error {
	descs := make(chan *prometheus.Desc)
	go func() { collector.Describe(descs); close(descs) }()
	for d := range descs {
		found := describes.FindStringSubmatch(d.String())
		labels := found[3]
		for pair := range strings.SplitSeq(found[2], ",") {
			if name, _, ok := strings.Cut(pair, "="); ok {
				labels += "," + name
			}
		}
		c[found[1]] = strings.Trim(labels, ",")
	}
	return nil
}

func (c catalogue) MustRegister(all ...prometheus.Collector) {
	for _, one := range all {
		_ = c.Register(one)
	}
}

func (c catalogue) Unregister(prometheus.Collector) bool { return false }

// exported returns all metrics of a running bridge, but those of Go and of the process.
func exported(t *testing.T) catalogue {
	t.Helper()
	cfg, err := config.Parse("a.hcl", []byte(`remote "a" { address = "127.0.0.1:1" }`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := catalogue{}
	all.MustRegister(buildInfo())
	b, err := bridge.New(cfg, bridge.Options{Registry: all})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	reload.New(cfg, reload.Options{Bridge: b, Logger: hclog.NewNullLogger(), Registry: all})
	return all
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	metricName = regexp.MustCompile(`tcpiplink_[a-z_]+`)
	metricRow  = regexp.MustCompile("(?m)^\\| ((?:`tcpiplink_[a-z_]+`(?:, )?)+) \\| ([^|]*) \\|")
)

// TestMetricsAreDocumented compares the table in docs/operations.md with the metrics that there are, in both directions.
func TestMetricsAreDocumented(t *testing.T) {
	want := exported(t)
	got := map[string]bool{}
	for _, row := range metricRow.FindAllStringSubmatch(mustRead(t, "../../docs/operations.md"), -1) {
		for _, name := range metricName.FindAllString(row[1], -1) {
			labels, known := want[name]
			if !known {
				t.Errorf("docs/operations.md has %s, which the bridge does not export", name)
				continue
			}
			got[name] = true
			if documented := strings.ReplaceAll(strings.TrimPrefix(row[2], "-"), ", ", ","); !sameWords(documented, labels) {
				t.Errorf("docs/operations.md has the labels %q for %s, want %q", documented, name, labels)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !got[name] {
			t.Errorf("%s is not in the table of metrics of docs/operations.md", name)
		}
	}
}

func sameWords(a, b string) bool {
	x, y := strings.Split(a, ","), strings.Split(b, ",")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

var part = regexp.MustCompile(`_seconds(_bucket|_count|_sum)$`)

// family returns the name of the metric that a series belongs to: that of a histogram has an ending of its own.
func family(series string) string {
	if found := part.FindStringSubmatch(series); found != nil {
		return strings.TrimSuffix(series, found[1])
	}
	return series
}

// TestDeployedMetrics looks at what alerts and dashboard ask for.
func TestDeployedMetrics(t *testing.T) {
	known := exported(t)
	for _, path := range []string{"../../deploy/prometheus/alerts.yaml", "../../deploy/grafana/tcpiplink-bridge.json"} {
		for _, name := range metricName.FindAllString(mustRead(t, path), -1) {
			if _, ok := known[family(name)]; !ok {
				t.Errorf("%s asks for %s, which the bridge does not export", path, name)
			}
		}
	}
}

// TestAlertsAreDocumented looks for the part of the runbook that each alert names.
func TestAlertsAreDocumented(t *testing.T) {
	rules, runbook := mustRead(t, "../../deploy/prometheus/alerts.yaml"), mustRead(t, "../../docs/operations.md")
	alerts := regexp.MustCompile(`(?m)- alert: (\w+)$`).FindAllStringSubmatch(rules, -1)
	if least := 10; len(alerts) < least {
		t.Fatalf("%d alerts, want at least %d", len(alerts), least)
	}
	for _, a := range alerts {
		if !strings.Contains(runbook, "\n### "+a[1]+"\n") {
			t.Errorf("docs/operations.md has no part %s", a[1])
		}
		if !strings.Contains(rules, "docs/operations.md#"+strings.ToLower(a[1])+"\n") {
			t.Errorf("alert %s does not lead to its part of the runbook", a[1])
		}
	}
	for _, part := range regexp.MustCompile(`(?m)^### (Tcpiplink\w+)$`).FindAllStringSubmatch(runbook, -1) {
		if !strings.Contains(rules, "- alert: "+part[1]+"\n") {
			t.Errorf("docs/operations.md speaks of the alert %s, which does not exist", part[1])
		}
	}
}
