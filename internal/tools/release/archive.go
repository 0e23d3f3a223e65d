package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// file is one that goes into an archive.
type file struct {
	from string // path on the disk
	name string // in the archive, with slashes
	mode fs.FileMode
}

// archive writes the archive of a platform: a zip for Windows, otherwise a tar.gz.
func (r *release) archive(t target, binary, share string) error {
	top := name + "_" + r.version + "_" + t.label()
	files := []file{
		{binary, t.binary(), 0o755},
		{filepath.Join(r.source, "README.md"), "README.md", 0o644},
		{filepath.Join(r.source, "CHANGELOG.md"), "CHANGELOG.md", 0o644},
		{filepath.Join(r.source, "LICENSE"), "LICENSE", 0o644},
		{filepath.Join(share, "THIRD-PARTY-LICENSES"), "THIRD-PARTY-LICENSES", 0o644},
		{filepath.Join(r.source, "deploy", "example.hcl"), "example.hcl", 0o644},
	}
	folders := map[string]string{
		filepath.Join(share, "man"):         "man",
		filepath.Join(share, "completions"): "completions",
		filepath.Join(r.source, "docs"):     "docs",
	}
	if t.os == "linux" {
		folders[filepath.Join(r.source, "deploy", "systemd")] = "systemd"
	}
	for dir, under := range folders {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Type().IsRegular() {
				files = append(files, file{filepath.Join(dir, e.Name()), path.Join(under, e.Name()), 0o644})
			}
		}
	}
	for i := range files {
		files[i].name = path.Join(top, files[i].name)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	write, ending := writeTar, ".tar.gz"
	if t.os == "windows" {
		write, ending = writeZip, ".zip"
	}
	return r.create(top+ending, func(w io.Writer) error { return write(w, files, r.time) })
}

// create writes a file of the release, and says so.
func (r *release) create(base string, write func(io.Writer) error) error {
	f, err := os.Create(filepath.Join(r.dist, base))
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", base, err)
	}
	info, err := os.Stat(f.Name())
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "%10d  %s\n", info.Size(), base)
	return nil
}

func writeTar(w io.Writer, files []file, at time.Time) error {
	// The header of gzip has no name and no time.
	packed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	out := tar.NewWriter(packed)
	for _, f := range files {
		text, err := os.ReadFile(f.from)
		if err != nil {
			return err
		}
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: f.name, Mode: int64(f.mode), Size: int64(len(text)), ModTime: at, Format: tar.FormatUSTAR,
		}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		if _, err := out.Write(text); err != nil {
			return err
		}
	}
	return errors.Join(out.Close(), packed.Close())
}

func writeZip(w io.Writer, files []file, at time.Time) error {
	out := zip.NewWriter(w)
	for _, f := range files {
		text, err := os.ReadFile(f.from)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at}
		header.SetMode(f.mode)
		entry, err := out.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := entry.Write(text); err != nil {
			return err
		}
	}
	return out.Close()
}

func copyFile(from, to string, mode fs.FileMode) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, mode)
}
