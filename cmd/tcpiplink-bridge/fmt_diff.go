package main

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/aymanbagabas/go-udiff"
)

// hunkHead begins a hunk: where it is before and after, and how many lines it has there.
var hunkHead = regexp.MustCompile(`(?m)^@@ -(\d+)(?:,(\d+))? \+\d+((?:,(\d+))?) @@$`)

// unified is the diff of a file in the form that patch takes. The library forgets the lines between two changes of a hunk when it says where
// the next one begins afterwards, so that is worked out here.
func unified(name, before, after string) string {
	grown := 0 // by the hunks before
	return hunkHead.ReplaceAllStringFunc(udiff.Unified(name, name, before, after), func(head string) string {
		part := hunkHead.FindStringSubmatch(head)
		number := func(text string) int {
			n, err := strconv.Atoi(text)
			if err != nil {
				return 1 // a count that is left out
			}
			return n
		}
		from, had, has := number(part[1]), number(part[2]), number(part[4])
		to := from + grown
		grown += has - had
		size := ""
		if part[2] != "" {
			size = "," + part[2]
		}
		return fmt.Sprintf("@@ -%d%s +%d%s @@", from, size, to, part[3])
	})
}
