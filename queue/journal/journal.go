package journal

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

const lockName = "lock"

// Journal is an open journal. Its methods may be called from any goroutine; one Append runs at a time.
//
// Three locks, taken in this order: tending (a tend, and all it owns), writing (an Append, and all it owns), mu. No file is
// touched under mu.
type Journal struct {
	opts   Options
	lock   io.Closer // nil with Options.Locked
	viewed bool      // it is that of a View: somebody else removes segments

	tending sync.Mutex // serialises tend
	cursor  cursor     // guarded by tending

	mode atomic.Uint32 // the Sync of what is to come

	writing sync.Mutex // serialises Append, and guards what follows
	used    Sync       // the mode of the active segment
	active  *segment   // which Append writes to; nil: the next one begins a new one
	buf     []byte
	closed  bool

	mu       sync.Mutex // guards what follows
	segments []*segment // those with records, oldest first
	next     uint64     // the sequence of the next record
	wanted   uint64     // the first one that is still wanted
	stats    Stats      // the counters only

	work   chan struct{}     // there is something to tend
	asked  chan chan<- error // who waits for it
	stop   chan struct{}
	tender sync.WaitGroup
}

// segment is one file. Its records have the sequences from first up to the first of the next segment.
type segment struct {
	first uint64
	name  string // path

	// Guarded by Journal.mu, but for those who hold Journal.writing and only read.
	size      int64    // of the records that are in the journal; the file may hold remains behind them
	synced    int64    // of that, what needs no sync any more
	dirSynced bool     // the entry in the folder is durable
	sealed    bool     // nothing is written to it any more
	failed    bool     // a sync failed: write no more
	file      vfs.File // nil when sealed and synced
	bad       []region // damage that was told of already, the first places
}

// Stats is a reading of a journal.
type Stats struct {
	Segments int
	Bytes    int64  // of all segments
	First    uint64 // the first sequence that is still wanted
	Next     uint64 // the sequence that the next record gets: Next - First records wait, fewer if some were lost
	Pending  int64  // bytes that are not durable yet

	Syncs       uint64
	SyncErrors  uint64
	Doubtful    int64     // bytes that were in a sync that failed
	LastSync    time.Time // when one last succeeded
	LastError   error     // what last went wrong in the background or in a sync; nil after the next success
	LastErrorAt time.Time
	ReadDamage  int64 // bytes that a Reader passed over, as they were damaged since Open; of the first 100 places of each segment
}

// LockDir makes a folder and locks it against other processes until Close: for a folder that holds several journals. Its error
// is ErrLocked when another holder has it.
func LockDir(fsys vfs.FS, dir string) (io.Closer, error) {
	if err := makeFolder(fsys, dir); err != nil {
		return nil, diskError(dir, "make folder", err)
	}
	l, err := fsys.Lock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, diskError(dir, "lock folder", err)
	}
	return l, nil
}

// Open opens the journal in a folder, or makes one. Whatever the files contain, it opens, and Recovery says what was found; an
// error means that the folder cannot be used at all: not to be made, listed or locked.
func Open(o Options) (*Journal, Recovery, error) {
	j, found, err := open(o)
	if err != nil {
		return nil, found, err
	}
	j.tender.Go(j.run)
	return j, found, nil
}

// open is Open without the goroutine that tends.
func open(o Options) (*Journal, Recovery, error) {
	if err := o.validate(); err != nil {
		return nil, Recovery{}, err
	}
	j := &Journal{
		opts: o, used: o.Sync, cursor: cursor{fs: o.FS, dir: o.Dir},
		work: make(chan struct{}, 1), asked: make(chan chan<- error), stop: make(chan struct{}),
	}
	j.mode.Store(uint32(o.Sync))
	if err := makeFolder(o.FS, o.Dir); err != nil {
		return nil, Recovery{}, j.diskError("make folder", err)
	}
	if !o.Locked {
		l, err := LockDir(o.FS, o.Dir)
		if err != nil {
			return nil, Recovery{}, err
		}
		j.lock = l
	}
	found, err := j.recover()
	if err != nil {
		return nil, found, errors.Join(j.diskError("recover", err), j.unlock())
	}
	// It removes what the cursor has passed. An error is in the Stats, and no reason not to start.
	_ = j.tend(o.Sync != SyncNever)
	return j, found, nil
}

// makeFolder makes a folder, and those above it that are missing, and makes their entries durable.
func makeFolder(fsys vfs.FS, dir string) error {
	up := filepath.Dir(dir)
	above := []string{up} // in any case: a crash may have come between the two steps
	for {
		_, err := fsys.ReadDir(up)
		next := filepath.Dir(up)
		if !errors.Is(err, fs.ErrNotExist) || next == up {
			break
		}
		up = next
		above = append(above, up)
	}
	if err := fsys.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, name := range slices.Backward(above) {
		_ = fsys.SyncDir(name) // it may be somebody else's: then it was made, and is durable, long ago
	}
	return nil
}

func (j *Journal) unlock() error {
	if j.lock == nil {
		return nil
	}
	return j.lock.Close()
}

// Ack says that records below seq are no longer wanted. It never goes back, and not beyond the records that there are.
func (j *Journal) Ack(seq uint64) {
	j.mu.Lock()
	seq = min(seq, j.next)
	moved := seq > j.wanted
	if moved {
		j.wanted = seq
	}
	j.mu.Unlock()
	if moved {
		j.signal()
	}
}

// Stats returns a consistent reading.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.stats
	s.Segments, s.First, s.Next = len(j.segments), j.wanted, j.next
	for _, seg := range j.segments {
		s.Bytes += seg.size
		s.Pending += seg.size - seg.synced
	}
	return s
}

// Close syncs, writes the cursor and gives the folder free. Calls after the first one do nothing.
func (j *Journal) Close() error {
	j.writing.Lock()
	if j.closed {
		j.writing.Unlock()
		return nil
	}
	j.closed = true
	j.seal()
	j.writing.Unlock()
	close(j.stop)
	j.tender.Wait()
	err := j.tend(true)
	j.tending.Lock()
	defer j.tending.Unlock()
	return errors.Join(err, j.diskError("close cursor", j.cursor.close()), j.unlock())
}
