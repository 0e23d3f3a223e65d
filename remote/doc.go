// Package remote is the client side of the VSCP tcp/ip link protocol.
//
// Client is one connection: a method for each command, which sends one line, reads the reply to its final line and returns a
// typed result. A server that says no gives a *CommandError and the connection stays usable. An answer that makes no sense gives a
// *ProtocolError, one that is late a time-out. A reply without end, the end of a context and any other I/O error end the
// connection. Refused, Denied, LoginRefused, PeerFull and CauseOf tell errors apart.
//
// # Staying in step
//
// A reply carries nothing that says to which command it belongs, and real servers double answers or leave them out. So a Client
// looks, before each command, whether it is in doubt: the command before timed out or got an impossible answer, a SEND was
// refused, or a line has arrived that belongs to no command. If so it finds its place again first, as Resync describes, and ends
// the connection if it cannot. Between two SENDs it looks only at what it has read already, because that costs nothing: call
// Resync after sending where it matters that none was paired with the answer to another. What no client can see is a surplus line
// that arrives after the next command was sent; the command after that finds it.
//
// Manager keeps a remote connected, all the time or on a schedule: it logs in, learns what the peer is, takes events from it and
// hands them to a Receiver, sends what waits in an Outbox, and reconnects with growing, jittered delays when anything breaks.
package remote
