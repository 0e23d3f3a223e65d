package bridge

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// arena keeps events beyond the call that received them: rows and their text go into chunks, so that an event costs no
// allocation of its own. A chunk is freed with the last of its events; its size bounds what one event that waits long holds.
type arena struct {
	text []byte
	rows []vscp.Row
}

// The allocator makes chunks of these sizes five or six at a time, and without a rest. Of 8 KiB it makes one at a time, which costs as
// much as to fill it.
const (
	arenaText = 9472
	arenaRows = 81
)

// keep returns a copy of row that stays valid.
func (a *arena) keep(row *vscp.Row) *vscp.Row {
	if len(row.Text) > cap(a.text)-len(a.text) {
		a.text = make([]byte, 0, max(arenaText, len(row.Text)))
	}
	if len(a.rows) == cap(a.rows) {
		a.rows = make([]vscp.Row, 0, arenaRows)
	}
	from := len(a.text)
	a.text = append(a.text, row.Text...)
	a.rows = append(a.rows, *row)
	kept := &a.rows[len(a.rows)-1]
	kept.Text = a.text[from:len(a.text):len(a.text)]
	return kept
}
