package remote

import (
	"context"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestPeerProfile(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		c, got := p.play(t, linktest.PeerScript(t, p.name, "login"))
		if got != p.profile {
			t.Errorf("Probe = %+v, want %+v", got, p.profile)
		}
		if n := len(c.Greeting()); n != p.greeting {
			t.Errorf("Greeting has %d lines, want %d: %q", n, p.greeting, c.Greeting())
		}
		if got, want := got.OneConnection(), p.name == "stm32"; got != want {
			t.Errorf("OneConnection = %v, want %v", got, want)
		}
	})
}

func TestPeerProfileWithoutLogin(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		c := connect(t, DialFunc(linktest.Dialer(t, linktest.PeerScript(t, p.name, "nologin"))))
		want := p.profile
		if p.name != "uvscpd" { // which does not enforce it
			want.ChannelID, want.Interface = 0, vscp.GUID{}
		}
		if got, err := c.Probe(t.Context()); err != nil || got != want {
			t.Errorf("Probe = %+v, %v, want %+v, nil", got, err, want)
		}
		if err := c.ReceiveLoop(t.Context()); Denied(err) != (p.name != "uvscpd") || needsLogin(err) != Denied(err) {
			t.Errorf("ReceiveLoop without a login = %v, want it denied by all but uvscpd", err)
		}
		if err := c.Quit(t.Context()); err != nil {
			t.Errorf("Quit = %v, want nil", err)
		}
	})
}

func TestPeerPushes(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		head, tail := cut(t, p.steps(t, "receive"), "may close")
		_, quit := cut(t, tail, "> QUITLOOP")
		left, quit := cut(t, quit, "> QUIT")
		c, _ := p.play(t, linktest.Inline(t, head+"> QUITLOOP\n"+left+p.resync(t)+"> QUIT\n"+quit))
		if err := c.ReceiveLoop(t.Context()); err != nil {
			t.Fatalf("ReceiveLoop = %v, want nil", err)
		}
		var b Batch
		var events []vscp.Event
		keepAlives := 0
		for keepAlives < p.keepAlives || len(events) < p.rows {
			if err := c.Receive(t.Context(), 5*time.Second, &b); err != nil || b.Malformed > 0 {
				t.Fatalf("Receive after %d events and %d keep-alives = %v with %d malformed lines (%v), want none",
					len(events), keepAlives, err, b.Malformed, b.Problem)
			}
			keepAlives += b.KeepAlives
			for i := range b.Rows {
				var e vscp.Event
				b.Rows[i].Event(&e)
				events = append(events, e)
			}
		}
		if len(events) != p.rows || keepAlives != p.keepAlives {
			t.Fatalf("received %d events and %d keep-alives, want %d and %d", len(events), keepAlives, p.rows, p.keepAlives)
		}
		wantEvent(t, "first", events[0], p.first)
		wantEvent(t, "last", events[len(events)-1], p.last)
		if err := c.QuitLoop(t.Context(), &b); err != nil || len(b.Rows) != 0 {
			t.Errorf("QuitLoop = %v with %d events, want nil without", err, len(b.Rows))
		}
		if err := c.Quit(t.Context()); err != nil {
			t.Errorf("Quit = %v, want nil", err)
		}
	})
}

func wantEvent(t testing.TB, which string, got, want vscp.Event) {
	t.Helper()
	same := got.Head == want.Head && got.Class == want.Class && got.Type == want.Type && got.ObID == want.ObID &&
		got.Time == want.Time && got.GUID == want.GUID && string(got.Data) == string(want.Data)
	if !same {
		t.Errorf("%s event = %+v, want %+v", which, got, want)
	}
}

// TestPeerCommands plays the dialogue "command", with one more SEND before the end: after the refusal it has to get its own
// answer.
func TestPeerCommands(t *testing.T) {
	forPeers(t, func(pt peerTest) {
		t, p := pt.T, pt.peer
		steps, quit := cut(t, p.steps(t, "command"), "> QUIT")
		steps, _ = cut(t, steps, "> NOOP")
		steps += p.resync(t)
		_, taken := cut(t, steps, "> SEND 0,20,3,*,1"+map[bool]string{false: ",2,3"}[p.denied])
		taken, _, _ = strings.Cut(taken, "\n")
		c, profile := p.play(t, linktest.Inline(t, steps+"> SEND 0,20,3,0,,,-,4\n"+taken+"\n> QUIT\n"+quit))
		p.ask(t, c)

		data := []byte{1, 2, 3}
		if p.denied {
			data = data[:1]
		}
		// An obid would make the event look like that of another client.
		event := vscp.Event{Class: 20, Type: 3, ObID: 77, Data: data}
		if err := c.Send(t.Context(), &event, profile.Form); err != nil {
			t.Errorf("Send = %v, want nil", err)
		}
		err := c.Send(t.Context(), &p.refused, p.form)
		if !Refused(err) || PeerFull(err) != p.full || Denied(err) != p.denied || LoginRefused(err) || needsLogin(err) {
			t.Errorf("Send of what it refuses = %v, want a refusal, full %v, denied %v", err, p.full, p.denied)
		}
		if err := c.Resync(t.Context()); err != nil {
			t.Fatalf("Resync = %v, want nil", err)
		}
		event.Data = []byte{4}
		if err := c.Send(t.Context(), &event, profile.Form); err != nil {
			t.Errorf("Send after the refusal = %v, want nil", err)
		}
		if err := c.Quit(t.Context()); err != nil {
			t.Errorf("Quit = %v, want nil", err)
		}
	})
}

// ask plays the part of "command" before the SENDs.
func (p peer) ask(t *testing.T, c *Client) {
	t.Helper()
	if n, err := c.DataCount(t.Context()); n != p.count || err != nil {
		t.Errorf("DataCount = %d, %v, want %d, nil", n, err, p.count)
	}
	if p.filters != "" {
		filterErr := c.SetFilter(t.Context(), vscp.Filter{Class: 10, Type: 6})
		if Denied(filterErr) != (p.filters == "refused") || (filterErr != nil) != Refused(filterErr) {
			t.Errorf("SetFilter = %v, want it %s", filterErr, p.filters)
		}
	}
	if p.filters == "taken" {
		// uvscpd has no class and type of this size
		if err := c.SetMask(t.Context(), vscp.Filter{Class: 65535, Type: 65535}); Refused(err) != (p.name == "uvscpd") {
			t.Errorf("SetMask = %v, want it refused by uvscpd alone", err)
		}
	}
	var b Batch
	if err := c.Retrieve(t.Context(), 10, &b); err != nil || len(b.Rows) != p.fetched || b.Malformed != 0 {
		t.Errorf("Retrieve = %v with %d events and %d malformed lines, want nil, %d and 0", err, len(b.Rows), b.Malformed, p.fetched)
	}
}

// TestPeerReplies runs whole dialogues with the one method under all others, and compares each reply.
func TestPeerReplies(t *testing.T) {
	for _, name := range []string{"commands", "words", "badlogin"} {
		t.Run(name, func(t *testing.T) {
			forPeers(t, func(pt peerTest) {
				t, p := pt.T, pt.peer
				script := linktest.PeerScript(t, p.name, name)
				c := connect(t, DialFunc(linktest.Dialer(t, script)))
				_, rest, _ := strings.Cut(script.String(), "\n>")
				for exchange := range strings.SplitSeq(rest, "\n>") {
					compareReply(t, c, strings.Split(strings.TrimSuffix(exchange, "\n"), "\n"))
				}
			})
		})
	}
}

// compareReply sends the first of the lines; the others are the script's reply.
func compareReply(t *testing.T, c *Client, lines []string) {
	t.Helper()
	var want, got []string
	refused := false
	for _, line := range lines[1:] {
		text, ok := strings.CutPrefix(line, "< ")
		if quoted, raw := strings.CutPrefix(line, "<< "); raw {
			bytes, err := strconv.Unquote(quoted)
			text, ok = strings.TrimSuffix(bytes, "\r\n"), err == nil
		}
		switch {
		case !ok: // close, may close
		case linkwire.StatusOf([]byte(text)) == linkwire.Data:
			want = append(want, text)
		default:
			refused = linkwire.StatusOf([]byte(text)) == linkwire.NotOK
		}
	}
	words := strings.Split(strings.TrimPrefix(lines[0], " "), " ")
	err := c.command(t.Context(), func(line []byte) error {
		got = append(got, string(line))
		return nil
	}, linkwire.Verb(words[0]), words[1:]...)
	if strings.Join(got, "\n") != strings.Join(want, "\n") || Refused(err) != refused || (err != nil) != refused {
		t.Errorf("%q got %q and %v, want %q, refused %v", lines[0], got, err, want, refused)
	}
}

func TestPeerLoginRefused(t *testing.T) {
	tests := [][2]string{{"tcpipsrv", "badpeer"}}
	for _, p := range peers() {
		tests = append(tests, [2]string{p.name, "badlogin"})
	}
	for _, tt := range tests {
		t.Run(tt[0]+"/"+tt[1], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				script := linktest.PeerScript(t, tt[0], tt[1])
				// Who stays open after a wrong password allows the client to close there.
				head, _, _ := strings.Cut(script.String(), "may close\n")
				c := connect(t, DialFunc(linktest.Dialer(t, linktest.Inline(t, head))))
				user, password := script.Account()
				err := c.Login(t.Context(), user, password)
				if !LoginRefused(err) || CauseOf(err) != CauseLogin {
					t.Errorf("Login = %v (cause %s), want a refused login", err, CauseOf(err))
				}
				wantEnded(t, c)
			})
		})
	}
}

// TestPeerTrouble plays the dialogues in which a server does not do its part.
func TestPeerTrouble(t *testing.T) {
	var b Batch
	for _, tt := range []struct {
		peer, name string
		run        func(ctx context.Context, c *Client) error
		want       Cause
	}{
		{"uvscpd", "full", nil, CauseFull},
		{"fwlink", "full", nil, CauseFull},
		{"stm32", "full", nil, CauseFull},
		{"stm32", "hangs", nil, CauseTimeout},
		{"uvscpd", "deadlocked", func(ctx context.Context, c *Client) error { return c.Noop(ctx) }, CauseTimeout},
		{"uvscpd", "dies", func(ctx context.Context, c *Client) error { return c.command(ctx, nil, "INTERFACE") }, CauseClosed},
		{"pico", "hangs", func(ctx context.Context, c *Client) error { return c.command(ctx, nil, "RESTART") }, CauseTimeout},
		{"pico", "dies", func(ctx context.Context, c *Client) error {
			return c.Send(ctx, &vscp.Event{Class: 20, Type: 3, Data: []byte{1}}, vscp.TextForm{})
		}, CauseClosed},
		{"stm32", "dies", func(ctx context.Context, c *Client) error { return c.command(ctx, nil, "RESTART") }, CauseClosed},
		{"fwlink", "long", func(ctx context.Context, c *Client) error {
			if n, err := c.DataCount(ctx); n != 1 || err != nil {
				return err
			}
			if err := c.Retrieve(ctx, 1, &b); err != nil || len(b.Rows) != 0 {
				return io.ErrUnexpectedEOF
			}
			if err := c.Retrieve(ctx, 1, &b); err != nil || len(b.Rows) != 0 {
				return io.ErrUnexpectedEOF
			}
			return c.Quit(ctx)
		}, CauseNone},
	} {
		t.Run(tt.peer+"/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				script := linktest.PeerScript(t, tt.peer, tt.name)
				c, err := Dial(t.Context(), net.JoinHostPort(tt.peer, DefaultPort), ClientOptions{Dial: DialFunc(linktest.Dialer(t, script))})
				if tt.run == nil {
					if err == nil || CauseOf(err) != tt.want {
						t.Errorf("Dial = %v (cause %s), want cause %s", err, CauseOf(err), tt.want)
					}
					return
				}
				if err != nil {
					t.Fatalf("Dial = %v, want nil", err)
				}
				defer func() { _ = c.Close() }()
				loginAs(t, c, script)
				if _, err := c.Probe(t.Context()); err != nil {
					t.Fatalf("Probe = %v, want nil", err)
				}
				if err := tt.run(t.Context(), c); CauseOf(err) != tt.want {
					t.Errorf("error = %v (cause %s), want cause %s", err, CauseOf(err), tt.want)
				}
			})
		})
	}
}
