package linkserver

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// replays says which real dialogues each family repeats, sent by a client and compared with what the real server answered.
// Left out: receive, whose events come in the rhythm of others (see TestFamilyKeepAlive and TestFamilyRows), and dialogues with
// account settings that we have not (lists of allowed events, bound addresses).
func replays() []struct {
	family Family
	peer   string
	guid   string
	names  []string
} {
	all := []string{"greeting", "login", "command", "loop", "filter", "commands", "words", "nologin", "badlogin"}
	return []struct {
		family Family
		peer   string
		guid   string
		names  []string
	}{
		{FamilyVscpd, "tcpipsrv", "FF:FF:FF:FF:FF:FF:FF:F5:02:88:88:00:00:00:00:00", append(all, "admin", "silent")},
		{FamilyUvscpd, "uvscpd", "FF:FF:FF:FF:FF:FF:FF:F5:01:00:00:00:00:00:00:00", append(all, "full", "silent", "dies", "deadlocked")},
		{FamilyFirmware, "fwlink", "FF:FF:FF:FF:FF:FF:FF:FE:00:08:DC:12:34:56:00:01", append(all, "full", "long")},
	}
}

func TestFamilyReplay(t *testing.T) {
	for _, r := range replays() {
		for _, name := range r.names {
			t.Run(r.peer+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := newReplay(t, r.family, r.guid, linktest.PeerScript(t, r.peer, name))
					p.prepare(name)
					p.run()
				})
			})
		}
	}
}

// tolerated are the differences that no replay can avoid: when it happened, which client sent an event, what was counted before,
// random numbers, and where the server listens.
var tolerated = []struct {
	what string
	from *regexp.Regexp
	to   string
}{
	{"counters of STAT", regexp.MustCompile(`^0,0,\d+,\d+,\d+,\d+,\d+$`), "STAT"},
	{"dates", regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`), "DATE"},
	{"the clock beside a date", regexp.MustCompile(`(DATEZ?),\d+,`), "$1,STAMP,"},
	{"the sender's channel in a row", regexp.MustCompile(`^(\d+,\d+,\d+),\d+,`), "$1,OBID,"},
	{"the sender's channel in its GUID", regexp.MustCompile(`(,FF:FF:FF:FF:FF:FF:FF:F5:02:88:88:00:00):\d\d:`), "$1:CHANNEL:"},
	{"random numbers", regexp.MustCompile(`^\+OK - [0-9a-f]{32}$`), "+OK - CHALLENGE"},
	{"where it listens", regexp.MustCompile(`@ \[[^]]*\]`), "@ [ADDRESS]"},
}

func tolerate(line string) string {
	for _, t := range tolerated {
		line = t.from.ReplaceAllString(line, t.to)
	}
	return line
}

// replay plays a dialogue from the client's side.
type replay struct {
	t      *testing.T
	srv    *Server
	client *testClient
	other  *testClient // sends the events that the dialogue expects
	steps  []string
	fed    int // step up to which the events expected were sent
}

func newReplay(t *testing.T, like Family, guid string, script *linktest.Script) *replay {
	t.Helper()
	opts := testOptions()
	opts.Like = like
	var err error
	if opts.GUID, err = vscp.ParseGUID(guid); err != nil {
		t.Fatalf("ParseGUID(%q) = %v", guid, err)
	}
	opts.Accounts = map[string]Account{
		"admin": {"secret", levelAdmin}, "user": {"secret", levelSend},
	}
	steps := strings.Split(strings.TrimSuffix(script.String(), "\n"), "\n")
	return &replay{t: t, srv: newTestServer(t, opts), steps: steps}
}

// prepare makes the situation that a dialogue begins in.
func (p *replay) prepare(name string) {
	p.t.Helper()
	if name == "full" {
		for range p.srv.opts.MaxClients {
			dialPipe(p.t, p.srv)
		}
		synctest.Wait()
	}
	p.client = dialPipe(p.t, p.srv)
	synctest.Wait() // it is the first, where others follow
	if name == "commands" && p.srv.opts.Like == FamilyVscpd {
		p.connectOther() // it is in the list of interfaces
	}
}

func (p *replay) connectOther() {
	p.t.Helper()
	if p.other != nil {
		return
	}
	p.other = dialPipe(p.t, p.srv)
	p.other.answer()
	p.other.command("USER admin")
	p.other.command("PASS secret")
}

func (p *replay) run() {
	p.t.Helper()
	for i := 0; i < len(p.steps); i++ {
		verb, text, _ := strings.Cut(p.steps[i], " ")
		switch verb {
		case ">":
			p.feed(i, text)
			p.client.send(fill(text) + "\r\n")
		case "<":
			p.read(i, text)
		case "<<":
			raw, err := strconv.Unquote(text)
			if err != nil {
				p.t.Fatalf("step %d: %v", i, err)
			}
			for line := range strings.SplitAfterSeq(raw, "\r\n") {
				if line != "" {
					p.read(i, strings.TrimSuffix(line, "\r\n"))
				}
			}
		case "wait":
			i = p.wait(i)
		case "close":
			p.client.expectEnd()
		case "stall":
			p.nothing(i)
			_ = p.client.conn.Close()
			p.srv.die() // else the session would outlive its connection, as it has to
		}
	}
}

func (p *replay) read(i int, want string) {
	p.t.Helper()
	got, ok := p.client.next()
	if !ok || tolerate(got) != tolerate(want) {
		p.t.Fatalf("step %d: line = %q (stream open: %v), want %q", i, got, ok, want)
	}
}

func (p *replay) nothing(i int) {
	p.t.Helper()
	synctest.Wait()
	if len(p.client.lines) > 0 {
		p.t.Fatalf("step %d: line = %q, want nothing", i, <-p.client.lines)
	}
}

// wait checks that a pause without a line was one; those that end in a keep-alive are left out with it.
func (p *replay) wait(i int) int {
	p.t.Helper()
	if i+1 < len(p.steps) && p.steps[i+1] == "< +OK" {
		return i + 1
	}
	p.nothing(i)
	return i
}

// feed sends the events whose rows come up to the next RETR or in the loop, before the first step that shows them.
func (p *replay) feed(at int, command string) {
	p.t.Helper()
	verb, _, _ := strings.Cut(command, " ")
	if strings.HasPrefix(command, "SEND") && slices.Contains(p.steps[at:min(at+2, len(p.steps))], "< -OK - Buffer Full") {
		p.fillQueue()
	}
	if verb == "NOOP" && at+1 < len(p.steps) && p.steps[at+1] == "stall" {
		p.overfill()
		return
	}
	if at < p.fed || !slices.Contains([]string{"CDTA", "RETR", "RCVLOOP"}, verb) {
		return
	}
	if verb == "CDTA" && p.steps[at+1] == "< 1" && slices.Contains(p.steps, "> RETR 1") {
		p.connectOther()
		p.other.command("SEND 0,1024,1,0,,0,-," + strings.TrimSuffix(strings.Repeat("255,", 90), ","))
		return
	}
	for i := at + 1; i < len(p.steps); i++ {
		text, isLine := strings.CutPrefix(p.steps[i], "< ")
		var row vscp.Row
		if !isLine || row.Parse([]byte(text)) != nil {
			if strings.HasPrefix(p.steps[i], "> ") && i > at+1 && verb != "CDTA" {
				break
			}
			continue
		}
		p.fed = i + 1
		if row.ObID == 2 {
			continue // its own, back
		}
		p.connectOther()
		if verb == "RCVLOOP" && row.Type == 3 && row.Class == 20 && p.srv.opts.Like != FamilyFirmware {
			p.sendFiltered()
		}
		fields := strings.Split(text, ",")
		p.other.command("SEND 0," + fields[1] + "," + fields[2] + ",0,," + strconv.FormatUint(row.Time.Nanos+uint64(row.Time.Micros), 10) +
			",-," + strings.Join(fields[7:], ","))
	}
	synctest.Wait() // where the answer comes before the event
}

// sendFiltered sends what the filter of the dialogue does not pass.
func (p *replay) sendFiltered() {
	p.t.Helper()
	for _, event := range []string{"20,4", "10,6", "21,3"} {
		p.other.want("SEND 0,"+event+",0,,0,-,1", p.srv.family.words.success)
	}
}

// fillQueue fills the other's queue. The filter set before is taken back: the dialogue was put together of parts, and this SEND
// came from another connection.
func (p *replay) fillQueue() {
	p.t.Helper()
	p.connectOther()
	p.other.want("CLRA", replySuccess)
	p.client.want("SMSK 0,0,0,-", replySuccess)
	for range firmwareQueue {
		p.client.want("SEND 0,20,3,0,,0,-,1", replySuccess)
	}
}

// overfill sends one event more than a queue takes.
func (p *replay) overfill() {
	p.t.Helper()
	p.connectOther()
	for range uvscpdQueue + 1 {
		p.other.want("SEND 0,20,3,0,,0,-,1", replyBare)
	}
}

// fill replaces the wildcards of a dialogue by what was sent.
func fill(command string) string {
	verb, _, _ := strings.Cut(command, " ")
	switch verb {
	case "SFLT", "SMSK":
		return strings.Replace(command, "*", "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00", 1)
	case "SEND":
		if strings.HasSuffix(command, "*") {
			command += ",1"
		}
		return strings.Replace(command, "*", "0,,0,-", 1)
	default:
		return command
	}
}
