// Package archtest holds the shape of the tree as a test: imports point down the table in layers.go, only config imports
// HCL, vscp does no I/O, every package says what it is for, what the documents name is there, and their links lead somewhere.
// It parses the source files itself instead of asking go list, so that build tags hide nothing from it and the test cache
// sees the files it depends on.
package archtest
