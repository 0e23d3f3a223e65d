package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]string{
		"1.2.3": "1.2.3", "v1.2.3": "1.2.3", "0.1.0-rc.1": "0.1.0-rc.1", "1.2": "", "": "", "1.2.3-": "", "1.2.3/../x": "", "c04a880": "",
	} {
		got, err := parseVersion(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("parseVersion(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestChoose(t *testing.T) {
	got, err := choose("linux/arm/v7,windows/amd64")
	if err != nil || len(got) != 2 || got[0].label() != "linux_armv7" || got[0].folder() != "linux-armv7" || got[1].binary() != "tcpiplink-bridge.exe" {
		t.Errorf("choose = %v, %v, want linux/arm/v7 and windows/amd64", got, err)
	}
	if got, err := choose(""); err != nil || len(got) != len(targets) {
		t.Errorf("choose of nothing = %v, %v, want all %d", got, err, len(targets))
	}
	if got, err := choose("linux/amd64,plan9/386"); err == nil || !strings.Contains(err.Error(), "plan9/386") {
		t.Errorf("choose = %v, %v, want an error about plan9/386", got, err)
	}
}

// TestArchives writes the same files twice, of other times on the disk, and reads them back.
func TestArchives(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)
	write := func(touched time.Time, how func(io.Writer, []file, time.Time) error) []byte {
		dir := t.TempDir()
		files := []file{{filepath.Join(dir, "b"), "top/bridge", 0o755}, {filepath.Join(dir, "r"), "top/README", 0o644}}
		for _, f := range files {
			if err := errors.Join(os.WriteFile(f.from, []byte(f.name), 0o600), os.Chtimes(f.from, touched, touched)); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := how(&out, files, at); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	for name, how := range map[string]func(io.Writer, []file, time.Time) error{"tar": writeTar, "zip": writeZip} {
		first, second := write(at, how), write(at.Add(time.Hour), how)
		if !bytes.Equal(first, second) {
			t.Errorf("%s: two archives of the same files differ", name)
		}
	}
	packed, err := gzip.NewReader(bytes.NewReader(write(at, writeTar)))
	if err != nil {
		t.Fatal(err)
	}
	header, err := tar.NewReader(packed).Next()
	if err != nil {
		t.Fatal(err)
	}
	if header.Name != "top/bridge" || header.Mode != 0o755 || !header.ModTime.Equal(at) || header.Uname != "" || header.Uid != 0 {
		t.Errorf("header = %+v, want top/bridge of nobody, 0755, %v", header, at)
	}
	text := write(at, writeZip)
	unpacked, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	if got := unpacked.File[0]; got.Name != "top/bridge" || got.Mode() != 0o755 || !got.Modified.Equal(at) {
		t.Errorf("zip has %s %v %v, want top/bridge 0755 %v", got.Name, got.Mode(), got.Modified, at)
	}
}

func TestComponents(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{
		{Path: "example.com/a", Version: "v1.0.0", Sum: "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},
		{Path: "example.com/b", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/c", Version: "v2.0.0", Sum: "h1:AAAA"}},
	}}
	got, err := components(info)
	if err != nil {
		t.Fatal(err)
	}
	var urls []string
	for _, c := range got {
		urls = append(urls, c.PackageURL)
	}
	if got, want := strings.Join(urls, " "), "pkg:golang/std@1.26.8 pkg:golang/example.com/a@v1.0.0 pkg:golang/example.com/c@v2.0.0"; got != want {
		t.Errorf("components = %s, want %s", got, want)
	}
	if got, want := (*got[1].Hashes)[0].Value, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"; got != want {
		t.Errorf("hash = %s, want %s", got, want)
	}
	info.Deps[0].Sum = "" // as of a module in a workspace
	if got, err := components(info); err == nil {
		t.Errorf("components without a sum = %v, nil, want an error", got)
	}
}
