package config

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// reporter turns HCL's diagnostics about one file into ours. It knows the source, and what of it must not be shown.
type reporter struct {
	filename string
	src      []byte
	file     *hcl.File
	parsed   bool         // without syntax errors
	closed   bool         // only names may be shown
	lines    []sourceLine // made by the first diagnostic: most files have none
	hidden   []hcl.Range  // their lines speak of secrets
}

func newReporter(filename string, src []byte, file *hcl.File, parsed bool) *reporter {
	return &reporter{filename: filename, src: src, file: file, parsed: parsed}
}

// convert finds out which block a diagnostic is about if that is not said.
func (r *reporter) convert(diag *hcl.Diagnostic, block string) Diagnostic {
	d := Diagnostic{
		Position: Position{File: r.filename},
		Summary:  printable(diag.Summary),
		Detail:   printable(diag.Detail),
		Block:    printable(block),
	}
	if diag.Severity == hcl.DiagWarning {
		d.Severity = SeverityWarning
	}
	own, ours := diag.Extra.(ownText)
	d.OfReader = own.ofReader
	if diag.Subject == nil {
		return d
	}
	rng := *diag.Subject
	d.Position, d.EndLine, d.EndColumn = position(rng), rng.End.Line, rng.End.Column
	if rng.Start.Line == 0 {
		return d // not in a file
	}
	if r.lines == nil {
		r.lines = maskLines(r.src)
		if r.closed {
			closeLines(r.lines)
		}
		for _, rng := range r.hidden {
			closeLines(r.lines[min(rng.Start.Line-1, len(r.lines)):min(rng.End.Line, len(r.lines))])
		}
	}
	if block == "" {
		d.Block = printable(r.blockAt(rng.Start.Byte))
	}
	line := r.lineAt(rng.Start.Byte)
	if line == nil || line.text == "" {
		return d
	}
	start, end := line.markedPart(rng)
	if line.secret && start >= line.cut {
		r.hide(&d, line, ours)
	}
	d.Excerpt = excerpt(line, start, end)
	return d
}

// hide removes from a diagnostic what tells of the hidden part of its line: its place, which gives away the length, and, in
// the words of a parser, which are not our own, the text.
func (r *reporter) hide(d *Diagnostic, line *sourceLine, own bool) {
	d.Position.Column = utf8.RuneCountInString(line.text[:line.cut]) + 1
	d.EndLine, d.EndColumn = d.Position.Line, d.Position.Column+len(hidden)
	if !r.parsed && !own {
		d.Summary = "Syntax error"
		d.Detail = "There is a mistake in or after a value that is not shown here because it may be a secret. Check its quotes and brackets."
	}
}

// blockAt names the block at an offset of the file.
func (r *reporter) blockAt(offset int) string {
	if !r.parsed {
		return "" // after a forgotten quote, a password can be taken for a label
	}
	nav, ok := r.file.Nav.(interface{ ContextString(offset int) string })
	if !ok {
		return ""
	}
	block := nav.ContextString(offset)
	// Only blocks of ours: the label of another may be a password without its equals sign.
	if kind := block[:strings.IndexAny(block+" ", " .[")]; !isBlock(kind) {
		return ""
	}
	return block
}

func (r *reporter) lineAt(offset int) *sourceLine {
	for i := range r.lines {
		if line := &r.lines[i]; offset <= line.start+len(line.text) {
			return line
		}
	}
	return nil
}

// markedPart returns the offsets within the line of the part of rng that lies on it. They may lie behind the line's end.
func (l *sourceLine) markedPart(rng hcl.Range) (start, end int) {
	start = max(rng.Start.Byte-l.start, 0)
	end = rng.End.Byte - l.start
	if rng.End.Line != rng.Start.Line || end > len(l.text) {
		end = len(strings.TrimRight(l.text, " \t"))
	}
	return start, max(end, start+1)
}

// Widths of an excerpt in characters: of a whole line, and what is left before the marked part where a line is cut.
const (
	excerptWidth = 96
	excerptLead  = 32
)

// excerpt renders a line with its number, and below it a marker under the bytes from start to end. A secret is
// replaced, a comment left out.
func excerpt(l *sourceLine, start, end int) string {
	text := l.text
	if l.cut < len(text) {
		text = text[:l.cut]
		if l.secret {
			text += hidden
		}
		start = min(start, l.cut)
		end = min(end, len(text))
		if start == l.cut {
			end = len(text)
		}
	}
	var shown, mark []rune
	for i, c := range text {
		m := ' '
		if start <= i && i < end {
			m = '^'
		}
		switch {
		case c == '\t': // as two blanks, so that the marker stays below its part
			shown, mark = append(shown, ' '), append(mark, m)
			c = ' '
		case !unicode.IsPrint(c): // no control sequence reaches the terminal
			c = '\uFFFD'
		}
		shown, mark = append(shown, c), append(mark, m)
	}
	if start >= len(text) {
		shown, mark = append(shown, ' '), append(mark, '^')
	}
	shown, mark = window(shown, mark)
	number := strconv.Itoa(l.number)
	return "  " + number + " | " + strings.TrimRight(string(shown), " ") + "\n" +
		"  " + strings.Repeat(" ", len(number)) + " | " + strings.TrimRight(string(mark), " ")
}

// window cuts a long line around its marked part.
func window(shown, mark []rune) (line, marker []rune) {
	if len(shown) <= excerptWidth {
		return shown, mark
	}
	from := 0
	if first := strings.IndexRune(string(mark), '^'); first > excerptLead { // mark is ASCII: bytes are runes
		from = min(first-excerptLead, len(shown)-excerptWidth)
	}
	line = append(line, shown[from:]...)
	marker = append(marker, mark[from:]...)
	if from > 0 {
		line[0] = '…'
	}
	if len(line) > excerptWidth {
		line = append(line[:excerptWidth-1], '…')
		marker = marker[:excerptWidth]
	}
	return line, marker
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
