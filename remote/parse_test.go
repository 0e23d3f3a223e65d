package remote

import (
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestParseStatistics(t *testing.T) {
	for _, tt := range []struct {
		line string
		want Statistics
		ok   bool
	}{
		{"0,0,0,12356,56,9182,20", Statistics{0, 0, 0, 12356, 56, 9182, 20}, true},
		{"1,2,3,4,5,6,7", Statistics{1, 2, 3, 4, 5, 6, 7}, true},
		{"1,2,3,4,5,6,7,8", Statistics{1, 2, 3, 4, 5, 6, 7}, true},
		{" 1, 2,3,4,5,6,18446744073709551615 ", Statistics{1, 2, 3, 4, 5, 6, 18446744073709551615}, true},
		{"", Statistics{}, false},
		{"1,2,3,4,5,6", Statistics{}, false},
		{"1,2,3,4,5,6,7,8,9", Statistics{}, false},
		{"1,2,3,4,5,6,x", Statistics{}, false},
		{"1,2,3,4,5,6,-7", Statistics{}, false},
		{"1,2,3,4,5,6,", Statistics{}, false},
	} {
		if got, err := parseStatistics(tt.line); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("parseStatistics(%q) = %+v, %v, want %+v, ok %v", tt.line, got, err, tt.want, tt.ok)
		}
	}
}

func TestParseChannelStatus(t *testing.T) {
	for _, tt := range []struct {
		line string
		want ChannelStatus
		ok   bool
	}{
		{`7812,12,0,"Overrun"`, ChannelStatus{7812, 12, 0, "Overrun"}, true},
		{`0,0,0,""`, ChannelStatus{}, true},
		{`1,2,3,"a, b"`, ChannelStatus{1, 2, 3, "a, b"}, true},
		{`1,2,3,no quotes `, ChannelStatus{1, 2, 3, "no quotes"}, true},
		{`1,2,3,"`, ChannelStatus{Status: 1, LastError: 2, LastSubError: 3}, true},
		{`1,2,3`, ChannelStatus{}, false},
		{`1,2,x,""`, ChannelStatus{}, false},
		{`1,2,4294967296,""`, ChannelStatus{}, false},
		{``, ChannelStatus{}, false},
	} {
		if got, err := parseChannelStatus(tt.line); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("parseChannelStatus(%q) = %+v, %v, want %+v, ok %v", tt.line, got, err, tt.want, tt.ok)
		}
	}
}

func TestParseInterfaces(t *testing.T) {
	text := testGUID.String()
	row := Interface{Index: 1, Type: 5, GUID: testGUID, Name: "tcp"}
	started := row
	started.Started = "2026-01-02T03:04:05Z"
	commas := row
	commas.Name = "a,b, c"
	for _, tt := range []struct {
		lines []string
		want  []Interface
		ok    bool
	}{
		{nil, nil, true},
		{[]string{"0 rows"}, nil, true},
		{[]string{"1 rows", "1,5," + text + ",tcp"}, []Interface{row}, true},
		{[]string{"1,5," + text + ",tcp"}, []Interface{row}, true},
		{[]string{"1,5," + text + ",tcp | Started at 2026-01-02T03:04:05Z"}, []Interface{started}, true},
		{[]string{"1,5," + text + ",tcp|Started 2026-01-02T03:04:05Z"}, []Interface{started}, true},
		{[]string{"1,5," + text + ",a,b, c"}, []Interface{commas}, true},
		{[]string{"1,5,FF:FF:FF:FF:FF:FF:FF:FE:1:2:3:4:0:0:0:0,tcp"}, []Interface{row}, true},
		{[]string{"1,5," + text}, nil, false},
		{[]string{"x,5," + text + ",tcp"}, nil, false},
		{[]string{"1,x," + text + ",tcp"}, nil, false},
		{[]string{"1,5,1:2,tcp"}, nil, false},
		{[]string{"1,5," + text + ",tcp", "1 rows"}, nil, false},
		{[]string{"1 row"}, nil, false},
		{[]string{""}, nil, false},
	} {
		if got, err := parseInterfaces(tt.lines); !slices.Equal(got, tt.want) || (err == nil) != tt.ok {
			t.Errorf("parseInterfaces(%q) = %+v, %v, want %+v, ok %v", tt.lines, got, err, tt.want, tt.ok)
		}
	}
}

func TestParseVersion(t *testing.T) {
	for _, tt := range []struct {
		line string
		want Version
		text string
		ok   bool
	}{
		{"15,2,0,0", Version{15, 2, 0, "0"}, "15.2.0-0", true},
		{"1,0,0,N/A", Version{1, 0, 0, "N/A"}, "1.0.0-N/A", true},
		{"1,12,4", Version{1, 12, 4, ""}, "1.12.4", true},
		{" 1, 2,3 ,4 ", Version{1, 2, 3, "4"}, "1.2.3-4", true},
		{"1,2", Version{}, "0.0.0", false},
		{"1,2,3,4,5", Version{}, "0.0.0", false},
		{"1,2,x,4", Version{}, "0.0.0", false},
		{"1,2,-3,4", Version{}, "0.0.0", false},
		{`0,0,0,""`, Version{}, "0.0.0", false}, // an answer to INFO
		{"", Version{}, "0.0.0", false},
	} {
		if got, err := parseVersion(tt.line); got != tt.want || got.String() != tt.text || (err == nil) != tt.ok {
			t.Errorf("parseVersion(%q) = %v, %v, want %v, ok %v", tt.line, got, err, tt.text, tt.ok)
		}
	}
}

func TestParseCapabilities(t *testing.T) {
	for _, tt := range []struct {
		line    string
		want    vscp.Capabilities
		decimal bool
		ok      bool
	}{
		{"00-00-00-00-00-00-80-78", 0x8078, false, true},
		{"40-00-00-00-00-00-80-28 4611686018427420712", 0x4000000000008028, true, true},
		{"ff-FF-ff-FF-ff-FF-ff-FF ", 1<<64 - 1, false, true},
		{"00-00-00-00-00-00-80", 0, false, false},
		{"00-00-00-00-00-00-80-78-00", 0, false, false},
		{"0000000000008078", 0, false, false},
		{"00-00-00-00-00-00-80-xx", 0, false, false},
		{"", 0, false, false},
	} {
		if got, decimal, err := parseCapabilities(tt.line); got != tt.want || decimal != tt.decimal || (err == nil) != tt.ok {
			t.Errorf("parseCapabilities(%q) = %#x, %v, %v, want %#x, %v, ok %v",
				tt.line, uint64(got), decimal, err, uint64(tt.want), tt.decimal, tt.ok)
		}
	}
}

func TestParseSessionID(t *testing.T) {
	for text, ok := range map[string]bool{
		"e1ddd14596ee303cf769e15b79f19801":  true,
		"8733B4E58E17BBE45D2B119E059EDEA68": true, // one digit more, as a device writes it
		"":                                  false,
		"Success.":                          false,
		"12 34":                             false,
		"0x1234567":                         false,
	} {
		got, err := parseSessionID(text)
		if (err == nil) != ok || (ok && got != text) || (!ok && got != "") {
			t.Errorf("parseSessionID(%q) = %q, %v, want ok %v", text, got, err, ok)
		}
	}
}

// FuzzParse feeds a line to every decoder: no panic, nothing beside an error, and what is decoded reads the same again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"0,0,0,12356,56,9182,20", `7812,12,0,"Overrun"`, "15,2,0,N/A", "40-00-00-00-00-00-80-28 46", "1 rows", "3 ", "0123abc",
		"1,5," + testGUID.String() + ",tcp | Started at 2026-01-02T03:04:05Z", "\xFF,\x00", ",,,", "|",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if s, err := parseStatistics(line); err != nil && s != (Statistics{}) {
			t.Errorf("parseStatistics(%q) = %+v beside %v, want none", line, s, err)
		}
		if s, err := parseChannelStatus(line); err != nil && s != (ChannelStatus{}) {
			t.Errorf("parseChannelStatus(%q) = %+v beside %v, want none", line, s, err)
		}
		if v, err := parseVersion(line); err != nil && v != (Version{}) || v.Major < 0 || v.Minor < 0 || v.Release < 0 {
			t.Errorf("parseVersion(%q) = %+v beside %v, want none", line, v, err)
		}
		if c, _, err := parseCapabilities(line); err != nil && c != 0 {
			t.Errorf("parseCapabilities(%q) = %v beside %v, want none", line, c, err)
		}
		if id, err := parseSessionID(line); err != nil && id != "" {
			t.Errorf("parseSessionID(%q) = %q beside %v, want none", line, id, err)
		}
		if n, err := parseNumber(line, 32); err != nil && n != 0 || n > 1<<32-1 {
			t.Errorf("parseNumber(%q) = %d, %v, want 32 bits", line, n, err)
		}
		list, err := parseInterfaces(strings.Split(line, "\n"))
		if err != nil && list != nil {
			t.Errorf("parseInterfaces(%q) = %+v beside %v, want none", line, list, err)
		}
		for _, i := range list {
			if strings.ContainsAny(i.Name, "|") || i.Name != strings.TrimSpace(i.Name) {
				t.Errorf("parseInterfaces(%q) has the name %q, want it without bar and blanks", line, i.Name)
			}
		}
	})
}

// FuzzRaw checks that what Raw sends is one line, and never one that does harm.
func FuzzRaw(f *testing.F) {
	for _, seed := range []string{"XFOO", "++", "+ +", "INTERFACE", "client", "interface list", "a\r\nQUIT", "", " ", "quit", "rcvloop now", "+3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		_, err := rawVerb(line)
		blank := func(r rune) bool { return r <= ' ' }
		word := strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' {
				r -= 'a' - 'A'
			}
			return r
		}, strings.Join(strings.FieldsFunc(line, blank), " "))
		harm := strings.ContainsAny(line, "\r\n\x00") || word == "" || word == "INTERFACE" || word == "CLIENT" || word == "QUIT" ||
			strings.HasPrefix(word, "++") || strings.HasPrefix(word, "+ +") || strings.HasPrefix(word, "RCVLOOP ")
		if harm && err == nil {
			t.Errorf("rawVerb(%q) = nil, want it refused", line)
		}
	})
}

func TestSendVariableNames(t *testing.T) {
	c := connect(t, newFake(t).dial)
	for name, ok := range map[string]bool{"door": true, "$door": true, "": false, "$": false, "a b": false, "a,b": false, "a\n": false} {
		if err := c.SendVariable(t.Context(), name); (err == nil) != ok {
			t.Errorf("SendVariable(%q) = %v, want ok %v", name, err, ok)
		}
	}
	if err := c.SetFilterNumber(t.Context(), -1, vscp.Filter{}); err == nil {
		t.Error("SetFilterNumber(-1) = nil, want an error")
	}
}
