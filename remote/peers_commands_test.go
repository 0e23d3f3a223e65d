package remote

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// answers are the typed results of the dialogue "commands".
type answers struct {
	stat       Statistics
	info       ChannelStatus
	noInfo     bool // refused, like the other commands that uvscpd has not
	interfaces []Interface
	chkdata    Reply
	help       int // lines
	session    string
	rows       int
}

// answersOf returns what the peers were heard to say.
func answersOf(name string) answers {
	none := Reply{OK: true, Text: "Success.", Lines: []string{"0"}}
	device := []Interface{{Index: 0, Type: 1, GUID: deviceGUID, Name: "Interface for the device itself"}}
	switch name {
	case "uvscpd":
		return answers{
			stat: Statistics{ReceivedBytes: 65, ReceivedEvents: 12}, noInfo: true,
			interfaces: []Interface{{Type: 1, GUID: uvscpdGUID(0), Name: "vcan0", Started: "2026-11-22T16:47:48"}},
			chkdata:    Reply{Text: "invalid command"},
		}
	case "tcpipsrv":
		second := tcpipsrvGUID
		second[13] = 2
		server := "Remote tcp/ip server connection @ [127.0.0.1:19598]"
		return answers{
			stat: Statistics{Overruns: 7999}, chkdata: none, help: 31, session: "e1ddd14596ee303cf769e15b79f19801",
			interfaces: []Interface{
				{1, 5, tcpipsrvGUID, server, "2026-11-22T16:51:34Z"}, {2, 5, second, server, "2026-11-22T16:51:35Z"},
			},
		}
	case "stm32":
		return answers{
			stat:       Statistics{SentBytes: 12, SentEvents: 4},
			interfaces: []Interface{{Index: 0, Type: 3, GUID: stm32GUID, Name: "Interface for the device itself"}},
			chkdata:    Reply{OK: true, Text: "Success.", Lines: []string{"4"}},
			help:       31, session: "B6CA8753DD69E8558EE81B7EB1B7E2455FD020B1161690EF0E529CEDDCEFA768", rows: 1,
		}
	case "pico":
		return answers{
			stat: Statistics{ReceivedBytes: 2056, ReceivedEvents: 18}, interfaces: device, chkdata: none, help: 30,
			session: "8733B4E58E17BBE45D2B119E059EDEA68",
		}
	default:
		return answers{
			stat: Statistics{ReceivedBytes: 2056, ReceivedEvents: 18}, interfaces: device, chkdata: none, help: 31,
			session: "bbc30985e8be1725f001660fe2cdcf78",
		}
	}
}

// TestPeerAnswers plays the dialogue "commands" with the methods.
func TestPeerAnswers(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		want := answersOf(p.name)
		script := linktest.Inline(t, strings.Replace(p.steps(t, "commands"), "> RETR\n", "> RETR 1\n", 1))
		c, _ := p.play(t, script)
		ctx := t.Context()
		if got, err := c.Statistics(ctx); got != want.stat || err != nil {
			t.Errorf("Statistics = %+v, %v, want %+v, nil", got, err, want.stat)
		}
		if got, err := c.Info(ctx); got != want.info || Refused(err) != want.noInfo || (err != nil) != want.noInfo {
			t.Errorf("Info = %+v, %v, want %+v, refused %v", got, err, want.info, want.noInfo)
		}
		if got, err := c.Interfaces(ctx); !slices.Equal(got, want.interfaces) || err != nil {
			t.Errorf("Interfaces = %+v, %v, want %+v, nil", got, err, want.interfaces)
		}
		if got, err := c.Raw(ctx, "CHKDATA"); got.OK != want.chkdata.OK || got.Text != want.chkdata.Text ||
			!slices.Equal(got.Lines, want.chkdata.Lines) || err != nil {
			t.Errorf("Raw = %+v, %v, want %+v, nil", got, err, want.chkdata)
		}
		if err := c.Clear(ctx); err != nil {
			t.Errorf("Clear = %v, want nil", err)
		}
		p.setGUID(t, c)
		if got, err := c.Help(ctx, ""); len(got) != want.help || Refused(err) != want.noInfo {
			t.Errorf("Help = %d lines, %v, want %d, refused %v", len(got), err, want.help, want.noInfo)
		}
		if _, err := c.Test(ctx, ""); Refused(err) != want.noInfo || (err != nil) != want.noInfo {
			t.Errorf("Test = %v, want refused %v", err, want.noInfo)
		}
		if got, err := c.Challenge(ctx, ""); got != want.session || Refused(err) != want.noInfo {
			t.Errorf("Challenge = %q, %v, want %q, refused %v", got, err, want.session, want.noInfo)
		}
		var b Batch
		if err := c.Retrieve(ctx, 1, &b); err != nil || len(b.Rows) != want.rows {
			t.Errorf("Retrieve = %v with %d rows, want nil with %d", err, len(b.Rows), want.rows)
		}
		if err := errors.Join(c.Noop(ctx), c.Quit(ctx)); err != nil {
			t.Errorf("Noop and Quit = %v, want nil", err)
		}
	})
}

// setGUID plays SGID and GGID: firmware says no and does it, so the method itself asks for the GUID.
func (p peer) setGUID(t *testing.T, c *Client) {
	t.Helper()
	guid := mustParseGUID(t, "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF")
	if err := c.SetGUID(t.Context(), guid); err != nil {
		t.Errorf("SetGUID = %v, want nil", err)
	}
	if p.name != "uvscpd" && p.name != "tcpipsrv" {
		return
	}
	if got, err := c.GUID(t.Context()); got != guid || err != nil {
		t.Errorf("GUID = %v, %v, want %v, nil", got, err, guid)
	}
}

// TestPeerWords plays the dialogue "words" with Raw, but for the lines that Raw does not send.
func TestPeerWords(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		head, rest := cut(t, p.steps(t, "words"), "> VERSION")
		kept := []string{}
		for exchange := range strings.SplitSeq("VERSION\n"+strings.TrimSuffix(rest, "\n"), "\n>") {
			line, _, _ := strings.Cut(strings.TrimPrefix(exchange, " "), "\n")
			if _, err := rawVerb(line); err == nil {
				kept = append(kept, strings.TrimPrefix(exchange, " "))
			}
		}
		c, _ := p.play(t, linktest.Inline(t, head+"> "+strings.Join(kept, "\n> ")+"\n"))
		for _, exchange := range kept {
			compareRaw(t, c, strings.Split(exchange, "\n"))
		}
	})
}

// compareRaw sends the first of the lines; the others are the script's reply.
func compareRaw(t *testing.T, c *Client, lines []string) {
	t.Helper()
	var want Reply
	for _, line := range lines[1:] {
		text, _ := strings.CutPrefix(line, "< ")
		if quoted, raw := strings.CutPrefix(line, "<< "); raw {
			bytes, err := strconv.Unquote(quoted)
			if err != nil {
				t.Fatal(err)
			}
			text = strings.TrimSuffix(bytes, "\r\n")
		}
		if status := linkwire.StatusOf([]byte(text)); status != linkwire.Data {
			want.OK, want.Text = status == linkwire.OK, linkwire.StatusText([]byte(text))
			continue
		}
		want.Lines = append(want.Lines, text)
	}
	got, err := c.Raw(t.Context(), lines[0])
	if err != nil || got.OK != want.OK || got.Text != want.Text || !slices.Equal(got.Lines, want.Lines) {
		t.Errorf("Raw(%q) = %+v, %v, want %+v, nil", lines[0], got, err, want)
	}
}

// TestPeerLoop enters and leaves the loop, with a keep-alive and an event under way that come before the answer.
func TestPeerLoop(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		head, rest := cut(t, p.steps(t, "loop"), "> NOOP")
		_, rest = cut(t, rest, "> QUITLOOP")
		left, rest := cut(t, rest, "> NOOP")
		noop, rest, _ := strings.Cut(rest, "\n> ")
		const late = "< +OK\n< 0,20,3,0,,,-,1\n"
		c, _ := p.play(t, linktest.Inline(t, head+"> QUITLOOP\n"+late+left+p.resync(t)+"> NOOP\n"+noop+"\n> "+rest))
		if err := c.ReceiveLoop(t.Context()); err != nil {
			t.Fatalf("ReceiveLoop = %v, want nil", err)
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrReceiving) {
			t.Errorf("Noop in the loop = %v, want ErrReceiving", err)
		}
		if err := c.Send(t.Context(), &vscp.Event{}, vscp.TextForm{}); !errors.Is(err, ErrReceiving) {
			t.Errorf("Send in the loop = %v, want ErrReceiving", err)
		}
		var b Batch
		if err := c.QuitLoop(t.Context(), &b); err != nil || len(b.Rows) != 1 {
			t.Errorf("QuitLoop = %v with %d events, want nil with the one under way", err, len(b.Rows))
		}
		if err := c.Noop(t.Context()); err != nil {
			t.Errorf("Noop after the loop = %v, want nil", err)
		}
		if strings.HasPrefix(rest, "CDTA") {
			if n, err := c.DataCount(t.Context()); n != 0 || err != nil {
				t.Errorf("DataCount after the loop = %d, %v, want 0, nil", n, err)
			}
			quitLoopAgain(t, c)
			return
		}
		if err := c.Quit(t.Context()); err != nil {
			t.Errorf("Quit = %v, want nil", err)
		}
	})
}

// quitLoopAgain plays the end of "loop": QUITLOOP outside of it, NOOP, RCVLOOP and QUIT in the loop.
func quitLoopAgain(t *testing.T, c *Client) {
	t.Helper()
	if r, err := c.Raw(t.Context(), "QUITLOOP"); !errors.Is(err, ErrNotRaw) {
		t.Errorf("Raw(QUITLOOP) = %+v, %v, want ErrNotRaw", r, err)
	}
	if err := c.command(t.Context(), nil, linkwire.VerbQuitLoop); err != nil {
		t.Errorf("QUITLOOP outside the loop = %v, want nil", err)
	}
	if err := errors.Join(c.Noop(t.Context()), c.ReceiveLoop(t.Context()), c.Quit(t.Context())); err != nil {
		t.Errorf("Noop, ReceiveLoop and Quit = %v, want nil", err)
	}
}

// TestPeerFilter plays the dialogue "filter": who filters sends one event, who does not sends all.
func TestPeerFilter(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		if p.name == "stm32" {
			return // has no such dialogue
		}
		head, tail := cut(t, p.steps(t, "filter"), "may close")
		quitLoop, quit := cut(t, tail, "> QUIT")
		c, profile := p.play(t, linktest.Inline(t, head+quitLoop+p.resync(t)+"> QUIT\n"+quit))
		if err := errors.Join(
			c.SetFilter(t.Context(), vscp.Filter{Class: 20, Type: 3}),
			c.SetMask(t.Context(), vscp.Filter{Class: 511, Type: 255}),
			c.ReceiveLoop(t.Context()),
		); err != nil {
			t.Fatalf("SetFilter, SetMask and ReceiveLoop = %v, want nil", err)
		}
		want := 1
		if profile.Family == FamilyFirmware {
			want = 4
		}
		var b Batch
		rows := 0
		for rows < want {
			if err := c.Receive(t.Context(), time.Second, &b); err != nil {
				t.Fatalf("Receive after %d events = %v, want %d", rows, err, want)
			}
			rows += len(b.Rows)
		}
		if err := errors.Join(c.QuitLoop(t.Context(), &b), c.Quit(t.Context())); err != nil || rows != want || len(b.Rows) != 0 {
			t.Errorf("received %d events, %d at the end, %v, want %d, 0, nil", rows, len(b.Rows), err, want)
		}
	})
}

// TestPeerSilent sends what is never answered: the next command finds out that the peer goes on.
func TestPeerSilent(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		line := map[string]string{"uvscpd": "INTERFACE FOO", "tcpipsrv": "SFLT x,y,z,w"}[p.name]
		if line == "" {
			return // answers everything
		}
		head, tail := cut(t, p.steps(t, "silent"), "> NOOP")
		c, _ := p.play(t, linktest.Inline(t, head+p.resync(t)+"> NOOP\n"+tail))
		if r, err := c.Raw(t.Context(), line); CauseOf(err) != CauseTimeout {
			t.Errorf("Raw(%q) = %+v, %v, want a time-out", line, r, err)
		}
		if err := errors.Join(c.Noop(t.Context()), c.Quit(t.Context())); err != nil {
			t.Errorf("Noop and Quit after it = %v, want nil", err)
		}
	})
}

// TestPeerRights plays the two other accounts of tcpipsrv: one with all rights, one with a list of allowed events.
func TestPeerRights(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		if p.name != "tcpipsrv" {
			return
		}
		c, profile := p.play(t, linktest.PeerScript(t, p.name, "admin"))
		all := p
		all.filters = "taken"
		all.ask(t, c)
		event := vscp.Event{Class: 20, Type: 3, Data: []byte{1, 2, 3}}
		if err := errors.Join(c.Send(t.Context(), &event, profile.Form), c.Noop(t.Context()), c.Quit(t.Context())); err != nil {
			t.Errorf("Send, Noop and Quit with all rights = %v, want nil", err)
		}

		head, tail := cut(t, p.steps(t, "allowed"), "> SGID 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF")
		c, _ = p.play(t, linktest.Inline(t, head+p.resync(t)+"> SGID *\n"+tail))
		event = vscp.Event{Class: 10, Type: 6, Data: []byte{1}}
		if err := c.Send(t.Context(), &event, profile.Form); err != nil {
			t.Errorf("Send of what is allowed = %v, want nil", err)
		}
		event.Class, event.Type = 20, 3
		if err := c.Send(t.Context(), &event, profile.Form); !Refused(err) {
			t.Errorf("Send of what is not allowed = %v, want a refusal", err)
		}
		if err := c.SetGUID(t.Context(), testGUID); !Denied(err) {
			t.Errorf("SetGUID = %v, want it denied", err)
		}
		if list, err := c.Interfaces(t.Context()); !Denied(err) || list != nil {
			t.Errorf("Interfaces = %v, %v, want them denied", list, err)
		}
		if err := errors.Join(c.Noop(t.Context()), c.Quit(t.Context())); err != nil {
			t.Errorf("Noop and Quit = %v, want nil", err)
		}
	})
}
