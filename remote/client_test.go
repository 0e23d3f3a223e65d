package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// levels makes a server with one account per privilege level that matters: "all", "read" and "none".
func levels(o *linkserver.Options) {
	o.Accounts = map[string]linkserver.Account{
		"all": {Password: "secret", Level: 15}, "read": {Password: "secret", Level: 2}, "none": {Password: "secret", Level: 0},
	}
}

// TestMethods calls every method, once as a user who may and once as one who may not.
func TestMethods(t *testing.T) {
	var b Batch
	event := vscp.Event{Class: 10, Type: 6, Data: []byte{1}}
	for _, tt := range []struct {
		name   string
		call   func(ctx context.Context, c *Client) error
		denied bool // to the user without rights
	}{
		{"Noop", func(ctx context.Context, c *Client) error { return c.Noop(ctx) }, false},
		{"Resync", func(ctx context.Context, c *Client) error { return c.Resync(ctx) }, false},
		{"Version", func(ctx context.Context, c *Client) error { _, err := c.Version(ctx); return err }, false},
		{"Capabilities", func(ctx context.Context, c *Client) error { _, _, err := c.Capabilities(ctx); return err }, false},
		{"User", func(ctx context.Context, c *Client) error { return c.User(ctx, "again") }, false},
		{"Pass", func(ctx context.Context, c *Client) error { return c.Pass(ctx, "again") }, false},
		{"ChannelID", func(ctx context.Context, c *Client) error { _, err := c.ChannelID(ctx); return err }, true},
		{"GUID", func(ctx context.Context, c *Client) error { _, err := c.GUID(ctx); return err }, true},
		{"DataCount", func(ctx context.Context, c *Client) error { _, err := c.DataCount(ctx); return err }, true},
		{"Clear", func(ctx context.Context, c *Client) error { return c.Clear(ctx) }, true},
		{"Send", func(ctx context.Context, c *Client) error { return c.Send(ctx, &event, vscp.TextForm{}) }, true},
		{"SetFilter", func(ctx context.Context, c *Client) error { return c.SetFilter(ctx, vscp.Filter{}) }, true},
		{"SetMask", func(ctx context.Context, c *Client) error { return c.SetMask(ctx, vscp.Filter{}) }, true},
		{"Retrieve", func(ctx context.Context, c *Client) error { return c.Retrieve(ctx, 3, &b) }, true},
		{"ReceiveLoop", func(ctx context.Context, c *Client) error {
			if err := c.ReceiveLoop(ctx); err != nil {
				return err
			}
			return c.QuitLoop(ctx, &b)
		}, true},
		{"QuitLoop", func(ctx context.Context, c *Client) error { return c.QuitLoop(ctx, &b) }, true},
		{"Quit", func(ctx context.Context, c *Client) error { return c.Quit(ctx) }, false},
	} {
		for _, user := range []string{"all", "none"} {
			t.Run(tt.name+"/"+user, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := connect(t, newHost(t, levels).dial)
					if err := c.Login(t.Context(), user, "secret"); err != nil {
						t.Fatalf("Login = %v, want nil", err)
					}
					err := tt.call(t.Context(), c)
					if want := tt.denied && user == "none"; Denied(err) != want || (err != nil) != want {
						t.Errorf("%s as %q = %v, want denied %v", tt.name, user, err, want)
					}
					if tt.name == "Quit" {
						wantEnded(t, c)
					} else if err := c.Resync(t.Context()); err != nil {
						t.Errorf("Resync after it = %v, want nil", err)
					}
				})
			})
		}
	}
}

func TestResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, func(o *linkserver.Options) { o.Version = [4]int{15, 2, 7, 9} })
		first, c := login(t, h.dial), login(t, h.dial)
		if err := first.Send(t.Context(), &vscp.Event{Class: 10, Type: 6, Data: []byte{1, 2}}, vscp.TextForm{}); err != nil {
			t.Fatalf("Send = %v, want nil", err)
		}
		if v, err := c.Version(t.Context()); err != nil || v.String() != "15.2.7-9" {
			t.Errorf("Version = %v, %v, want 15.2.7-9, nil", v, err)
		}
		if caps, decimal, err := c.Capabilities(t.Context()); caps != 0x8068 || decimal || err != nil {
			t.Errorf("Capabilities = %#x, %v, %v, want 0x8068, false, nil", uint64(caps), decimal, err)
		}
		if id, err := c.ChannelID(t.Context()); id != 2 || err != nil {
			t.Errorf("ChannelID = %d, %v, want 2, nil", id, err)
		}
		if g, err := c.GUID(t.Context()); g != testGUID.Interface(2) || err != nil {
			t.Errorf("GUID = %v, %v, want %v, nil", g, err, testGUID.Interface(2))
		}
		if n, err := c.DataCount(t.Context()); n != 1 || err != nil {
			t.Errorf("DataCount = %d, %v, want 1, nil", n, err)
		}
		if c.RemoteAddr().Network() != "pipe" || len(c.Greeting()) != 2 {
			t.Errorf("RemoteAddr = %v, Greeting = %q, want a pipe and 2 lines", c.RemoteAddr(), c.Greeting())
		}
		var b Batch
		if err := c.Retrieve(t.Context(), 2, &b); err != nil || len(b.Rows) != 1 || b.Rows[0].ObID != 1 || b.Rows[0].DataLen() != 2 {
			t.Errorf("Retrieve = %v with %+v, want one event with obid 1 and two data bytes", err, b.Rows)
		}
		if p, err := c.Probe(t.Context()); err != nil || p.Family != FamilyVSCPD || p.ChannelID != 2 {
			t.Errorf("Probe = %+v, %v, want %s on channel 2, nil", p, err, FamilyVSCPD)
		}
	})
}

// TestRetrieveLimits asks for more than one call returns, and for none.
func TestRetrieveLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, nil)
		c := login(t, h.dial)
		for i := range 600 {
			h.server.PublishEvent(&vscp.Event{Class: 10, Type: uint16(i), Data: make([]byte, vscp.MaxData)})
		}
		var b Batch
		got := 0
		for _, tt := range []struct{ ask, want int }{{-1, 1}, {0, 1}, {10000, maxBatch}, {600, 600 - maxBatch - 2}, {1, 0}} {
			if err := c.Retrieve(t.Context(), tt.ask, &b); err != nil || len(b.Rows) != tt.want || b.Malformed != 0 {
				t.Fatalf("Retrieve(%d) = %v with %d events and %d malformed, want nil with %d", tt.ask, err, len(b.Rows), b.Malformed, tt.want)
			}
			for i := range b.Rows {
				if row := &b.Rows[i]; int(row.Type) != got || row.DataLen() != vscp.MaxData {
					t.Fatalf("event %d has type %d and %d data bytes, want %d and %d", got, row.Type, row.DataLen(), got, vscp.MaxData)
				}
				got++
			}
		}
	})
}

func TestFilterNarrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, nil)
		c := login(t, h.dial)
		if err := errors.Join(
			c.SetMask(t.Context(), vscp.Filter{Class: 0xFFFF}),
			c.SetFilter(t.Context(), vscp.Filter{Class: 20}),
		); err != nil {
			t.Fatal(err)
		}
		h.server.PublishEvent(&vscp.Event{Class: 10, Type: 6})
		h.server.PublishEvent(&vscp.Event{Class: 20, Type: 9})
		var b Batch
		if err := c.Retrieve(t.Context(), 10, &b); err != nil || len(b.Rows) != 1 || b.Rows[0].Class != 20 {
			t.Errorf("Retrieve = %v with %+v, want the event of class 20 alone", err, b.Rows)
		}
	})
}

func TestLoginRefusedCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, levels)
		c := connect(t, h.dial)
		err := c.Login(t.Context(), "all", "guess")
		if !LoginRefused(err) || !Refused(err) || CauseOf(err) != CauseLogin {
			t.Errorf("Login with a wrong password = %v, want a refused login", err)
		}
		if text := errText(err); !strings.HasPrefix(text, "login: PASS refused: ") || strings.Contains(text, "guess") {
			t.Errorf("error is %q, want it to name PASS and not the password", text)
		}
		wantEnded(t, c)
		synctest.Wait()
		if n := len(h.server.Stats().Clients); n != 0 {
			t.Errorf("server has %d clients, want 0", n)
		}
	})
}

func TestPasswordIsMaskedInAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			password, ok := strings.CutPrefix(line, "PASS ")
			return "-OK - password [" + password + "] is wrong\r\n", ok
		}
		c := connect(t, f.dial)
		err := c.Login(t.Context(), "admin", "top-secret")
		if text := errText(err); !LoginRefused(err) || strings.Contains(text, "top-secret") || !strings.Contains(text, "[***]") {
			t.Errorf("Login = %v, want a refusal with the password masked", err)
		}
	})
}

// TestPasswordIsMaskedLater has a server that accepts the password and repeats it when it refuses something else.
func TestPasswordIsMaskedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			return "-OK - no rights for top-secret\r\n", strings.HasPrefix(line, "NOOP") || strings.HasPrefix(line, "RCVLOOP")
		}
		c := connect(t, f.dial)
		if err := c.Login(t.Context(), "admin", "top-secret"); err != nil {
			t.Fatal(err)
		}
		for name, call := range map[string]func(context.Context) error{"NOOP": c.Noop, "RCVLOOP": c.ReceiveLoop} {
			want := name + ` refused: "no rights for ***"`
			if got := errText(call(t.Context())); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	})
}

func TestForbiddenBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := connect(t, f.dial)
		for _, bad := range []string{"a\rb", "a\nQUIT", "a\x00"} {
			for name, call := range map[string]func() error{
				"user":     func() error { return c.Login(t.Context(), bad, "secret") },
				"password": func() error { return c.Pass(t.Context(), bad) },
			} {
				if err := call(); !errors.Is(err, linkwire.ErrForbiddenByte) || strings.Contains(err.Error(), bad) {
					t.Errorf("%s %q: %v, want ErrForbiddenByte without the text", name, bad, err)
				}
			}
		}
		if err := c.Noop(t.Context()); err != nil {
			t.Errorf("Noop after refused arguments = %v, want nil: nothing was sent", err)
		}
		if got := f.all(""); len(got) != 1 {
			t.Errorf("server was sent %q, want the NOOP alone", got)
		}
	})
}

// TestSendText checks what goes over the wire for events that a server must not get as they are.
func TestSendText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := connect(t, f.dial)
		row := mustRow(t, "352,10,6,4711,,1770000000123456789,-,0x01")
		for form, want := range map[vscp.TextForm]string{
			{}: "SEND 352,10,6,0,,1770000000123456789,-,0x01",
			{Time: vscp.TimeNone, Data: vscp.DataDecimal, Head8: true}: "SEND 96,10,6,0,,,-,1",
		} {
			if err := c.SendRow(t.Context(), row, form); err != nil {
				t.Fatalf("SendRow = %v, want nil", err)
			}
			if got := f.all("SEND"); got[len(got)-1] != want {
				t.Errorf("sent %q in form %+v, want %q", got[len(got)-1], form, want)
			}
		}
		if row.ObID != 4711 {
			t.Errorf("obid of the row became %d, want 4711: rows are shared", row.ObID)
		}
	})
}

func TestDialErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(true)
		_, err := Dial(t.Context(), testAddress, ClientOptions{Dial: f.dial})
		if text := errText(err); CauseOf(err) != CauseDial || text != "remote: dial tcp: connection refused" {
			t.Errorf("Dial = %q (cause %s), want the refused connection", text, CauseOf(err))
		}
		hang := func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, fmt.Errorf("dial: %w", ctx.Err())
		}
		start := time.Now()
		if _, err = Dial(t.Context(), testAddress, ClientOptions{Dial: hang}); CauseOf(err) != CauseTimeout {
			t.Errorf("Dial of a host that is silent = %v, want a time-out", err)
		}
		if took := time.Since(start); took != DefaultClientOptions().DialTimeout {
			t.Errorf("Dial gave up after %v, want %v", took, DefaultClientOptions().DialTimeout)
		}
	})
}
