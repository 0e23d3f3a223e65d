package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// docsRenderer joins the texts of the reference with what the code knows.
type docsRenderer struct {
	blocks   map[string]rawBlock
	defaults map[string]cty.Value
	tables   map[string]*docsTable // of the blocks that have been written
}

// docsTable is the table of one block, or of several that are alike.
type docsTable struct {
	rows []docsRow
}

// docsRow is about one attribute, or about some that belong together.
type docsRow struct {
	names    []string
	fallback string // the default, in Markdown
	text     string
}

var docsLine = regexp.MustCompile(`^([a-z_]+(?:, [a-z_]+)*)(?: \((.+?)\))?: (.+)$`)

// table makes the table of blocks that have the same attributes.
func (r *docsRenderer) table(paths, lines []string) (*docsTable, error) {
	texts := map[string]*docsRow{}
	for _, line := range lines {
		match := docsLine.FindStringSubmatch(line)
		if match == nil {
			return nil, fmt.Errorf("%w: %q is not NAME: TEXT", ErrDocs, line)
		}
		row := &docsRow{names: strings.Split(match[1], ", "), fallback: match[2], text: match[3]}
		for _, name := range row.names {
			if texts[name] != nil {
				return nil, fmt.Errorf("%w: %s has two texts", ErrDocs, name)
			}
			texts[name] = row
		}
	}
	var table *docsTable
	for _, path := range paths {
		var err error
		if table, err = r.rows(path, texts); err != nil {
			return nil, err
		}
		if r.tables[path] != nil {
			return nil, fmt.Errorf("%w: %s is described twice", ErrDocs, path)
		}
		r.tables[path] = table
	}
	return table, nil
}

// rows puts the texts into the order of the block's attributes, with their defaults.
func (r *docsRenderer) rows(path string, texts map[string]*docsRow) (*docsTable, error) {
	block, known := r.blocks[path]
	if !known {
		return nil, fmt.Errorf("%w: there is no block %s", ErrDocs, path)
	}
	for name := range texts {
		if !slices.Contains(block.attributes, name) {
			return nil, fmt.Errorf("%w: %s has no attribute %s", ErrDocs, path, name)
		}
	}
	table := &docsTable{}
	for left := block.attributes; len(left) > 0; {
		text := texts[left[0]]
		if text == nil {
			return nil, fmt.Errorf("%w: attribute %s of %s has no text", ErrDocs, left[0], path)
		}
		n := len(text.names)
		if n > len(left) || !slices.Equal(text.names, left[:n]) {
			return nil, fmt.Errorf("%w: %s of %s do not follow one another", ErrDocs, strings.Join(text.names, ", "), path)
		}
		row := *text
		if err := r.setDefault(path, &row); err != nil {
			return nil, err
		}
		table.rows = append(table.rows, row)
		left = left[n:]
	}
	return table, nil
}

// setDefault takes the default from the code, if it is a plain value there.
func (r *docsRenderer) setDefault(path string, row *docsRow) error {
	val, known := r.defaults[path+"."+row.names[0]]
	switch {
	case known && row.fallback != "":
		return fmt.Errorf("%w: the default of %s.%s is written, and known from the code too", ErrDocs, path, row.names[0])
	case known && len(row.names) > 1:
		return fmt.Errorf("%w: %s of %s have defaults, and need a line each", ErrDocs, strings.Join(row.names, ", "), path)
	case known:
		row.fallback = "`" + string(hclwrite.TokensForValue(val).Bytes()) + "`"
	}
	return nil
}

// markdown returns the table. One without a default has no column for it.
func (t *docsTable) markdown() string {
	var b strings.Builder
	plain := !slices.ContainsFunc(t.rows, func(r docsRow) bool { return r.fallback != "" })
	if plain {
		b.WriteString("| Attribute | |\n|---|---|\n")
	} else {
		b.WriteString("| Attribute | Default | |\n|---|---|---|\n")
	}
	for _, row := range t.rows {
		b.WriteString("| `" + strings.Join(row.names, "`, `") + "` |")
		if !plain {
			b.WriteString(" " + row.shownDefault() + " |")
		}
		b.WriteString(" " + strings.ReplaceAll(row.text, "|", `\|`) + " |\n")
	}
	return b.String()
}

func (r *docsRow) shownDefault() string {
	if r.fallback == "" {
		return "none"
	}
	return r.fallback
}

// describe says what the table does of one attribute.
func (t *docsTable) describe(block, name string) string {
	for _, row := range t.rows {
		if slices.Contains(row.names, name) {
			return fmt.Sprintf("`%s` in `%s`, default: %s\n\n%s\n", strings.Join(row.names, "`, `"), block, row.shownDefault(), row.text)
		}
	}
	return "" // rows has all
}
