package config_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// FuzzEffective checks that what is written of a valid configuration is the same configuration, and shows nothing that env or file
// returned.
func FuzzEffective(f *testing.F) {
	addFixtures(f, func(src []byte, inJSON bool) { f.Add(src, inJSON) })
	f.Fuzz(func(t *testing.T, src []byte, inJSON bool) {
		cfg, err := config.Parse(fuzzName(inJSON), src, fuzzOptions())
		if err != nil {
			return
		}
		// Names are shown, and so is what the file says may be.
		open := strings.Contains(string(src), "labels") || strings.Contains(string(src), "nonsensitive") || strings.Contains(string(src), canary)
		doc := config.Effective(cfg)
		for file, text := range map[string][]byte{"e.hcl": doc.HCL(), "e.hcl.json": doc.JSON()} {
			if strings.Contains(string(text), canary) && !open {
				t.Errorf("%s of %q shows what env or file returned:\n%s", file, src, text)
			}
			if config.HidesForTest(cfg) {
				continue // *** is no duration, and no address
			}
			again, err := config.Parse(file, text, fuzzOptions())
			if err != nil {
				t.Fatalf("%s of %q: %v, want no error; it is\n%s", file, src, err, text)
			}
			wantEqual(t, file, again, cfg)
		}
	})
}
