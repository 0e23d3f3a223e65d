//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// dieWithParent keeps programs from outliving a test that was killed.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// lineWriter hands on what is written to it, line by line.
type lineWriter struct {
	line func(text string)
	rest []byte
}

func (w *lineWriter) Write(b []byte) (int, error) {
	w.rest = append(w.rest, b...)
	for {
		line, rest, ok := bytes.Cut(w.rest, []byte("\n"))
		if !ok {
			return len(b), nil
		}
		w.line(string(line))
		w.rest = rest
	}
}

// transcript keeps what a program says, for the end of a test that failed.
type transcript struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (s *transcript) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

// String returns what was said so far.
func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// start runs a program of the test in a namespace, and shows its standard error if the test fails.
func start(t *testing.T, stdout func(line string), ns string, args ...string) *exec.Cmd {
	t.Helper()
	return startSaying(t, stdout, &transcript{}, ns, args...)
}

// startSaying is start with a transcript for the test to read.
func startSaying(t *testing.T, stdout func(line string), said *transcript, ns string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := command(t.Context(), ns, args...)
	cmd.Stdout, cmd.Stderr = &lineWriter{line: stdout}, said
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	t.Cleanup(func() {
		_ = cmd.Wait() // it was killed, or stop has waited
		if text := said.String(); t.Failed() && text != "" {
			t.Logf("%v said:\n%s", args, text)
		}
	})
	return cmd
}

// stop ends a program as an operator would.
func stop(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("%v: SIGTERM: %v", cmd.Args, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v ended with %v, want exit status 0", cmd.Args, err)
	}
}

// eventually waits until ok, and reports whether it came to that; if not, the test has failed, with the last answer. It gives up when the
// answer has been the same for limit, and an answer that goes on changing has ten times that: a slow machine is not a fault.
func eventually(t *testing.T, what string, limit time.Duration, ask func() (ok bool, answer string)) bool {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for w := newWaiting(limit); ; {
		ok, answer := ask()
		if ok {
			return true
		}
		if w.over(answer) {
			t.Errorf("%s: not within %v; last: %s", what, time.Since(w.began).Round(time.Millisecond), answer)
			return false
		}
		select {
		case <-ticker.C:
		case <-t.Context().Done():
			t.Fatalf("%s: the test was ended", what)
		}
	}
}

// site is a simulated endpoint in a namespace of its own.
type site struct {
	cmd *exec.Cmd

	mu        sync.Mutex // guards what follows
	listening bool
	numbers   []int  // of the other site's counter events, as they arrived
	summary   string // its last words
}

// startSite waits until the site listens. It will emit count events.
func startSite(t *testing.T, ns, address, guid string, count int) *site {
	t.Helper()
	s := &site{}
	rate := cableRate
	if count == 0 {
		rate = 0
	}
	s.cmd = start(t, s.line, ns, "tcpiplink-bridge", "simulate", "--print", "--listen", address, "--guid", guid,
		"--events", "counter", "--rate", fmt.Sprint(rate), "--count", fmt.Sprint(count))
	ready := eventually(t, "simulate at "+address, patience, func() (bool, string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.listening, "it says nothing"
	})
	if !ready {
		t.FailNow()
	}
	return s
}

func (s *site) line(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number, ok := counterNumber([]byte(text)); ok {
		s.numbers = append(s.numbers, number)
		return
	}
	s.listening = s.listening || strings.HasPrefix(text, "listening on ")
	s.summary = text
}

// arrived returns the numbers of the events that came so far.
func (s *site) arrived() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clip(s.numbers)
}

func (s *site) last() (number int, ok bool) {
	if got := s.arrived(); len(got) > 0 {
		return got[len(got)-1], true
	}
	return -1, false
}

// abandoned lists the connections to the north, in the network of a process, that nobody holds open any more and whose rest the
// kernel still tries to deliver. Events in it can arrive after newer ones, which went out on a newer connection.
func abandoned(pid int) ([]string, error) {
	table, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", pid))
	if err != nil {
		return nil, err
	}
	var found []string
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		// No process has a socket with the inode 0.
		if len(f) < 10 || !strings.HasPrefix(f[2], "020200C0:") || f[9] != "0" {
			continue
		}
		queue, _, _ := strings.Cut(f[4], ":")
		if n, err := strconv.ParseUint(queue, 16, 32); err != nil || n > 1 { // 1 is the end of the connection itself
			found = append(found, fmt.Sprintf("local %s, state %s, queue %s", f[1], f[3], queue))
		}
	}
	return found, nil
}
