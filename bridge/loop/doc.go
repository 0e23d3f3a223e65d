// Package loop is the loop guard: it decides whether an event that a remote delivered is new here, or a copy that comes back.
//
// It is pure policy, without I/O and without state. Two rules are exact and need no memory, so that they hold in stars, lines,
// meshes and rings, and after a restart:
//
//   - Own channel: the event's obid is the channel id that the server gave a connection on which we send. The server shows us
//     our own event.
//   - Origin: the event's GUID is declared to live behind another remote. It went from there to here and is on its way back.
package loop
