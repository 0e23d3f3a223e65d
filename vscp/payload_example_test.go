package vscp_test

import (
	"crypto/rand"
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func sample() *vscp.Event {
	e := &vscp.Event{Head: vscp.Head(0).WithPriority(3), Class: 20, Type: 3, Data: []byte{0, 1, 35}}
	e.Time.Nanos = 1_770_000_000_123_456_789
	return e
}

func ExampleAppendFrame() {
	for _, form := range []vscp.FrameForm{vscp.FrameNanos, vscp.FrameFirmware, vscp.FrameDate} {
		frame, err := vscp.AppendFrame(nil, sample(), form)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("% X ...\n", frame[:18])
	}
	// Output:
	// 10 01 60 18 90 4D 9F 4B CC CD 15 00 00 00 00 14 00 03 ...
	// 00 01 60 18 90 4D 9F 4B CC CD 15 00 00 00 00 14 00 03 ...
	// 00 00 60 00 01 E2 40 07 EA 02 02 02 28 00 00 14 00 03 ...
}

func ExampleEvent_DecodeFrame() {
	frame, err := vscp.AppendFrame(nil, sample(), vscp.FrameNanos)
	if err != nil {
		fmt.Println(err)
		return
	}
	var e vscp.Event
	err = e.DecodeFrame(frame)
	fmt.Println(e.Class, e.Class.TypeToken(e.Type), e.Time.AsTime(), err)

	frame[37]++
	fmt.Println(e.DecodeFrame(frame))
	// Output:
	// CLASS1.INFORMATION ON 2026-02-02 02:40:00.123456789 +0000 UTC <nil>
	// frame: byte 39: crc is 0x4F28, the bytes before it have 0x1A7B
}

// A receiver knows the key, and takes frames that are encrypted with it.
func ExampleDecryptFrame() {
	key := make([]byte, 32) // 32 bytes for AES-256
	_, _ = rand.Read(key)
	frame, err := vscp.AppendFrame(nil, sample(), vscp.FrameNanos)
	if err != nil {
		fmt.Println(err)
		return
	}
	packet, err := vscp.EncryptFrame(nil, frame, key, nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	if vscp.FrameEncrypted(packet) {
		if packet, err = vscp.DecryptFrame(nil, packet, key); err != nil {
			fmt.Println(err)
			return
		}
	}
	var e vscp.Event
	err = e.DecodeFrame(packet)
	fmt.Printf("%d %v\n", e.Data, err)
	// Output: [0 1 35] <nil>
}

func ExampleEvent_AppendJSON() {
	fmt.Printf("%s\n", sample().AppendJSON(nil, vscp.JSONCurrent))
	fmt.Printf("%s\n", sample().AppendJSON(nil, vscp.JSONLegacy))
	// Output:
	// {"head":352,"obid":0,"datetime":"2026-02-02T02:40:00.123456789Z","timestamp_ns":"0x18904d9f4bcccd15","class":20,"type":3,"guid":"00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00","data":[0,1,35]}
	// {"vscpHead":96,"vscpObId":0,"vscpDateTime":"2026-02-02T02:40:00Z","vscpTimeStamp":123456,"vscpClass":20,"vscpType":3,"vscpGuid":"00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00","vscpData":[0,1,35]}
}

func ExampleEvent_AppendXML() {
	fmt.Printf("%s\n", sample().AppendXML(nil, vscp.JSONCurrent))
	// Output:
	// <event head="352" obid="0" datetime="2026-02-02T02:40:00.123456789Z" timestamp="1770000000123456789" class="20" type="3" guid="00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00" data="0x00,0x01,0x23" />
}

func ExampleEvent_DecodePayload() {
	var e vscp.Event
	for _, payload := range []string{
		`96,20,3,0,,,-,0,1,35`,
		`{"class": 20, "type": "3", "data": [0, 1, 35]}`,
		`<event vscpClass="20" vscpType="3" vscpData="0,1,35"/>`,
		`{"class": 20}`,
		`hello`,
	} {
		err := e.DecodePayload([]byte(payload))
		fmt.Printf("%v %v %d %v\n", vscp.DetectPayload([]byte(payload)), e.Class, e.Data, err)
	}
	// Output:
	// string CLASS1.INFORMATION [0 1 35] <nil>
	// json CLASS1.INFORMATION [0 1 35] <nil>
	// xml CLASS1.INFORMATION [0 1 35] <nil>
	// json CLASS1.INFORMATION [0 1 35] event: type: "" is missing
	// unknown CLASS1.INFORMATION [0 1 35] event: "hello" is no event in text, JSON, XML or binary form
}

func ExampleCommandFrame() {
	login := vscp.CommandFrame{Code: 2, Arg: []byte("admin")}
	frame, err := login.AppendFrame(nil, vscp.CommandCRCSpec)
	fmt.Printf("% X %v\n", frame, err)
	// Output: E0 00 02 61 64 6D 69 6E BF C0 <nil>
}
