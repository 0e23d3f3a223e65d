package store

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// makeDurable has all files as they are survive a loss of power.
func makeDurable(t *testing.T, disk *faultfs.FS) {
	t.Helper()
	for _, name := range disk.Names() {
		f, err := disk.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		dir := name[:strings.LastIndexByte(name, '/')]
		if err := errors.Join(f.Sync(), f.Close(), disk.SyncDir(dir)); err != nil {
			t.Fatal(err)
		}
	}
}

// firstFile returns the first file with a suffix.
func firstFile(t *testing.T, disk *faultfs.FS, suffix string) string {
	t.Helper()
	names := slices.DeleteFunc(disk.Names(), func(name string) bool { return !strings.HasSuffix(name, suffix) })
	if len(names) == 0 {
		t.Fatalf("files %v, want one with %s", disk.Names(), suffix)
	}
	return names[0]
}

func TestParseName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Name{
		"a@b": {"a", "b"}, "a/b": {"a", "b"}, "a-1.x@b_2": {"a-1.x", "b_2"},
		"": {}, "a": {}, "@b": {}, "a@": {}, "a@b@c": {}, "a/b/c": {}, "../a": {}, "a@..": {}, `a@b\c`: {}, "a@b\x00": {}, "c:@b": {},
	} {
		got, err := ParseName(text)
		if got != want || (err == nil) != (want != Name{}) || err != nil && !errors.Is(err, ErrName) {
			t.Errorf("ParseName(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func FuzzParseName(f *testing.F) {
	f.Add("a@b")
	f.Add("a/../b")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseName(text)
		if err != nil {
			if n != (Name{}) {
				t.Errorf("ParseName(%q) = %v with an error, want nothing", text, n)
			}
			return
		}
		if !fs.ValidPath(n.String()) && fs.ValidPath(text) || strings.ContainsAny(n.String(), "/\\") {
			t.Errorf("ParseName(%q) = %q, which leads elsewhere", text, n)
		}
		if again, err := ParseName(n.String()); err != nil || again != n {
			t.Errorf("ParseName(%q) = %v, %v, want %v", n, again, err, n)
		}
	})
}

func TestMatch(t *testing.T) {
	t.Parallel()
	names := []Name{{"one", "b"}, {"two", "b"}, {"two", "c"}}
	tests := []struct {
		text string
		want Name
		err  error
	}{
		{"one", names[0], nil},
		{"one@b", names[0], nil},
		{"two/c", names[2], nil},
		{"two", Name{}, ErrAmbiguous},
		{"three", Name{}, ErrNoQueue},
		{"one@c", Name{"one", "c"}, ErrNoQueue},
		{"@", Name{}, ErrName},
	}
	for _, tt := range tests {
		if got, err := Match(names, tt.text); !errors.Is(err, tt.err) || got != tt.want {
			t.Errorf("Match(%q) = %v, %v, want %v, %v", tt.text, got, err, tt.want, tt.err)
		}
	}
}

// TestQueues finds those with a folder and those with dead letters, and nothing else.
func TestQueues(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	f := At(disk, stateDir)
	h := mustLock(t, f)
	mustImport(t, h, 1, 1)
	if err := errors.Join(disk.MkdirAll(stateDir+"/dead", 0o700), disk.MkdirAll(stateDir+"/queues/lost+found", 0o700)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"b@a.jsonl", "a@c.jsonl.old", "x@y.jsonl.new", "notes.jsonl"} {
		disk.Put(stateDir+"/dead/"+name, []byte("{}\n"))
	}
	got, err := f.Queues()
	if want := []Name{{"a", "c"}, {"b", "a"}, sites}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Queues = %v, %v, want %v", got, err, want)
	}
	info, err := f.Look(t.Context(), Name{"b", "a"})
	if err != nil || info.OnDisk || info.Letters != (queue.LetterStats{Letters: 1, Bytes: 3}) {
		t.Errorf("Look = %+v, %v, want a letter and no files", info, err)
	}
	if _, err := f.Look(t.Context(), Name{"no", "no"}); !errors.Is(err, ErrNoQueue) {
		t.Errorf("Look at no queue = %v, want ErrNoQueue", err)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	f := At(vfs.OS{}, t.TempDir()+"/state")
	if err := f.Free(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Free without a folder = %v, want fs.ErrNotExist", err)
	}
	h, err := f.Lock()
	if err != nil {
		t.Fatal(err)
	}
	_, second := f.Lock()
	for what, err := range map[string]error{"Lock": second, "Free": f.Free()} {
		var held *HeldError
		if want := fmt.Sprintf("process %d", os.Getpid()); !errors.As(err, &held) || held.Owner != want || !errors.Is(err, journal.ErrLocked) ||
			!strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("%s of a folder that is held = %v, want a HeldError of %s", what, err, want)
		}
	}
	if err := h.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
	if err := f.Free(); err != nil {
		t.Errorf("Free after Close = %v, want nil", err)
	}
}

// TestLockWaitsForWhoOnlyAsks has another process hold the lock for the moment that Free takes.
func TestLockWaitsForWhoOnlyAsks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := faultfs.New()
		f := At(disk, stateDir)
		first, err := f.Lock()
		if err != nil {
			t.Fatal(err)
		}
		var other sync.WaitGroup
		other.Go(func() {
			time.Sleep(2 * lockPause)
			if err := first.Close(); err != nil {
				t.Errorf("Close = %v, want nil", err)
			}
		})
		mustLock(t, f)
		other.Wait()
	})
}
