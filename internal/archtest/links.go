package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	codeBlock  = regexp.MustCompile("(?ms)^```.*?^```")
	codeSpan   = regexp.MustCompile("`[^`\n]*`")
	linkTarget = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading    = regexp.MustCompile(`(?m)^#{1,6} +(.+?)\s*$`)
	linkText   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	notAnchor  = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// Links returns what is wrong with the links between the Markdown files of a tree: a file that is not there, or a heading. The parts of
// docs/configuration.md in config/docs are looked at as the page that is made of them.
func Links(tree fs.FS) (found []string, err error) {
	pages := make(map[string]string)
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || name == ".git" || name == "config/docs" || name == "dist"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".md":
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		pages[name] = codeBlock.ReplaceAllString(string(text), "")
		return err
	})
	for name, text := range pages {
		for _, link := range linkTarget.FindAllStringSubmatch(codeSpan.ReplaceAllString(text, ""), -1) {
			if why := broken(tree, pages, name, link[1]); why != "" {
				found = append(found, fmt.Sprintf("%s: the link %s leads to %s", name, link[1], why))
			}
		}
	}
	slices.Sort(found)
	return found, err
}

// broken says what a link in a page leads to that is not there. Links to other sites are not followed.
func broken(tree fs.FS, pages map[string]string, from, link string) string {
	if strings.Contains(link, ":") {
		return ""
	}
	target, anchor, _ := strings.Cut(link, "#")
	name := from
	if target != "" {
		name = path.Join(path.Dir(from), target)
	}
	if _, err := fs.Stat(tree, name); err != nil {
		return "no file"
	}
	if anchor != "" && !slices.Contains(anchors(pages[name]), anchor) {
		return "no heading"
	}
	return ""
}

// anchors returns what GitHub makes of the headings of a page. The second of the same words gets a number.
func anchors(text string) []string {
	var all []string
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		words := linkText.ReplaceAllString(match[1], "$1")
		anchor := strings.ReplaceAll(notAnchor.ReplaceAllString(strings.ToLower(words), ""), " ", "-")
		name := anchor
		for n := 1; slices.Contains(all, name); n++ {
			name = fmt.Sprintf("%s-%d", anchor, n)
		}
		all = append(all, name)
	}
	return all
}
