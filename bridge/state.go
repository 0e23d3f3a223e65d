package bridge

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// state is the folder of what outlasts the process, locked while the bridge is there.
//
//	lock             locked by the process that uses the folder
//	owner            who that is, or was
//	queues/ROUTE@TO  the queue of a route to a destination
type state struct {
	dir  string
	lock io.Closer // nil: no queue is on disk
}

const (
	ownerName  = "owner"
	queuesName = "queues"
	// closeTimeout is how long a stop waits for a disk to take the rest.
	closeTimeout = 3 * time.Second
)

// open locks the folder, once.
func (s *state) open() error {
	if s.lock != nil {
		return nil
	}
	owner := filepath.Join(s.dir, ownerName)
	l, err := journal.LockDir(vfs.OS{}, s.dir)
	if errors.Is(err, journal.ErrLocked) {
		if who, readErr := os.ReadFile(owner); readErr == nil { //nolint:gosec // the path comes from the configuration
			return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(who)))
		}
	}
	if err != nil {
		return err
	}
	s.lock = l
	// It only serves the message above.
	_ = os.WriteFile(owner, fmt.Appendf(nil, "process %d\n", os.Getpid()), 0o600)
	return nil
}

func (s *state) close() error {
	if s.lock == nil {
		return nil
	}
	return s.lock.Close()
}

// queue opens the queue of a route to a destination, and tells what was found in it.
func (s *state) queue(r *config.Route, to string, o queue.Options, logger hclog.Logger) (*queue.Disk, journal.Recovery, error) {
	if err := s.open(); err != nil {
		return nil, journal.Recovery{}, err
	}
	// Names have no @ and nothing that a file system takes amiss.
	at := journal.DefaultOptions(filepath.Join(s.dir, queuesName, r.Name+"@"+to))
	at.Locked = true
	var err error
	if at.Sync, err = journal.ParseSync(string(r.Queue.Fsync)); err != nil {
		return nil, journal.Recovery{}, err
	}
	q, found, err := queue.OpenDisk(o, at)
	if err != nil {
		return nil, found, err
	}
	tellRecovery(logger, r.Name, to, found)
	return q, found, nil
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
		errs := make([]error, len(b.directions))
		var closing sync.WaitGroup
		for i, d := range b.directions {
			if c, ok := d.queue.(io.Closer); ok {
				closing.Go(func() { errs[i] = c.Close() })
			}
		}
		closing.Wait()
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
