package archtest

import (
	"path"
	"strings"
)

// module is the import path that our own packages start with.
const module = "github.com/tcpiplink/tcpiplink-bridge"

// layer is one row of the table: the packages that stand beside each other. A package imports packages of the layers
// below its own and those in folders under its own folder, and never a neighbour.
type layer struct {
	name     string
	packages []string // folders; "x/..." is x and everything under it
}

// layers lists every package of the module, bottom to top. A new package needs a place here first.
var layers = []layer{
	{"how often tests repeat", []string{"internal/repeat"}},
	{"words", []string{"vscp"}},
	{"files and measures", []string{"internal/vfs", "internal/smallfile", "internal/latency"}},
	{"words of messages about a configuration", []string{"config/internal/wording"}},
	{"diagnostics of a configuration", []string{"config/internal/diag"}},
	{"syntax and expressions of a configuration", []string{"config/internal/syntax", "config/internal/expr"}},
	{"queues and wire", []string{"queue", "queue/journal", "internal/linkwire", "internal/certfile", "internal/faultfs"}},
	{"state folder", []string{"queue/store"}},
	{"endpoints and configuration", []string{"remote", "linkserver", "config"}},
	{"fakes", []string{"internal/linktest", "internal/simdevice"}},
	{"rules of the bridge", []string{"bridge/route", "bridge/loop"}},
	{"policy of the bridge", []string{"bridge/policy"}},
	{"bridge", []string{"bridge/..."}},
	{"reload", []string{"internal/reload"}},
	{"admin", []string{"internal/admin/..."}},
	{"commands", []string{"cmd/tcpiplink-bridge", "vscp/internal/classgen"}},
	{"tests of the tree", []string{"internal/archtest", "internal/bench", "internal/loopsim", "internal/tools/licenses"}},
}

// linktest is for tests, and for the demo, which is a test that people watch.
const (
	linktest      = "internal/linktest"
	linktestUsers = "cmd/tcpiplink-bridge/demo*.go"
)

// repeat is for tests, all of them: a program does the same with the race detector as without.
const repeat = "internal/repeat"

// fence keeps some imports inside, or outside, of one folder.
type fence struct {
	imports []string // import paths, with everything under them
	only    string   // the one folder, with everything under it, that may import them, or
	never   string   // the one folder whose own files, tests aside, may not
	why     string
}

var fences = []fence{
	{
		imports: []string{"github.com/hashicorp/hcl", "github.com/zclconf/go-cty"},
		only:    "config",
		why:     "the others know the typed Config only",
	},
	{
		imports: []string{"net", "os", "syscall", "io/fs", "io/ioutil"},
		never:   "vscp",
		why:     "the vocabulary does no I/O",
	},
}

// level returns the index in layers of the package in a folder, or -1.
func level(dir string) int {
	for i, l := range layers {
		for _, p := range l.packages {
			tree, isTree := strings.CutSuffix(p, "/...")
			if dir == p || isTree && under(dir, tree) {
				return i
			}
		}
	}
	return -1
}

// under reports whether a slash-separated path is root or lies below it.
func under(p, root string) bool {
	return p == root || strings.HasPrefix(p, root+"/")
}

// mayUseLinktest reports whether a file, by its path in the module, may import the fakes.
func mayUseLinktest(file string) bool {
	ok, err := path.Match(linktestUsers, file)
	return isTest(file) || err == nil && ok
}

func isTest(file string) bool {
	return strings.HasSuffix(file, "_test.go")
}
