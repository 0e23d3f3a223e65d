// Package linkserver is a VSCP tcp/ip link server: the other end of package remote, for clients that dial us. It holds no
// event source of its own: what clients SEND goes to every other client and to Options.OnEvent, and what the program gives to
// Publish goes to every client.
//
// # Guarantees
//
// Each complete line gets exactly one final line, `+OK...` or `-OK...`, in the order of the lines; an answer with data lines
// and an event row are each written whole. Replies to pipelined commands are written together, at the latest before the
// server waits for more input. A client that does not read never delays another: its queue is bounded, the newest events are
// dropped and counted when it is full, and a write that makes no progress within Options.WriteTimeout ends the connection.
//
// Events are queued from the login on, not from the connect. Receiving is destructive and unacknowledged, as with every link
// server: a row counts as delivered once it was handed to the connection.
//
// # Goroutines
//
//	Serve           one per listener, accepts; returns after its connections ended
//	ServeConn       one per connection: reads, executes, answers; owns the session
//	session.push    one per connection in the receive loop: writes rows and keep-alives; ServeConn starts it and waits for it
//
// # Differences from other servers
//
// Verbs are whole words, `RETRIEVE n` keeps its count, an empty line is answered like NOOP, SFLT and SMSK with a bad field
// change nothing, and what the server does not do (BINARY, the commands of old daemons, a history for `+n`, and without
// Options.OnControl also TEST, SHUTDOWN and RESTART) is refused with one line.
//
// # Families
//
// With Options.Like the server behaves like one of those others instead, mistakes included; the guarantees about answers are
// then that family's. Everything in which families differ is in the type family; each has a file with its traits and commands,
// family_NAME.go, and one with how it reads and writes events. What is not imitated: memory that leaks into events, crashes and
// hangs other than those that a client can bring about with valid commands, lists of allowed events and addresses of accounts,
// the pace of the devices, and rows and their line ends in two writes.
package linkserver
