package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Documents reads the documents of the project - those at the top and in docs - and returns, one sentence each, the files that
// they name and that are not there. It knows two ways to name one: a link, and Go files, folders and patterns between backquotes,
// from the top of the tree or, for a Go file, by the name alone.
func Documents(tree fs.FS) ([]string, error) {
	all, err := names(tree)
	if err != nil {
		return nil, fmt.Errorf("archtest: %w", err)
	}
	var found []string
	for _, doc := range all {
		if dir := path.Dir(doc); path.Ext(doc) != ".md" || dir != "." && dir != "docs" {
			continue
		}
		text, err := fs.ReadFile(tree, doc)
		if err != nil {
			return nil, fmt.Errorf("archtest: %w", err)
		}
		for _, m := range links.FindAllStringSubmatch(string(text), -1) {
			if target := m[1]; !strings.Contains(target, "://") && !slices.Contains(all, path.Join(path.Dir(doc), target)) {
				found = append(found, fmt.Sprintf("%s: links to %s, which is not there", doc, target))
			}
		}
		for _, m := range quoted.FindAllStringSubmatch(string(text), -1) {
			if !named(m[1], all) {
				found = append(found, fmt.Sprintf("%s: names %s, which is not there", doc, m[1]))
			}
		}
	}
	return slices.Compact(found), nil
}

var (
	links  = regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
	quoted = regexp.MustCompile("`([A-Za-z0-9_.*/-]+)`")
)

// names returns the path of every file and folder, but for what git keeps.
func names(tree fs.FS) ([]string, error) {
	var all []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		all = append(all, name)
		return err
	})
	return all, err
}

// named reports whether a word between backquotes is the name of something in the tree, or looks like no name of it.
func named(word string, all []string) bool {
	part := func(name string) string { return name }
	switch top, _, deep := strings.Cut(word, "/"); {
	case deep && slices.Contains(all, top):
	case !deep && path.Ext(word) == ".go":
		part = path.Base
	default:
		return true
	}
	return slices.ContainsFunc(all, func(name string) bool {
		ok, err := path.Match(strings.TrimSuffix(word, "/"), part(name))
		return ok || err != nil
	})
}
