// Command licenses prints the licenses of everything that is linked into a binary of this module: they have to come with it. Releases and
// images run it, in a folder of the module: go run ./internal/tools/licenses BINARY
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, out, complain io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(args) != 1 {
		fmt.Fprintln(complain, "usage: licenses BINARY")
		return 2
	}
	if err := write(ctx, out, args[0]); err != nil {
		fmt.Fprintln(complain, "licenses: error:", err)
		return 1
	}
	return 0
}
