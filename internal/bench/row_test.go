package main

import (
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestRowIsWhatTheBridgeReads(t *testing.T) {
	want := event{sender: 0xA1B2, number: 0x0102030405060708, stamp: idleStamp}
	line := appendRow(nil, want)
	if len(line) != rowLen {
		t.Errorf("row has %d bytes, want %d", len(line), rowLen)
	}
	got, err := parseRow(line)
	if err != nil || got != want {
		t.Errorf("parseRow(%q) = %+v, %v, want %+v", line, got, err, want)
	}
	var row vscp.Row
	if err := row.Parse(line); err != nil {
		t.Fatalf("vscp.Row.Parse(%q) = %v", line, err)
	}
	if row.DataLen() != 8 {
		t.Errorf("row has %d data bytes, want 8", row.DataLen())
	}
	// The bridge writes the row for a daemon with nanoseconds: nothing may change on the way.
	if out := row.AppendText(nil, vscp.TextForm{Time: vscp.TimeNanos}); string(out) != string(line) {
		t.Errorf("the bridge sends %q, want %q", out, line)
	}
}

func FuzzRow(f *testing.F) {
	f.Add(string(appendRow(nil, event{sender: 1, number: 2, stamp: idleStamp})))
	f.Add("256,10,6,0,,")
	f.Fuzz(func(t *testing.T, line string) {
		e, err := parseRow([]byte(line))
		if err != nil {
			if e != (event{}) {
				t.Errorf("parseRow(%q) = %+v and an error, want nothing", line, e)
			}
			return
		}
		if out := string(appendRow(nil, e)); e.stamp >= idleStamp && out != line {
			t.Errorf("parseRow(%q) = %+v, which is written as %q", line, e, out)
		}
	})
}
