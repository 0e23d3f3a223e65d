package vscp

import (
	"encoding/hex"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A second reader, written straight from the grammar with regular expressions and big numbers: slow, and with nothing
// in common with the scanner. The fuzz tests want both to agree on every text.

const (
	oracleBlanks = " \t"
	oracleOctet  = `[0-9A-Fa-f]{1,2}`
	oracleWord   = `[0-9A-Fa-f]{4}`
	oraclePart   = `(?:` + oracleWord + `|` + oracleOctet + `)`
)

var (
	oracleNumber = regexp.MustCompile(`^(?:[0-9]+|0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+)$`)
	oracleDate   = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?[Zz]?$`)
	oracleFull   = regexp.MustCompile(`^(?:` + oracleOctet + `(?:[:-]` + oracleOctet + `){15}|` + oracleWord + `(?:[:-]` + oracleWord + `){7}|` +
		`[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})$`)
	oracleFilled = regexp.MustCompile(`^(?:::|(?:::|-:)` + oraclePart + `(?:[:-]` + oraclePart + `)*)$`)
)

func oracleUint(text string, limit uint64) (uint64, bool) {
	text = strings.Trim(text, oracleBlanks)
	if !oracleNumber.MatchString(text) {
		return 0, false
	}
	base, digits := 10, text
	if len(text) > 1 {
		switch text[1] {
		case 'x', 'X':
			base, digits = 16, text[2:]
		case 'o', 'O':
			base, digits = 8, text[2:]
		case 'b', 'B':
			base, digits = 2, text[2:]
		}
	}
	n, ok := new(big.Int).SetString(digits, base)
	return n.Uint64(), ok && n.Cmp(new(big.Int).SetUint64(limit)) <= 0
}

func oracleGUID(text string) (g GUID, ok bool) {
	text = strings.Trim(text, oracleBlanks)
	if strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") && len(text) > 1 {
		text = strings.Trim(text[1:len(text)-1], oracleBlanks)
	}
	fill := "00"
	switch {
	case text == "", text == "-":
		return g, true
	case oracleFilled.MatchString(text):
		if text[0] == ':' {
			fill = "FF"
		}
		text = text[2:]
	case !oracleFull.MatchString(text):
		return g, false
	}
	var digits strings.Builder
	for group := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ':' || r == '-' }) {
		if len(group) == 1 {
			digits.WriteByte('0')
		}
		digits.WriteString(group)
	}
	missing := 32 - digits.Len()
	if missing < 0 {
		return g, false
	}
	b, err := hex.DecodeString(strings.Repeat(fill, missing/2) + digits.String())
	copy(g[:], b)
	return g, err == nil
}

// oracleTime reads a datetime field; nanos is 0 outside 64 bits, present is false for an empty or all-zero date.
func oracleTime(text string) (nanos uint64, present, ok bool) {
	text = strings.Trim(text, oracleBlanks)
	if text == "" {
		return 0, false, true
	}
	m := oracleDate.FindStringSubmatch(text)
	if m == nil {
		return 0, false, false
	}
	for i := 2; i <= 6; i++ {
		m[i] = ("0" + m[i])[len(m[i])-1:]
	}
	unset := m[1]+m[2]+m[3] == "00000000"
	if unset {
		m[1], m[2], m[3] = "2000", "01", "01"
	}
	t, err := time.Parse("2006-01-02T15:04:05.999999999", m[1]+"-"+m[2]+"-"+m[3]+"T"+m[4]+":"+m[5]+":"+m[6]+m[7])
	if err != nil || unset {
		return 0, false, err == nil
	}
	n := new(big.Int).Add(new(big.Int).Mul(big.NewInt(t.Unix()), big.NewInt(1e9)), big.NewInt(int64(t.Nanosecond())))
	if !n.IsUint64() {
		return 0, true, true
	}
	return n.Uint64(), true, true
}

// oracleEvent reads a whole line.
func oracleEvent(line string) (e Event, ok bool) {
	fields := strings.Split(line, ",")
	if len(line) > MaxText || len(fields) < 7 {
		return e, false
	}
	if strings.Trim(fields[3], oracleBlanks) == "" {
		fields[3] = "0"
	}
	if strings.Trim(fields[5], oracleBlanks) == "" {
		fields[5] = "0"
	}
	head, ok0 := oracleUint(fields[0], 65535)
	class, ok1 := oracleUint(fields[1], 65535)
	typ, ok2 := oracleUint(fields[2], 65535)
	obid, ok3 := oracleUint(fields[3], 1<<32-1)
	date, dated, ok4 := oracleTime(fields[4])
	stamp, ok5 := oracleUint(fields[5], 1<<64-1)
	guid, ok6 := oracleGUID(fields[6])
	e = Event{Head: Head(head), Class: Class(class), Type: uint16(typ), ObID: uint32(obid), GUID: guid}
	switch {
	case dated && stamp >= 1<<32:
		ok5 = false
	case dated:
		e.Time = Time{date, uint32(stamp)}
	case head>>8&3 == 1 || stamp >= 1<<32:
		e.Time.Nanos = stamp
	default:
		e.Time.Micros = uint32(stamp)
	}
	data := fields[7:]
	if n := len(data); n > 0 && strings.Trim(data[n-1], oracleBlanks) == "" {
		data = data[:n-1]
	}
	for _, text := range data {
		v, ok := oracleUint(text, 255)
		ok6 = ok6 && ok
		e.Data = append(e.Data, byte(v))
	}
	return e, ok0 && ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && len(data) <= MaxData
}

func TestOracleAgreesWithVectors(t *testing.T) {
	for _, v := range loadVectors[eventVectors](t, "events_text.json").Vectors {
		got, ok := oracleEvent(v.Text)
		if ok != (v.Expect.Result == "accept") {
			t.Errorf("%s: the second reader accepts %q: %v, want %s", v.ID, v.Text, ok, v.Expect.Result)
		} else if want := v.Expect.Event; ok {
			if want := want.event(t); !got.equal(&want) {
				t.Errorf("%s: the second reader reads %+v, want %+v", v.ID, got, want)
			}
		}
	}
	for _, v := range loadVectors[guidVectors](t, "guid.json").Vectors {
		if got, ok := oracleGUID(v.Text); ok != (v.Expect.Result == "accept") || ok && got != hexGUID(t, v.Expect.GUID) {
			t.Errorf("%s: the second reader reads %v, %v, want %s %s", v.ID, got, ok, v.Expect.Result, v.Expect.GUID)
		}
	}
}
