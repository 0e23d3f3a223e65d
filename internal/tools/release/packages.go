package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	"github.com/goreleaser/nfpm/v2/rpm"
)

// packages writes the deb and the rpm of a platform. The paths in their configuration are those of the repository, in which it runs.
func (r *release) packages(t target, b built) error {
	values := map[string]string{
		"ARCH": t.arch + t.arm, "VERSION": r.version, "BINARY": b.binary, "LICENSES": b.licenses, "SHARE": b.share,
	}
	for _, p := range []nfpm.PackagerWithExtension{deb.Default, rpm.DefaultRPM} {
		config, err := nfpm.ParseFileWithEnvMapping("deploy/package/nfpm.yaml", func(key string) string { return values[key] })
		if err != nil {
			return err
		}
		info, err := config.Get(p.ConventionalExtension()[1:])
		if err != nil {
			return err
		}
		info = nfpm.WithDefaults(info)
		info.MTime = r.time
		if err := ownFolders(info, p.ConventionalExtension()[1:]); err != nil {
			return err
		}
		if err := r.create(p.ConventionalFileName(info), func(w io.Writer) error { return p.Package(info, w) }); err != nil {
			return fmt.Errorf("%s: %w", p.ConventionalExtension(), err)
		}
	}
	return nil
}

// ownFolders makes the folders that are named after the package its own. Otherwise rpm would leave them behind at a removal.
func ownFolders(info *nfpm.Info, packager string) error {
	if err := nfpm.PrepareForPackager(info, packager); err != nil {
		return err
	}
	for _, c := range info.Contents {
		if c.Type == files.TypeImplicitDir && strings.Contains(c.Destination, "/"+name+"/") {
			c.Type = files.TypeDir
		}
	}
	return nil
}
