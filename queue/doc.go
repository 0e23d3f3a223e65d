// Package queue holds the events that wait for one destination: one queue per direction, bounded by count, by bytes and by
// age, with a stated rule for what happens when it is full.
//
// The contract of a consumer is peek, send, remove. Peek leases events: they stay in the queue, count against its limits and
// are never evicted. Remove ends the lease of the oldest ones after they were sent or given up; Release gives all of them back,
// in order, when the connection broke. So an event leaves a queue only because its destination answered, or because a limit
// removed it, and then it is counted.
//
// Nothing runs for an event that grows too old: it is dropped when the queue is next looked at, and never leased. A ledger knows
// sizes, order, leases and ages, and decides by the limits and the rule; Memory has the events that go with its slots,
// and Disk has a window of them in memory and all of them in a journal. With rules that take events only from the ends, what is
// behind the window has no slots.
//
// Events are pointers to immutable rows that all queues share; a queue copies no event.
package queue
