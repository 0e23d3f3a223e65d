package main

import (
	"bufio"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// watchFlags say what to show, and how.
type watchFlags struct {
	filter  eventFilter
	view    eventView
	verbose bool
	count   uint64
}

func (r *remoteRun) watchCommand() *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "RCVLOOP: show events as they come",
		Long: `watch shows the events that the server pushes: time, class and type, GUID, data, and the value of measurements. It runs until
Ctrl-C, or until --count events were shown.

A time with ~ before it is that of arrival, because the event has none. A GUID that begins with ::  has FF in front, one that begins
with -: has zeros; both can be given to --guid and elsewhere. --class, --type and --guid choose here, and are not sent to the server.`,
		Example: `  tcpiplink-bridge remote 127.0.0.1:9601 watch --class measurement --type temperature
  tcpiplink-bridge remote 127.0.0.1:9601 watch --guid 'FF:FF:FF:FF:FF:FF:FF:FE:00:01:*' --json | jq .measurement.value`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.filter.parse(); err != nil {
				return err
			}
			f.view.json = r.flags.json
			return r.action(func(ctx context.Context, s *remoteSession, _ []string) error { return s.watch(ctx, &f) })(cmd, args)
		},
	}
	f.filter.register(cmd)
	f.view.register(cmd)
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "show the server's signs of life too")
	cmd.Flags().Uint64Var(&f.count, "count", 0, "end after `n` events; 0 has no end")
	return cmd
}

// watch shows events until ctx ends, which is a success.
func (s *remoteSession) watch(ctx context.Context, f *watchFlags) error {
	if err := s.ReceiveLoop(ctx); err != nil {
		if ctx.Err() != nil {
			err = nil
		}
		return err
	}
	stop := context.AfterFunc(ctx, s.hangUp)
	defer stop()
	out := bufio.NewWriter(s.out)
	buffered := *s
	buffered.console = &console{in: s.in, out: out, errOut: s.errOut, tty: s.tty}
	var batch remote.Batch
	var shown uint64
	for {
		// The end of ctx is not to break the connection: hangUp makes the server end the wait, and what came before is shown.
		err := s.Receive(context.WithoutCancel(ctx), s.target.deadAfter, &batch)
		alive := f.verbose && ctx.Err() == nil // after it, a sign of life is the answer to QUIT
		full, printErr := buffered.showBatch(&batch, f, alive, &shown)
		if flushErr := out.Flush(); printErr == nil {
			printErr = flushErr
		}
		switch {
		case printErr != nil || full:
			return printErr
		case ctx.Err() != nil && (err != nil || s.plain == nil):
			return nil // the server has closed, or can be told now
		case err != nil:
			return err
		}
	}
}

// showBatch shows what came with one call, and reports whether these were all events that were wanted.
func (s *remoteSession) showBatch(b *remote.Batch, f *watchFlags, alive bool, shown *uint64) (full bool, err error) {
	now := time.Now()
	s.malformed(b, f.view.json)
	for i := range b.Rows {
		if !f.filter.match(&b.Rows[i]) {
			continue
		}
		if err := f.view.show(s.console, &b.Rows[i], now); err != nil {
			return true, err
		}
		*shown++
		if *shown == f.count {
			return true, nil
		}
	}
	if alive && b.KeepAlives > 0 {
		err = s.keepAlives(b.KeepAlives, now)
	}
	return false, err
}

func (s *remoteSession) keepAlives(n int, now time.Time) error {
	return s.show(struct {
		Received   time.Time `json:"received"`
		KeepAlives int       `json:"keep_alives"`
	}{now.UTC(), n}, fmt.Sprintf("~%s  %s", now.UTC().Format(eventTime), count(n, "keep-alive")))
}

// How long the loop may go on after the person had enough: until the server has answered QUIT or, where that cannot be said, until
// its next sign of life, which the slowest one gives every 3 s.
const (
	quitGrace      = time.Second
	keepAliveGrace = 3500 * time.Millisecond
)

// hangUp makes a pending Receive return. A Client has one user at a time, so QUIT goes past it; an encrypted connection cannot be
// written to in this way.
func (s *remoteSession) hangUp() {
	grace := keepAliveGrace
	if s.plain != nil {
		grace = quitGrace
		_, _ = s.plain.Write([]byte("QUIT\r\n")) // the reader notices a broken connection
	}
	time.AfterFunc(grace, func() { _ = s.Close() }) // closing twice does no harm
}
