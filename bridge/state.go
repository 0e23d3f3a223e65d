package bridge

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// state is the folder of what outlasts the process, locked while the bridge is there.
type state struct {
	folder store.Folder
	held   *store.Held // nil: not locked
}

// closeTimeout is how long a stop waits for a disk to take the rest.
const closeTimeout = 3 * time.Second

// open locks the folder, once.
func (s *state) open() error {
	if s.held != nil {
		return nil
	}
	held, err := s.folder.Lock()
	s.held = held
	return err
}

// claim locks the folder also where no queue is on disk, as dead letters are in it. Then a folder that cannot be used is no reason
// not to start.
func (s *state) claim(logger hclog.Logger) error {
	if s.folder.Dir() == "" {
		return nil
	}
	err := s.open()
	if errors.Is(err, journal.ErrLocked) {
		return fmt.Errorf("bridge: %w", err)
	}
	if err != nil {
		logger.Warn("state folder cannot be used", "error", err)
	}
	return nil
}

// identity returns what tells the bridge from all others, all zero without a state folder that can be used. Devices may know the numbers
// that are made of it, so it is kept there. Nothing goes by it while the bridge has a GUID, and then nobody need know of its troubles.
func (s *state) identity(logger hclog.Logger, guid vscp.GUID) vscp.GUID {
	if s.held == nil {
		return vscp.GUID{}
	}
	level := hclog.Warn
	if !guid.IsZero() {
		level = hclog.Debug
	}
	id, mended, err := s.held.Identity()
	switch {
	case err != nil:
		logger.Log(level, "no identity in the state folder, link events have numbers without it", "error", err)
	case mended:
		logger.Log(level, "the identity in the state folder was none, there is a new one, and so new numbers of links")
	}
	return vscp.GUID(id)
}

func (s *state) close() error {
	if s.held == nil {
		return nil
	}
	return s.held.Close()
}

// queue opens the queue of a direction.
func (s *state) queue(of way, o queue.Options, mode journal.Sync) (*queue.Disk, journal.Recovery, error) {
	if err := s.open(); err != nil {
		return nil, journal.Recovery{}, err
	}
	at := s.folder.Journal(store.Name{Route: of.route, To: of.to})
	at.Sync = mode
	return queue.OpenDisk(o, at)
}

// tellRecovery logs what was found, if it was anything.
func tellRecovery(logger hclog.Logger, route, to string, found journal.Recovery) {
	if found.Clean() {
		if found.Records > 0 {
			logger.Info("events were found on disk", "route", route, "to", to, "events", found.Records)
		}
		return
	}
	logger.Warn("a queue on disk was damaged", "route", route, "to", to, "events", found.Records,
		"missing-events", found.MissingRecords, "damaged-bytes", found.DamagedBytes, "unreadable-bytes", found.UnreadableBytes,
		"missing-segments", found.MissingSegments, "cursor", found.Cursor.String())
	for _, f := range found.Findings {
		logger.Debug("damage in a queue", "route", route, "to", to, "finding", f.String(), "quarantine", f.Quarantine)
	}
}

// Close closes the queues that are on disk and gives their folder free; Run does so at its end. It waits no longer than a few
// seconds for a disk that hangs.
func (b *Bridge) Close() error {
	b.closing.Do(func() { b.closed = b.closeState() })
	return b.closed
}

// ErrDiskHangs is returned by Bridge.Close when a disk did not take the rest in time.
var ErrDiskHangs = errors.New("bridge: the disk did not take the rest in time")

func (b *Bridge) closeState() error {
	done := make(chan error, 1)
	go func() {
		b.applying.Lock() // an Apply that is under way closes what it opened
		defer b.applying.Unlock()
		var closers []io.Closer
		for _, d := range b.all() {
			closers = append(closers, d.closers()...)
		}
		errs := make([]error, len(closers))
		var closing sync.WaitGroup
		for i, c := range closers {
			closing.Go(func() { errs[i] = c.Close() })
		}
		closing.Wait()
		b.closings.all.Wait()
		done <- errors.Join(errors.Join(errs...), b.state.close())
	}()
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return ErrDiskHangs
	}
}

// closers returns the queues of the direction that are to be closed.
func (d *direction) closers() (out []io.Closer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, q := range []eventQueue{d.queue, d.move.to} {
		if c, ok := q.(io.Closer); ok {
			out = append(out, c)
		}
	}
	return out
}
