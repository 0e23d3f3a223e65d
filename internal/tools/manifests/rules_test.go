package manifests

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
)

var update = flag.Bool("update", false, "write deploy/kubernetes/monitoring/prometheusrule.yaml anew")

const ruleHead = `# The alerts of deploy/prometheus/alerts.yaml for the Prometheus operator, written by
# go test -C internal/tools/manifests -run TestPrometheusRule -update
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: tcpiplink-bridge
  labels:
    app.kubernetes.io/name: tcpiplink-bridge
spec:
`

// TestPrometheusRule holds the rules for the operator against those for Prometheus.
func TestPrometheusRule(t *testing.T) {
	path := filepath.Join(folder, "monitoring", "prometheusrule.yaml")
	rules, err := os.ReadFile("../../../deploy/prometheus/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, groups, found := strings.Cut(string(rules), "\ngroups:\n")
	if !found {
		t.Fatal("deploy/prometheus/alerts.yaml has no groups")
	}
	var want strings.Builder
	want.WriteString(ruleHead + "  groups:\n")
	for line := range strings.Lines(groups) {
		if line != "\n" {
			want.WriteString("  ")
		}
		want.WriteString(line)
	}
	if *update {
		write(t, path, want.String())
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("%s is not made of deploy/prometheus/alerts.yaml: run the command in its first lines", path)
	}
	objects := build(t, overlays(t)["monitored"])
	for _, o := range objects {
		if rule, ok := o.(*monitoring.PrometheusRule); ok {
			if got, want := len(rule.Spec.Groups[0].Rules), strings.Count(groups, "- alert: "); got != want {
				t.Errorf("%d alerts in the component, want %d", got, want)
			}
			return
		}
	}
	t.Error("the component monitoring has no PrometheusRule")
}
