package linkserver

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// The dialogues in testdata/dialog hold cases, each begun by `== name`. Their lines:
//
//	accounts | form date | max-clients 1 | like vscpd   before anything else, change the options
//	A dial         connect client A
//	A connect      connect client A and read the greeting up to its final line
//	A login        connect, USER admin, PASS secret
//	A> text        A sends the line
//	A>> "text\n"   A sends the bytes
//	A< text        the next line that A gets
//	A~ regexp      the next line that A gets matches as a whole
//	A nothing      A has no line to read
//	A eof          the server closed A
//	A gone         A closes
//	P> event       Publish
//	wait 2s        time passes
//	# comment
type dialogLine struct {
	number int
	text   string
}

type dialogCase struct {
	name  string
	lines []dialogLine
}

func TestDialogs(t *testing.T) {
	files, err := filepath.Glob("testdata/dialog/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob = %q, %v, want files", files, err)
	}
	for _, file := range files {
		for _, c := range readDialog(t, file) {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+c.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { newDialog(t, file).run(c) })
			})
		}
	}
}

func readDialog(t *testing.T, file string) []dialogCase {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("ReadFile = %v", err)
	}
	var cases []dialogCase
	number := 0
	for text := range strings.Lines(string(text)) {
		number++
		text = strings.TrimSuffix(text, "\n")
		name, starts := strings.CutPrefix(text, "== ")
		switch {
		case starts:
			cases = append(cases, dialogCase{name: name})
		case text == "" || strings.HasPrefix(text, "#"):
		case len(cases) == 0:
			t.Fatalf("%s:%d: %q stands before the first case", file, number, text)
		default:
			last := &cases[len(cases)-1]
			last.lines = append(last.lines, dialogLine{number, text})
		}
	}
	return cases
}

type dialog struct {
	t       *testing.T
	file    string
	opts    Options
	srv     *Server
	clients map[string]*testClient
}

func newDialog(t *testing.T, file string) *dialog {
	t.Helper()
	return &dialog{t: t, file: file, opts: testOptions(), clients: map[string]*testClient{}}
}

func (d *dialog) run(c dialogCase) {
	for _, line := range c.lines {
		if d.option(line) {
			continue
		}
		if d.srv == nil {
			d.srv = newTestServer(d.t, d.opts)
		}
		d.step(line)
	}
}

// option reads a line that changes the options.
func (d *dialog) option(line dialogLine) bool {
	word, arg, _ := strings.Cut(line.text, " ")
	switch word {
	case "accounts":
		d.opts.Accounts = map[string]Account{
			"admin":   {Password: "secret", Level: levelAdmin},
			"nothing": {Password: "secret", Level: levelNone},
			"info":    {Password: "secret", Level: levelInfo},
			"receive": {Password: "secret", Level: levelReceive},
			"send":    {Password: "secret", Level: levelSend},
			"filter":  {Password: "secret", Level: levelFilter},
		}
	case "like":
		d.opts.Like = Family(arg)
	case "form":
		if arg != "date" {
			d.t.Fatalf("%s:%d: form %q, want date", d.file, line.number, arg)
		}
		d.opts.Form.Time = vscp.TimeDate
	case "max-clients":
		n, err := strconv.Atoi(arg)
		if err != nil {
			d.t.Fatalf("%s:%d: %v", d.file, line.number, err)
		}
		d.opts.MaxClients = n
	default:
		return false
	}
	return true
}

func (d *dialog) step(line dialogLine) {
	d.t.Helper()
	word, arg, _ := strings.Cut(line.text, " ")
	fail := func(format string, args ...any) {
		d.t.Helper()
		d.t.Fatalf("%s:%d: "+format, append([]any{d.file, line.number}, args...)...)
	}
	switch {
	case word == "wait":
		pause, err := time.ParseDuration(arg)
		if err != nil {
			fail("%v", err)
		}
		time.Sleep(pause)
		return
	case word == "P>":
		d.srv.Publish(mustRow(d.t, arg))
		return
	case arg == "dial":
		d.clients[word] = dialPipe(d.t, d.srv)
		return
	case arg == "connect":
		d.clients[word] = dialPipe(d.t, d.srv)
		d.clients[word].answer()
		return
	case arg == "login":
		d.clients[word] = dialPipe(d.t, d.srv).login()
		return
	}
	c := d.clients[strings.TrimRight(word, "<>~")]
	if c == nil {
		fail("%q names no client", line.text)
	}
	d.exchange(c, word, arg, fail)
}

// exchange does a step of a connected client.
func (d *dialog) exchange(c *testClient, word, arg string, fail func(string, ...any)) {
	d.t.Helper()
	switch {
	case strings.HasSuffix(word, ">>"):
		text, err := strconv.Unquote(arg)
		if err != nil {
			fail("%q: %v", arg, err)
		}
		c.send(text)
	case strings.HasSuffix(word, ">"):
		c.send(arg + "\r\n")
	case strings.HasSuffix(word, "<"):
		if got, ok := c.next(); !ok || got != arg {
			fail("line = %q (stream open: %v), want %q", got, ok, arg)
		}
	case strings.HasSuffix(word, "~"):
		want := regexp.MustCompile("^(?:" + arg + ")$")
		if got, ok := c.next(); !ok || !want.MatchString(got) {
			fail("line = %q (stream open: %v), want a match of %s", got, ok, want)
		}
	case arg == "nothing":
		synctest.Wait()
		if len(c.lines) > 0 {
			fail("line = %q, want nothing", <-c.lines)
		}
	case arg == "eof":
		if got, ok := c.next(); ok {
			fail("line = %q, want the end of the stream", got)
		}
	case arg == "gone":
		_ = c.conn.Close()
		<-c.ended
	default:
		fail("%q is no step", word+" "+arg)
	}
}
