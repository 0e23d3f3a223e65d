package linkwire

import "testing"

func TestStatusOf(t *testing.T) {
	tests := []struct {
		line string
		want Status
		text string
	}{
		{"+OK", OK, ""},
		{"+OK - Success.", OK, "Success."},
		{"+OK - 00-00-00-00-00-00-80-28", OK, "00-00-00-00-00-00-80-28"},
		{"+OK - -5", OK, "-5"},
		{"+OK - ", OK, ""},
		{"+OK-Success.", OK, "Success."},
		{"+OK Ready to work.", OK, "Ready to work."},
		{"+OK -  Knowing K. \t", OK, "Knowing K."},
		{"+OKAY", OK, "AY"},
		{"OK", OK, ""},
		{"-OK", NotOK, ""},
		{"-OK - Unknown command", NotOK, "Unknown command"},
		{"-OK - uvscpd is not capable of restart/shutdown", NotOK, "uvscpd is not capable of restart/shutdown"},
		{"", Data, ""},
		{"+", Data, "+"},
		{"+O", Data, "+O"},
		{"-", Data, "-"},
		{"O", Data, "O"},
		{"+ok", Data, "+ok"},
		{"ok", Data, "ok"},
		{"OK - Success.", Data, "OK - Success."},
		{"OKAY", Data, "OKAY"},
		{" +OK", Data, " +OK"},
		{"- OK", Data, "- OK"},
		{"3 ", Data, "3 "},
		{"1 K rows", Data, "1 K rows"},
		{`0,0,0,"+OK"`, Data, `0,0,0,"+OK"`},
		{"352,20,3,0,,1770000000123456789,-,1,2", Data, "352,20,3,0,,1770000000123456789,-,1,2"},
	}
	for _, tt := range tests {
		if got := StatusOf([]byte(tt.line)); got != tt.want {
			t.Errorf("StatusOf(%q) = %v, want %v", tt.line, got, tt.want)
		}
		if got := StatusText([]byte(tt.line)); got != tt.text {
			t.Errorf("StatusText(%q) = %q, want %q", tt.line, got, tt.text)
		}
	}
}

func TestStatusString(t *testing.T) {
	for status, want := range map[Status]string{Data: "data", OK: "+OK", NotOK: "-OK"} {
		if got := status.String(); got != want {
			t.Errorf("Status(%d).String() = %q, want %q", status, got, want)
		}
	}
}
