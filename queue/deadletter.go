package queue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// DeadLetter is an event that its destination did not take, with the reason why.
type DeadLetter struct {
	Time   time.Time // when it was given up
	Route  string
	To     string
	Reason string
	Reply  string // the destination's words
	Row    *vscp.Row
}

// DeadLetters keeps the events that were given up in a file of JSON lines, for people and programs that look for them later. At
// MaxDeadLetters bytes the file becomes the old one, with OldDeadLetters behind its name, in place of the one before. It belongs
// to one goroutine, and keeps no file open: letters are rare.
//
//	{"time":"2026-02-02T02:40:00Z","route":"sites","to":"south","reason":"refused","reply":"Not allowed",
//	"line":"0,10,6,0,,,-,72","event":{"head":0,...}}
type DeadLetters struct {
	fs   vfs.FS
	path string
}

// Limits of the file of dead letters.
const (
	MaxDeadLetters = 1 << 20
	OldDeadLetters = ".old"
)

// NewDeadLetters returns the file of a path. The file and its folder are made when they are needed.
func NewDeadLetters(files vfs.FS, path string) *DeadLetters {
	return &DeadLetters{fs: files, path: path}
}

// Put appends one letter. After an error it may be there in part, and the next one begins a new line.
func (d *DeadLetters) Put(l *DeadLetter) error {
	line, err := l.line()
	if err != nil {
		return fmt.Errorf("queue: dead letter: %w", err)
	}
	if err := d.put(line); err != nil {
		return fmt.Errorf("queue: dead letter to %s: %w", d.path, err)
	}
	return nil
}

func (d *DeadLetters) put(line []byte) error {
	if err := d.fs.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		return err
	}
	size, err := d.size()
	if err != nil {
		return err
	}
	if size > 0 && size+int64(len(line)) > MaxDeadLetters {
		if err := d.fs.Rename(d.path, d.path+OldDeadLetters); err != nil {
			return err
		}
		size = 0
	}
	f, err := d.fs.OpenFile(d.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(appendLine(f, size, line), f.Close())
}

func (d *DeadLetters) size() (int64, error) {
	entries, err := d.fs.ReadDir(filepath.Dir(d.path))
	if err != nil {
		return 0, err
	}
	for _, entry := range entries {
		if entry.Name() != filepath.Base(d.path) {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		return info.Size(), nil
	}
	return 0, nil
}

// appendLine writes the line at the end, apart from what a write left there that failed.
func appendLine(f vfs.File, size int64, line []byte) error {
	if size > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
	}
	_, err := f.WriteAt(line, size)
	return err
}

// line returns the letter as one line of JSON, with its end.
func (l *DeadLetter) line() ([]byte, error) {
	var e vscp.Event
	l.Row.Event(&e)
	line, err := json.Marshal(struct {
		Time   time.Time       `json:"time"`
		Route  string          `json:"route"`
		To     string          `json:"to"`
		Reason string          `json:"reason"`
		Reply  string          `json:"reply"`
		Line   string          `json:"line"`
		Event  json.RawMessage `json:"event"`
	}{
		l.Time.UTC(), l.Route, l.To, l.Reason, l.Reply,
		string(l.Row.AppendText(nil, vscp.TextForm{Time: vscp.TimeNanos})), e.AppendJSON(nil, vscp.JSONCurrent),
	})
	return append(line, '\n'), err
}
