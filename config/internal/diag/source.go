package diag

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// Source is a file that diagnostics speak of: what stands in it, and what of that must not be shown.
type Source struct {
	Name      string
	Text      []byte
	File      *hcl.File   // as far as it could be parsed
	Parsed    bool        // without syntax errors
	NamesOnly bool        // nothing else of it may be shown
	Hidden    []hcl.Range // their lines speak of secrets
	Language  Language    // nil: nothing of it is shown

	lines []sourceLine // made by the first diagnostic: most files have none
}

// Language tells which words a file may have.
type Language interface {
	SecretName() string         // of the attribute for secrets
	OpenNames() map[string]bool // of the attributes whose values may be shown
	IsBlock(kind string) bool   // whether this is a block of the language
}

// convert finds out which block a diagnostic is about if that is not said.
func (s *Source) convert(raw *hcl.Diagnostic, block string) Diagnostic {
	d := Diagnostic{
		Position: Position{File: s.Name},
		Summary:  printable(raw.Summary),
		Detail:   printable(raw.Detail),
		Block:    printable(block),
	}
	if raw.Severity == hcl.DiagWarning {
		d.Severity = SeverityWarning
	}
	own, ours := raw.Extra.(Own)
	d.OfReader = own.OfReader
	if raw.Subject == nil {
		return d
	}
	rng := *raw.Subject
	d.Position, d.EndLine, d.EndColumn = PositionOf(rng), rng.End.Line, rng.End.Column
	if rng.Start.Line == 0 {
		return d // not in a file
	}
	if s.lines == nil && s.Language != nil {
		s.lines = maskLines(s.Text, s.Language)
		if s.NamesOnly {
			closeLines(s.lines)
		}
		for _, rng := range s.Hidden {
			closeLines(s.lines[min(rng.Start.Line-1, len(s.lines)):min(rng.End.Line, len(s.lines))])
		}
	}
	if block == "" {
		d.Block = printable(s.BlockAt(rng.Start.Byte))
	}
	line := s.lineAt(rng.Start.Byte)
	if line == nil || line.text == "" {
		return d
	}
	if !line.secret && strings.TrimSpace(line.text[:line.cut]) == "" {
		return d // a comment
	}
	start, end := line.markedPart(rng)
	if line.secret && (start >= line.cut || end > line.cut && !s.Parsed && !ours) {
		s.hide(&d, line, ours)
	}
	d.Excerpt = excerpt(line, start, end)
	return d
}

// Summaries of HCL for bare words, which may be secrets without their quotes.
const (
	unknownVariable = "Unknown variable"
	unknownFunction = "Call to unknown function"
)

// hide removes from a diagnostic what tells of the hidden part of its line: its place, which gives away the length, and, in
// the words of a parser, which are not our own, the text.
func (s *Source) hide(d *Diagnostic, line *sourceLine, own bool) {
	d.Position.Column = utf8.RuneCountInString(line.text[:line.cut]) + 1
	d.EndLine, d.EndColumn = d.Position.Line, d.Position.Column+len(Stars)
	switch {
	case own:
	case !s.Parsed:
		d.Summary = "Syntax error"
		d.Detail = "There is a mistake in or after a value that is not shown here because it may be a secret. Check its quotes and brackets."
	case strings.Contains(d.Detail, "Did you mean"): // it is close to a word that is no secret
	case d.Summary == unknownVariable:
		d.Detail = "There is no variable of the name that is hidden here. If it is a text, it needs double quotes."
	case d.Summary == unknownFunction:
		d.Detail = "There is no function of the name that is hidden here."
	}
}

// BlockAt names the block at an offset of the file, or returns "" if that cannot be said.
func (s *Source) BlockAt(offset int) string {
	if !s.Parsed {
		return "" // after a forgotten quote, a password can be taken for a label
	}
	nav, ok := s.File.Nav.(interface{ ContextString(offset int) string })
	if !ok {
		return ""
	}
	block := nav.ContextString(offset)
	// Only blocks of ours: the label of another may be a password without its equals sign.
	if kind := block[:strings.IndexAny(block+" ", " .[")]; !s.Language.IsBlock(kind) {
		return ""
	}
	return block
}

func (s *Source) lineAt(offset int) *sourceLine {
	i, _ := slices.BinarySearchFunc(s.lines, offset, func(line sourceLine, offset int) int { return cmp.Compare(line.start+len(line.text), offset) })
	if i == len(s.lines) {
		return nil
	}
	return &s.lines[i]
}

// printable replaces what could act on a terminal.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || unicode.IsPrint(c) {
			return c
		}
		return '\uFFFD'
	}, s)
}
