// Command classgen writes class_table.go of package vscp from classes.tsv.
//
// It runs in the folder of package vscp: go generate ./vscp.
package main

import (
	_ "embed"
	"fmt"
	"os"
)

//go:embed classes.tsv
var data string

const output = "class_table.go"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "classgen:", err)
		os.Exit(1)
	}
}

func run() error {
	classes, err := parse(data)
	if err != nil {
		return err
	}
	src, err := generate(classes)
	if err != nil {
		return err
	}
	return os.WriteFile(output, src, 0o644) //nolint:gosec // a source file, for all to read
}
