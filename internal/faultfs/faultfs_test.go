package faultfs_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

func create(t *testing.T, disk *faultfs.FS, name string) vfs.File {
	t.Helper()
	f, err := disk.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatalf("OpenFile(%s) = %v, want a file", name, err)
	}
	return f
}

func write(t *testing.T, f vfs.File, text string) {
	t.Helper()
	if n, err := f.WriteAt([]byte(text), 0); n != len(text) || err != nil {
		t.Fatalf("WriteAt of %q = %d, %v, want all of it", text, n, err)
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatalf("%v, want no error", err)
	}
}

// outcomes returns the different contents of a file after many power losses; "-" is no file.
func outcomes(t *testing.T, life func(*faultfs.FS), name string) []string {
	t.Helper()
	seen := map[string]bool{}
	for seed := range uint64(200) {
		disk := faultfs.New()
		must(t, disk.MkdirAll("/d", 0o700))
		life(disk)
		b, ok := disk.PowerLoss(rand.New(rand.NewPCG(seed, 1))).Content(name)
		if !ok {
			b = []byte("-")
		}
		seen[string(b)] = true
	}
	var out []string
	for s := range seen {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func TestPowerLoss(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		life func(*faultfs.FS)
		want []string
	}{
		{"nothing synced", func(d *faultfs.FS) {
			write(t, create(t, d, "/d/a"), "x")
		}, []string{"", "\x00", "-", "x"}},
		{"content synced, entry not", func(d *faultfs.FS) {
			f := create(t, d, "/d/a")
			write(t, f, "x")
			must(t, f.Sync())
		}, []string{"-", "x"}},
		{"both synced", func(d *faultfs.FS) {
			f := create(t, d, "/d/a")
			write(t, f, "x")
			must(t, f.Sync(), d.SyncDir("/d"))
		}, []string{"x"}},
		{"written over after the sync", func(d *faultfs.FS) {
			f := create(t, d, "/d/a")
			write(t, f, "x")
			must(t, f.Sync(), d.SyncDir("/d"))
			write(t, f, "y")
		}, []string{"x", "y"}},
		{"cut after the sync", func(d *faultfs.FS) {
			f := create(t, d, "/d/a")
			write(t, f, "xyz")
			must(t, f.Sync(), d.SyncDir("/d"), f.Truncate(1))
		}, []string{"x", "xyz"}},
		{"removed", func(d *faultfs.FS) {
			f := create(t, d, "/d/a")
			write(t, f, "x")
			must(t, f.Sync(), d.SyncDir("/d"), d.Remove("/d/a"))
		}, []string{"-", "x"}},
		{"renamed and synced", func(d *faultfs.FS) {
			f := create(t, d, "/d/b")
			write(t, f, "x")
			must(t, f.Sync(), d.SyncDir("/d"), d.Rename("/d/b", "/d/a"), d.SyncDir("/d"))
		}, []string{"x"}},
		{"sync failed once", func(d *faultfs.FS) {
			f := create(t, d, "/d/a")
			write(t, f, "x")
			must(t, f.Sync(), d.SyncDir("/d"))
			write(t, f, "y")
			d.Fail(func(int, string, string) error { return syscall.EIO })
			if err := f.Sync(); !errors.Is(err, syscall.EIO) {
				t.Errorf("Sync = %v, want EIO", err)
			}
			d.Fail(nil)
			must(t, f.Sync())
		}, []string{"x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := outcomes(t, tt.life, "/d/a"); !slices.Equal(got, tt.want) {
				t.Errorf("contents after power losses are %q, want %q", got, tt.want)
			}
		})
	}
}

// TestTornWrite checks that a large write is torn at sectors.
func TestTornWrite(t *testing.T) {
	t.Parallel()
	got := outcomes(t, func(d *faultfs.FS) {
		f := create(t, d, "/d/a")
		write(t, f, strings.Repeat(".", 1536))
		must(t, f.Sync(), d.SyncDir("/d"))
		write(t, f, strings.Repeat("x", 1536))
	}, "/d/a")
	if len(got) != 8 {
		t.Errorf("%d contents after power losses, want the 8 of 3 sectors", len(got))
	}
	for _, s := range got {
		for at := 0; at < len(s); at += 512 {
			if part := s[at : at+512]; part != strings.Repeat(part[:1], 512) {
				t.Errorf("the sector at %d is mixed: %q", at, part)
			}
		}
	}
}

func TestCrashAndKill(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	must(t, disk.MkdirAll("/d", 0o700))
	f := create(t, disk, "/d/a")
	if _, err := disk.Lock("/d/lock"); err != nil {
		t.Fatalf("Lock = %v, want a lock", err)
	}
	disk.CrashAt(2)
	write(t, f, "one")
	if _, err := f.WriteAt([]byte("twotwo"), 3); !errors.Is(err, faultfs.ErrCrashed) {
		t.Errorf("WriteAt = %v, want ErrCrashed", err)
	}
	for what, err := range map[string]error{"Sync": f.Sync(), "Remove": disk.Remove("/d/a"), "MkdirAll": disk.MkdirAll("/e", 0)} {
		if !errors.Is(err, faultfs.ErrCrashed) {
			t.Errorf("%s after the crash = %v, want ErrCrashed", what, err)
		}
	}
	next := disk.Kill()
	if b, _ := next.Content("/d/a"); string(b) != "onetwo" {
		t.Errorf("the file holds %q after the kill, want %q", b, "onetwo")
	}
	if _, err := next.Lock("/d/lock"); err != nil {
		t.Errorf("Lock after the kill = %v, want a lock", err)
	}
	if _, err := next.Lock("/d/lock"); !errors.Is(err, vfs.ErrLocked) {
		t.Errorf("second Lock = %v, want ErrLocked", err)
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	must(t, disk.MkdirAll("/d", 0o700))
	disk.Limit(10)
	f, g := create(t, disk, "/d/a"), create(t, disk, "/d/b")
	write(t, f, "123456")
	if n, err := g.WriteAt([]byte("123456"), 0); n != 4 || !vfs.IsFull(err) {
		t.Errorf("WriteAt = %d, %v, want 4 and ENOSPC", n, err)
	}
	write(t, f, "654321")
	must(t, disk.Rename("/d/a", "/d/c"), disk.Remove("/d/c"), g.Truncate(0))
	if got := disk.Used(); got != 0 {
		t.Errorf("Used = %d, want 0", got)
	}
	write(t, g, "1234567890")
	list, err := disk.ReadDir("/d")
	if got := fmt.Sprint(len(list), err); got != "1 <nil>" || list[0].Name() != "b" {
		t.Errorf("ReadDir = %v, %v, want the file b alone", list, err)
	}
}
