package main

import "os"

// keepOwner does nothing: a new file takes its rights from its folder here.
func keepOwner(*os.File, os.FileInfo) error { return nil }
