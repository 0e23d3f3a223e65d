package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// stoppedQueues are the queues in the state folder of a bridge that does not run.
type stoppedQueues struct {
	folder store.Folder
	// routes are those of the configuration, by the names of their queues; nil: it is not known.
	routes map[store.Name]*config.Route
	looks  map[store.Name]store.Info // what was read already: files may be large
}

// openStopped opens the state folder of a bridge that does not run.
func (p place) openStopped() (*openBridge, error) {
	s := &stoppedQueues{folder: store.At(vfs.OS{}, p.stateDir), looks: make(map[store.Name]store.Info)}
	if p.config != nil {
		s.routes = make(map[store.Name]*config.Route)
		for _, r := range p.config.Routes {
			for _, way := range r.Ways() {
				s.routes[store.Name{Route: r.Name, To: way.To.Name}] = r
			}
		}
	}
	if err := s.free(p.socket); err != nil {
		return nil, err
	}
	return &openBridge{queueReader: s, queueChanger: s, repair: s.repair, where: p.stateDir, stateDir: p.stateDir, routed: s.routes != nil}, nil
}

// free finds out that nobody has the folder.
func (s *stoppedQueues) free(socket string) error {
	err := s.folder.Free()
	var held *store.HeldError
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.routes != nil:
		return nil // it has not run so far
	case errors.Is(err, fs.ErrNotExist):
		return &usageError{err: fmt.Errorf("there is no folder %s", s.folder.Dir()), hint: "it is state_dir in the bridge block of the configuration"}
	case errors.Is(err, fs.ErrPermission):
		return &worldError{err: err, hint: "the folder is for the user that the bridge runs as, and for root"}
	case errors.As(err, &held):
		return heldBy(held, socket)
	}
	return err
}

// heldBy says what to do when another process has the folder.
func heldBy(held *store.HeldError, socket string) error {
	who := held.Owner
	if who == "" {
		who = "another process"
	}
	if socket == "" {
		return &worldError{
			err:  fmt.Errorf("%s has the state folder, and its configuration says that it has no unix socket", who),
			hint: "stop the bridge, or have it listen on a socket: admin { socket = ... }",
		}
	}
	return &worldError{
		err:  fmt.Errorf("%s has the state folder, but nothing answers at %s", who, socket),
		hint: "if it starts or stops, try again; if its socket is elsewhere, name it with --config or --socket; if it was removed, a restart makes it anew",
	}
}

// names returns the queues of the folder, and those of the configuration that would be there.
func (s *stoppedQueues) names() ([]store.Name, error) {
	all, err := s.folder.Queues()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for name, r := range s.routes {
		if r.Queue.Storage == config.StorageDisk && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	slices.SortFunc(all, store.Name.Compare)
	return all, nil
}

// Queues reads through the files of those that are chosen.
func (s *stoppedQueues) Queues(ctx context.Context, choose choice) (*api.Queues, error) {
	names, err := s.names()
	if err != nil {
		return nil, err
	}
	if names, err = choose(names); err != nil {
		return nil, err
	}
	all := &api.Queues{API: api.Version, At: time.Now().UTC(), Queues: []api.Queue{}}
	for _, name := range names {
		info, err := s.look(ctx, name)
		if err != nil {
			return nil, err
		}
		all.Queues = append(all.Queues, s.document(&info))
	}
	return all, nil
}

func (s *stoppedQueues) look(ctx context.Context, name store.Name) (store.Info, error) {
	if info, ok := s.looks[name]; ok {
		return info, nil
	}
	info, err := s.folder.Look(ctx, name)
	if errors.Is(err, store.ErrNoQueue) {
		info, err = store.Info{Name: name}, nil
	}
	if err == nil {
		s.looks[name] = info
	}
	return info, err
}

func (s *stoppedQueues) document(info *store.Info) api.Queue {
	q := api.Queue{
		Route: info.Route, To: info.To, Storage: s.storage(info), Events: info.Events, Bytes: info.Bytes,
		Letters: info.Letters.Letters, LetterBytes: info.Letters.Bytes,
	}
	if !info.Oldest.IsZero() {
		q.Oldest = info.Oldest.UTC()
	}
	if info.OnDisk {
		q.Disk = &api.QueueFiles{Bytes: info.SegmentSize, Segments: info.Segments, Quarantined: info.Quarantined, QuarantineBytes: info.QuarantineBytes}
		if !info.Clean() {
			q.Disk.Found = checkOf(info)
		}
	}
	if r := s.routes[info.Name]; r != nil {
		c := &r.Queue
		q.Limits = &api.Limits{MaxEvents: c.MaxEvents, MaxBytes: c.MaxBytes, MaxAgeSeconds: c.MaxAge.Seconds(), Overflow: string(c.Overflow)}
	}
	return q
}

// storage says where the events of a queue are. One that left dead letters only was kept in memory, as far as can be seen.
func (s *stoppedQueues) storage(info *store.Info) string {
	if r := s.routes[info.Name]; r != nil && !info.OnDisk {
		return string(r.Queue.Storage)
	}
	if info.OnDisk {
		return string(config.StorageDisk)
	}
	return string(config.StorageMemory)
}

// Check reads through the files of a queue.
func (s *stoppedQueues) Check(ctx context.Context, name store.Name) (*api.Check, error) {
	info, err := s.look(ctx, name)
	return checkOf(&info), err
}

// Lines reads events or letters as they are taken.
func (s *stoppedQueues) Lines(ctx context.Context, name store.Name, what queueLines) (io.ReadCloser, error) {
	letters := s.folder.Events(ctx, name)
	if what.letters {
		letters = s.folder.Letters(name).All()
	} else if info, err := s.look(ctx, name); err != nil || !info.OnDisk {
		return io.NopCloser(eofReader{}), err
	}
	stream := &letterStream{left: cmp.Or(what.limit, math.MaxInt)}
	stream.next, stream.stop = iter.Pull2(letters)
	return stream, nil
}

// eofReader is empty.
type eofReader struct{}

// Read returns io.EOF.
func (eofReader) Read([]byte) (int, error) { return 0, io.EOF }

// letterStream reads letters as lines.
type letterStream struct {
	next func() (queue.Letter, error, bool)
	stop func()
	left int
	buf  []byte
	rest []byte // of buf
}

// Read makes the next line when the one before is taken. Remains of a failed write among dead letters are no lines.
func (s *letterStream) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		l, err, ok := s.next()
		var bad *queue.LetterError
		switch {
		case !ok || s.left == 0:
			return 0, io.EOF
		case errors.As(err, &bad):
			continue
		case err != nil:
			return 0, err
		}
		if s.buf, err = l.AppendLine(s.buf[:0]); err != nil {
			return 0, err
		}
		s.rest = s.buf
		s.left--
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// Close ends the reading.
func (s *letterStream) Close() error {
	s.stop()
	return nil
}
