package queue

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const deadPath = "/state/dead/r@south.jsonl"

// deadLetters makes a file with letters whose types are 1 to n.
func deadLetters(t *testing.T, n int) (*faultfs.FS, *DeadLetters) {
	t.Helper()
	files := faultfs.New()
	d := NewDeadLetters(files, deadPath)
	for i := range n {
		mustPut(t, d, i+1, 0)
	}
	return files, d
}

// deadLetter returns a letter with a type, of some size.
func deadLetter(t *testing.T, number, size int) *Letter {
	t.Helper()
	l := Letter{Time: time.Unix(1, 0), Route: "r", To: "south", Reason: "refused", Reply: strings.Repeat("x", size), Row: new(vscp.Row)}
	if err := l.Row.Parse(fmt.Appendf(nil, "96,10,%d,0,,,-,72", number)); err != nil {
		t.Fatal(err)
	}
	return &l
}

func mustPut(t *testing.T, d *DeadLetters, number, size int) {
	t.Helper()
	if err := d.Put(deadLetter(t, number, size)); err != nil {
		t.Fatalf("Put = %v, want nil", err)
	}
}

func letterNumbers(letters []Letter) []int {
	var all []int
	for _, l := range letters {
		all = append(all, int(l.Row.Type))
	}
	return all
}

// checkLetters compares what is there, lines that are no letters left out.
func checkLetters(t *testing.T, d *DeadLetters, want []int) {
	t.Helper()
	var got []Letter
	for l, err := range d.All() {
		var bad *LetterError
		if err != nil && !errors.As(err, &bad) {
			t.Fatalf("All = %v, want letters", err)
		}
		if err == nil {
			got = append(got, l)
		}
	}
	if !slices.Equal(letterNumbers(got), want) {
		t.Errorf("letters %v, want %v", letterNumbers(got), want)
	}
	if s, err := d.Stats(); err != nil || s.Letters != len(want) {
		t.Errorf("Stats = %+v, %v, want %d letters", s, err, len(want))
	}
}

// takeAll takes everything and checks that it is this.
func takeAll(t *testing.T, d *DeadLetters, want []int) {
	t.Helper()
	var got []int
	n, err := d.Take(func(l []Letter) (int, error) {
		got = append(got, letterNumbers(l)...)
		return len(l), nil
	})
	if err != nil || n != len(want) || !slices.Equal(got, want) {
		t.Errorf("Take = %d %v, %v, want %v", n, got, err, want)
	}
}

func TestTake(t *testing.T) {
	t.Parallel()
	files, d := deadLetters(t, 700)
	checkLetters(t, d, span(1, 700))
	takeAll(t, d, span(1, 700))
	if names := files.Names(); len(names) > 0 {
		t.Errorf("files %v, want none", names)
	}
	takeAll(t, d, nil)
	mustPut(t, d, 1, 0)
	checkLetters(t, d, span(1, 1))
}

// TestTakeInPart has put take some, with and without an error: the others stay.
func TestTakeInPart(t *testing.T) {
	t.Parallel()
	full := errors.New("full")
	for _, want := range []error{nil, full} {
		files, d := deadLetters(t, 600)
		calls := 0
		n, err := d.Take(func([]Letter) (int, error) {
			if calls++; calls == 1 {
				return takeLetters, nil
			}
			return 7, want
		})
		if n != takeLetters+7 || !errors.Is(err, want) {
			t.Errorf("Take = %d, %v, want %d, %v", n, err, takeLetters+7, want)
		}
		checkLetters(t, d, span(takeLetters+8, 600-takeLetters-7))
		if names := files.Names(); len(names) != 1 {
			t.Errorf("files %v, want one", names)
		}
	}
}

// TestTakeWhileLettersCome adds more than fit in a file while letters are taken: those stay, and come with the next Take.
func TestTakeWhileLettersCome(t *testing.T) {
	t.Parallel()
	const size = 5000
	for _, more := range []int{1, MaxDeadLetters/size + 1, 2*MaxDeadLetters/size + 2, 3*MaxDeadLetters/size + 3} {
		_, d := deadLetters(t, 0)
		const first = MaxDeadLetters/size + 50 // in both files
		for i := range first {
			mustPut(t, d, i+1, size)
		}
		var got []int
		n, err := d.Take(func(l []Letter) (int, error) {
			if len(got) == 0 {
				for i := range more {
					mustPut(t, d, first+i+1, size)
				}
			}
			got = append(got, letterNumbers(l)...)
			return len(l), nil
		})
		if err != nil || n != len(got) || !slices.Equal(got[:min(len(got), 150)], span(1, min(len(got), 150))) || got[len(got)-1] > first {
			t.Errorf("%d more: Take = %d %v, %v, want none of those that came meanwhile", more, n, got, err)
		}
		// Two files hold what fits; of the rest, the newest stay.
		var left []int
		for l, err := range d.All() {
			if err != nil {
				t.Fatal(err)
			}
			left = append(left, int(l.Row.Type))
		}
		if len(left) == 0 || left[len(left)-1] != first+more || !slices.Equal(left, span(left[0], first+more-left[0]+1)) || left[0] <= first {
			t.Errorf("%d more: letters %v, want the newest up to %d, and nothing that was taken", more, left, first+more)
		}
	}
}

// TestTakeKeepsOtherLines keeps what is no letter, for whoever wrote it.
func TestTakeKeepsOtherLines(t *testing.T) {
	t.Parallel()
	files, d := deadLetters(t, 3)
	text, _ := files.Content(deadPath)
	lines := strings.SplitAfter(string(text), "\n")
	long := `{"note":"` + strings.Repeat("x", 2*MaxLetter) + "\"}\n"
	files.Put(deadPath, []byte("first\n"+lines[0]+long+"\n"+lines[1]+lines[2]+"{\"torn\":"))
	takeAll(t, d, span(1, 3))
	got, _ := files.Content(deadPath)
	if want := "first\n" + long + "\n{\"torn\":"; string(got) != want {
		t.Errorf("the file holds %.100q and %d bytes, want %.100q and %d", got, len(got), want, len(want))
	}
	mustPut(t, d, 4, 0)
	takeAll(t, d, []int{4})
}

func TestTakeIsAlone(t *testing.T) {
	t.Parallel()
	_, d := deadLetters(t, 3)
	_, err := d.Take(func([]Letter) (int, error) {
		_, err := d.Take(func([]Letter) (int, error) { return 0, nil })
		return 0, err
	})
	if !errors.Is(err, ErrTaking) {
		t.Errorf("Take within Take = %v, want ErrTaking", err)
	}
	checkLetters(t, d, span(1, 3))
}

func TestClear(t *testing.T) {
	t.Parallel()
	files, d := deadLetters(t, 3)
	files.Put(deadPath+OldDeadLetters, []byte("{}\n"))
	if n, err := d.Clear(); n != 4 || err != nil {
		t.Errorf("Clear = %d, %v, want 4", n, err)
	}
	if n, err := d.Clear(); n != 0 || err != nil {
		t.Errorf("second Clear = %d, %v, want 0", n, err)
	}
	// A Take that is under way finds nothing more, and leaves what came since.
	for i := range 2 * takeLetters {
		mustPut(t, d, i+1, 0)
	}
	n, err := d.Take(func(l []Letter) (int, error) {
		if _, err := d.Clear(); err != nil {
			t.Errorf("Clear = %v, want nil", err)
		}
		mustPut(t, d, 1000, 0)
		return len(l), nil
	})
	if n != takeLetters || err != nil {
		t.Errorf("Take = %d, %v, want the %d that it had", n, err, takeLetters)
	}
	checkLetters(t, d, []int{1000})
}

// TestTakeLosesNothing crashes at each operation, with a loss of power: every letter was taken, or is there.
func TestTakeLosesNothing(t *testing.T) {
	t.Parallel()
	const n = 40
	filled, _ := deadLetters(t, n)
	text, _ := filled.Content(deadPath)
	half := bytes.Index(text, []byte(`10,21,0`))
	half = bytes.LastIndexByte(text[:half], '\n') + 1
	for seed := range repeat.Times(uint64(30)) {
		for at := 1; ; at++ {
			files := faultfs.New()
			if err := files.MkdirAll("/state/dead", 0o700); err != nil {
				t.Fatal(err)
			}
			files.Put(deadPath+OldDeadLetters, text[:half])
			files.Put(deadPath, text[half:])
			d := NewDeadLetters(files, deadPath)
			files.CrashAt(at)
			seen := map[int]bool{}
			err := crashingTake(d, seen)
			after := NewDeadLetters(files.PowerLoss(rand.New(rand.NewPCG(uint64(at), seed))), deadPath)
			for l, err := range after.All() {
				if err != nil {
					t.Errorf("seed %d, crash at operation %d: %v, want whole letters", seed, at, err)
					continue
				}
				seen[int(l.Row.Type)] = true
			}
			if len(seen) != n {
				t.Errorf("seed %d, crash at operation %d: %d letters taken or there, want %d", seed, at, len(seen), n)
			}
			if err == nil {
				break
			}
		}
	}
}

// crashingTake takes seven letters at a time until none are left, or the disk crashes.
func crashingTake(d *DeadLetters, seen map[int]bool) error {
	for {
		n, err := d.Take(func(l []Letter) (int, error) {
			took := min(len(l), 7)
			for _, number := range letterNumbers(l[:took]) {
				seen[number] = true
			}
			return took, nil
		})
		if n == 0 || err != nil {
			return err
		}
	}
}

// TestTakeAndPutTogether has letters come from one goroutine and be taken by another: each is taken once.
func TestTakeAndPutTogether(t *testing.T) {
	t.Parallel()
	_, d := deadLetters(t, 0)
	const n = 2000
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range n {
			if err := d.Put(deadLetter(t, i+1, 0)); err != nil {
				t.Errorf("Put = %v, want nil", err)
			}
		}
	})
	var got []int
	take := func() {
		if _, err := d.Take(func(l []Letter) (int, error) {
			took := (len(l) + 1) / 2
			got = append(got, letterNumbers(l[:took])...)
			return took, nil
		}); err != nil {
			t.Errorf("Take = %v, want nil", err)
		}
	}
	for len(got) < n/2 && !t.Failed() {
		take()
	}
	writer.Wait()
	for range 100 {
		take()
	}
	if !slices.Equal(got, span(1, n)) {
		t.Errorf("%d letters taken, %v..., want all %d once and in order", len(got), got[:min(10, len(got))], n)
	}
}

// TestTakeOnAFailingDisk tells the error, and keeps the letters.
func TestTakeOnAFailingDisk(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	files, d := deadLetters(t, 5)
	files.Fail(func(int, string, string) error { return broken })
	n, err := d.Take(func([]Letter) (int, error) { return 2, nil })
	if n != 0 || !errors.Is(err, broken) {
		t.Errorf("Take = %d, %v, want 0 and the disk's error", n, err)
	}
	if _, err := d.Clear(); !errors.Is(err, broken) {
		t.Errorf("Clear = %v, want the disk's error", err)
	}
	files.Fail(nil)
	checkLetters(t, d, span(1, 5))
	takeAll(t, d, span(1, 5))
}
