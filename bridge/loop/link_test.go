package loop_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestLinkEventIsReadAsItWasWritten(t *testing.T) {
	guid, err := vscp.ParseGUID("FF:FF:FF:FF:FF:FF:FF:FE:00:99:00:00:00:00:00:01")
	if err != nil {
		t.Fatal(err)
	}
	const number = 0xC2BC3C // python3: zlib.crc32(guid + b"north") & 0xFFFFFF
	if got := loop.LinkNumber(guid, "north"); got != number {
		t.Errorf("LinkNumber = %#x, want %#x", got, number)
	}
	said := loop.LinkEvent{Link: number, From: loop.LinkUp, To: loop.LinkDown}
	e := said.Event(guid, time.Unix(1770000000, 0))
	if want := []byte{0x3C, 0, 0, 1, 2, 0xC2, 0xBC, 0x3C}; !bytes.Equal(e.Data, want) || e.Class != 20 || e.Type != 42 || e.GUID != guid {
		t.Errorf("event %+v, want 20.42 with % X", e, want)
	}
	row := vscp.NewRow(&e, vscp.TextForm{})
	if got, is := loop.ReadLinkEvent(&row); !is || got != said {
		t.Errorf("ReadLinkEvent = %+v, %v, want %+v", got, is, said)
	}
	for name, change := range map[string]func(e *vscp.Event){
		"class":   func(e *vscp.Event) { e.Class = 10 },
		"type":    func(e *vscp.Event) { e.Type = 3 },
		"length":  func(e *vscp.Event) { e.Data = e.Data[:7] },
		"index":   func(e *vscp.Event) { e.Data[0]++ },
		"zone":    func(e *vscp.Event) { e.Data[1] = 1 },
		"subzone": func(e *vscp.Event) { e.Data[2] = 255 },
		"state":   func(e *vscp.Event) { e.Data[3] = 4 },
		"same":    func(e *vscp.Event) { e.Data[4] = 1 },
		"none":    func(e *vscp.Event) { e.Data[4] = 0 },
	} {
		other := said.Event(guid, time.Unix(1770000000, 0))
		change(&other)
		row := vscp.NewRow(&other, vscp.TextForm{})
		if got, is := loop.ReadLinkEvent(&row); is {
			t.Errorf("with another %s ReadLinkEvent = %+v, want none", name, got)
		}
	}
}

func TestLinkStateNamesAreLabels(t *testing.T) {
	for state, want := range map[loop.LinkState]string{loop.LinkUp: "up", loop.LinkDown: "down", loop.LinkPaused: "paused", 0: "unknown"} {
		if got := state.String(); got != want {
			t.Errorf("LinkState(%d).String() = %q, want %q", state, got, want)
		}
	}
}
