package vscp_test

import (
	"errors"
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func ExampleEvent_Measurement() {
	for _, line := range []string{
		"96,10,6,0,,,-,0x88,0x82,0x09,0x29",
		"96,65,35,0,,,-,0,4,1,0x60,51",
		"96,1040,6,0,,,-,0,0,0,0,50,55,46,51",
		"96,10,6,0,,,-,0x88,0x82",
		"96,20,3,0,,,-,0,1,35",
	} {
		var e vscp.Event
		if err := e.DecodeText([]byte(line)); err != nil {
			fmt.Println(err)
			continue
		}
		m, err := e.Measurement()
		switch {
		case errors.Is(err, vscp.ErrNotMeasurement):
			fmt.Println("an event without a value:", e.Class)
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(m)
		}
	}
	// Output:
	// 23.45 °C sensor 0
	// 51 % sensor 0 index 0 zone 4 subzone 1
	// 27.3 K sensor 0 zone 0 subzone 0
	// measurement: data: "88 82" has 1 byte of value, at least 2 are needed
	// an event without a value: CLASS1.INFORMATION
}

func ExampleCoding_AppendNormalised() {
	const celsius = 1
	coding := vscp.Coding(0).WithUnit(celsius).WithSensor(2)
	data, err := coding.AppendNormalised(nil, vscp.Decimal{Mantissa: 2345, Exponent: -2}, 0)
	fmt.Printf("% X %v\n", data, err)

	e := vscp.Event{Class: 10, Type: 6, Data: data}
	m, err := e.Measurement()
	fmt.Println(m, m.Value, err)
	// Output:
	// 8A 82 09 29 <nil>
	// 23.45 °C sensor 2 23.45 <nil>
}

func ExampleEvent_ToLevel2() {
	server, err := vscp.ParseGUID("FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:00:00:00:00")
	if err != nil {
		fmt.Println(err)
		return
	}
	e := vscp.Event{Class: 30, Type: 5, Data: []byte{0, 1, 35}}
	if err := e.ToLevel2(server.Interface(3).WithNickname(7)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v % X\n", e.Class, e.Data)

	destination, err := e.ToLevel1()
	fmt.Printf("%v % X for node %d %v\n", e.Class, e.Data, destination.Nickname(), err)
	// Output:
	// CLASS2.LEVEL1.CONTROL FF FF FF FF FF FF FF FE B8 27 EB 01 00 03 00 07 00 01 23
	// CLASS1.CONTROL 00 01 23 for node 7 <nil>
}
