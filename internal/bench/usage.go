package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of processor time in /proc/PID/stat: a hundredth of a second, on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// processorTime returns what a process used so far, in user mode and in the kernel.
func processorTime(pid int) (time.Duration, error) {
	path := fmt.Sprintf("/proc/%d/stat", pid)
	text, err := os.ReadFile(path) //nolint:gosec // below /proc
	if err != nil {
		return 0, err
	}
	// The name, in parentheses, may hold blanks; after it come the fields from the third on.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	const user, system = 14 - 3, 15 - 3
	if len(fields) <= system {
		return 0, fmt.Errorf("%s has %d fields", path, len(fields))
	}
	var total time.Duration
	for _, field := range []string{fields[user], fields[system]} {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		total += time.Duration(ticks) * clockTick
	}
	return total, nil
}

// memory returns the resident memory of a process in bytes, with what it shares with others (rss) and with its part of that (pss).
func memory(pid int) (rss, pss int64, err error) {
	if rss, err = procField(fmt.Sprintf("/proc/%d/status", pid), "VmRSS:"); err != nil {
		return 0, 0, err
	}
	pss, err = procField(fmt.Sprintf("/proc/%d/smaps_rollup", pid), "Pss:")
	return rss, pss, err
}

// procField reads a line such as `VmRSS:  1234 kB`.
func procField(path, name string) (int64, error) {
	text, err := os.ReadFile(path) //nolint:gosec // below /proc
	if err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 3 && fields[0] == name && fields[2] == "kB" {
			n, err := strconv.ParseInt(fields[1], 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("%s has no %s", path, name)
}
