package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// unstarted says what to do about a bridge that cannot be made: it is the state folder that stands in the way.
func unstarted(cfg *config.Config, err error) error {
	held, isHeld := errors.AsType[*store.HeldError](err)
	switch {
	case isHeld:
		return &worldError{
			err:  fmt.Errorf("another bridge has the state folder %s: %s", cfg.Bridge.StateDir, cmp.Or(held.Owner, "it did not say who it is")),
			hint: "two bridges never share one: stop the other, or give this one a bridge.state_dir of its own",
		}
	case errors.Is(err, fs.ErrPermission):
		return &worldError{err: err, hint: "the user that runs the bridge must own bridge.state_dir, or be allowed to write to it"}
	case errors.Is(err, syscall.EROFS):
		return &worldError{err: err, hint: "choose a bridge.state_dir on a file system that can be written to"}
	}
	return err
}
