package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Check reads all Go files of a module tree and returns what breaks the rules, one sentence each, sorted. Test data,
// hidden folders and nested modules are left out. The error is about the tree itself: unreadable, or no Go.
func Check(tree fs.FS) ([]string, error) {
	c := checker{tree: tree, documented: map[string]bool{}}
	if err := fs.WalkDir(tree, ".", c.visit); err != nil {
		return nil, fmt.Errorf("archtest: %w", err)
	}
	if c.files == 0 {
		return nil, fmt.Errorf("archtest: no Go files found")
	}
	for dir, ok := range c.documented {
		if !ok {
			c.report(dir, "the package has no doc comment that says what it is for: add it in doc.go")
		}
		if level(dir) < 0 {
			c.report(dir, "the package is in no layer: give it a place in the table of internal/archtest/layers.go")
		}
	}
	slices.Sort(c.found)
	return c.found, nil
}

// checker walks one tree.
type checker struct {
	tree       fs.FS
	files      int
	documented map[string]bool // by folder, of each package with a file that is not a test
	found      []string
}

func (c *checker) report(where, format string, args ...any) {
	c.found = append(c.found, where+": "+fmt.Sprintf(format, args...))
}

func (c *checker) visit(name string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case d.IsDir():
		return c.enter(name)
	case path.Ext(name) != ".go":
		return nil
	}
	src, err := fs.ReadFile(c.tree, name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return err
	}
	c.files++
	return c.file(name, file)
}

// enter skips the folders that the go command skips too.
func (c *checker) enter(dir string) error {
	base := path.Base(dir)
	if dir != "." && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
		return fs.SkipDir
	}
	if _, err := fs.Stat(c.tree, path.Join(dir, "go.mod")); err == nil && dir != "." {
		return fs.SkipDir
	}
	return nil
}

func (c *checker) file(name string, file *ast.File) error {
	dir := path.Dir(name)
	if !isTest(name) {
		c.documented[dir] = c.documented[dir] || hasDoc(file)
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
		}
		if target, ours := strings.CutPrefix(imported, module+"/"); ours {
			c.ours(name, target)
			continue
		}
		c.fenced(name, imported)
	}
	return nil
}

// ours checks the import of one of our own packages. A test may use the neighbours of its package and the fakes: a
// client is tested against our own server.
func (c *checker) ours(name, target string) {
	dir := path.Dir(name)
	from, to := level(dir), level(target)
	switch {
	case from < 0 || to < 0 || dir == target:
		// Not in the table: reported once, for the package; or a test in the package's own folder.
	case target == linktest:
		if !mayUseLinktest(name) {
			c.report(name, "imports %s, which is for tests and the demo", target)
		}
	case target == repeat:
		if !isTest(name) {
			c.report(name, "imports %s, which is for tests", target)
		}
	case to < from, under(target, dir):
		// Down, or into its own folder.
	case to == from && isTest(name):
		// A neighbour, for a test.
	case to == from:
		c.report(name, "imports %s, its neighbour in the layer %q", target, layers[to].name)
	default:
		c.report(name, "imports %s, which points up from the layer %q to %q", target, layers[from].name, layers[to].name)
	}
}

// fenced checks the import of a package that is not ours.
func (c *checker) fenced(name, imported string) {
	dir := path.Dir(name)
	for _, f := range fences {
		if !slices.ContainsFunc(f.imports, func(p string) bool { return under(imported, p) }) {
			continue
		}
		if f.only != "" && !under(dir, f.only) {
			c.report(name, "imports %s, which only %s may: %s", imported, f.only, f.why)
		}
		if dir == f.never && !isTest(name) {
			c.report(name, "imports %s, which %s may not: %s", imported, f.never, f.why)
		}
	}
}

// hasDoc reports whether a file carries a package comment in the form that godoc expects.
func hasDoc(file *ast.File) bool {
	want := "Package " + file.Name.Name + " "
	if file.Name.Name == "main" {
		want = "Command "
	}
	return strings.HasPrefix(file.Doc.Text(), want)
}
