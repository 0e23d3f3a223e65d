package main

import (
	"io"
	"strings"

	"golang.org/x/term"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// editor reads lines from a person: editing, history, completion.
type editor struct {
	terminal *term.Terminal
	prompt   string
	history  *shellHistory
	size     func() (width, height int, err error) // of the terminal; nil: not known
}

func newEditor(tty io.ReadWriter, name string) *editor {
	e := &editor{prompt: printable(name) + "> ", history: &shellHistory{}}
	e.terminal = term.NewTerminal(tty, e.prompt)
	e.terminal.History = e.history
	e.terminal.AutoCompleteCallback = e.complete
	return e
}

// console returns a console whose output goes around the line that is being edited.
func (e *editor) console(c *console) *console {
	return &console{in: c.in, out: e.terminal, errOut: e.terminal, tty: c.tty}
}

func (e *editor) readLine() (string, error) {
	if e.size != nil {
		if width, height, err := e.size(); err == nil && width > 0 && height > 0 {
			_ = e.terminal.SetSize(width, height) // its error is that of writing, which shows elsewhere
		}
	}
	return e.terminal.ReadLine()
}

// ask reads an answer that does not go into the history. All of the prompt but its last line is printed before.
func (e *editor) ask(prompt string) (string, error) {
	if i := strings.LastIndexByte(prompt, '\n'); i >= 0 {
		if _, err := io.WriteString(e.terminal, prompt[:i+1]); err != nil {
			return "", err
		}
		prompt = prompt[i+1:]
	}
	e.terminal.SetPrompt(prompt)
	e.history.paused = true
	defer func() {
		e.terminal.SetPrompt(e.prompt)
		e.history.paused = false
	}()
	return e.terminal.ReadLine()
}

// shellVerbs are the words that Tab completes.
func shellVerbs() []string {
	return []string{
		string(linkwire.VerbCdta), string(linkwire.VerbChallenge), string(linkwire.VerbChid), string(linkwire.VerbClra),
		string(linkwire.VerbGgid), string(linkwire.VerbHelp), "HISTORY", string(linkwire.VerbInfo),
		string(linkwire.VerbInterface) + " LIST", string(linkwire.VerbNoop), string(linkwire.VerbPass), string(linkwire.VerbQuit),
		string(linkwire.VerbRestart), string(linkwire.VerbRetr), string(linkwire.VerbSend), string(linkwire.VerbSflt),
		string(linkwire.VerbSgid), string(linkwire.VerbShutdown), string(linkwire.VerbSmsk), string(linkwire.VerbStat),
		string(linkwire.VerbTest), string(linkwire.VerbUser), string(linkwire.VerbVers), string(linkwire.VerbWcyd),
	}
}

// complete completes the word before the cursor when Tab is pressed, in the case that it was begun in. Where several verbs fit, it
// goes as far as they agree, and then shows them.
func (e *editor) complete(line string, pos int, key rune) (newLine string, newPos int, ok bool) {
	if key != '\t' {
		return "", 0, false
	}
	begun, rest := line[:pos], line[pos:]
	var fits []string
	for _, verb := range shellVerbs() {
		if strings.HasPrefix(verb, strings.ToUpper(begun)) {
			fits = append(fits, verb)
		}
	}
	if len(fits) == 0 {
		return line, pos, true
	}
	word := commonPrefix(fits)
	if len(fits) == 1 && rest == "" {
		word += " "
	} else if len(word) == len(begun) {
		_, _ = io.WriteString(e.terminal, strings.Join(fits, "  ")+"\n") // no more than a convenience
		return line, pos, true
	}
	if begun != "" && begun == strings.ToLower(begun) {
		word = strings.ToLower(word)
	}
	return word + rest, len(word), true
}

func commonPrefix(words []string) string {
	prefix := words[0]
	for _, w := range words[1:] {
		for !strings.HasPrefix(w, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix
}

// maxHistory is how many lines are kept.
const maxHistory = 500

// shellHistory keeps the lines of one shell, in memory alone, and none that may hold a password.
type shellHistory struct {
	lines  []string // the oldest first
	paused bool
}

// secret reports whether a line may hold a user or a password. Servers find PASS in places where people do not look for it: as a
// beginning of the word, or in the middle of the line.
func secret(line string) bool {
	upper := strings.ToUpper(line)
	return strings.Contains(upper, string(linkwire.VerbPass)) || strings.Contains(upper, string(linkwire.VerbUser))
}

// Add keeps a line, unless it is secret, empty, or the one before again.
func (h *shellHistory) Add(line string) {
	line = strings.TrimSpace(line)
	if h.paused || line == "" || secret(line) || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	if len(h.lines) == maxHistory {
		h.lines = append(h.lines[:0], h.lines[1:]...)
	}
	h.lines = append(h.lines, line)
}

// Len returns the number of lines.
func (h *shellHistory) Len() int { return len(h.lines) }

// At returns a line, 0 for the newest.
func (h *shellHistory) At(i int) string { return h.lines[len(h.lines)-1-i] }

func (h *shellHistory) all() []string { return h.lines }
