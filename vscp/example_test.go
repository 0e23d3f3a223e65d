package vscp_test

import (
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func Example() {
	line := []byte("96,10,6,0,2026-02-02T02:40:00Z,123456,FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01,0x48,0x34")

	var row vscp.Row
	if err := row.Parse(line); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(row.Class, row.Class.TypeToken(row.Type), "from", row.GUID)

	// The way on to a peer that reads nanosecond stamps and decimal data.
	fmt.Printf("SEND %s\n", row.AppendText(nil, vscp.TextForm{Time: vscp.TimeNanos, Data: vscp.DataDecimal}))
	// Output:
	// CLASS1.MEASUREMENT TEMPERATURE from FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01
	// SEND 352,10,6,0,,1770000000123456000,FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01,72,52
}

func ExampleEvent_DecodeText() {
	var e vscp.Event
	err := e.DecodeText([]byte(" 0x60, 20, 3, 0, , , ::1, 0, 1, 35"))
	fmt.Printf("%v %s %v % X %v\n", e.Class, e.Class.TypeToken(e.Type), e.GUID, e.Data, err)

	err = e.DecodeText([]byte("96,65536,3,0,,,-"))
	fmt.Println(err)
	// Output:
	// CLASS1.INFORMATION ON FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:01 00 01 23 <nil>
	// event: class: "65536" is out of range (0..65535)
}

func ExampleEvent_AppendText() {
	e := vscp.Event{Head: vscp.Head(0).WithPriority(3), Class: 20, Type: 3, Data: []byte{0, 1, 35}}
	e.Time.Nanos = 1_770_000_000_123_456_789

	for _, form := range []vscp.TextForm{
		{Time: vscp.TimeNanos, Data: vscp.DataHex},
		{Time: vscp.TimeDate},
		{Time: vscp.TimeNone},
	} {
		fmt.Printf("%s\n", e.AppendText(nil, form))
	}
	// Output:
	// 352,20,3,0,,1770000000123456789,-,0x00,0x01,0x23
	// 96,20,3,0,2026-02-02T02:40:00Z,123456,-,0,1,35
	// 96,20,3,0,,,-,0,1,35
}

func ExampleParseGUID() {
	for _, text := range []string{"::1", "-:1", "FFFFFFFF-FFFF-FFFE-B827-EB0102030001", "01:02"} {
		guid, err := vscp.ParseGUID(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(guid)
	}
	// Output:
	// FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:01
	// 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01
	// FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01
	// guid: "01:02" has 2 bytes, a GUID has 16
}

func ExampleParseGUIDPattern() {
	p, err := vscp.ParseGUIDPattern("FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:*")
	if err != nil {
		fmt.Println(err)
		return
	}
	var guid vscp.GUID
	fmt.Println(p, p.Len(), p.Match(guid))
	// Output: FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:* 11 false
}

func ExampleMatcher() {
	filter, err := vscp.ParseFilter("0,10,0,-")
	if err != nil {
		fmt.Println(err)
		return
	}
	mask, err := vscp.ParseFilter("0,0xFFFF,0,-")
	if err != nil {
		fmt.Println(err)
		return
	}
	m := vscp.Matcher{Filter: filter, Mask: mask}
	fmt.Println(m.Match(0x60, 10, 6, vscp.GUID{}), m.Match(0x60, 20, 3, vscp.GUID{}))
	// Output: true false
}
