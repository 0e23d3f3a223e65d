package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// exportFlags say what is exported, and where to.
type exportFlags struct {
	file    string
	letters bool
	force   bool
}

func (f *queueFlags) exportCommand() *cobra.Command {
	var to exportFlags
	cmd := &cobra.Command{
		Use:   "export QUEUE",
		Short: "Write the events of a queue as lines of JSON",
		Long: `export writes what waits in a queue, oldest first, one event on each line:
"line" is the event as it is sent, "event" its fields, "time" when it came into
the queue. With --letters these are the dead letters, with "reason" and
"reply". Nothing leaves the queue. 'queue import' reads it.

The file is there when it is complete. Without one the lines go to standard
output.`,
		Example: `  tcpiplink-bridge queue export sites@south -o waiting.jsonl --config hub.hcl
  tcpiplink-bridge queue export sites@south --letters --config hub.hcl | jq -r .reply`,
		Args: queueArgs(0, "queue export QUEUE [-o FILE]"),
		RunE: f.action(func(ctx context.Context, r *queueRun, args []string) error { return r.export(ctx, args[0], to) }),
	}
	cmd.Flags().StringVarP(&to.file, "output", "o", "", "`file` to write; standard output if not given")
	cmd.Flags().BoolVar(&to.letters, "letters", false, "the dead letters, in place of what waits")
	cmd.Flags().BoolVar(&to.force, "force", false, "replace the file if it is there")
	return cmd
}

func (r *queueRun) export(ctx context.Context, name string, to exportFlags) error {
	if err := to.check(); err != nil {
		return err
	}
	q, err := r.queue(ctx, name)
	if err != nil {
		return err
	}
	total, what := q.Events, "event"
	if to.letters {
		total, what = q.Letters, "dead letter"
	}
	in, err := r.bridge.Lines(ctx, nameOf(q), queueLines{letters: to.letters})
	if err != nil {
		return err
	}
	defer in.Close()
	var out lineCounter
	if to.file == "" {
		out.to = r.out
	}
	if to.file != "" || !isTerminal(r.out) { // a bar between the lines would be in the way
		out.progress = r.progress("export", int64(total), inEvents())
	}
	err = out.export(in, to.file)
	out.progress.end()
	switch {
	case ctx.Err() != nil && to.file != "":
		return fmt.Errorf("interrupted after %d of %s, %s is not written", out.lines, count(total, what), to.file)
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted after %d of %s", out.lines, count(total, what))
	case err != nil:
		return fmt.Errorf("after %s: %w", count(out.lines, what), err)
	case to.file != "":
		r.printLines(fmt.Sprintf("%s written to %s", count(out.lines, what), to.file))
	}
	return nil
}

// check looks at the file before anything is asked.
func (f *exportFlags) check() error {
	if f.file == "" {
		return nil
	}
	info, err := os.Lstat(f.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &usageError{err: err}
	case !info.Mode().IsRegular():
		return &usageError{err: fmt.Errorf("%s is there and is no ordinary file", f.file), hint: "without -o, the lines go to standard output"}
	case !f.force:
		return &usageError{err: fmt.Errorf("%s is there already", f.file), hint: "choose another name, or replace it with --force"}
	}
	return nil
}

var errCut = errors.New("the last line is cut off")

// export copies all lines, to a file if one is named.
func (c *lineCounter) export(in io.Reader, path string) error {
	if path == "" {
		return c.copy(in)
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*.part") // mode 0600
	if err != nil {
		return err
	}
	c.to = f
	err = c.copy(in)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return vfs.OS{}.SyncDir(dir)
}

func (c *lineCounter) copy(in io.Reader) error {
	_, err := io.Copy(c, in)
	if err == nil && c.cut {
		err = errCut
	}
	return err
}
