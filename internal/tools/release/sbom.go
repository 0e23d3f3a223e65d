package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// sbom writes which modules are linked into a binary, in the form of CycloneDX. They are read from the binary itself.
func (r *release) sbom(t target, binary string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	bom := cdx.NewBOM()
	main := cdx.Component{
		Type: cdx.ComponentTypeApplication, BOMRef: "main", Name: name, Version: r.version,
		PackageURL: "pkg:golang/" + info.Main.Path + "@" + r.version,
		Licenses:   &cdx.Licenses{{License: &cdx.License{ID: "MIT"}}},
		Hashes:     &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
	}
	bom.Metadata = &cdx.Metadata{Timestamp: r.time.Format(time.RFC3339), Component: &main}
	components, err := components(info)
	if err != nil {
		return err
	}
	refs := make([]string, 0, len(components))
	for _, c := range components {
		refs = append(refs, c.BOMRef)
	}
	bom.Components = &components
	// All that is linked; which module asked for which is not in the binary.
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &refs}}
	return r.create(name+"_"+r.version+"_"+t.label()+".cdx.json", func(w io.Writer) error {
		return cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom)
	})
}

// components are the standard library and the modules of a binary, in the order of their paths.
func components(info *debug.BuildInfo) ([]cdx.Component, error) {
	toolchain := strings.TrimPrefix(info.GoVersion, "go")
	list := []cdx.Component{{
		Type: cdx.ComponentTypeLibrary, BOMRef: "std", Name: "std", Version: toolchain, PackageURL: "pkg:golang/std@" + toolchain,
	}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		// h1: is the SHA-256 of the list of the files' sums, as the checksum database of Go has it.
		text, ok := strings.CutPrefix(m.Sum, "h1:")
		sum, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil {
			return nil, fmt.Errorf("module %s: sum %q is not that of go.sum", m.Path, m.Sum)
		}
		url := "pkg:golang/" + m.Path + "@" + m.Version
		list = append(list, cdx.Component{
			Type: cdx.ComponentTypeLibrary, BOMRef: url, Name: m.Path, Version: m.Version, PackageURL: url,
			Hashes: &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum)}},
		})
	}
	return list, nil
}
