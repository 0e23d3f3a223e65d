//go:build !linux

package main

import "time"

// waiter waits as exactly as the timers of Go do.
type waiter struct{}

func newWaiter() waiter { return waiter{} }

func (waiter) until(t time.Time) { <-time.After(time.Until(t)) }

func (waiter) end() {}
