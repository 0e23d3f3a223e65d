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

// archive writes the archive of a platform: a zip for Windows, otherwise a tar.gz. What it holds of the repository lies in it as it does
// there, so that the links between the documents lead somewhere.
func (r *release) archive(t target, b built) error {
	top := name + "_" + r.version + "_" + t.label()
	files := []file{
		{b.binary, t.binary(), 0o755},
		{b.licenses, "THIRD-PARTY-LICENSES", 0o644},
	}
	for _, base := range []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"} {
		files = append(files, file{filepath.Join(r.source, base), base, 0o644})
	}
	for dir, under := range map[string]string{
		filepath.Join(b.share, "man"):         "man",
		filepath.Join(b.share, "completions"): "completions",
		filepath.Join(r.source, "docs"):       "docs",
		filepath.Join(r.source, "deploy"):     "deploy",
	} {
		all, err := below(dir, under)
		if err != nil {
			return err
		}
		files = append(files, all...)
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

// below returns all files below a folder, as they are to lie below another one.
func below(dir, under string) ([]file, error) {
	var files []file
	err := filepath.WalkDir(dir, func(from string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rest, err := filepath.Rel(dir, from)
		files = append(files, file{from, path.Join(under, filepath.ToSlash(rest)), 0o644})
		return err
	})
	return files, err
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
