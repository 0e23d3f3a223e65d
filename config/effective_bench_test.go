package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// BenchmarkEffective writes a configuration of 2,000 remotes.
func BenchmarkEffective(b *testing.B) {
	var src strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&src, "remote \"r%d\" {\n  address = \"r%d.example\"\n  user    = env(\"U\")\n}\n", i, i)
	}
	src.WriteString("route \"all\" {\n  from = [for i in range(1, 1000) : remote[\"r${i}\"]]\n  to = [remote.r0]\n}\n")
	cfg, err := config.Parse("b.hcl", []byte(src.String()), fuzzOptions())
	if err != nil {
		b.Fatal(err)
	}
	doc := config.Effective(cfg)
	b.Run("document", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			config.Effective(cfg)
		}
	})
	b.Run("HCL", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.SetBytes(int64(len(doc.HCL())))
		}
	})
	b.Run("JSON", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.SetBytes(int64(len(doc.JSON())))
		}
	})
}
