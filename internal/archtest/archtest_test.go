package archtest

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTreeKeepsItsShape(t *testing.T) {
	found, err := Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

// TestCheck gives the checker small trees, so that a rule that stopped working is seen.
func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		file string
		src  string
		want string // part of the one thing found; empty: nothing
	}{
		{"down", "remote/a.go", imports("remote", module+"/vscp"), ""},
		{"down two", "bridge/a.go", imports("bridge", module+"/internal/linkwire"), ""},
		{"into its own folder", "bridge/a.go", imports("bridge", module+"/bridge/route"), ""},
		{"up", "vscp/a.go", imports("vscp", module+"/queue"), `vscp/a.go: imports queue, which points up from the layer "words"`},
		{"up from a test", "queue/a_test.go", imports("queue", module+"/bridge"), "queue/a_test.go: imports bridge, which points up"},
		{"neighbour", "remote/a.go", imports("remote", module+"/linkserver"), "imports linkserver, its neighbour"},
		{"neighbour in a test", "remote/a_test.go", imports("remote_test", module+"/linkserver"), ""},
		{"own package in a test", "remote/a_test.go", imports("remote_test", module+"/remote"), ""},
		{"out of its own folder", "bridge/route/a.go", imports("route", module+"/bridge"), "imports bridge, which points up"},
		{"fakes", "bridge/a.go", imports("bridge", module+"/internal/linktest"), "for tests and the demo"},
		{"fakes in a test", "remote/a_test.go", imports("remote", module+"/internal/linktest"), ""},
		{"fakes in the demo", "cmd/tcpiplink-bridge/demo.go", imports("main", module+"/internal/linktest"), ""},
		{"fakes in another command", "cmd/tcpiplink-bridge/run.go", imports("main", module+"/internal/linktest"), "for tests and the demo"},
		{"how often, in a test", "vscp/a_test.go", imports("vscp_test", module+"/internal/repeat"), ""},
		{"how often, in a program", "queue/a.go", imports("queue", module+"/internal/repeat"), "which is for tests"},
		{"hcl in config", "config/hcl.go", imports("config", "github.com/hashicorp/hcl/v2/hclsyntax"), ""},
		{"hcl below config", "config/internal/wording/a.go", imports("wording", "github.com/zclconf/go-cty/cty"), ""},
		{"hcl elsewhere", "bridge/a.go", imports("bridge", "github.com/hashicorp/hcl/v2"), "which only config may"},
		{"cty in a test", "bridge/a_test.go", imports("bridge", "github.com/zclconf/go-cty/cty"), "which only config may"},
		{"name that only begins alike", "bridge/a.go", imports("bridge", "github.com/hashicorp/hclog"), ""},
		{"network in vscp", "vscp/a.go", imports("vscp", "net/netip"), "imports net/netip, which vscp may not"},
		{"files in a generator of vscp", "vscp/internal/classgen/a.go", imports("main", "os"), ""},
		{"files in a test of vscp", "vscp/a_test.go", imports("vscp", "os"), ""},
		{"behind a build tag", "vscp/a.go", "//go:build never\n\n" + imports("vscp", "os"), "imports os, which vscp may not"},
		{"no doc comment", "queue/a.go", "package queue\n", "queue: the package has no doc comment"},
		{"doc comment of another form", "queue/a.go", "// This queues.\npackage queue\n", "queue: the package has no doc comment"},
		{"package without a layer", "util/a.go", "// Package util is for this and that.\npackage util\n", "util: the package is in no layer"},
		{"test data", "vscp/testdata/a.go", imports("vscp", "os"), ""},
		{"hidden folder", ".cache/a.go", imports("vscp", "os"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := cleanTree()
			tree[tt.file] = &fstest.MapFile{Data: []byte(tt.src)}
			if dir, _, ok := strings.Cut(tt.file, "/a.go"); ok {
				delete(tree, dir+"/doc.go")
			}
			got, err := Check(tree)
			if err != nil {
				t.Fatalf("Check: %v", err)
			}
			if tt.want == "" && len(got) > 0 {
				t.Errorf("Check = %q, want nothing", got)
			}
			if tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
				t.Errorf("Check = %q, want one finding with %q", got, tt.want)
			}
		})
	}
}

func TestCheckLeavesNestedModules(t *testing.T) {
	t.Parallel()
	tree := cleanTree()
	tree["vscp/nested/go.mod"] = &fstest.MapFile{Data: []byte("module nested\n")}
	tree["vscp/nested/a.go"] = &fstest.MapFile{Data: []byte(imports("nested", "os"))}
	got, err := Check(tree)
	if err != nil || len(got) > 0 {
		t.Errorf("Check = %q, %v, want nothing", got, err)
	}
}

func TestCheckRefusesBrokenTrees(t *testing.T) {
	t.Parallel()
	for name, tree := range map[string]fstest.MapFS{
		"empty":     {},
		"not Go":    {"README.md": {Data: []byte("# none\n")}},
		"broken Go": {"vscp/a.go": {Data: []byte("package\n")}},
	} {
		if got, err := Check(tree); err == nil {
			t.Errorf("%s: Check = %q, nil, want an error", name, got)
		}
	}
}

// TestLayersNameEachPackageOnce keeps the table honest: the first row that fits decides.
func TestLayersNameEachPackageOnce(t *testing.T) {
	t.Parallel()
	var seen []string
	for i, l := range layers {
		for _, p := range l.packages {
			dir := strings.TrimSuffix(p, "/...")
			if slices.Contains(seen, dir) {
				t.Errorf("layers name %s twice", dir)
			}
			seen = append(seen, dir)
			if got := level(dir); got != i {
				t.Errorf("level(%q) = %d, want %d", dir, got, i)
			}
		}
	}
}

// imports is a documented file with one import.
func imports(pkg, path string) string {
	doc := "Package " + pkg
	if pkg == "main" {
		doc = "Command tcpiplink-bridge"
	}
	return "// " + doc + " is a sample.\npackage " + pkg + "\n\nimport _ \"" + path + "\"\n"
}

// cleanTree has one documented package in each folder of the table.
func cleanTree() fstest.MapFS {
	tree := fstest.MapFS{"go.mod": {Data: []byte("module " + module + "\n")}}
	for i, l := range layers {
		for _, p := range l.packages {
			dir := strings.TrimSuffix(p, "/...")
			pkg := dir[strings.LastIndexByte(dir, '/')+1:]
			doc := "// Package " + pkg + " is a sample.\npackage " + pkg + "\n"
			if i == level("cmd/tcpiplink-bridge") {
				doc = "// Command " + pkg + " is a sample.\npackage main\n"
			}
			tree[dir+"/doc.go"] = &fstest.MapFile{Data: []byte(doc)}
		}
	}
	return tree
}
