package archtest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	found, err := Links(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

// TestLinksOfTree looks at a tree of documents elsewhere: .ci/release unpacks its archives and packages and names them.
func TestLinksOfTree(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("TCPIPLINK_TREE")
	if dir == "" {
		t.Skip("TCPIPLINK_TREE names no folder")
	}
	if _, err := os.Stat(filepath.Join(dir, "docs", "install.md")); err != nil {
		t.Fatal(err)
	}
	found, err := Links(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	const other = "# The `other` page\n\n## Why, [really](a.md)?\n\n## Twice\n\n## Twice\n\n```sh\n# a comment\n```\n"
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"file", "[a](docs/b.md) and ![b](docs/b.png)", nil},
		{"folder", "[a](docs)", nil},
		{"heading", "[a](docs/b.md#the-other-page) [b](docs/b.md#why-really) [c](docs/b.md#twice-1)", nil},
		{"own heading", "# One two\n[a](#one-two)", nil},
		{"other site", "[a](https://www.vscp.org/nothing#x)", nil},
		{"in code", "```\n[a](nowhere)\n```\n`[a](nowhere)`", nil},
		{"no file", "[a](docs/c.md)", []string{"README.md: the link docs/c.md leads to no file"}},
		{"no heading", "[a](docs/b.md#three)", []string{"README.md: the link docs/b.md#three leads to no heading"}},
		{"no own heading", "# One\n[a](#two)", []string{"README.md: the link #two leads to no heading"}},
		{"comment in code", "[a](docs/b.md#a-comment)", []string{"README.md: the link docs/b.md#a-comment leads to no heading"}},
		{"out of the tree", "[a](../b.md)", []string{"README.md: the link ../b.md leads to no file"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{
				"README.md": {Data: []byte(tt.text)}, "docs/a.md": {}, "docs/b.md": {Data: []byte(other)}, "docs/b.png": {},
				"config/docs/00.md": {Data: []byte("[a](nowhere)")},
			}
			got, err := Links(tree)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("Links() = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
