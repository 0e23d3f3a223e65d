package vscp

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSyntaxErrorTexts(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, c := range []struct{ text, want string }{
		{"", `event: "" has 1 of the 7 fields`},
		{"96;20;3;0;;5;-;1", `event: "96;20;3;0;;5;-;1" has 1 of the 7 fields`},
		{"96,20,3,0,,5", `event: "96,20,3,0,,5" has 6 of the 7 fields`},
		{",20,3,0,,,-,1", `event: head: "" is not a number`},
		{"96,65536,3,0,,,-,1", `event: class: "65536" is out of range (0..65535)`},
		{"96,20,+3,0,,,-,1", `event: type: "+3" is not a number`},
		{"96,20,3,4294967296,,,-,1", `event: obid: "4294967296" is out of range (0..4294967295)`},
		{"96,20,3,0,5,,-,1", `event: datetime: "5" is not a date and time in UTC like 2026-01-02T03:04:05Z`},
		{"96,20,3,0,2026-01-02T03:04:05Z,4294967296,-,1", `event: timestamp: "4294967296" does not fit 32 bits, and stands beside a datetime`},
		{"96,20,3,0,,,01:02,1", `event: guid: "01:02" has 2 bytes, a GUID has 16`},
		{"96,20,3,0,,,{::1,1", `event: guid: "{::1" has an unbalanced brace`},
		{"96,20,3,0,,,GG:1,1", `event: guid: "GG:1" has the group "GG", not 1, 2 or 4 hexadecimal digits`},
		{"96,20,3,0,,,-,1,,3", `event: data[1]: "" is not a number`},
		{"96,20,3,0,,,-,1,256", `event: data[1]: "256" is out of range (0..255)`},
		{"96,20,3,0,,,-" + strings.Repeat(",7", 513), `event: data[512]: "7" is one too many, at most 512 are read`},
		{"96,20,3,0,,,-,1\r\nQUIT\x1b[2J\xff", `event: data[0]: "1\r\nQUIT\x1b[2J\xff" is not a number`},
		{"96," + long[:100] + ",3,0,,,-", `event: class: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." is not a number`},
		{long, `event: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." has 5000 bytes, at most 4096 are read`},
	} {
		var e Event
		if err := e.DecodeText([]byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("DecodeText(%.60q) = %v, want %s", c.text, err, c.want)
		}
	}
}

func TestSyntaxErrorIsBounded(t *testing.T) {
	for _, hostile := range []string{"\x00", "\xff", "\U000e0001", "%", "GG:"} {
		text := strings.Repeat(hostile, 300)
		_, guidErr := ParseGUID(text)
		_, patternErr := ParseGUIDPattern(text)
		_, filterErr := ParseFilter("3," + text + ",0,-")
		for _, err := range []error{guidErr, patternErr, filterErr} {
			if err == nil || len(err.Error()) > 500 || !printable(err.Error()) {
				t.Errorf("error for %.20q... = %v, want one of at most 500 bytes without control bytes", text, err)
			}
		}
	}
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
