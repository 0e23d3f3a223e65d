package expr

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Sensitive marks values that came from the environment or a file, and those of sensitive variables. They are never quoted in a message, whatever attribute
// they end up in; the mark survives concatenation and functions.
const Sensitive mark = "sensitive"

type mark string

// FileMark marks a value that came out of a file.
type FileMark struct {
	Path      string
	Sensitive bool // the path is not to be quoted
	Whole     bool // the value is what file or credential has returned, and no function has made something of it
}

// Secrets are the texts that must not be quoted, and what of them came out of files.
type Secrets struct {
	texts    map[string]bool   // what env, file and credential returned, and what Keep was given
	lastRead string            // the file that was read last
	contents map[string]string // of files, by path, as file and credential return them
}

func newSecrets() *Secrets {
	return &Secrets{texts: map[string]bool{}, contents: map[string]string{}}
}

// Keep notes the texts in a value, so that no message quotes them.
func (s *Secrets) Keep(val cty.Value) {
	val, _ = val.UnmarkDeep()
	// The function returns no error, and so does the walk.
	_ = cty.Walk(val, func(_ cty.Path, v cty.Value) (bool, error) {
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			s.texts[v.AsString()] = true
		}
		return true, nil
	})
}

// In reports whether a text contains one of them.
func (s *Secrets) In(text string) bool {
	for secret := range s.texts {
		if secret != "" && strings.Contains(text, secret) {
			return true
		}
	}
	return false
}

// FileHolds reports whether file or credential have returned a text as all that this file holds.
func (s *Secrets) FileHolds(path, text string) bool {
	content, ok := s.contents[path]
	return ok && content == text
}

// noting remembers what was read, for whoever marks the result.
func (s *Secrets) noting(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		b, err := read(path)
		if err == nil {
			s.lastRead = path
		}
		return b, err
	}
}

// marked makes a sensitive value of a text, with the file that was read for it, if one was.
func (s *Secrets) marked(text string, pathSensitive bool) cty.Value {
	s.texts[text] = true
	val := cty.StringVal(text).Mark(Sensitive)
	if s.lastRead == "" {
		return val
	}
	s.contents[s.lastRead] = text
	return val.Mark(FileMark{Path: s.lastRead, Sensitive: pathSensitive, Whole: true})
}

// computed notes of what a function has returned that it is not what a file holds. Where a function only takes things together or apart, the
// elements keep their marks.
func computed(val cty.Value) cty.Value {
	if !val.IsMarked() {
		return val
	}
	val, marks := val.Unmark()
	parts := make(cty.ValueMarks, len(marks))
	for m := range marks {
		if f, ok := m.(FileMark); ok {
			f.Whole = false
			m = f
		}
		parts[m] = struct{}{}
	}
	return val.WithMarks(parts)
}
