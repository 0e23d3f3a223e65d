// Package policy decides what becomes of each event in a whole bridge: it composes the loop guard (bridge/loop) and the rules of
// the routes (bridge/route) as a configuration says. It has no I/O and no clock of its own. The bridge, the simulator of
// topologies and the tests of a configuration all use it, so that what is tested is what runs.
//
// An event that arrived is looked at in this order, and the first that objects is the reason:
//
//   - own channel, echo, origin: once for the event
//   - scope, filter, destination, repetition: for each direction that it could go
//   - storm: once for the event, if some direction takes it
//   - rate and interval, rewriting: for each direction again
package policy
