package archtest

import (
	"os"
	"slices"
	"testing"
	"testing/fstest"
)

func TestDocumentsNameWhatIsThere(t *testing.T) {
	found, err := Documents(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

// TestDocuments gives the checker small documents, so that a rule that stopped working is seen.
func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file, text string
		want             []string
	}{
		{"all there", "A.md", "`vscp/a.go`, `a.go`, `vscp`, `vscp/`, `docs/*.md`, [b](docs/b.md#part) and [c](https://example.com)", nil},
		{"neighbour", "docs/b.md", "[b](b.md), [a](../A.md)", nil},
		{"not of the tree", "A.md", "`/readyz`, `testing/synctest`, `N/A`, `*/15`, `config.Hash`", nil},
		{"file", "A.md", "`vscp/b.go`", []string{"A.md: names vscp/b.go, which is not there"}},
		{"file by its name", "A.md", "`b.go`", []string{"A.md: names b.go, which is not there"}},
		{"pattern", "A.md", "`docs/*.hcl`", []string{"A.md: names docs/*.hcl, which is not there"}},
		{"folder", "A.md", "`vscp/inner/`", []string{"A.md: names vscp/inner/, which is not there"}},
		{"link", "A.md", "[b](b.md)", []string{"A.md: links to b.md, which is not there"}},
		{"link from a folder", "docs/b.md", "[a](A.md#part)", []string{"docs/b.md: links to A.md, which is not there"}},
		{"said twice", "A.md", "`b.go` `b.go`", []string{"A.md: names b.go, which is not there"}},
		{"text of another kind", "vscp/a.md", "`b.go`", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{"A.md": {}, "docs/b.md": {}, "vscp/a.go": {}, ".git/b.go": {}}
			tree[tt.file] = &fstest.MapFile{Data: []byte(tt.text)}
			got, err := Documents(tree)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("Documents = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
