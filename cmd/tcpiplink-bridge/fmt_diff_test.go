package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestUnified applies diffs whose hunks have several changes with lines between them, as patch would.
func TestUnified(t *testing.T) {
	t.Parallel()
	var before []string
	for i := range 60 {
		before = append(before, fmt.Sprintf("line %d\n", i))
	}
	for name, change := range map[string]func([]string) []string{
		"same length": func(l []string) []string {
			for _, i := range []int{2, 6, 10, 30, 33, 59} {
				l[i] = "changed\n"
			}
			return l
		},
		"longer": func(l []string) []string {
			return slices.Insert(slices.Insert(l, 40, "new\n", "new\n"), 3, "new\n")
		},
		"shorter": func(l []string) []string {
			return slices.Delete(slices.Delete(slices.Delete(l, 50, 52), 20, 21), 17, 18)
		},
	} {
		after := change(slices.Clone(before))
		diff := unified("hub.hcl", strings.Join(before, ""), strings.Join(after, ""))
		if got := patched(t, before, diff); !slices.Equal(got, after) {
			t.Errorf("%s: the diff makes\n%s, want\n%s\n%s", name, got, after, diff)
		}
	}
}

// patched applies a diff and checks that each hunk says where it is.
func patched(t *testing.T, before []string, diff string) []string {
	t.Helper()
	var after []string
	at := 0
	for line := range strings.Lines(diff) {
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
		case strings.HasPrefix(line, "@@"):
			part := hunkHead.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
			from, _ := strconv.Atoi(part[1])
			after = append(after, before[at:from-1]...)
			at = from - 1
			if want := fmt.Sprintf("+%d,", len(after)+1); !strings.Contains(line, want) {
				t.Errorf("head %q, want %q in it", line, want)
			}
		case line[0] == ' ':
			after, at = append(after, line[1:]), at+1
		case line[0] == '+':
			after = append(after, line[1:])
		case line[0] == '-':
			at++
		}
	}
	return append(after, before[at:]...)
}
