package vscp

const maxTokenText = 40 // how much of a wrong token an error repeats; also bounds the search for the one meant

// equalToken compares in any case, with "_" for "." as the C headers write it.
func equalToken(token, s string) bool {
	if len(token) != len(s) {
		return false
	}
	for i := range len(s) {
		if foldByte(token[i]) != foldByte(s[i]) {
			return false
		}
	}
	return true
}

func foldByte(b byte) byte {
	switch {
	case b >= 'a' && b <= 'z':
		return b - 'a' + 'A'
	case b == '.':
		return '_'
	}
	return b
}

// closest finds the token that is the fewest edits away from text, if there are few.
type closest struct {
	text  string
	most  int // edits
	token string
	edits int
}

// closestTo allows edits for a third of telling, the part of text that is not common to many tokens.
func closestTo(text, telling string) closest {
	return closest{text: text, most: max(1, len(telling)/3)}
}

func (c *closest) try(candidate, token string) {
	if c.text == "" || len(c.text) > maxTokenText {
		return
	}
	n := editDistance(candidate, c.text)
	if n <= c.most && (c.token == "" || n < c.edits) {
		c.token, c.edits = token, n
	}
}

// editDistance counts the bytes to insert, delete or replace (Levenshtein), cases folded.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if foldByte(a[i]) != foldByte(b[j]) {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}

func clip(s string) string {
	if len(s) > maxTokenText {
		return s[:maxTokenText] + "..."
	}
	return s
}
