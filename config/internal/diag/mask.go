package diag

import (
	"regexp"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// Stars stand for what is not shown.
const Stars = "***"

// sourceLine is a line of the file and how much of it may be shown.
type sourceLine struct {
	number int
	start  int    // offset in the file
	text   string // without line end
	cut    int    // what begins here is hidden; len(text): nothing is
	secret bool   // it is hidden because it may be a secret, not because it is a comment
}

// Excerpts hide the values of every attribute whose name is not known to be harmless: password itself, its misspellings, and
// whatever else somebody thought to be the word for it. This goes by lines and not by the syntax tree, because a file that
// does not parse must not leak either, and in doubt it hides too much. Comments are hidden too: they keep old passwords.

var (
	// A name and what separates it from its value: `name =`, `"name" =`, `"name":`; after a name that speaks of secrets also
	// ":" or a forgotten separator.
	namedValue = regexp.MustCompile(`(?:^|[{,])\s*"?((?i:[\w-]*(?:pas|psw|pw|secret|token|cred)[\w-]*))"?[\s=:]*|"([^"\\]*)"\s*[=:]\s*|([A-Za-z_][A-Za-z0-9_-]*)\s*=\s*`)
	// A value that names where a secret is, without being one.
	secretRef = regexp.MustCompile(`^(?:(?:var|local)\.[A-Za-z_][\w-]*\s*$|(?:env|file|credential)\(\s*"[^"\\$%{]*"\s*\)|"\$\{(?:env|file|credential)\(\\?"[^"\\$%{]*\\?"\)\}")\s*[,}]?\s*$`)
	// What an open value must not have: credentials in an address, or a login among commands. An @ right after a quote is no
	// address but a wrong cron schedule.
	credential = regexp.MustCompile(`[^"]@|"@.*@|(?i:"\s*(?:user|pass)\s)`)
	heredoc    = regexp.MustCompile(`<<-?\s*([^\s<]+)\s*$`)
	quoted     = regexp.MustCompile(`"(?:\\.|[^"\\])*"`)
	comment    = regexp.MustCompile(`#|//|/\*`)
	// What is no value itself, but has some: an object, or an array of objects, or what may be one.
	objects   = regexp.MustCompile(`^(?:\[\s*)?\{\s*(?:$|\}|(?:"[^"\\]*"|[A-Za-z_][\w-]*)\s*[:=])`)
	openArray = regexp.MustCompile(`^\[\s*$`)
)

// masker goes through the lines and remembers what a hidden value has left open.
type masker struct {
	open   map[string]bool
	secret string // the name of the attribute for secrets
	depth  int    // of brackets within a hidden value
	until  string // end marker of a hidden heredoc
	value  bool   // a hidden value begins on a later line
	array  bool   // an array begins on a later line, which is hidden unless it is one of objects
	remark bool   // within a comment of several lines
}

func maskLines(src []byte, language Language) []sourceLine {
	m := masker{open: language.OpenNames(), secret: language.SecretName()}
	var lines []sourceLine
	start := 0
	for text := range strings.SplitSeq(string(src), "\n") {
		line := sourceLine{number: len(lines) + 1, start: start, text: strings.TrimSuffix(text, "\r")}
		line.cut, line.secret = m.cut(line.text)
		lines = append(lines, line)
		start += len(text) + 1
	}
	return lines
}

// cut returns where the hidden part of a line begins, and whether it may be a secret.
func (m *masker) cut(text string) (at int, secret bool) {
	if trimmed := strings.TrimSpace(text); m.array && trimmed != "" {
		m.array = false
		if !strings.HasPrefix(trimmed, "{") {
			m.depth = 1
		}
	}
	switch {
	case m.remark:
		m.remark = !strings.Contains(text, "*/")
		return 0, true // the rest of the line is not worth a closer look
	case m.until != "":
		if strings.TrimSpace(text) == m.until {
			m.until = ""
		}
		return 0, true
	case m.depth > 0 || m.value:
		if strings.TrimSpace(text) != "" {
			m.value = false
			m.hide(text)
		}
		return 0, true
	}
	code := m.withoutComment(text)
	for _, match := range namedValue.FindAllStringSubmatchIndex(code, -1) {
		value := code[match[1]:]
		if m.isSecret(submatch(code, match), value) {
			m.value = strings.TrimSpace(value) == ""
			m.hide(value)
			return match[1], true
		}
		m.array = openArray.MatchString(value) && !m.open[submatch(code, match)]
	}
	if first := strings.TrimLeft(code, " \t["); strings.HasPrefix(first, `"`) && credential.MatchString(first) {
		at := len(code) - len(first) // an element of a list that began on a line before
		m.hide(code[at:])
		return at, true
	}
	if len(code) < len(text) {
		code = strings.TrimRight(code, " \t")
	}
	return len(code), false
}

// isSecret reports whether the value after a name must be hidden.
func (m *masker) isSecret(name, value string) bool {
	switch {
	case m.open[name]:
		return credential.MatchString(value)
	case secretRef.MatchString(value):
		return false
	case wording.Distance(name, m.secret) < 3:
		return true
	default:
		// A block in JSON has its name like an attribute, and so have several in an array; what is within is looked at by itself.
		return !objects.MatchString(value) && !openArray.MatchString(value)
	}
}

// hide notes what a hidden value leaves open at the end of its line.
func (m *masker) hide(value string) {
	if match := heredoc.FindStringSubmatch(value); match != nil {
		m.until = match[1]
		return
	}
	for _, c := range quoted.ReplaceAllString(value, "") {
		switch c {
		case '(', '[', '{':
			m.depth++
		case ')', ']', '}':
			m.depth = max(m.depth-1, 0)
		}
	}
}

// withoutComment returns the text before a comment.
func (m *masker) withoutComment(text string) string {
	// Quoted parts are blotted out first, byte for byte: they may look like a comment.
	blotted := quoted.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("_", len(s)) })
	loc := comment.FindStringIndex(blotted)
	if loc == nil {
		return text
	}
	if blotted[loc[0]:loc[1]] == "/*" {
		if m.remark = !strings.Contains(blotted[loc[1]:], "*/"); m.remark {
			return text[:loc[1]] // it may be what is wrong
		}
	}
	return text[:loc[0]]
}

// submatch returns the group that matched, of several alternatives.
func submatch(text string, match []int) string {
	for i := 2; i < len(match); i += 2 {
		if match[i] >= 0 {
			return text[match[i]:match[i+1]]
		}
	}
	return ""
}

// givenName begins a line of a file of values. What follows may be the value of a sensitive variable.
var givenName = regexp.MustCompile(`^\s*\{?\s*"?[A-Za-z_][\w-]*"?\s*[=:]\s*`)

// closeLines hides all but the names.
func closeLines(lines []sourceLine) {
	for i := range lines {
		line := &lines[i]
		at := 0
		if loc := givenName.FindStringIndex(line.text); loc != nil {
			at = loc[1]
		}
		if at < line.cut {
			line.cut, line.secret = at, true
		}
	}
}
