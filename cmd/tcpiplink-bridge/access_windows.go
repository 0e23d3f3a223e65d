package main

// mayWrite returns nil: only an attempt would tell.
func mayWrite(string) error { return nil }
