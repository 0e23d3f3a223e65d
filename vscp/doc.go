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
// [Event.Measurement] reads the value out of the many classes that carry one, and [Coding] writes it. [Event.ToLevel2]
// and [Event.ToLevel1] turn an event into its mirror on the other level and back.
//
// Events also come as binary frames ([AppendFrame], [Event.DecodeFrame]), which may be encrypted ([EncryptFrame]), and
// as JSON or XML ([Event.AppendJSON], [Event.AppendXML]); [Event.DecodePayload] reads whichever it is. A refused frame
// is a [*FrameError].
//
// Decoding a line or a frame into a reused Event, Row.Parse, AppendFrame and both AppendText methods allocate nothing.
package vscp
