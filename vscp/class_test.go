package vscp

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestClassTokens(t *testing.T) {
	for _, c := range []struct {
		class      Class
		typ        uint16
		name, want string
	}{
		{0, 1, "CLASS1.PROTOCOL", "SEGCTRL_HEARTBEAT"},
		{10, 6, "CLASS1.MEASUREMENT", "TEMPERATURE"},
		{10, 60000, "CLASS1.MEASUREMENT", "60000"},
		{20, 3, "CLASS1.INFORMATION", "ON"},
		{20, 9, "CLASS1.INFORMATION", "NODE_HEARTBEAT"},
		{30, 5, "CLASS1.CONTROL", "TURNON"},
		{512, 1, "CLASS2.LEVEL1.PROTOCOL", "SEGCTRL_HEARTBEAT"},
		{522, 6, "CLASS2.LEVEL1.MEASUREMENT", "TEMPERATURE"},
		{532, 3, "CLASS2.LEVEL1.INFORMATION", "ON"},
		{1024, 20, "CLASS2.PROTOCOL", "HIGH_END_SERVER_CAPS"},
		{1026, 2, "CLASS2.INFORMATION", "HEART_BEAT"},
		{1026, 3, "CLASS2.INFORMATION", "PROXY_HEART_BEAT"},
		{1028, 1, "CLASS2.HLO", "1"},
		{1040, 6, "CLASS2.MEASUREMENT_STR", "TEMPERATURE"},
		{1060, 6, "CLASS2.MEASUREMENT_FLOAT", "TEMPERATURE"},
		{4000, 0, "4000", "0"},
		{65535, 0, "CLASS2.VSCPD", "0"},
	} {
		if got := c.class.String(); got != c.name {
			t.Errorf("Class(%d).String() = %q, want %q", uint16(c.class), got, c.name)
		}
		if got := c.class.TypeToken(c.typ); got != c.want {
			t.Errorf("Class(%d).TypeToken(%d) = %q, want %q", uint16(c.class), c.typ, got, c.want)
		}
	}
}

func TestEveryTokenParsesBack(t *testing.T) {
	for n := range math.MaxUint16 + 1 {
		c := Class(n)
		if got, err := ParseClass(c.String()); err != nil || got != c {
			t.Fatalf("ParseClass(%q) = %d, %v, want %d", c.String(), got, err, n)
		}
		if c.entry() == nil {
			continue // it has no token
		}
		header := "vscp_" + strings.ToLower(strings.ReplaceAll(c.String(), ".", "_"))
		if got, err := ParseClass(header); err != nil || got != c {
			t.Errorf("ParseClass(%q) = %d, %v, want %d", header, got, err, n)
		}
		for _, e := range c.types() {
			if got, err := c.ParseType(strings.ToLower(e.token)); err != nil || got != e.id {
				t.Errorf("%v.ParseType(%q) = %d, %v, want %d", c, strings.ToLower(e.token), got, err, e.id)
			}
		}
	}
}

func TestParseTypeForms(t *testing.T) {
	for _, c := range []struct {
		class Class
		text  string
		want  uint16
	}{
		{10, "TEMPERATURE", 6},
		{10, "VSCP_TYPE_MEASUREMENT_TEMPERATURE", 6},
		{522, "vscp_type_measurement_temperature", 6},
		{1060, "VSCP_TYPE_MEASUREMENT_TEMPERATURE", 6},
		{1026, "VSCP2_TYPE_INFORMATION_HEART_BEAT", 2},
		{10, "0x06", 6},
		{10, "006", 6},
		{4000, "65535", 65535},
	} {
		if got, err := c.class.ParseType(c.text); err != nil || got != c.want {
			t.Errorf("Class(%d).ParseType(%q) = %d, %v, want %d", uint16(c.class), c.text, got, err, c.want)
		}
	}
	if got, err := ParseClass("0X20A"); err != nil || got != 522 {
		t.Errorf("ParseClass(0X20A) = %d, %v, want 522", got, err)
	}
}

// TestClassesAndTypes lists what has a token, and nothing else.
func TestClassesAndTypes(t *testing.T) {
	classes := Classes()
	if !slices.IsSorted(classes) || !slices.Contains(classes, 10) || !slices.Contains(classes, 522) || slices.Contains(classes, 9) {
		t.Errorf("Classes() = %d, want 10 and its mirror 522 among it in ascending order, and not 9", classes)
	}
	for _, c := range classes {
		if back, err := ParseClass(c.String()); err != nil || back != c || c.String() == strconv.Itoa(int(c)) {
			t.Errorf("class %d of Classes() has the token %s, want one that names it", c, c)
		}
	}
	if got, want := Class(1024).Types(), []uint16{0, 20}; !slices.Equal(got, want) {
		t.Errorf("Class(1024).Types() = %d, want %d", got, want)
	}
	if got, want := Class(1024).TypeTokens(), []string{"GENERAL", "HIGH_END_SERVER_CAPS"}; !slices.Equal(got, want) {
		t.Errorf("Class(1024).TypeTokens() = %q, want %q", got, want)
	}
	if got := Class(9).Types(); len(got) != 0 {
		t.Errorf("Class(9).Types() = %d, want none", got)
	}
}

func TestTokenErrors(t *testing.T) {
	for _, c := range []struct{ text, closest string }{
		{"CLASS1.MEASURMENT", "CLASS1.MEASUREMENT"},
		{"measurement", "CLASS1.MEASUREMENT"},
		{"class2.hl0", "CLASS2.HLO"},
		{"clas1.alarm", "CLASS1.ALARM"},
		{"CLASS1.*", ""}, // and not CLASS1.IR: the level says little
		{"", ""},
		{"-1", ""},
		{"65536", ""},
		{"nothing like it", ""},
		{strings.Repeat("CLASS1.CONTROL", 100), ""},
	} {
		_, err := ParseClass(c.text)
		var token *TokenError
		if !errors.As(err, &token) || token.Closest != c.closest || token.Field != "class" {
			t.Errorf("ParseClass(%q) error = %v, want one that suggests %q", c.text, err, c.closest)
		}
		if err != nil && len(err.Error()) > 120 {
			t.Errorf("ParseClass(%.20q...) error has %d bytes, want at most 120", c.text, len(err.Error()))
		}
	}
	_, err := Class(10).ParseType("temprature")
	if want := `vscp: unknown type of CLASS1.MEASUREMENT "temprature": did you mean TEMPERATURE?`; err == nil || err.Error() != want {
		t.Errorf("Class(10).ParseType(temprature) error = %v, want %s", err, want)
	}
}

func FuzzParseClass(f *testing.F) {
	for _, s := range []string{"CLASS1.MEASUREMENT", "vscp_class2_hlo", "0x", "10", "VSCP_", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseClass(s)
		if err != nil {
			if c != 0 {
				t.Errorf("ParseClass(%q) = %d with an error, want 0", s, c)
			}
			return
		}
		if back, err := ParseClass(c.String()); err != nil || back != c {
			t.Errorf("ParseClass(%q) = %d, but ParseClass(%q) = %d, %v", s, c, c.String(), back, err)
		}
	})
}

func FuzzParseType(f *testing.F) {
	f.Add(uint16(10), "VSCP_TYPE_MEASUREMENT_TEMPERATURE")
	f.Add(uint16(1026), "vscp2_type_")
	f.Add(uint16(4000), "7")
	f.Fuzz(func(t *testing.T, class uint16, s string) {
		c := Class(class)
		typ, err := c.ParseType(s)
		if err != nil {
			if typ != 0 {
				t.Errorf("Class(%d).ParseType(%q) = %d with an error, want 0", class, s, typ)
			}
			return
		}
		if back, err := c.ParseType(c.TypeToken(typ)); err != nil || back != typ {
			t.Errorf("Class(%d).ParseType(%q) = %d, but of its token %d, %v", class, s, typ, back, err)
		}
	})
}

func TestTokensDoNotAllocate(t *testing.T) {
	got := testing.AllocsPerRun(100, func() {
		c, _ := ParseClass("class1.measurement")
		typ, _ := c.ParseType("temperature")
		_, _ = c.String(), c.TypeToken(typ)
	})
	if got != 0 {
		t.Errorf("looking up known tokens allocates %v times, want 0", got)
	}
}

func BenchmarkTypeToken(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if got := Class(522).TypeToken(6); got != "TEMPERATURE" {
			b.Fatal("Class(522).TypeToken(6) = " + strconv.Quote(got))
		}
	}
}

func TestParseTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		classes []Class
		text    string
		want    []uint16
	}{
		{nil, "6", []uint16{6}},
		{nil, "TEMPERATURE", nil},
		{nil, "SEGCTRL_HEARTBEAT", nil}, // of class 0
		{[]Class{0}, "SEGCTRL_HEARTBEAT", []uint16{1}},
		{nil, "0x10000", nil},
		{[]Class{10}, "TEMPERATURE", []uint16{6}},
		{[]Class{10, 1040}, "temperature", []uint16{6}},
		{[]Class{20, 10}, "TEMPERATURE", []uint16{6}},
		{[]Class{20, 30}, "TURNON", []uint16{5}},
		{[]Class{20}, "TEMPERATURE", nil},
		{[]Class{10}, "0x10000", nil},
	} {
		got, err := ParseTypes(tt.classes, tt.text)
		if !slices.Equal(got, tt.want) || (err == nil) != (tt.want != nil) {
			t.Errorf("ParseTypes(%d, %q) = %d, %v, want %d", tt.classes, tt.text, got, err, tt.want)
		}
	}
}

// TestTypeWithoutClass does not blame the first class, which nobody named.
func TestTypeWithoutClass(t *testing.T) {
	t.Parallel()
	_, err := ParseTypes(nil, "temprature")
	if want := `vscp: type "temprature": want a number 0..65535, or with it the class that has it`; err == nil || err.Error() != want {
		t.Errorf("ParseTypes without a class = %v, want %s", err, want)
	}
}

func TestParseShortClass(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Class{"10": 10, "measurement": 10, "CLASS1.MEASUREMENT": 10, "measurement_str": 1040, "HLO": 30 + 998, "protocol": 0} {
		if got, err := ParseShortClass(text); got != want || err != nil {
			t.Errorf("ParseShortClass(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	if c, err := ParseShortClass("MEASURMENT"); err == nil || !strings.Contains(err.Error(), "did you mean CLASS1.MEASUREMENT?") {
		t.Errorf("ParseShortClass of a mistake = %d, %v, want the token that was meant", c, err)
	}
}
