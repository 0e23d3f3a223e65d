package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// dashboard is what the tests look at in Grafana's model of one.
type dashboard struct {
	Templating struct {
		List []struct{ Name, Type string }
	}
	Panels []panel
}

type panel struct {
	ID                       int
	Type, Title, Description string
	GridPos                  struct{ X, Y, W, H int }
	FieldConfig              struct{ Defaults struct{ Min *float64 } }
	Datasource               struct{ Type, UID string }
	Targets                  []struct{ Expr, LegendFormat, RefID string }
}

func readDashboard(t *testing.T) *dashboard {
	t.Helper()
	d := new(dashboard)
	if err := json.Unmarshal([]byte(mustRead(t, "../../deploy/grafana/tcpiplink-bridge.json")), d); err != nil {
		t.Fatal(err)
	}
	if least := 20; len(d.Panels) < least {
		t.Fatalf("%d panels, want at least %d", len(d.Panels), least)
	}
	return d
}

// gridColumns is the width of Grafana's grid.
const gridColumns = 24

// TestDashboardLayout: no panel lies over another or beside the grid, and each can be told from the others.
func TestDashboardLayout(t *testing.T) {
	ids, taken := map[int]string{}, map[[2]int]string{}
	for _, p := range readDashboard(t).Panels {
		if other, ok := ids[p.ID]; ok || p.ID < 1 {
			t.Errorf("panel %q has the id %d, want one above 0 that %q does not have", p.Title, p.ID, other)
		}
		ids[p.ID] = p.Title
		g := p.GridPos
		if g.X < 0 || g.Y < 0 || g.W < 1 || g.H < 1 || g.X+g.W > gridColumns {
			t.Errorf("panel %q is at %+v, want it within %d columns", p.Title, g, gridColumns)
		}
		for i := range g.W * g.H {
			place := [2]int{g.X + i%g.W, g.Y + i/g.W}
			if other, ok := taken[place]; ok {
				t.Errorf("panel %q lies over %q at column and line %v", p.Title, other, place)
				break
			}
			taken[place] = p.Title
		}
	}
}

var (
	variable    = regexp.MustCompile(`\$\{?(\w+)\}?`)
	legendLabel = regexp.MustCompile(`\{\{(\w+)\}\}`)
)

// TestDashboardTargets: the queries ask the data source that the reader chose, by variables that exist, and legends name labels that
// the metrics have.
func TestDashboardTargets(t *testing.T) {
	d, metrics := readDashboard(t), exported(t)
	variables := map[string]bool{"__rate_interval": true}
	for _, v := range d.Templating.List {
		variables[v.Name] = true
	}
	if !variables["datasource"] {
		t.Error("no variable datasource, want one")
	}
	for _, p := range d.Panels {
		if p.Type == "row" {
			continue
		}
		if p.Datasource.Type != "prometheus" || p.Datasource.UID != "${datasource}" || p.Description == "" || len(p.Targets) == 0 {
			t.Errorf("panel %q has the data source %+v, the description %q and %d queries, want ${datasource}, some words and a query",
				p.Title, p.Datasource, p.Description, len(p.Targets))
		}
		refs := map[string]bool{}
		for _, q := range p.Targets {
			if q.RefID == "" || refs[q.RefID] {
				t.Errorf("panel %q has a query with the name %q, want another", p.Title, q.RefID)
			}
			refs[q.RefID] = true
			if least := p.FieldConfig.Defaults.Min; strings.HasPrefix(q.Expr, "-") && least != nil {
				t.Errorf("panel %q shows nothing below %v, want what is below zero: %s", p.Title, *least, q.Expr)
			}
			for _, v := range variable.FindAllStringSubmatch(q.Expr, -1) {
				if !variables[v[1]] {
					t.Errorf("panel %q asks by $%s, which is no variable: %s", p.Title, v[1], q.Expr)
				}
			}
			labels := "instance,job"
			for _, name := range metricName.FindAllString(q.Expr, -1) {
				labels += "," + metrics[family(name)]
			}
			for _, l := range legendLabel.FindAllStringSubmatch(q.LegendFormat, -1) {
				if !strings.Contains(","+labels+",", ","+l[1]+",") {
					t.Errorf("panel %q has %s in its legend, want one of %s", p.Title, l[0], labels)
				}
			}
		}
	}
}

// TestDashboardQueries lets promtool parse each query, as that of a rule. It needs to be told in TCPIPLINK_PROMTOOL where promtool is.
func TestDashboardQueries(t *testing.T) {
	tool := os.Getenv("TCPIPLINK_PROMTOOL")
	if tool == "" {
		t.Skip("TCPIPLINK_PROMTOOL is not set")
	}
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var rules []rule
	for _, p := range readDashboard(t).Panels {
		for _, q := range p.Targets {
			expr := variable.ReplaceAllString(strings.ReplaceAll(q.Expr, "$__rate_interval", "5m"), ".*")
			rules = append(rules, rule{Record: fmt.Sprintf("panel_%d:%s", p.ID, q.RefID), Expr: expr})
		}
	}
	// JSON is YAML.
	text, err := json.Marshal(map[string]any{"groups": []map[string]any{{"name": "dashboard", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "dashboard.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), tool, "check", "rules", path).CombinedOutput()
	if want := fmt.Sprintf("%d rules found", len(rules)); err != nil || !strings.Contains(string(said), want) {
		t.Errorf("promtool check rules: %v\n%s\nwant %s", err, said, want)
	}
}
