// Package loop is the loop guard: it decides whether an event that a remote delivered is new here, or a copy that comes back.
//
// It is pure policy, without I/O and without a clock of its own. Two rules are exact and need no memory, so that they hold in
// stars, lines, meshes and rings, and after a restart:
//
//   - Own channel: the event's obid is the channel id that the server gave a connection on which we send. The server shows us
//     our own event.
//   - Origin: the event's GUID is declared to live behind another remote. It went from there to here and is on its way back. At a
//     strict remote, a GUID that is not declared there comes from nowhere.
//
// Credits are for peers that echo what they are sent and erase what it could be told by. Learned only watches.
//
// Prober finds cycles outside of the bridge, by events of its own, and elects who breaks them.
package loop
