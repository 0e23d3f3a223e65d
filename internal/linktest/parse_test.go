package linktest

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseScript(t *testing.T) {
	const text = `# head
< hello
	> USER *
== one
<
>
<< "1 \r\n\x00"
wait 1m30s
may close
stall
== two

use one
`
	scripts, err := ParseScript("peer.script", []byte(strings.ReplaceAll(text, "\n", "\r\n")))
	if err != nil {
		t.Fatalf("ParseScript(%q) = %v, want no error", text, err)
	}
	one := []step{
		{kind: stepSend, line: 5},
		{kind: stepExpect, line: 6},
		{kind: stepRaw, line: 7, text: "1 \r\n\x00"},
		{kind: stepWait, line: 8, wait: 90 * time.Second},
		{kind: stepMayClose, line: 9},
		{kind: stepStall, line: 10},
	}
	want := []*Script{
		{Name: "peer.script", file: "peer.script", steps: []step{
			{kind: stepSend, line: 2, text: "hello"},
			{kind: stepExpect, line: 3, text: "USER *"},
		}},
		{Name: "one", file: "peer.script", steps: one},
		{Name: "two", file: "peer.script", steps: one},
	}
	if !reflect.DeepEqual(scripts, want) {
		t.Errorf("ParseScript(%q) = %v, want %v", text, scripts, want)
	}
}

func TestParseScriptErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "# nothing\n", "f:1: no steps"},
		{"no file", "", "f:0: no steps"},
		{"unknown step", "< a\nsleep 2s\n", `f:2: unknown step "sleep 2s"`},
		{"no blank", "<+OK\n", `f:1: unknown step "<+OK"`},
		{"dialogue without name", "==\n", `f:1: dialogue name "", want one word`},
		{"name of two words", "== a b\n", `f:1: dialogue name "a b", want one word`},
		{"name twice", "== a\nstall\n== a\n", `f:3: second dialogue "a"`},
		{"empty dialogue", "== a\n# none\n== b\n", `f:3: no steps in dialogue "a"`},
		{"empty last dialogue", "< a\n== b\n", `f:2: no steps in dialogue "b"`},
		{"trailing blank", "< 1 \n", `f:1: "1 " ends with a blank`},
		{"trailing blank expected", "> NOOP \n", `f:1: "NOOP " ends with a blank`},
		{"control byte", "< a\tb\n", `f:1: "a\tb" holds bytes that are no text`},
		{"not UTF-8", "< \xff\n", `f:1: "\xff" holds bytes that are no text`},
		{"raw without quotes", "<< abc\n", "f:1: abc, want a Go string"},
		{"raw in other quotes", "<< `abc`\n", "f:1: `abc`, want a Go string"},
		{"raw empty", "<< \"\"\n", "f:1: \"\", want a Go string"},
		{"raw missing", "<<\n", "f:1: , want a Go string"},
		{"wait for nothing", "wait 0s\n", `f:1: wait "0s", want a duration`},
		{"wait back", "wait -1s\n", `f:1: wait "-1s", want a duration`},
		{"wait what", "wait long\n", `f:1: wait "long", want a duration`},
		{"use of nothing", "use a\n", `f:1: use of "a", want a dialogue above`},
		{"use of itself", "== a\n< 1\nuse a\n", `f:3: use of "a", want a dialogue above`},
		{"after close", "close\n< a\n", `f:2: "< a" after "close" is never reached`},
		{"after stall", "== a\nstall\n== b\nuse a\n> X\n", `f:5: "> X" after "stall" is never reached`},
		{"too long", "== a\n< 1\n< 2\n" + doubling(14), `has more than 10000 steps`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			scripts, err := ParseScript("f", []byte(tt.text))
			if err == nil || !strings.Contains(err.Error(), "linktest: parse f:") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ParseScript(%q) = %v, want an error with %q", tt.text, err, tt.want)
			}
			if scripts != nil {
				t.Errorf("ParseScript(%q) = %v with an error, want no scripts", tt.text, scripts)
			}
		})
	}
}

// doubling returns dialogues each of which plays the one before twice.
func doubling(n int) string {
	var b strings.Builder
	for name := range n {
		above, here := string(rune('a'+name)), string(rune('b'+name))
		b.WriteString("== " + here + "\nuse " + above + "\nuse " + above + "\n")
	}
	return b.String()
}

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, line string
		want          bool
	}{
		{"NOOP", "NOOP", true},
		{"NOOP", "noop", true},
		{"NOOP", "NOOP ", false},
		{"NOOP", "NOOPS", false},
		{"", "", true},
		{"", "NOOP", false},
		{"USER admin", "user admin", true},
		{"USER admin", "USER Admin", false},
		{"USER admin", "USER", false},
		{"RETR *", "RETR 10", true},
		{"RETR *", "RETR ", true},
		{"RETR *", "RETR", false},
		{"RETR*", "retr", true},
		{"*", "anything at all", true},
		{"*", "", true},
		{"SEND 0,20,3,*,1,2,3", "SEND 0,20,3,0,,,-,1,2,3", true},
		{"SEND 0,20,3,*,1,2,3", "SEND 0,20,3,0,,,-,1,2,4", false},
		{"SEND 0,20,3,*,1,2,3", "SEND 0,20,4,0,,,-,1,2,3", false},
		{"SEND *,20,*,-,1", "SEND 0,20,3,0,,,-,1", true},
		{"SEND *,21,*,-,1", "SEND 0,20,3,0,,,-,1", false},
		{"A *b*b", "A b", false},
		{"A *b*b", "A bb", true},
	}
	for _, tt := range tests {
		if got := match(tt.pattern, tt.line); got != tt.want {
			t.Errorf("match(%q, %q) = %v, want %v", tt.pattern, tt.line, got, tt.want)
		}
	}
}

func TestAccount(t *testing.T) {
	s := Inline(t, "< +OK\n> USER admin\n< +OK\n> pass a b\n< +OK\n> USER other\n")
	if user, password := s.Account(); user != "admin" || password != "a b" {
		t.Errorf("Account() = %q, %q, want %q, %q", user, password, "admin", "a b")
	}
	if user, password := Inline(t, "< USER me\n").Account(); user != "" || password != "" {
		t.Errorf("Account() = %q, %q, want none", user, password)
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add([]byte("# head\n== one\n< +OK\n\t> RETR 10\n<< \"1 \\r\\n\"\nclose\n== two\nuse one\n"))
	f.Add([]byte("< a\n> USER *\nwait 1h2m\nmay close\n<< \"\\x00\\r\\n\"\nstall\n"))
	f.Add([]byte("== a\n<\n>\n== b\nuse a\nuse a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		scripts, err := ParseScript("f", data)
		if err != nil && scripts != nil {
			t.Fatalf("ParseScript(%q) = %v and %v, want one of them", data, scripts, err)
		}
		for _, s := range scripts {
			again, err := ParseScript("f", []byte(s.String()))
			if err != nil {
				t.Fatalf("ParseScript(%q) = %v, want what String wrote to be read", s.String(), err)
			}
			if got, want := again[0].String(), s.String(); len(again) != 1 || got != want {
				t.Fatalf("ParseScript(%q) = %q, want the same", want, got)
			}
			for i, got := range again[0].steps {
				want := s.steps[i]
				want.line = got.line
				if got != want {
					t.Fatalf("step %d of %q = %v, want %v", i, s.String(), got, want)
				}
			}
		}
	})
}
