package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// errNotSure is returned when the person did not say yes.
var errNotSure = errors.New("nothing was changed")

// sure asks a question and goes on after a yes. Where nobody can be asked, --yes must have been given.
func (c *console) sure(ctx context.Context, question string, yes bool) error {
	if yes {
		return nil
	}
	if !c.terminal() {
		return &usageError{
			err:  fmt.Errorf("nobody can be asked here: %s", question),
			hint: "add --yes to do it",
		}
	}
	fmt.Fprintf(c.errOut, "%s [y/N] ", printable(question))
	answer := make(chan string, 1)
	failed := make(chan error, 1)
	// A terminal cannot be told to stop reading: after Ctrl-C the goroutine ends with the process.
	go func() {
		line, err := bufio.NewReader(c.in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			failed <- err
			return
		}
		answer <- line
	}()
	select {
	case line := <-answer:
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return nil
		}
		return errNotSure
	case err := <-failed:
		return err
	case <-ctx.Done():
		fmt.Fprintln(c.errOut)
		return errNotSure
	}
}
