// Command release builds what a release consists of into a folder: binaries for all platforms in archives, deb and rpm packages, the
// folder that an image is made of, a list of the modules in each binary (SBOM), and checksums. The same source gives the same files,
// to the byte, wherever and whenever it is built with the same Go. Run it from this folder: go run . --version 1.2.3
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// name begins the name of each file.
const name = "tcpiplink-bridge"

// targets are all platforms of a release.
var targets = []target{ //nolint:gochecknoglobals // a table
	{os: "linux", arch: "amd64"},
	{os: "linux", arch: "arm64"},
	{os: "linux", arch: "arm", arm: "7"},
	{os: "darwin", arch: "amd64"},
	{os: "darwin", arch: "arm64"},
	{os: "windows", arch: "amd64"},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release: error:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing to do at the end
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	source := flags.String("source", "../../..", "folder of the repository")
	dist := flags.String("dist", "../../../dist", "folder to write to; what is in it is removed")
	version := flags.String("version", "", "version of the release, such as 1.2.3")
	only := flags.String("only", "", "platforms to build, such as linux/amd64,windows/amd64; all if not given")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	r := &release{source: *source, dist: *dist, out: out}
	if r.version, err = parseVersion(*version); err != nil {
		return err
	}
	if r.source, err = filepath.Abs(*source); err != nil {
		return err
	}
	if r.dist, err = filepath.Abs(*dist); err != nil {
		return err
	}
	if r.time, err = sourceTime(ctx, r.source); err != nil {
		return err
	}
	if err := os.Chdir(r.source); err != nil {
		return err
	}
	return r.make(ctx, chosen)
}

var semantic = regexp.MustCompile(`^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$`)

// parseVersion takes a semantic version, with or without the v of a tag.
func parseVersion(text string) (string, error) {
	m := semantic.FindStringSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("version %q: want one such as 1.2.3 or 1.2.3-rc.1", text)
	}
	return m[1], nil
}

// choose returns the targets that a list names; those of an empty one are all.
func choose(list string) ([]target, error) {
	if list == "" {
		return targets, nil
	}
	var chosen []target
	for want := range strings.SplitSeq(list, ",") {
		n := len(chosen)
		for _, t := range targets {
			if t.String() == want {
				chosen = append(chosen, t)
			}
		}
		if len(chosen) == n {
			return nil, fmt.Errorf("platform %q is none of %v", want, targets)
		}
	}
	return chosen, nil
}

// sourceTime is the time that all files get: $SOURCE_DATE_EPOCH, or that of the last commit.
func sourceTime(ctx context.Context, source string) (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		cmd := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct")
		cmd.Dir = source
		said, err := cmd.Output()
		if err != nil {
			return time.Time{}, errors.Join(errors.New("no time for the files: set SOURCE_DATE_EPOCH, or build in a git checkout"), err)
		}
		text = strings.TrimSpace(string(said))
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds < 0 {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH %q: want seconds since 1970", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
