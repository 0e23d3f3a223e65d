package config

import (
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// docsSection is a part of the page, from a heading to the next one that is not below it.
type docsSection struct {
	level int    // number of # in the heading
	slug  string // the anchor of the heading
	text  string
}

// selectDocs returns the part of the page that a name stands for: a path, the end of a path (of a block rather than of an attribute),
// or a heading.
func selectDocs(page string, tables map[string]*docsTable, name string) (string, error) {
	sections, owners := docsSections(page), docsOwners(tables)
	if table := tables[name]; table != nil {
		return table.section(sections), nil
	}
	if block := owners[name]; block != "" {
		return tables[block].describe(block, name[len(block)+1:]), nil
	}
	below := func(path string) bool { return strings.HasSuffix(path, "."+name) }
	if blocks := filtered(maps.Keys(tables), below); len(blocks) == 1 {
		return tables[blocks[0]].section(sections), nil
	}
	if s := sectionOf(sections, name); s != nil {
		return s.text, nil
	}
	switch attrs := filtered(maps.Keys(owners), below); {
	case len(attrs) == 1:
		block := owners[attrs[0]]
		return tables[block].describe(block, name), nil
	case len(attrs) > 1:
		return "", fmt.Errorf("config: %w %q alone; there are %s", ErrNoDocs, name, wording.Join(attrs, "and"))
	}
	known := slices.Concat(slices.Sorted(maps.Keys(tables)), slices.Sorted(maps.Keys(owners)))
	for _, s := range sections {
		known = append(known, s.slug)
	}
	// A part of a path is near to all that begin with it.
	depth := strings.Count(name, ".")
	known = slices.DeleteFunc(known, func(word string) bool { return strings.Count(word, ".") != depth })
	return "", fmt.Errorf("config: %w %q.%s", ErrNoDocs, name, wording.DidYouMean(name, known))
}

// sectionOf returns the section with an anchor, or the only one whose anchor begins or ends with this word; or nil.
func sectionOf(sections []docsSection, name string) *docsSection {
	var found []*docsSection
	for i := range sections {
		switch s := &sections[i]; {
		case s.slug == name:
			return s
		case strings.HasPrefix(s.slug, name+"-") || strings.HasSuffix(s.slug, "-"+name):
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// docsOwners returns the path of each attribute with that of its block.
func docsOwners(tables map[string]*docsTable) map[string]string {
	owners := map[string]string{}
	for path, table := range tables {
		for _, row := range table.rows {
			for _, name := range row.names {
				owners[path+"."+name] = path
			}
		}
	}
	return owners
}

// filtered returns the words that are wanted, in order.
func filtered(words iter.Seq[string], wanted func(string) bool) []string {
	return slices.DeleteFunc(slices.Sorted(words), func(word string) bool { return !wanted(word) })
}

// section returns the innermost section that the table is in.
func (t *docsTable) section(sections []docsSection) string {
	best := ""
	for _, s := range sections {
		if strings.Contains(s.text, t.markdown()) && (best == "" || len(s.text) < len(best)) {
			best = s.text
		}
	}
	return best
}

var docsHeading = regexp.MustCompile(`^(#+) (.+)$`)

// docsSections takes the page apart.
func docsSections(page string) []docsSection {
	lines := strings.SplitAfter(page, "\n")
	var sections []docsSection
	var starts []int
	fenced := false
	for i, line := range lines {
		fenced = fenced != strings.HasPrefix(line, "```")
		if match := docsHeading.FindStringSubmatch(strings.TrimSuffix(line, "\n")); match != nil && !fenced {
			sections = append(sections, docsSection{level: len(match[1]), slug: slug(match[2])})
			starts = append(starts, i)
		}
	}
	for i := range sections {
		end := len(lines)
		for j := i + 1; j < len(sections); j++ {
			if sections[j].level <= sections[i].level {
				end = starts[j]
				break
			}
		}
		sections[i].text = strings.TrimRight(strings.Join(lines[starts[i]:end], ""), "\n") + "\n"
	}
	return sections
}

// slug is the anchor that a heading gets.
func slug(heading string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
			return c
		case c == ' ':
			return '-'
		default:
			return -1
		}
	}, strings.ToLower(heading))
}
