package bridge

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// amount is a number of events, with the bytes of their text.
type amount struct{ events, text uint64 }

func (a *amount) add(events int, text int64) {
	a.events += uint64(events)
	a.text += uint64(text)
}

func (a *amount) addRows(rows []*vscp.Row) { a.add(len(rows), textOf(rows)) }

// textOf returns the bytes of the text of events.
func textOf(rows []*vscp.Row) int64 {
	var n int
	for _, row := range rows {
		n += len(row.Text)
	}
	return int64(n)
}
