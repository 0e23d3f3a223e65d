package main

import (
	"maps"
	"regexp"
	"testing"
)

// TestPageKnowsReasons holds the words of the status page against those of tap.
func TestPageKnowsReasons(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^  ([a-z_]+): "([^"]+)",$`).FindAllStringSubmatch(mustRead(t, "../../internal/admin/page/reasons.js"), -1) {
		got[line[1]] = line[2]
	}
	if want := reasonWords(); !maps.Equal(got, want) {
		t.Errorf("reasons.js has %v, want %v", got, want)
	}
}
