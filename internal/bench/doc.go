// Command bench measures the built bridge between other processes on loopback: a source that pushes events, a sink that answers
// SEND and checks for loss, duplicates and order, and beside them a plain relay of the same bytes, a bare loop that sends one
// SEND at a time, and a thousand idle peers. Its results are ratios within one run: the absolute numbers belong to the machine.
//
//	go run ./internal/bench [--only NAME] [--json] [--short]
//
// The program starts itself again in the roles source, sink, relay, loop and peers. A role reads requests, one JSON object
// each, and answers each with one; the end of its input ends it.
package main
