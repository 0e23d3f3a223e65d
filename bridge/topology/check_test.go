package topology_test

import (
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestCheckShapes(t *testing.T) {
	all := func(cfgs ...*config.Config) []*config.Config { return cfgs }
	for _, tt := range []struct {
		name string
		cfgs []*config.Config
		want string // kinds of findings; empty: accepted
	}{
		{"two sites", all(joined(t, "h", "A:", "B:")), ""},
		{"star", all(joined(t, "h", "A:A", "B:B", "C:C", "D:")), ""},
		{"star of strict remotes", all(joined(t, "h", "A:A!", "B:B!", "C:C!")), ""},
		{"line", all(joined(t, "ab", "A:", "B:"), joined(t, "bc", "B:", "C:"), joined(t, "cd", "C:", "D:")), ""},
		{"line with origins of what is behind", all(joined(t, "ab", "A:A", "B:BC"), joined(t, "bc", "B:AB", "C:C")), ""},
		{"ring without origins", all(joined(t, "ab", "A:", "B:"), joined(t, "bc", "B:", "C:"), joined(t, "ca", "C:", "A:")), "error ring"},
		{
			"ring with origins, not strict",
			all(joined(t, "ab", "A:A", "B:B"), joined(t, "bc", "B:B", "C:C"), joined(t, "ca", "C:C", "A:A")), "error duplicate, error ring",
		},
		{"ring, strict", all(joined(t, "ab", "A:A!", "B:B!"), joined(t, "bc", "B:B!", "C:C!"), joined(t, "ca", "C:C!", "A:A!")), ""},
		{
			"ring of four, strict, one way for each",
			all(joined(t, "ab", "A:AD!", "B:B!"), joined(t, "bc", "B:BA!", "C:C!"), joined(t, "cd", "C:CB!", "D:D!"), joined(t, "da", "D:DC!", "A:A!")), "",
		},
		{
			"ring of four, strict, both ways",
			all(joined(t, "ab", "A:AD!", "B:BC!"), joined(t, "bc", "B:BA!", "C:CD!"), joined(t, "cd", "C:CB!", "D:DA!"), joined(t, "da", "D:DC!", "A:AB!")), "error duplicate",
		},
		{"full mesh, strict", mesh(t, "!"), ""},
		{"full mesh, not strict", mesh(t, ""), "error duplicate, error ring"},
		{"twin bridges", all(joined(t, "one", "A:A!", "B:B!"), joined(t, "two", "A:A!", "B:B!")), "error twin"},
		{"twin bridges without origins", all(joined(t, "one", "A:", "B:"), joined(t, "two", "A:", "B:")), "error twin"},
		{
			"two stars joined twice, strict, second join carries nothing twice",
			all(joined(t, "one", "A:A!", "B:B!"), joined(t, "two", "C:C!", "D:D!"), joined(t, "ac", "A:A!", "C:C!"), joined(t, "bd", "B:B!", "D:D!")), "",
		},
		{
			"two stars joined twice",
			all(joined(t, "one", "A:A", "B:B"), joined(t, "two", "C:C", "D:D"), joined(t, "ac", "A:A", "C:C"), joined(t, "bd", "B:B", "D:D")), "error duplicate, error ring",
		},
		{"one site that erases", all(joined(t, "h", "A:A", "U:U~", "C:C")), ""},
		{
			"a site that erases, with origins of which any may be its interface",
			all(joined(t, "au", "A:A!", "U:!~"), joined(t, "ub", "U:AU!~", "B:B!"), joined(t, "ba", "B:U!", "A:!")), "error ring",
		},
		{"two bridges at a site that erases", all(joined(t, "au", "A:A", "U:U~"), joined(t, "ub", "U:U~", "B:B")), ""},
		{"a pair that erases", all(joined(t, "h", "U:~", "V:~")), "error erasing"},
		{"a pair that erases, with a site between", all(joined(t, "uc", "U:~", "C:"), joined(t, "cv", "C:", "V:~")), "error erasing"},
		{"origins do not agree", all(joined(t, "ab", "A:AX", "B:B"), joined(t, "bc", "B:B", "C:CX")), "warning origins"},
		{
			"a GUID that may live further away than it is declared",
			all(oneWay(t, "ba", "B:BC!", "A:A!"), oneWay(t, "cb", "C:", "B:B!"), oneWay(t, "ca", "C:", "A:A!")), "error duplicate",
		},
		{"files apart", all(joined(t, "ab", "A:", "B:"), joined(t, "cd", "C:", "D:")), "warning apart"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := topology.Check(tt.cfgs...)
			if got := kindsOf(&r); got != tt.want {
				t.Errorf("findings = %q, want %q%s", got, tt.want, dump(&r))
			}
		})
	}
}

// oneWay is a configuration with a route from its first remote to its second.
func oneWay(t *testing.T, name, from, to string) *config.Config {
	t.Helper()
	h := newHub(t, name, from, to)
	h.fromTo(from[:1], to[:1])
	return h.cfg
}

// mesh joins four sites, each pair by a bridge of its own.
func mesh(t *testing.T, strict string) []*config.Config {
	t.Helper()
	var cfgs []*config.Config
	for _, pair := range []string{"AB", "AC", "AD", "BC", "BD", "CD"} {
		a, b := pair[:1], pair[1:]
		cfgs = append(cfgs, joined(t, pair, a+":"+a+strict, b+":"+b+strict))
	}
	return cfgs
}
