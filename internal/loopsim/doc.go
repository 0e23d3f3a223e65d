// Package loopsim runs the policy that bridges run (bridge/policy) over whole topologies: sites, which are link servers with devices,
// and bridges between them, in a time of its own and with chance from a seed. Nothing in it opens a connection or asks a clock, so
// that one seed always gives the same run.
//
// It keeps what no bridge can see, the number of each event, and so knows which copies arrived where, which came twice and which came
// back, and for each one that is missing or too many what happened to it: a connection that was cut, a bridge that was restarted, an
// answer that got lost. What has no such reason is a mistake of the policy.
//
// The sites behave as real servers do: some keep who sent an event, some erase it; some show a client its own events on its other
// connection; channel ids are given again at once. Delays differ from event to event, and events that take different connections
// overtake each other.
package loopsim
