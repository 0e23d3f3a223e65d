package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// legal are the files that a module's license and notices are in.
var legal = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|patents)([.-].*)?$`)

// write writes the legal files of all that is linked into a binary. What that is depends on its platform.
func write(ctx context.Context, out io.Writer, binary string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	root, err := goSays(ctx, "env", "GOROOT")
	if err != nil {
		return err
	}
	if err := writeLegal(out, "the Go standard library "+info.GoVersion, root); err != nil {
		return err
	}
	if len(info.Deps) == 0 {
		return nil
	}
	// A module that is replaced is listed with the folder of the one in its place.
	ask := []string{"list", "-m", "-f", "{{.Path}} {{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} {{.Version}}{{end}} {{.Dir}}"}
	for _, m := range info.Deps {
		ask = append(ask, m.Path)
	}
	said, err := goSays(ctx, ask...)
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(said, "\n") {
		words := strings.SplitN(line, " ", 4)
		if len(words) != 4 || words[3] == "" {
			return fmt.Errorf("go list: %q names no folder of the module: is it downloaded?", line)
		}
		if err := writeLegal(out, words[1]+" "+words[2], words[3]); err != nil {
			return err
		}
	}
	return nil
}

// goSays runs the go command in the folder of the caller, for the platform that it builds for by itself.
func goSays(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", args[0], err)
	}
	return string(bytes.TrimSpace(said)), nil
}

// writeLegal writes the legal files at the top of a folder. One without any is an error: it could not be given on.
func writeLegal(out io.Writer, title, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	found := false
	for _, e := range entries {
		if !e.Type().IsRegular() || !legal.MatchString(e.Name()) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "==== %s: %s\n\n%s\n\n", title, e.Name(), bytes.TrimSpace(content)); err != nil {
			return err
		}
		found = true
	}
	if !found {
		return errors.New(title + " has no license in " + dir)
	}
	return nil
}
