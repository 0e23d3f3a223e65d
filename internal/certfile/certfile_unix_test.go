//go:build unix

package certfile_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
)

// TestReadOfNoFile must end, though the device has no end, and nobody writes to the pipe.
func TestReadOfNoFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{pipe: "it is a named pipe and no file", "/dev/zero": "it is a device and no file"} {
		if b, err := certfile.Read(path); b != nil || errText(err) != want {
			t.Errorf("Read of %s = %d bytes, %v, want %q", filepath.Base(path), len(b), err, want)
		}
		if _, err := certfile.LoadCA(path); errText(err) != "ca file "+path+": "+want {
			t.Errorf("LoadCA of %s = %v, want %q", filepath.Base(path), err, want)
		}
	}
}
