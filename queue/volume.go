package queue

// Volume counts the bytes of the text of events: Pushed = Removed + Dropped.Total() + Held, at every moment. An event counts with the
// length of the text that it was pushed with, also after another form of that was read back from the disk; there, each of some hundreds
// counts with their mean.
type Volume struct {
	Held      uint64 // of what is in the queue
	Pushed    uint64 // Recovered included
	Removed   uint64
	Dropped   Drops
	Recovered uint64
}

// amount is a number of events, with the bytes of their text.
type amount struct{ events, text uint64 }

// add adds events of so many bytes together, as the limits count them.
func (a *amount) add(events int, size int64) {
	a.events += uint64(events)
	a.text += uint64(textOf(events, size))
}

func (a amount) plus(b amount) amount  { return amount{a.events + b.events, a.text + b.text} }
func (a amount) minus(b amount) amount { return amount{a.events - b.events, a.text - b.text} }

// sizeOf returns what an event with this text counts against MaxBytes.
func sizeOf(text []byte) int64 { return min(int64(len(text))+RowOverhead, maxCost) }

// textOf returns the bytes of the text of events that count so much together.
func textOf(events int, size int64) int64 { return size - int64(events)*RowOverhead }
