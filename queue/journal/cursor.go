package journal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

const (
	cursorName = "cursor"
	cursorTag  = "\xF5TC\x01"
	slotSize   = 24
	slotStep   = 4096 // slots are this far apart, so that no sector and no page holds both
)

// CursorState says what Open found of the cursor.
type CursorState uint8

// The states of a cursor.
const (
	CursorOK      CursorState = iota
	CursorMissing             // there was no file, as in a new folder: all records are delivered
	CursorDamaged             // neither slot was valid: all records are delivered
	// CursorFuture: it was behind all records that can have been there, so all records are delivered. New ones begin at it,
	// and the next Open reports the gap as missing.
	CursorFuture
)

// String returns one word.
func (c CursorState) String() string {
	return [...]string{CursorOK: "ok", CursorMissing: "missing", CursorDamaged: "damaged", CursorFuture: "future"}[c]
}

// cursor is the durable form of Ack: two slots in one file, written in turns.
type cursor struct {
	fs   vfs.FS
	dir  string
	file vfs.File // nil until the first write
	gen  uint64   // of the last slot that was written as it should be
	seq  uint64   // that it holds; 0: not known

	synced bool // it is known to be durable
}

// load reads the slots and returns the cursor, 0 when there is none. It does not take it for durable: it may have been written
// by a process that was killed before it could sync.
func (c *cursor) load() (uint64, CursorState, error) {
	f, err := c.fs.OpenFile(filepath.Join(c.dir, cursorName), os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, CursorMissing, nil
	}
	if err != nil {
		return 0, CursorDamaged, err
	}
	cur, state := uint64(0), CursorDamaged
	for i := range int64(2) {
		var b [slotSize]byte
		if n, _ := f.ReadAt(b[:], i*slotStep); n < slotSize {
			continue
		}
		if gen, seq, ok := parseSlot(b[:]); ok && gen > c.gen {
			c.gen, cur, state = gen, seq, CursorOK
		}
	}
	return cur, state, f.Close()
}

// store writes seq, and makes it durable with sync. It writes over the older slot, and over the same one again after a failure, so that the other one
// stays good.
func (c *cursor) store(seq uint64, sync bool) error {
	if err := c.open(); err != nil {
		return err
	}
	gen := c.gen + 1
	if _, err := c.file.WriteAt(slot(gen, seq), int64(gen%2)*slotStep); err != nil {
		return err
	}
	if sync {
		if err := c.file.Sync(); err != nil {
			return err
		}
	}
	c.gen, c.seq, c.synced = gen, seq, sync
	return nil
}

// open opens the file. Without a valid slot in it, it begins anew: with room for both slots, so that a full disk does not stop
// the cursor later, and with nothing left that could count as the newer one.
func (c *cursor) open() error {
	if c.file != nil {
		return nil
	}
	flag := os.O_RDWR
	if c.gen == 0 {
		flag |= os.O_CREATE | os.O_TRUNC
	}
	name := filepath.Join(c.dir, cursorName)
	f, err := c.fs.OpenFile(name, flag, 0o600)
	if err != nil {
		return err
	}
	if c.gen == 0 {
		if _, err = f.WriteAt(make([]byte, slotStep+slotSize), 0); err == nil {
			err = c.fs.SyncDir(c.dir)
		}
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	c.file = f
	return nil
}

func (c *cursor) close() error {
	if c.file == nil {
		return nil
	}
	err := c.file.Close()
	c.file = nil
	return err
}

// slot is one copy of the cursor in the form that doc.go describes.
func slot(gen, seq uint64) []byte {
	b := make([]byte, slotSize)
	copy(b, cursorTag)
	binary.LittleEndian.PutUint64(b[8:], gen)
	binary.LittleEndian.PutUint64(b[16:], seq)
	binary.LittleEndian.PutUint32(b[4:], crc32.Update(0, castagnoli, b[8:]))
	return b
}

func parseSlot(b []byte) (gen, seq uint64, ok bool) {
	if string(b[:4]) != cursorTag || crc32.Update(0, castagnoli, b[8:slotSize]) != binary.LittleEndian.Uint32(b[4:]) {
		return 0, 0, false
	}
	gen, seq = binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])
	return gen, seq, gen > 0 && seq > 0 && seq < endSequence
}
