package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// quickExit has a process with the race detector end at once: it waits for a second otherwise, and the scripts start hundreds.
const quickExit = "atexit_sleep_ms=20"

func TestMain(m *testing.M) {
	if os.Getenv("GORACE") == "" {
		_ = os.Setenv("GORACE", quickExit) // it fails for other names only
	}
	testscript.Main(m, map[string]func(){"tcpiplink-bridge": main, "cable-watch": cableWatch})
}

// TestScript runs the end-to-end scripts, each against the real binary. They find free addresses in $NORTH, $SOUTH, $FIELD and
// $ADMIN, and beside the usual commands:
//
//	listening ADDR           wait until something listens
//	free ADDR                wait until nothing does
//	metric SERIES N          wait until the series on $ADMIN has the value N
//	counted FROM N           the printed events of the last wait are numbered FROM.. and N, each once, in order
//	terminate WORD           send SIGTERM to the background command with this argument
//	hangup WORD              send SIGHUP to it
//	certs DIR NAME...        make an authority, ca.crt, and for each name NAME.crt with NAME.key; valid for 127.0.0.1
//	exits CODE COMMAND...    run the command, which ends with this exit code; its output is that of exec
//	flip DIR SUFFIX OFFSET   damage the byte there in the newest file of the folder with this suffix
//	field PATH PATTERN       the value at the path in the JSON of the last stdout, as JSON; * in the pattern is any text
//	sameevents A B           the recordings have the same GUIDs with the same data, in order
//	within DURATION          the time since the last mark is not longer
//	mark                     start that time
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", os.Getenv("GORACE"))
			for _, name := range []string{"NORTH", "SOUTH", "FIELD", "ADMIN"} {
				address, err := freeAddress()
				if err != nil {
					return err
				}
				env.Setenv(name, address)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"listening": func(ts *testscript.TestScript, _ bool, args []string) { awaitListener(ts, args[0], true) },
			"free":      func(ts *testscript.TestScript, _ bool, args []string) { awaitListener(ts, args[0], false) },
			"metric":    metric,
			"counted":   counted,
			"mark": func(ts *testscript.TestScript, _ bool, _ []string) {
				ts.Setenv("MARK", time.Now().Format(time.RFC3339Nano))
			},
			"certs":      certs,
			"exits":      exits,
			"flip":       flip,
			"field":      field,
			"sameevents": sameEvents,
			"within":     within,
			"terminate":  func(ts *testscript.TestScript, neg bool, args []string) { send(ts, neg, args, syscall.SIGTERM) },
			"hangup":     func(ts *testscript.TestScript, neg bool, args []string) { send(ts, neg, args, syscall.SIGHUP) },
		},
	})
}

const patience = 30 * time.Second

// freeAddress finds a port below those that the system hands out itself, so that no connection takes it before the server does.
func freeAddress() (string, error) {
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.N(20_000))
		listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return "", err
		}
		return address, listener.Close()
	}
}

// await asks until ok, and fails with the last answer when it has not changed until the patience was over.
func await(ts *testscript.TestScript, what string, ask func() (ok bool, answer string)) {
	for w := newWaiting(patience); ; time.Sleep(20 * time.Millisecond) {
		ok, answer := ask()
		if ok {
			return
		}
		if w.over(answer) {
			ts.Fatalf("%s: not within %v; last: %s", what, time.Since(w.began).Round(time.Millisecond), answer)
		}
	}
}

// waiting knows when to give up.
type waiting struct {
	limit          time.Duration
	began, changed time.Time
	answer         string
}

func newWaiting(limit time.Duration) *waiting {
	now := time.Now()
	return &waiting{limit: limit, began: now, changed: now}
}

func (w *waiting) over(answer string) bool {
	if answer != w.answer {
		w.answer, w.changed = answer, time.Now()
	}
	return time.Since(w.changed) > w.limit || time.Since(w.began) > 10*w.limit
}

func awaitListener(ts *testscript.TestScript, address string, want bool) {
	await(ts, "listener at "+address, func() (bool, string) {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			conn.Close()
		}
		return (err == nil) == want, fmt.Sprint(err)
	})
}

func metric(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: metric SERIES VALUE")
	}
	url := "http://" + ts.Getenv("ADMIN") + "/metrics"
	await(ts, args[0]+" "+args[1], func() (bool, string) {
		response, err := http.Get(url)
		if err != nil {
			return false, err.Error()
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return false, err.Error()
		}
		for line := range strings.Lines(string(body)) {
			if value, ok := strings.CutPrefix(strings.TrimSpace(line), args[0]+" "); ok {
				return value == args[1], value
			}
		}
		return false, "no such series"
	})
}

// counted checks the printed rows of simulate's counter events.
func counted(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: counted FROM N")
	}
	from, err := strconv.Atoi(args[0])
	ts.Check(err)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	next := from
	lines := bufio.NewScanner(strings.NewReader(ts.ReadFile("stdout")))
	for lines.Scan() {
		number, ok := counterNumber(lines.Bytes())
		if !ok {
			continue
		}
		if number != next {
			ts.Fatalf("event %d came where %d was due", number, next)
		}
		next++
	}
	if got := next - from; got != n {
		ts.Fatalf("%d events came, want %d", got, n)
	}
}

// counterNumber reads the number of a counter event from a row that simulate printed; ok is false for a line for people.
func counterNumber(line []byte) (number int, ok bool) {
	var row vscp.Row
	if row.Parse(line) != nil {
		return 0, false
	}
	for _, b := range row.AppendData(nil)[2:] {
		number = number<<8 | int(b)
	}
	return number, true
}

// send sends a signal to a background command.
func send(ts *testscript.TestScript, neg bool, args []string, signal syscall.Signal) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: terminate or hangup, and WORD")
	}
	for _, cmd := range ts.BackgroundCmds() {
		if slices.Contains(cmd.Args, args[0]) {
			ts.Check(cmd.Process.Signal(signal))
			return
		}
	}
	ts.Fatalf("no background command with the argument %q", args[0])
}

// certs makes certificates that no other call made, so that a second call for the same names rotates them.
func certs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: certs DIR NAME...")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	authority := linktest.NewAuthority(ts, "authority")
	linktest.WritePEM(ts, dir, "ca.crt", authority.CertPEM())
	for _, name := range args[1:] {
		authority.Issue(ts, linktest.Cert{Names: []string{"127.0.0.1", name + ".example"}}).Write(ts, dir, name)
	}
}

func within(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: within DURATION")
	}
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	mark, err := time.Parse(time.RFC3339Nano, ts.Getenv("MARK"))
	ts.Check(err)
	if took := time.Since(mark); took > limit {
		ts.Fatalf("took %v, want at most %v", took, limit)
	}
}
