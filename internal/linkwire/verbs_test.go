package linkwire

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// aliases returns the other names that servers take, by canonical verb, as the protocol lists them.
func aliases() map[Verb][]string {
	return map[Verb][]string{
		VerbNoop: nil, VerbHelp: nil, VerbUser: nil, VerbPass: nil, VerbChallenge: nil, VerbSend: nil, VerbRcvLoop: nil,
		VerbQuitLoop: nil, VerbStat: nil, VerbInfo: nil, VerbTest: nil, VerbShutdown: nil, VerbRestart: nil, VerbBinary: nil,
		VerbQuit:      {"EXIT"},
		VerbRetr:      {"RETRIEVE"},
		VerbCdta:      {"CHKDATA", "CHECKDATA"},
		VerbClra:      {"CLRALL", "CLEARALL"},
		VerbChid:      {"GETCHID"},
		VerbSgid:      {"SETGUID"},
		VerbGgid:      {"GETGUID"},
		VerbVers:      {"VERSION"},
		VerbSflt:      {"SETFILTER"},
		VerbSmsk:      {"SETMASK"},
		VerbInterface: {"CLIENT"},
		VerbWcyd:      {"WHATCANYOUDO"},
	}
}

func TestParseCommandAliases(t *testing.T) {
	for verb, others := range aliases() {
		for _, word := range append(others, string(verb)) {
			for _, line := range []string{word, strings.ToLower(word), word[:1] + strings.ToLower(word[1:])} {
				if got, arg := ParseCommand([]byte(line)); got != verb || arg != "" {
					t.Errorf("ParseCommand(%q) = %q, %q, want %q without argument", line, got, arg, verb)
				}
				line += " 3 Mixed Case"
				if got, arg := ParseCommand([]byte(line)); got != verb || arg != "3 Mixed Case" {
					t.Errorf("ParseCommand(%q) = %q, %q, want %q with argument %q", line, got, arg, verb, "3 Mixed Case")
				}
			}
		}
	}
}

func TestParseCommand(t *testing.T) {
	tests := []struct {
		line string
		verb Verb
		arg  string
	}{
		{"", "", ""},
		{" \t ", "", ""},
		{"\t noop \t", VerbNoop, ""},
		{"RETR\t3", VerbRetr, "3"},
		{"PASS   a secret\twith blanks  ", VerbPass, "a secret\twith blanks"},
		{"SEND 96,10,6,0,,,-,0x48", VerbSend, "96,10,6,0,,,-,0x48"},
		{"noopxyz", "NOOPXYZ", ""},
		{"driver start", "DRIVER", "start"},
		{"X-private 1", "X-PRIVATE", "1"},
		{"NOOP\r", "NOOP\r", ""},
		{"\u017fend 1", "\u017fEND", "1"}, // upper-case by Unicode: SEND
		{"qu\u0131t", "QU\u0131T", ""},    // upper-case by Unicode: QUIT
		{"\xff\x00", "\xff\x00", ""},
		{"+", VerbRepeat, ""},
		{"+3", VerbRepeat, "3"},
		{"+ 3 ", VerbRepeat, "3"},
		{"++", VerbRepeat, "+"},
	}
	for _, tt := range tests {
		if verb, arg := ParseCommand([]byte(tt.line)); verb != tt.verb || arg != tt.arg {
			t.Errorf("ParseCommand(%q) = %q, %q, want %q, %q", tt.line, verb, arg, tt.verb, tt.arg)
		}
	}
}

func TestIsSend(t *testing.T) {
	tests := []struct {
		line, arg string
		ok        bool
	}{
		{"SEND 96,10,6,0,,,-,1", "96,10,6,0,,,-,1", true},
		{"send 1", "1", true},
		{"sEnD\t1", "1", true},
		{"SEND  \t1 2 ", "1 2", true},
		{"SEND", "", false},
		{"SEND ", "", false},
		{"SEND  \t", "", false},
		{"SENDX 1", "", false},
		{"SEND,1", "", false},
		{"SEN 1", "", false},
		{"RETR 1", "", false},
		{" SEND 1", "", false}, // rare, so left to ParseCommand
		{"\u017fEND 1", "", false},
		{"\x33END 1", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		arg, ok := IsSend([]byte(tt.line))
		if string(arg) != tt.arg || ok != tt.ok {
			t.Errorf("IsSend(%q) = %q, %v, want %q, %v", tt.line, arg, ok, tt.arg, tt.ok)
		}
	}
}

func TestAppendCommand(t *testing.T) {
	tests := []struct {
		verb Verb
		args []string
		want string
	}{
		{VerbNoop, nil, "NOOP\r\n"},
		{VerbUser, []string{""}, "USER \r\n"},
		{VerbRetr, []string{"3"}, "RETR 3\r\n"},
		{VerbInterface, []string{"LIST", "a b"}, "INTERFACE LIST a b\r\n"},
		{VerbPass, []string{"\t\x01\x7f\u00e9\xff"}, "PASS \t\x01\x7f\u00e9\xff\r\n"},
	}
	for _, tt := range tests {
		got, err := AppendCommand([]byte("before "), tt.verb, tt.args...)
		if want := "before " + tt.want; string(got) != want || err != nil {
			t.Errorf("AppendCommand(%q, %q) = %q, %v, want %q", tt.verb, tt.args, got, err, want)
		}
	}
}

func TestForbiddenBytes(t *testing.T) {
	for c := range 256 {
		forbidden := c == '\r' || c == '\n' || c == 0
		for _, arg := range []string{string([]byte{byte(c)}), "a" + string([]byte{byte(c)}), string([]byte{byte(c)}) + "QUIT"} {
			if err := CheckArg(arg); errors.Is(err, ErrForbiddenByte) != forbidden {
				t.Errorf("CheckArg(%q) = %v, want refused %v", arg, err, forbidden)
			}
			for _, command := range [][]string{{"USER", arg}, {"USER", "a", arg}, {arg, "a"}} {
				got, err := AppendCommand([]byte("before"), Verb(command[0]), command[1:]...)
				if errors.Is(err, ErrForbiddenByte) != forbidden {
					t.Errorf("AppendCommand(%q) = %q, %v, want refused %v", command, got, err, forbidden)
				}
				if err != nil && string(got) != "before" {
					t.Errorf("AppendCommand(%q) = %q with error %v, want %q unchanged", command, got, err, "before")
				}
			}
		}
	}
}

// A refused password must not reach a log through the error.
func TestForbiddenByteHidesArgument(t *testing.T) {
	_, err := AppendCommand(nil, VerbPass, "Zwiebel\r\nQUIT")
	want := `PASS: linkwire: CR, LF and NUL are not allowed in a command: byte 8 is '\r'`
	if err == nil || err.Error() != want {
		t.Errorf("AppendCommand with CR in the password: error %v, want %s", err, want)
	}
}

func FuzzParseCommand(f *testing.F) {
	for verb, others := range aliases() {
		for _, word := range append(others, string(verb)) {
			f.Add([]byte(word + " 1,2"))
		}
	}
	for _, line := range []string{"", "+3", "++", " \tsend\t 1 ", "SEND  ", "a\r\nb", "\u017fend 1", "\xff \x00"} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		before := bytes.Clone(line)
		verb, arg := ParseCommand(line)
		if !bytes.Equal(line, before) {
			t.Fatalf("ParseCommand changed its line to %q, want %q", line, before)
		}
		if strings.ContainsAny(string(verb), " \tabcdefghijklmnopqrstuvwxyz") {
			t.Errorf("ParseCommand(%q) = %q, %q, want an upper-case verb without blanks", line, verb, arg)
		}
		if want := strings.Trim(arg, " \t"); arg != want {
			t.Errorf("ParseCommand(%q) = %q, %q, want the argument %q", line, verb, arg, want)
		}
		if sent, ok := IsSend(line); ok && (verb != VerbSend || string(sent) != arg) {
			t.Errorf("IsSend(%q) = %q, want %q, %q as from ParseCommand", line, sent, verb, arg)
		}
		args := []string{arg}
		if arg == "" {
			args = nil
		}
		command, err := AppendCommand(nil, verb, args...)
		if refused := bytes.ContainsAny(bytes.Trim(line, " \t"), "\r\n\x00"); refused != (err != nil) {
			t.Fatalf("AppendCommand(%q, %q) = %q, %v, want refused %v", verb, arg, command, err, refused)
		}
		if err != nil {
			return
		}
		if n := bytes.Count(command, []byte("\n")); n != 1 || !bytes.HasSuffix(command, []byte("\r\n")) {
			t.Errorf("AppendCommand(%q, %q) = %q, want one line", verb, arg, command)
		}
		if again, argAgain := ParseCommand(bytes.TrimSuffix(command, []byte("\r\n"))); again != verb || argAgain != arg {
			t.Errorf("ParseCommand(%q) = %q, %q, want %q, %q", command, again, argAgain, verb, arg)
		}
	})
}

func BenchmarkIsSend(b *testing.B) {
	line := []byte("SEND " + row90[:len(row90)-2])
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := IsSend(line); !ok {
			b.Fatalf("IsSend(%q) = false, want true", line)
		}
	}
}

func BenchmarkParseCommand(b *testing.B) {
	line := []byte("retr 100")
	b.ReportAllocs()
	for b.Loop() {
		if verb, _ := ParseCommand(line); verb != VerbRetr {
			b.Fatalf("ParseCommand(%q) = %q, want %q", line, verb, VerbRetr)
		}
	}
}

func BenchmarkAppendCommand(b *testing.B) {
	arg := row90[:len(row90)-2]
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = AppendCommand(buf[:0], VerbSend, arg); err != nil {
			b.Fatal(err)
		}
	}
}
