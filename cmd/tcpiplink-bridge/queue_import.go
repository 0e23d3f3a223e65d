package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

func (f *queueFlags) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import QUEUE FILE|-",
		Short: "Put events from lines of JSON into a queue",
		Long: `import puts events behind what waits in a queue. It reads what 'queue export'
writes, and files of dead letters: one JSON object on each line, of which
"line" counts, the event as it is sent, or "event" where that is missing. - is
standard input.

An imported event is new in the queue, and has its own time. Where the queue
drops at its limits, so it does here, and that is said; where it blocks, import
waits for room. At a line that is no event it ends: the events before it are in
the queue.`,
		Example: `  tcpiplink-bridge queue import sites@south waiting.jsonl --config hub.hcl
  zcat old.jsonl.gz | tcpiplink-bridge queue import sites@south - --config hub.hcl`,
		Args: queueArgs(1, "queue import QUEUE FILE"),
		RunE: f.action(func(ctx context.Context, r *queueRun, args []string) error {
			return r.importLines(ctx, args[0], args[1])
		}),
	}
	return cmd
}

// importGrace is how long an import that was interrupted may take to put in what it has read.
const importGrace = 3 * time.Second

func (r *queueRun) importLines(ctx context.Context, name, path string) error {
	q, err := r.queue(ctx, name)
	if err != nil {
		return err
	}
	from, size, err := r.source(path)
	if err != nil {
		return err
	}
	defer from.Close()
	in := &untilEnough{from: from, done: ctx.Done(), progress: r.progress("import", size, inBytes())}
	// After Ctrl-C the lines end, so that the bridge says what it took.
	putting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(importGrace, cancel) })()
	taken, err := r.bridge.Put(putting, nameOf(q), in)
	in.progress.end()
	switch {
	case err != nil && putting.Err() != nil && r.bridge.live:
		return &worldError{
			err:  fmt.Errorf("interrupted: the queue has not taken all of the %d lines that were sent", in.lines.Load()),
			hint: `the line "events imported" in the log of the bridge says how many it took; one that blocks takes none while it is full`,
		}
	case err != nil && taken.Events > 0:
		return fmt.Errorf("%w; events taken before: %d", err, taken.Events)
	case err != nil:
		return err
	case ctx.Err() != nil:
		return &worldError{
			err:  fmt.Errorf("interrupted behind line %d: %s", in.lines.Load(), takenText(&taken, "event")),
			hint: fmt.Sprintf("the rest: tail -n +%d %s | tcpiplink-bridge queue import %s -", in.lines.Load()+1, path, nameOf(q)),
		}
	}
	r.printLines(takenText(&taken, "event"))
	return memoryOnly(taken.Unsafe)
}

// source opens what is to be imported. The size is 0 if it is not known.
func (r *queueRun) source(path string) (io.ReadCloser, int64, error) {
	if path == "-" {
		return io.NopCloser(r.in), 0, nil
	}
	open := smallfile.Open
	if smallfile.IsOpened(path) { // as <(zcat old.jsonl.gz) is
		open = os.Open
	}
	f, err := open(path)
	switch {
	case errors.Is(err, smallfile.ErrNoFile): // to open a pipe waits for who writes
		return nil, 0, &usageError{err: err, hint: "give it as standard input, as - <" + path}
	case errors.Is(err, syscall.EISDIR):
		return nil, 0, &usageError{err: fmt.Errorf("%s is a folder", path), hint: "name a file of JSON lines, or - for standard input"}
	case err != nil:
		return nil, 0, &usageError{err: err}
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return f, 0, nil //nolint:nilerr // its size is for the progress only
	}
	return f, info.Size(), nil
}
