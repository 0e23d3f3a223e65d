// Package vfs is the file system as far as durable storage needs it: few operations, each of which can be made to fail in a
// test (internal/faultfs), and the ones that os does not have: syncing a folder, data only syncs, locks between processes.
package vfs
