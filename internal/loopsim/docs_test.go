package loopsim_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/loopsim"
)

var update = flag.Bool("update", false, "write the tables of docs/loops.md anew")

const (
	page  = "../../docs/loops.md"
	begin = "<!-- results: written by make loops -->\n"
	end   = "<!-- end of results -->\n"
)

func TestTableOfDocs(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(src), begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the results between %q and %q", page, begin, end)
	}
	want := "\n" + loopsim.Table() + "\n"
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("%s is not up to date, run make loops; want\n%s", page, want)
	}
	if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestExamplesOfDocs reads the examples of the page. Those that follow each other without text between them are joined.
func TestExamplesOfDocs(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	sets := exampleSets(string(src))
	if len(sets) < 4 {
		t.Fatalf("%d sets of examples, want at least 4", len(sets))
	}
	for _, set := range sets {
		var cfgs []*config.Config
		for _, example := range set {
			cfg, err := config.Parse("loops.hcl", []byte(example), config.Options{})
			if err != nil {
				t.Errorf("%v\nin\n%s", err, example)
				continue
			}
			for _, w := range cfg.Warnings {
				t.Errorf("warning: %s: %s\nin\n%s", w.Summary, w.Detail, example)
			}
			cfgs = append(cfgs, cfg)
		}
		if r := topology.Check(cfgs...); !r.Accepted() {
			t.Errorf("refused: %v, want it accepted:\n%s", r.Findings, strings.Join(set, "\n"))
		}
	}
}

// exampleSets returns the HCL examples of a page, those together that follow each other.
func exampleSets(src string) [][]string {
	var sets [][]string
	inside, follows := false, false
	for line := range strings.Lines(src) {
		switch {
		case strings.HasPrefix(line, "```hcl"):
			if !follows {
				sets = append(sets, nil)
			}
			last := len(sets) - 1
			sets[last] = append(sets[last], "")
			inside, follows = true, true
		case strings.HasPrefix(line, "```"):
			inside = false
		case inside:
			set := sets[len(sets)-1]
			set[len(set)-1] += line
		case strings.TrimSpace(line) != "":
			follows = false
		}
	}
	return sets
}
