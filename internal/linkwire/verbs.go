package linkwire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Verb is the name of a command in its canonical, upper-case form.
type Verb string

// The commands of the link protocol.
const (
	VerbRepeat    Verb = "+"
	VerbNoop      Verb = "NOOP"
	VerbHelp      Verb = "HELP"
	VerbQuit      Verb = "QUIT"
	VerbUser      Verb = "USER"
	VerbPass      Verb = "PASS"
	VerbChallenge Verb = "CHALLENGE"
	VerbSend      Verb = "SEND"
	VerbRetr      Verb = "RETR"
	VerbRcvLoop   Verb = "RCVLOOP"
	VerbQuitLoop  Verb = "QUITLOOP"
	VerbCdta      Verb = "CDTA"
	VerbClra      Verb = "CLRA"
	VerbStat      Verb = "STAT"
	VerbInfo      Verb = "INFO"
	VerbChid      Verb = "CHID"
	VerbSgid      Verb = "SGID"
	VerbGgid      Verb = "GGID"
	VerbVers      Verb = "VERS"
	VerbSflt      Verb = "SFLT"
	VerbSmsk      Verb = "SMSK"
	VerbTest      Verb = "TEST"
	VerbShutdown  Verb = "SHUTDOWN"
	VerbRestart   Verb = "RESTART"
	VerbInterface Verb = "INTERFACE"
	VerbWcyd      Verb = "WCYD"
	VerbBinary    Verb = "BINARY"
)

// canonical maps the other names that servers take to the canonical one.
func canonical(word string) Verb {
	switch word {
	case "EXIT":
		return VerbQuit
	case "RETRIEVE":
		return VerbRetr
	case "CHKDATA", "CHECKDATA":
		return VerbCdta
	case "CLRALL", "CLEARALL":
		return VerbClra
	case "GETCHID":
		return VerbChid
	case "SETGUID":
		return VerbSgid
	case "GETGUID":
		return VerbGgid
	case "VERSION":
		return VerbVers
	case "SETFILTER":
		return VerbSflt
	case "SETMASK":
		return VerbSmsk
	case "CLIENT":
		return VerbInterface
	case "WHATCANYOUDO":
		return VerbWcyd
	default:
		return Verb(word)
	}
}

// ParseCommand splits a command line into its verb and its argument, which is trimmed of blanks: space and tab. Verbs are
// whole words in any case; aliases give the canonical verb, and an unknown word is returned in upper case. `+n` and `++` are
// the verb `+` with the argument `n` or `+`.
func ParseCommand(line []byte) (Verb, string) {
	line = trimBlanks(line)
	if len(line) > 0 && line[0] == '+' {
		return VerbRepeat, string(trimBlanks(line[1:]))
	}
	end := 0
	for end < len(line) && !isBlank(line[end]) {
		end++
	}
	return canonical(upper(line[:end])), string(trimBlanks(line[end:]))
}

// IsSend reports whether line is a SEND command with an argument, and returns that trimmed but not copied: the one command
// whose rate matters. ParseCommand gives the same.
func IsSend(line []byte) (arg []byte, ok bool) {
	const verb = VerbSend
	if len(line) <= len(verb) || !isBlank(line[len(verb)]) {
		return nil, false
	}
	for i := range len(verb) {
		if line[i]&^0x20 != verb[i] {
			return nil, false
		}
	}
	arg = trimBlanks(line[len(verb):])
	return arg, len(arg) > 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func trimBlanks(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// upper changes ASCII letters only: Unicode would turn a long s into S, and so an unknown word into SEND.
func upper(word []byte) string {
	out := bytes.Clone(word)
	for i, c := range out {
		if 'a' <= c && c <= 'z' {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

// ErrForbiddenByte is returned for a verb or an argument with CR, LF or NUL, which would end the line and start another command.
var ErrForbiddenByte = errors.New("linkwire: CR, LF and NUL are not allowed in a command")

// CheckArg refuses an argument that cannot stand in a command line.
func CheckArg(arg string) error {
	// Three vector searches are several times as fast as IndexAny, and this runs for every event sent.
	if strings.IndexByte(arg, '\r') < 0 && strings.IndexByte(arg, '\n') < 0 && strings.IndexByte(arg, 0) < 0 {
		return nil
	}
	i := strings.IndexAny(arg, "\r\n\x00")
	return fmt.Errorf("%w: byte %d is %q", ErrForbiddenByte, i+1, arg[i])
}

// AppendCommand appends the command line for verb and its arguments, separated by blanks, with CR LF. dst is returned
// unchanged if the verb, which may be a person's input, or an argument is refused.
func AppendCommand(dst []byte, verb Verb, args ...string) ([]byte, error) {
	if err := CheckArg(string(verb)); err != nil {
		return dst, fmt.Errorf("verb: %w", err)
	}
	for _, arg := range args {
		if err := CheckArg(arg); err != nil {
			return dst, fmt.Errorf("%s: %w", verb, err)
		}
	}
	dst = append(dst, verb...)
	for _, arg := range args {
		dst = append(dst, ' ')
		dst = append(dst, arg...)
	}
	return append(dst, '\r', '\n'), nil
}
