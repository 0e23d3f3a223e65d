// Package faultfs is a file system in memory for tests of durable storage. It keeps apart what was written and what was
// synced, so that a test can cut the power: what was synced stays, of the rest a random part does, as torn sectors and in the
// order that a disk is free to choose. It counts operations that change something, and can fail or crash at any of them.
package faultfs
