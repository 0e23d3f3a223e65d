package bridge

import (
	"context"
	"iter"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// LetterStats counts the dead letters. Without a state folder there are none.
func (q Queue) LetterStats() (queue.LetterStats, error) {
	if q.d.letters == nil {
		return queue.LetterStats{}, nil
	}
	return q.d.letters.Stats()
}

// Letters reads the dead letters, oldest first. An error that is a *queue.LetterError is that of a line which is none, and not the
// last.
func (q Queue) Letters() iter.Seq2[queue.Letter, error] {
	if q.d.letters == nil {
		return func(func(queue.Letter, error) bool) {}
	}
	return q.d.letters.All()
}

// Retry puts the dead letters back into the queue as far as it has room, oldest first, and removes those from their file: no event is
// driven out for them. It does not wait for room. From a queue on disk it waits until they are safe there. If the disk takes nothing, nothing is
// done; if it fails in the midst, up to 256 of them are in the queue and letters too. The error is ErrMemoryOnly then.
func (q Queue) Retry(ctx context.Context) (Restored, error) {
	var done Restored
	if q.d.letters == nil {
		return done, nil
	}
	if err := q.Sync(ctx); err != nil {
		return done, err
	}
	_, err := q.d.letters.Take(func(letters []queue.Letter) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		rows := make([]*vscp.Row, 0, len(letters))
		for _, l := range letters {
			rows = append(rows, l.Row)
		}
		n, err := q.d.restoreFitting(rows, &done)
		if err == nil && n > 0 {
			err = q.Sync(context.WithoutCancel(ctx)) // they would be letters and events if it ended with who asked for it
		}
		if err != nil {
			return 0, err
		}
		return n, nil
	})
	return done, err
}

// ClearLetters removes all dead letters and returns how many there were.
func (q Queue) ClearLetters() (int, error) {
	if q.d.letters == nil {
		return 0, nil
	}
	return q.d.letters.Clear()
}
