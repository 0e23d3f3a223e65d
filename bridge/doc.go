// Package bridge joins remotes: it takes events from each, decides where they go, lets them wait in a bounded queue per
// direction, and hands them to the others.
//
// # Events
//
// A received event passes the policy (bridge/policy), that is the loop guard (bridge/loop) and the rules of each route
// (bridge/route), in place, in the reader's buffer. Only an event that some direction takes is copied, once, into memory that all
// queues share; one that a route rewrites is copied for that route. It is not encoded again until the connection that sends it
// writes its line.
//
// # Counters
//
// For each direction, that is a route and one destination, at every moment:
//
//	received = forwarded + filtered + suppressed + dropped + queued
//
// Filtered events are those that the route does not take; suppressed ones were held back by the loop guard; dropped ones were
// removed by a limit, refused by the destination, or given up at the stop. Each has a reason.
//
// # Goroutines
//
// Run starts one goroutine per remote, which is its manager's, and waits for all of them. A remote's receive goroutine runs
// admission and routing; the goroutine of the connection that sends to a remote empties its queues.
package bridge
