package linktest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// maxSteps bounds a dialogue: use doubles one with each line, and nobody means that.
const maxSteps = 10000

// ParseScript reads the dialogues of a script file. The name is that of the file and stands in errors: `peer.script:12: ...`.
// On an error there are no scripts.
func ParseScript(name string, data []byte) ([]*Script, error) {
	p := parser{file: name}
	for text := range strings.Lines(string(data)) {
		p.line++
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
		if err := p.parse(strings.TrimLeft(text, " \t")); err != nil {
			return nil, fmt.Errorf("linktest: parse %s:%d: %w", name, p.line, err)
		}
	}
	if err := p.finish(); err != nil {
		return nil, fmt.Errorf("linktest: parse %s:%d: %w", name, p.line, err)
	}
	return p.scripts, nil
}

// Inline reads one dialogue written in the test itself, and fails the test if it does not parse.
func Inline(t testing.TB, text string) *Script {
	t.Helper()
	scripts, err := ParseScript(t.Name(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(scripts) != 1 {
		t.Fatalf("linktest: got %d dialogues in an inline script, want 1", len(scripts))
	}
	return scripts[0]
}

// parser holds the place in the file; the last of scripts is the one being read.
type parser struct {
	file    string
	line    int
	scripts []*Script
}

func (p *parser) parse(text string) error {
	word, rest, _ := strings.Cut(text, " ")
	if word == "" || strings.HasPrefix(word, "#") {
		return nil
	}
	switch word {
	case "==":
		return p.begin(strings.TrimSpace(rest))
	case "use":
		return p.use(strings.TrimSpace(rest))
	case "<":
		return p.addLine(stepSend, rest)
	case ">":
		return p.addLine(stepExpect, rest)
	case "<<":
		return p.addRaw(strings.TrimSpace(rest))
	case "wait":
		return p.addWait(strings.TrimSpace(rest))
	}
	switch strings.TrimSpace(text) {
	case "may close":
		return p.add(step{kind: stepMayClose, line: p.line})
	case "close":
		return p.add(step{kind: stepClose, line: p.line})
	case "stall":
		return p.add(step{kind: stepStall, line: p.line})
	}
	return fmt.Errorf("unknown step %.40q, want one of ==, <, <<, >, wait, may close, use, close, stall, #", text)
}

// begin ends the dialogue before and starts the next.
func (p *parser) begin(name string) error {
	if name == "" || strings.ContainsAny(name, " \t") {
		return fmt.Errorf("dialogue name %.40q, want one word", name)
	}
	if p.find(name) != nil {
		return fmt.Errorf("second dialogue %q", name)
	}
	if err := p.finish(); err != nil && len(p.scripts) > 0 {
		return err
	}
	p.scripts = append(p.scripts, &Script{Name: name, file: p.file})
	return nil
}

// finish checks the dialogue that ends here.
func (p *parser) finish() error {
	if len(p.scripts) == 0 {
		return fmt.Errorf("no steps")
	}
	if s := p.scripts[len(p.scripts)-1]; len(s.steps) == 0 {
		return fmt.Errorf("no steps in dialogue %q", s.Name)
	}
	return nil
}

func (p *parser) find(name string) *Script {
	at := slices.IndexFunc(p.scripts, func(s *Script) bool { return s.Name == name })
	if at < 0 {
		return nil
	}
	return p.scripts[at]
}

func (p *parser) use(name string) error {
	used := p.find(name)
	if used == nil || used == p.scripts[len(p.scripts)-1] {
		return fmt.Errorf("use of %.40q, want a dialogue above", name)
	}
	return p.add(used.steps...)
}

func (p *parser) addLine(kind stepKind, text string) error {
	if strings.HasSuffix(text, " ") {
		return fmt.Errorf("%.40q ends with a blank that nobody sees, want << with a quoted string", text)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("%.40q holds bytes that are no text, want << with a quoted string", text)
	}
	return p.add(step{kind: kind, line: p.line, text: text})
}

func (p *parser) addRaw(quoted string) error {
	raw, err := strconv.Unquote(quoted)
	if err != nil || quoted[0] != '"' || raw == "" {
		return fmt.Errorf("%.40s, want a Go string in double quotes that is not empty", quoted)
	}
	return p.add(step{kind: stepRaw, line: p.line, text: raw})
}

func (p *parser) addWait(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return fmt.Errorf("wait %.40q, want a duration above 0 such as 2s", text)
	}
	return p.add(step{kind: stepWait, line: p.line, wait: d})
}

// add appends steps to the dialogue being read; without a header it has the file's name.
func (p *parser) add(steps ...step) error {
	if len(p.scripts) == 0 {
		p.scripts = append(p.scripts, &Script{Name: p.file, file: p.file})
	}
	s := p.scripts[len(p.scripts)-1]
	if n := len(s.steps); n > 0 && (s.steps[n-1].kind == stepClose || s.steps[n-1].kind == stepStall) {
		return fmt.Errorf("%q after %q is never reached", steps[0].String(), s.steps[n-1].String())
	}
	if len(s.steps)+len(steps) > maxSteps {
		return fmt.Errorf("dialogue %q has more than %d steps", s.Name, maxSteps)
	}
	s.steps = append(s.steps, steps...)
	return nil
}
