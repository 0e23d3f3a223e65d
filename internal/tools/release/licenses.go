package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// legal are the files that a module's license and notices are in.
var legal = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|patents)([.-].*)?$`)

// licenses writes the licenses of all that is linked into a binary: they have to come with it.
func (r *release) licenses(ctx context.Context, binary, to string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	root, err := r.goSays(ctx, "env", "GOROOT")
	if err != nil {
		return err
	}
	if err := appendLegal(&text, "the Go standard library "+info.GoVersion, root); err != nil {
		return err
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		dir, err := r.goSays(ctx, "list", "-m", "-f", "{{.Dir}}", m.Path)
		if err != nil {
			return err
		}
		if err := appendLegal(&text, m.Path+" "+m.Version, dir); err != nil {
			return err
		}
	}
	return os.WriteFile(to, text.Bytes(), 0o644)
}

// goSays runs the go command in the repository.
func (r *release) goSays(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.source
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %v: %w", args, err)
	}
	return string(bytes.TrimSpace(said)), nil
}

// appendLegal adds the legal files at the top of a folder. One without any is an error: it could not be given on.
func appendLegal(text *bytes.Buffer, title, dir string) error {
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
		fmt.Fprintf(text, "==== %s: %s\n\n%s\n\n", title, e.Name(), bytes.TrimSpace(content))
		found = true
	}
	if !found {
		return errors.New(title + " has no license in " + dir)
	}
	return nil
}
