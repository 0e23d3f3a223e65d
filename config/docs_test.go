package config_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// examples returns the HCL examples of a page, by the line that they begin at.
func examples(t *testing.T, page string) map[int]string {
	t.Helper()
	src, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	found, start, number := map[int]string{}, 0, 0
	for line := range strings.Lines(string(src)) {
		number++
		switch {
		case strings.TrimSpace(line) == "```hcl":
			start = number + 1
		case strings.HasPrefix(line, "```"):
			start = 0
		case start > 0:
			found[start] += line
		}
	}
	return found
}

// whole puts the rest of a file around an example.
func whole(example string) string {
	remotes := map[string]string{
		"north": `  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:11:*"]` + "\n",
		"south": `  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]` + "\n",
	}
	route := "route \"example\" {\n  from = [remote.north]\n  to   = [remote.south]\n"
	switch kind, _, _ := strings.Cut(example, " "); {
	case kind == "defaults":
		return example + whole("")
	case slices.Contains([]string{"schedule", "tls", "backoff", "timeouts"}, kind):
		remotes["south"] += example
	case slices.Contains([]string{"match", "exclude", "rewrite", "limit", "probe", "link_events", "queue"}, kind):
		route += example
	}
	file := ""
	if strings.HasPrefix(example, "link_events") {
		file = "bridge {\n  guid = \"FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:00:00:00\"\n}\n"
	}
	for _, name := range []string{"north", "south"} {
		file += "remote \"" + name + "\" {\n  address = \"" + name + ".example\"\n" + remotes[name] + "}\n"
	}
	route += "}\n"
	if !strings.Contains(file+route, example) {
		route = example // top-level blocks
	}
	return file + route
}

// readExample reads the files that examples name.
func readExample(path string) ([]byte, error) {
	if strings.HasSuffix(path, ".secret") {
		return []byte("secret"), nil
	}
	if path != "meters.csv" {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return []byte("name,address,password,prefix,alarm\nmeter-1,127.0.0.1:9701,one,FF:FF:FF:FF:FF:FF:FF:FE:00:21,true\nmeter-2,127.0.0.1:9702,two,FF:FF:FF:FF:FF:FF:FF:FE:00:22,false\n"), nil
}

func TestExamplesOfDocs(t *testing.T) {
	checkExamples(t, "../docs/configuration.md", 8, whole)
	checkExamples(t, "../docs/migrating.md", 1, func(example string) string { return example })
}

// checkExamples loads the examples of a page, with what is around them there.
func checkExamples(t *testing.T, page string, least int, whole func(string) string) {
	t.Helper()
	found := examples(t, page)
	if len(found) < least {
		t.Fatalf("%s: %d examples, want at least %d", page, len(found), least)
	}
	for line, example := range found {
		cfg, err := config.Parse("example.hcl", []byte(whole(example)), config.Options{ReadFile: readExample})
		if err != nil {
			t.Errorf("%s: example at line %d: %v", page, line, err)
			continue
		}
		for _, w := range cfg.Warnings {
			// What the page says of visits is in these.
			if !slices.Contains([]string{"Unused remote", "Events between visits are lost", "Events grow too old"}, w.Summary) {
				t.Errorf("%s: example at line %d: %v, want no warning", page, line, w)
			}
		}
	}
}
