package queue_test

import (
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Events are leased while they are sent. What was answered is removed, and the rest is given back when the connection breaks.
func ExampleMemory() {
	o := queue.DefaultOptions()
	o.MaxEvents, o.Overflow = 3, queue.DropOldest
	q, err := queue.New(o)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 4 {
		row := vscp.NewRow(&vscp.Event{Class: 20, Type: 3, Data: []byte{byte(i)}}, vscp.TextForm{})
		q.Push([]*vscp.Row{&row})
	}
	show := func(what string, rows []*vscp.Row) {
		fmt.Print(what)
		for _, row := range rows {
			fmt.Printf(" %d", row.AppendData(nil))
		}
		fmt.Println()
	}

	<-q.Ready() // events wait
	leased := q.Peek(nil, 2)
	show("sent:", leased)
	q.Remove(1) // the first one was answered,
	q.Release() // and then the connection broke
	show("sent again:", q.Peek(nil, 10))
	stats := q.Stats()
	fmt.Println("waiting:", stats.Events, "dropped as the oldest:", stats.Dropped.Oldest)
	// Output:
	// sent: [1] [2]
	// sent again: [2] [3]
	// waiting: 2 dropped as the oldest: 1
}
