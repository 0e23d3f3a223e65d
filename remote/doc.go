// Package remote is the client side of the VSCP tcp/ip link protocol.
//
// Client is one connection: a method for each command, which sends one line, reads the reply to its final line and returns a
// typed result. A server that says no gives a *CommandError and the connection stays usable; a server that breaks the protocol,
// a time-out or any other I/O error ends it.
//
// Manager keeps a remote connected, all the time or on a schedule: it logs in, learns what the peer is, takes events from it and
// hands them to a Receiver, sends what waits in an Outbox, and reconnects with growing, jittered delays when anything breaks.
package remote
