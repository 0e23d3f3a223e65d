// Package vscp holds the vocabulary of the VSCP tcp/ip link protocol: events, GUIDs, filters and their text forms.
// It does no I/O, starts no goroutine and keeps no state.
//
// An event travels as one line of text:
//
//	head,class,type,obid,datetime,timestamp,GUID,data...
//
// There are two types for it. [Event] is the event taken apart, for code that makes or looks into events. [Row] is
// the event as a bridge wants it: the fields that decide its way, and the line itself, parsed once and copied into
// every output. Both are read by the same scanner, which accepts what the peers in the field write (blanks, hexadecimal
// numbers, short GUIDs, either time form, one trailing comma) and refuses what would otherwise be guessed at: signs,
// trailing junk, values out of range, impossible dates, GUIDs of a wrong length. A refusal is a [*SyntaxError].
//
// What is written follows [TextForm], because peers differ in the time fields, in the head and in the numbers they can
// read. The GUID is always written in full, or as "-" when it is all zero: some peers fill the gaps of a short form
// with whatever is in their memory.
//
// Decoding into a reused Event, Row.Parse and both AppendText methods allocate nothing.
package vscp
