package queue

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// One goroutine pushes far ahead of another that peeks and removes, on a real disk.
func TestDiskConcurrent(t *testing.T) {
	t.Parallel()
	const n = 60_000
	q, _, err := OpenDisk(limits(n, 1<<30, DropOldest), journal.DefaultOptions(filepath.Join(t.TempDir(), "queue")))
	if err != nil {
		t.Fatalf("OpenDisk = %v, want a queue", err)
	}
	q.mu.Lock()
	q.ahead.most = 2000
	q.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < n; i += 100 {
			q.Push(numbered(i, 100))
		}
	}()
	var got []int
	for len(got) < n {
		rows := q.Peek(nil, 200)
		if len(rows) == 0 {
			<-q.Ready()
			continue
		}
		got = append(got, numbers(rows)...)
		q.Remove(len(rows))
	}
	<-done
	if !slices.Equal(got, span(0, n)) {
		t.Errorf("the events that came out are not 0 to %d in order", n)
	}
	if err := q.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
	if s := q.Stats(); s.Events != 0 || s.Disk.MemoryOnly != 0 || s.Disk.Degraded != nil {
		t.Errorf("at the end %+v with %+v, want an empty queue", s, s.Disk)
	}
}
