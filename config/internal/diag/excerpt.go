package diag

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
)

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
			text += Stars
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
