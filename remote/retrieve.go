package remote

import (
	"context"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Batch holds what one call received. Its rows and their text are valid until the next call with the same Batch or Client.
type Batch struct {
	Rows       []vscp.Row
	KeepAlives int // status lines without a command: the receive loop's sign of life
	Malformed  int // lines that are no event
	// Problem is what was wrong with the first malformed line.
	Problem error

	text []byte // holds the rows of a reply whose lines share the reader's buffer
}

// maxBatch bounds how many rows one call returns, and so the memory of a Batch.
const maxBatch = 512

// minText is the least room for the text of kept rows.
const minText = 1 << 10

func (b *Batch) reset() {
	b.Rows, b.KeepAlives, b.Malformed, b.Problem, b.text = b.Rows[:0], 0, 0, nil, b.text[:0]
}

// keep is add for a line that must outlive the lines read after it.
func (b *Batch) keep(line []byte) {
	if len(line) > cap(b.text)-len(b.text) {
		b.text = make([]byte, 0, max(minText, 2*cap(b.text), len(line))) // earlier rows keep the array they have
	}
	from := len(b.text)
	b.text = append(b.text, line...)
	if !b.add(b.text[from:len(b.text):len(b.text)]) {
		b.text = b.text[:from]
	}
}

// add parses a line into the next row, and reports whether it is one.
func (b *Batch) add(line []byte) bool {
	if len(b.Rows) == cap(b.Rows) {
		b.Rows = append(b.Rows, vscp.Row{})
	} else {
		b.Rows = b.Rows[:len(b.Rows)+1]
	}
	err := b.Rows[len(b.Rows)-1].Parse(line)
	if err == nil {
		return true
	}
	b.Rows = b.Rows[:len(b.Rows)-1]
	b.Malformed++
	if b.Problem == nil {
		b.Problem = err
	}
	return false
}

// Retrieve sends `RETR count` and reads up to count events into b. A server with fewer sends those it has and then
// `-OK - No event(s) available`, so that is no error here: the rows before it are genuine, and none means that nothing waits.
// A missing login or right is a *CommandError. A count outside 1..512 is brought into it. After any error b holds the events that
// came before it: the server has forgotten them. (VSCP: link session, RETR)
func (c *Client) Retrieve(ctx context.Context, count int, b *Batch) error {
	b.reset()
	count = min(max(count, 1), maxBatch)
	err := c.exchange(ctx, count, func(line []byte) error {
		b.keep(line)
		return nil
	}, linkwire.VerbRetr, strconv.Itoa(count))
	if Refused(err) && !Denied(err) {
		return nil
	}
	return err
}

// Clear sends `CLRA`: the server forgets the events that wait for this connection. Success is `+OK`; a `-OK` is a *CommandError.
// (VSCP: link session, CLRA)
func (c *Client) Clear(ctx context.Context) error {
	return c.command(ctx, nil, linkwire.VerbClra)
}
