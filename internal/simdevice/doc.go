// Package simdevice is an endpoint that can be tried against: a link server that makes events by itself, at a rate. The commands
// simulate and demo run it, and so may tests that want a source of traffic.
//
// # Events
//
// What a Device emits is decided by its Source: Readings, Counter, Play, or one of the caller's. A source is a function of the
// event's number, so that a receiver can work out what it should have got and compare. Emission begins when the first client
// has logged in, because nobody would get the events before; after that a client that leaves misses what comes, as with a real
// device. What a client sends goes to linkserver.Options.OnEvent. With a Feed the Device emits what that gives instead, when it gives
// it, as when a recording is played.
//
// # Goroutines
//
// Run serves the listener and starts one goroutine that emits; it returns after both have ended.
package simdevice
