package queue

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// TestFullDiskIsRead delivers what is on a disk that takes nothing more, and then what came since and waits in memory.
func TestFullDiskIsRead(t *testing.T) {
	for rule := range Overflow(len(overflowNames)) {
		t.Run(rule.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				disk := faultfs.New()
				q, _, err := OpenDisk(limits(1<<20, 1<<40, rule), diskOptions(disk))
				if err != nil {
					t.Fatal(err)
				}
				q.mu.Lock()
				q.ahead.most = 20
				q.mu.Unlock()
				const n = 300
				q.Push(numbered(0, n-50))
				synctest.Wait()
				disk.Fail(func(int, string, string) error { return journal.ErrFull })
				q.Push(numbered(n-50, 50))
				synctest.Wait()
				if s := q.Stats(); !errors.Is(s.Disk.Degraded, journal.ErrFull) {
					t.Fatalf("on a full disk the queue is degraded by %v, want ErrFull", s.Disk.Degraded)
				}
				var got []int
				for range 100 {
					rows := q.Peek(nil, 10)
					got = append(got, numbers(rows)...)
					q.Remove(len(rows))
					time.Sleep(2 * again)
				}
				want := span(0, n)
				if rule == LatestOnly { // they are of one subject
					want = span(n-1, 1)
				}
				if !slices.Equal(got, want) {
					t.Errorf("from a full disk came %v, want %v", got, want)
				}
				disk.Fail(nil)
				if err := q.Close(); err != nil {
					t.Errorf("Close = %v, want nil", err)
				}
			})
		})
	}
}
