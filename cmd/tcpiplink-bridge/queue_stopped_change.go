package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// Put appends to the files of a queue. The limits of the queue are looked at by the next start.
func (s *stoppedQueues) Put(ctx context.Context, name store.Name, in io.Reader) (api.Taken, error) {
	done, err := s.change(name, func(h *store.Held) (store.Change, error) { return h.Import(ctx, name, queue.ReadLetters(in)) })
	return api.Taken{Events: done.Events, Queued: done.Events}, err
}

// Retry appends the dead letters to the files of their queue.
func (s *stoppedQueues) Retry(ctx context.Context, name store.Name) (api.Taken, error) {
	done, err := s.change(name, func(h *store.Held) (store.Change, error) { return h.Retry(ctx, name) })
	return api.Taken{Events: done.Events, Queued: done.Events}, err
}

// change locks the folder for what adds events to a queue, if a bridge will find them there.
func (s *stoppedQueues) change(name store.Name, do func(*store.Held) (store.Change, error)) (store.Change, error) {
	info, known := s.looks[name]
	if r := s.routes[name]; r != nil && r.Queue.Storage != config.StorageDisk || r == nil && (!known || !info.OnDisk) {
		return store.Change{}, &worldError{
			err:  fmt.Errorf("%s is not kept on disk, so a bridge that is stopped cannot take events for it", name),
			hint: "start the bridge; or name its configuration with --config if the queue is new there",
		}
	}
	held, err := s.lock()
	if err != nil {
		return store.Change{}, err
	}
	done, err := do(held)
	return done, errors.Join(err, held.Close())
}

func (s *stoppedQueues) lock() (*store.Held, error) {
	held, err := s.folder.Lock()
	if _, ok := errors.AsType[*store.HeldError](err); ok { // since it was opened
		return nil, &worldError{err: err, hint: "the bridge was started meanwhile: try again, so that it is asked"}
	}
	return held, err
}

// Purge empties the files.
func (s *stoppedQueues) Purge(_ context.Context, name store.Name, letters bool) (api.Purged, error) {
	held, err := s.lock()
	if err != nil {
		return api.Purged{}, err
	}
	var n int
	if letters {
		n, err = held.Letters(name).Clear()
	} else {
		var done store.Change
		done, err = held.Purge(name)
		n = done.Events
	}
	return api.Purged{Events: n}, errors.Join(err, held.Close())
}

// repair does what a start does, and returns what it found.
func (s *stoppedQueues) repair(ctx context.Context, name store.Name) (*api.Check, error) {
	held, err := s.lock()
	if err != nil {
		return nil, err
	}
	info, err := held.Repair(ctx, name)
	return checkOf(&info), errors.Join(err, held.Close())
}

func checkOf(info *store.Info) *api.Check {
	return admin.CheckOf(queue.Checked{Found: info.Found, NotEvents: info.NotEvents})
}
