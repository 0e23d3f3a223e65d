package smallfile_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	text := bytes.Repeat([]byte("x"), 4<<10)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, link} {
		if got, err := smallfile.Read(name, 4<<10); err != nil || !bytes.Equal(got, text) {
			t.Errorf("Read(%s) = %d bytes, %v, want %d", filepath.Base(name), len(got), err, len(text))
		}
	}
	for _, tt := range []struct {
		path  string
		limit int64
		want  string
	}{
		{path, 2 << 10, "it is larger than 2 KiB"},
		{dir, 1 << 20, "is a directory"},
		{filepath.Join(dir, "none"), 1 << 20, "no such file or directory"},
	} {
		for name, read := range map[string]func(string, int64) ([]byte, error){"Read": smallfile.Read, "ReadOpened": smallfile.ReadOpened} {
			got, err := read(tt.path, tt.limit)
			var pathErr *fs.PathError
			if got != nil || !errors.As(err, &pathErr) || pathErr.Path != tt.path || smallfile.Reason(err).Error() != tt.want {
				t.Errorf("%s(%s) = %d bytes, %v, want %q", name, filepath.Base(tt.path), len(got), err, tt.want)
			}
		}
	}
}
