package linktest

import (
	"strconv"
	"strings"
	"time"
)

// Script is what a scripted peer does on one connection. It is immutable and may be played many times at once.
type Script struct {
	Name  string // the word after ==, or the file's name
	file  string
	steps []step
}

type stepKind uint8

const (
	stepSend     stepKind = iota // text and CR LF leave the peer
	stepRaw                      // text leaves the peer
	stepExpect                   // a line like text must arrive
	stepWait                     // silence
	stepMayClose                 // the client may leave from here on
	stepClose                    // the peer leaves
	stepStall                    // the peer stays without a word
)

type step struct {
	kind stepKind
	line int           // in the file
	text string        // stepSend, stepRaw, stepExpect
	wait time.Duration // stepWait
}

// String returns the step as it is written in a script.
func (s step) String() string {
	switch s.kind {
	case stepSend:
		return strings.TrimSuffix("< "+s.text, " ")
	case stepRaw:
		return "<< " + strconv.Quote(s.text)
	case stepExpect:
		return strings.TrimSuffix("> "+s.text, " ")
	case stepWait:
		return "wait " + s.wait.String()
	case stepMayClose:
		return "may close"
	case stepClose:
		return "close"
	default:
		return "stall"
	}
}

// String returns the steps in the form ParseScript reads, without header, the steps of use written out.
func (s *Script) String() string {
	var b strings.Builder
	for _, st := range s.steps {
		b.WriteString(st.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// Account returns the user name and the password that the script expects first, each empty if there is none.
func (s *Script) Account() (user, password string) {
	return s.argument("USER"), s.argument("PASS")
}

// argument returns what the first expected line with this verb has after the verb.
func (s *Script) argument(verb string) string {
	for _, st := range s.steps {
		if word, arg, _ := strings.Cut(st.text, " "); st.kind == stepExpect && strings.EqualFold(word, verb) {
			return arg
		}
	}
	return ""
}

// match tells if a line, without its end, is what the pattern expects.
func match(pattern, line string) bool {
	parts := strings.Split(foldVerb(pattern), "*")
	line = foldVerb(line)
	last := len(parts) - 1
	if last == 0 {
		return parts[0] == line
	}
	line, ok := strings.CutPrefix(line, parts[0])
	for _, part := range parts[1:last] {
		at := strings.Index(line, part)
		if at < 0 {
			return false
		}
		line = line[at+len(part):]
	}
	return ok && strings.HasSuffix(line, parts[last])
}

// foldVerb returns the line with its first word in capitals: peers take verbs in any case.
func foldVerb(line string) string {
	verb, rest, found := strings.Cut(line, " ")
	verb = strings.ToUpper(verb)
	if !found {
		return verb
	}
	return verb + " " + rest
}
