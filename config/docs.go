package config

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// docsFiles are the parts of the reference, in the order of their names. A fenced block
//
//	```attributes remote.backoff
//	initial: the first delay
//	site (none): what it is for
//	```
//
// has a line for each attribute of the blocks that are named: NAME, NAME (DEFAULT): TEXT. It becomes a table in the order of the raw
// struct. The default is written only where it is no plain value: others are taken from the code. An empty one with the word tokens becomes
// the tables of classes and types.
//
//go:embed docs/*.md
var docsFiles embed.FS

// ErrNoDocs is returned by Docs for a name of nothing.
var ErrNoDocs = errors.New("no such block, attribute or section")

// ErrDocs is returned by Docs where the reference and the language are not about the same: a mistake of ours.
var ErrDocs = errors.New("the reference is not that of the language")

// Docs returns the reference of the configuration in Markdown. Without a name it is that of everything, and the content of
// docs/configuration.md. A name is the path of a block or of an attribute, such as remote.timeouts or remote.timeouts.dial, the last part of
// one if nothing else has it, or the heading of a section in lower case with hyphens, such as the-three-modes, or its first or last word.
func Docs(name string) (string, error) {
	page, tables, err := renderDocs()
	switch {
	case err != nil:
		return "", err
	case name == "":
		return page, nil
	}
	return selectDocs(page, tables, name)
}

// renderDocs returns the page, and its tables by the paths of their blocks.
func renderDocs() (page string, tables map[string]*docsTable, err error) {
	names, err := fs.Glob(docsFiles, "docs/*.md") // in order
	if err != nil {
		return "", nil, err
	}
	r := &docsRenderer{tables: map[string]*docsTable{}, defaults: defaults(), blocks: map[string]rawBlock{}}
	for _, b := range languageBlocks() {
		r.blocks[b.path] = b
	}
	var out strings.Builder
	for _, name := range names {
		src, err := docsFiles.ReadFile(name)
		if err != nil {
			return "", nil, err
		}
		if err := r.render(&out, string(src)); err != nil {
			return "", nil, fmt.Errorf("config: %s: %w", path.Base(name), err)
		}
	}
	for _, b := range languageBlocks() {
		if len(b.attributes) > 0 && r.tables[b.path] == nil {
			return "", nil, fmt.Errorf("config: block %s: %w: it has no text", b.path, ErrDocs)
		}
	}
	return out.String(), r.tables, nil
}

// docsFence begins what becomes a table.
var docsFence = regexp.MustCompile("^```(?:attributes ([a-z_. ]+)|tokens)$")

// render writes a file of the reference with tables in place of the texts.
func (r *docsRenderer) render(out *strings.Builder, src string) error {
	lines := strings.Split(src, "\n")
	for i := 0; i < len(lines); i++ {
		match := docsFence.FindStringSubmatch(lines[i])
		if match == nil {
			out.WriteString(lines[i])
			if i < len(lines)-1 {
				out.WriteByte('\n')
			}
			continue
		}
		end := i + slices.Index(lines[i:], "```")
		if end < i {
			return fmt.Errorf("line %d: %w: the block does not end", i+1, ErrDocs)
		}
		if match[1] == "" {
			out.WriteString(docsTokens())
			i = end
			continue
		}
		table, err := r.table(strings.Fields(match[1]), lines[i+1:end])
		if err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		out.WriteString(table.markdown())
		i = end
	}
	return nil
}
