//go:build unix

package smallfile_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

// TestReadOfNoFile must end, though nobody writes to the pipe and the device has no end.
func TestReadOfNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe, socket, device := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket"), filepath.Join(dir, "device")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Symlink("/dev/zero", device); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		pipe: "it is a named pipe and no file", socket: "it is a socket and no file", device: "it is a device and no file",
	} {
		for name, read := range map[string]func(string, int64) ([]byte, error){"Read": smallfile.Read, "ReadOpened": smallfile.ReadOpened} {
			if got, err := read(path, 1<<10); got != nil || !errors.Is(err, smallfile.ErrNoFile) || smallfile.Reason(err).Error() != want {
				t.Errorf("%s of a %s = %d bytes, %v, want %q", name, filepath.Base(path), len(got), err, want)
			}
		}
	}
	if _, err := smallfile.ReadOpened("/dev/zero", 1<<10); err == nil || smallfile.Reason(err).Error() != "it is larger than 1 KiB" {
		t.Errorf("ReadOpened of /dev/zero = %v, want that it is too large", err)
	}
}

func TestReadOpened(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // only read
	if _, err := w.WriteString("text"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := "/dev/fd/" + strconv.FormatUint(uint64(r.Fd()), 10)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("nothing at %s here: %v", path, err)
	}
	if got, err := smallfile.Read(path, 1<<10); !errors.Is(err, smallfile.ErrNoFile) {
		t.Errorf("Read of a pipe of the shell = %q, %v, want ErrNoFile", got, err)
	}
	if got, err := smallfile.ReadOpened(path, 1<<10); err != nil || string(got) != "text" {
		t.Errorf("ReadOpened of a pipe of the shell = %q, %v, want text", got, err)
	}
}
