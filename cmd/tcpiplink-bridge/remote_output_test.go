package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// hostile is a server that puts what a terminal obeys into everything it says.
func hostile(t *testing.T) (address string) {
	t.Helper()
	const evil = "a\x1b[2J\x1b]0;owned\x07\x9b31m\u009b1m\u202e\xff\x7f\tz"
	answers := map[string]string{
		"VERS": "1,0,0," + evil, "WCYD": "00-00-00-00-00-00-80-28", "CHID": evil, "GGID": evil, "STAT": evil,
		"INFO": `1,2,3,"` + evil + `"`, "CDTA": evil, "INTERFACE": "0,1,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00," + evil + "|Started at " + evil,
		"HELP": evil, "XEVIL": evil, "RETR": evil, "TEST": evil,
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				send := func(lines ...string) { fmt.Fprint(conn, strings.Join(lines, "\r\n")+"\r\n") }
				send(evil, "+OK - "+evil)
				read := lines(conn)
				for {
					line, err := read()
					if err != nil {
						return
					}
					verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
					switch answer, ok := answers[verb]; {
					case verb == "QUIT":
						send("+OK")
						return
					case verb == "RCVLOOP":
						send("+OK", evil, "-OK - "+evil)
					case verb == "RESTART" || verb == "CLRA":
						send("-OK - " + evil)
					case ok:
						send(answer, "+OK - "+evil)
					default:
						send("+OK - " + evil)
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func TestRemoteEscapes(t *testing.T) {
	address := hostile(t)
	for _, command := range []string{
		"noop", "vers", "wcyd", "chid", "ggid", "stat", "info", "cdta", "clra", "interface", "help", "challenge", "raw XEVIL",
		"retr --wait 0", "watch -v", "test --yes", "restart --yes", "sgid ::1", "shell", "register read 5 0 --wait 50ms --retries 0",
	} {
		for _, form := range []string{"", " --json"} {
			got := runRemote(t, strings.Fields("--timeout 5s"+form+" "+address+" "+command)...)
			for _, text := range []string{got.stdout, got.stderr} {
				if !utf8.ValidString(text) {
					t.Errorf("remote %s%s prints %q, which is not UTF-8", command, form, text)
				}
				for _, r := range text {
					if r != '\n' && !unicode.IsPrint(r) {
						t.Errorf("remote %s%s prints %q, want no %q in it", command, form, text, r)
						break
					}
				}
			}
			if form != "" && got.stdout != "" {
				for line := range strings.Lines(got.stdout) {
					if !json.Valid([]byte(line)) {
						t.Errorf("remote %s%s prints %q, want JSON", command, form, line)
					}
				}
			}
		}
	}
}

func TestPrintable(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain, ° and 漢", "plain, ° and 漢"},
		{"\x1b[2J", `\x1b[2J`},
		{"a\tb\r\n", `a\tb\r\n`},
		{"\x9b", `\x9b`},
		{"\u009b", `\u009b`},
		{"\u202eabc", `\u202eabc`},
		{"\ufffd", "\ufffd"},
		{"'\x00'", `'\x00'`},
		{"\U000e0001", `\U000e0001`},
	}
	for _, tt := range tests {
		if got := printable(tt.in); got != tt.want {
			t.Errorf("printable(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("a\x1b[2J\u009b\u202e\xff'\"")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range printable(s) {
			if !unicode.IsPrint(r) {
				t.Fatalf("printable(%q) = %q, want no %q in it", s, printable(s), r)
			}
		}
		b, err := marshalJSON(s)
		if err != nil {
			t.Fatalf("marshalJSON(%q) = %v", s, err)
		}
		var back string
		if err := json.Unmarshal(b, &back); err != nil || back != strings.ToValidUTF8(s, "\ufffd") && utf8.ValidString(s) {
			t.Errorf("marshalJSON(%q) = %s, which reads as %q, %v", s, b, back, err)
		}
		for _, r := range strings.TrimSuffix(string(b), "\n") {
			if !unicode.IsPrint(r) {
				t.Fatalf("marshalJSON(%q) = %q, want no %q in it", s, b, r)
			}
		}
	})
}

func TestConfirm(t *testing.T) {
	for _, tt := range []struct {
		answer string
		want   bool
	}{{"yes\n", true}, {"YES", true}, {" yes \n", true}, {"y\n", false}, {"\n", false}, {"", false}, {"no\n", false}} {
		var out bytes.Buffer
		c := &console{in: strings.NewReader(tt.answer), out: &out, errOut: &out, tty: os.Stdin}
		if err := c.confirm("RESTART", "it hangs", false); (err == nil) != tt.want {
			t.Errorf("confirm answered %q = %v, want sent %v", tt.answer, err, tt.want)
		}
		if !strings.Contains(out.String(), "it hangs") {
			t.Errorf("confirm asks %q, want the danger in it", &out)
		}
	}
}

func TestShortGUID(t *testing.T) {
	for _, tt := range []struct{ guid, want string }{
		{"-", "-"},
		{"::", "::"},
		{"::1", "::01"},
		{"-:1:0", "-:01:00"},
		{"FF:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01", "::00:00:00:00:00:00:00:00:00:00:00:00:00:00:01"},
		{"01:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01", "01:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01"},
	} {
		guid, err := vscp.ParseGUID(tt.guid)
		if err != nil {
			t.Fatal(err)
		}
		got := shortGUID(guid)
		if back, err := vscp.ParseGUID(got); got != tt.want || back != guid {
			t.Errorf("shortGUID(%v) = %q, want %q; it reads as %v, %v", guid, got, tt.want, back, err)
		}
	}
}
