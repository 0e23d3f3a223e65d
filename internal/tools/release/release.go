package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// target is a platform, in the words of Go.
type target struct{ os, arch, arm string }

// String is the platform as an image index names it.
func (t target) String() string {
	if t.arm != "" {
		return t.os + "/" + t.arch + "/v" + t.arm
	}
	return t.os + "/" + t.arch
}

// label is the platform as a part of the name of a file.
func (t target) label() string {
	if t.arm != "" {
		return t.os + "_" + t.arch + "v" + t.arm
	}
	return t.os + "_" + t.arch
}

// folder is the platform in the folder of the image, as the variables of a Dockerfile spell it.
func (t target) folder() string {
	if t.arm != "" {
		return t.os + "-" + t.arch + "v" + t.arm
	}
	return t.os + "-" + t.arch
}

func (t target) binary() string {
	if t.os == "windows" {
		return name + ".exe"
	}
	return name
}

// release is what is built, and where.
type release struct {
	source  string // absolute
	dist    string // absolute
	version string
	time    time.Time
	out     io.Writer
}

// built is what one platform is shipped from: paths on the disk.
type built struct {
	binary   string
	licenses string // of all that is linked into the binary
	share    string // folder with the manual pages and the completions, which are the same for all platforms
}

// make empties the folder and builds the release into it.
func (r *release) make(ctx context.Context, chosen []target) error {
	if err := os.RemoveAll(r.dist); err != nil {
		return err
	}
	// The folder of the volume: an image takes its owner over.
	if err := os.MkdirAll(filepath.Join(r.dist, "image", "state"), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // nothing is to be done about it
	if err := r.share(ctx, work); err != nil {
		return err
	}
	for _, t := range chosen {
		b := built{
			binary:   filepath.Join(work, t.label(), t.binary()),
			licenses: filepath.Join(work, t.label(), "THIRD-PARTY-LICENSES"),
			share:    work,
		}
		if err := r.platform(ctx, t, b); err != nil {
			return fmt.Errorf("%v: %w", t, err)
		}
	}
	return r.sums()
}

// platform builds everything for one platform.
func (r *release) platform(ctx context.Context, t target, b built) error {
	if err := r.build(ctx, t, b.binary); err != nil {
		return err
	}
	// What is linked depends on the platform.
	if err := r.licenses(ctx, b.binary, b.licenses); err != nil {
		return err
	}
	if err := r.archive(t, b); err != nil {
		return err
	}
	if err := r.sbom(t, b.binary); err != nil {
		return err
	}
	if t.os != "linux" {
		return nil
	}
	if err := r.image(t, b); err != nil {
		return err
	}
	return r.packages(t, b)
}

// image writes what deploy/Dockerfile.release takes for a platform.
func (r *release) image(t target, b built) error {
	dir := filepath.Join(r.dist, "image", t.folder())
	return errors.Join(
		copyFile(b.binary, filepath.Join(dir, name), 0o755),
		copyFile(filepath.Join(r.source, "LICENSE"), filepath.Join(dir, "licenses", "LICENSE"), 0o644),
		copyFile(b.licenses, filepath.Join(dir, "licenses", "THIRD-PARTY-LICENSES"), 0o644),
	)
}

// build writes the binary: static, without paths, identifiers and state of this machine in it.
func (r *release) build(ctx context.Context, t target, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid= -X main.version="+r.version,
		"-o", binary, "./cmd/tcpiplink-bridge")
	cmd.Dir = r.source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOOS="+t.os, "GOARCH="+t.arch, "GOARM="+t.arm,
		"GOAMD64=", "GOARM64=")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, said)
	}
	return nil
}

// share builds for this machine, and has the binary write what is the same for all platforms.
func (r *release) share(ctx context.Context, work string) error {
	binary := filepath.Join(work, "host", name)
	if err := r.build(ctx, target{}, binary); err != nil {
		return err
	}
	man, completions := filepath.Join(work, "man"), filepath.Join(work, "completions")
	for _, dir := range []string{man, completions} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	if _, err := r.ask(ctx, binary, "man", man); err != nil {
		return err
	}
	for shell, file := range map[string]string{"bash": name + ".bash", "fish": name + ".fish", "zsh": "_" + name} {
		text, err := r.ask(ctx, binary, "completion", shell)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(completions, file), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// licenses writes the licenses of all that is linked into a binary.
func (r *release) licenses(ctx context.Context, binary, to string) error {
	cmd := exec.CommandContext(ctx, "go", "run", "./internal/tools/licenses", binary)
	cmd.Dir = r.source
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("licenses: %w", err)
	}
	return os.WriteFile(to, text, 0o644)
}

func (r *release) ask(ctx context.Context, binary string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(r.time.Unix(), 10))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %v: %w", name, args, err)
	}
	return out, nil
}
