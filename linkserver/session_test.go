package linkserver

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
)

const testRow = "352,20,3,0,,1795366769001000000,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01,1"

func TestKeepAliveUnderTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newTestServer(t, testOptions())
		c := dialPipe(t, srv).login()
		c.want("RCVLOOP", replyLoopEntered)
		start := time.Now()
		var beats []time.Duration
		for range 105 {
			time.Sleep(100 * time.Millisecond)
			srv.Publish(mustRow(t, testRow))
			synctest.Wait()
			for len(c.lines) > 0 {
				if line := <-c.lines; line == "+OK" {
					beats = append(beats, time.Since(start))
				}
			}
		}
		want := []time.Duration{2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second, 10 * time.Second}
		if fmt.Sprint(beats) != fmt.Sprint(want) {
			t.Errorf("keep-alives at %v, want %v", beats, want)
		}
	})
}

func TestTimeouts(t *testing.T) {
	opts := testOptions()
	opts.LoginTimeout, opts.IdleTimeout = 30*time.Second, time.Hour
	// trickle is a client that sends a byte at a time and never a line end.
	trickle := func(c *testClient) { c.send("x") }
	silent := func(*testClient) {}
	cases := []struct {
		name  string
		start func(*testClient)
		step  func(*testClient)
		want  time.Duration // 0: still open after two hours
	}{
		{"silent before the login", func(c *testClient) { c.answer() }, silent, opts.LoginTimeout},
		{"bytes before the login", func(c *testClient) { c.answer() }, trickle, opts.LoginTimeout},
		{"lines before the login", func(c *testClient) { c.answer() }, func(c *testClient) { c.command("NOOP") }, opts.LoginTimeout},
		{"silent after the login", func(c *testClient) { c.login() }, silent, opts.IdleTimeout},
		{"bytes after the login", func(c *testClient) { c.login() }, trickle, opts.IdleTimeout},
		{"lines after the login", func(c *testClient) { c.login() }, func(c *testClient) { c.command("NOOP") }, 0},
		{"silent in the loop", func(c *testClient) { c.login().command("RCVLOOP") }, silent, 0},
		{"silent after the loop", func(c *testClient) { c.login().want("RCVLOOP", replyLoopEntered); c.want("QUITLOOP", replyLoopLeft) }, silent, opts.IdleTimeout},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := dialPipe(t, newTestServer(t, opts))
				tc.start(c)
				start := time.Now()
				var got time.Duration
				for got == 0 && time.Since(start) < 2*time.Hour {
					select {
					case <-c.ended:
						got = time.Since(start)
					case <-time.After(10*time.Second + time.Millisecond):
						tc.step(c)
					}
				}
				if got != tc.want {
					t.Errorf("session ended after %v, want %v", got, tc.want)
				}
			})
		})
	}
}

func TestHostileLines(t *testing.T) {
	long := strings.Repeat("x", 5000)
	cases := []struct {
		name, text string
		want       []string
	}{
		{"over-long line", long + "\r\n", []string{replyParameter}},
		{"over-long SEND", "SEND " + strings.Repeat("0", 4100) + "\r\n", []string{replyParameter}},
		{"megabyte in one line", strings.Repeat(long, 200) + "\r\n", []string{replyParameter}},
		{"two over-long lines", long + "\n" + long + "\r\n", []string{replyParameter, replyParameter}},
		{"NUL in a command", "NO\x00OP\r\n", []string{replyParameter}},
		{"NUL in SEND", "SEND 96,20,3,0,,,-,1\x00\r\n", []string{replyParameter}},
		{"NULs only", "\x00\x00\x00\r\n", []string{replyParameter}},
		{"CR within a line", "NOOP\rNOOP\r\n", []string{replyUnknown}},
		{"binary", "\xff\xfe\x01\x80\r\n", []string{replyUnknown}},
		{"a thousand lines of garbage", strings.Repeat("?\n", 1000), slicesRepeat(replyUnknown, 1000)},
		{"a thousand empty lines", strings.Repeat("\n", 1000), slicesRepeat(replySuccess, 1000)},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := dialPipe(t, newTestServer(t, testOptions())).login()
				c.send(tc.text)
				c.expect(tc.want...)
				c.want("NOOP", replySuccess)
			})
		})
	}
}

func slicesRepeat(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func TestOverflowDropsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := testOptions()
		opts.QueueEvents = 3
		srv := newTestServer(t, opts)
		a, b := dialPipe(t, srv).login(), dialPipe(t, srv).login()
		for i := range 5 {
			a.want(fmt.Sprintf("SEND 96,20,3,0,,1795366769001000000,-,%d", i), replySuccess)
		}
		b.want("CDTA", "3", replySuccess)
		b.want("STAT", "0,0,2,0,0,0,0", replySuccess)
		b.want("INFO", `0,21,0,"Overrun"`, replySuccess)
		row := "352,20,3,1,,1795366769001000000,FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:04:00:01:00:00,%d"
		b.want("RETR 4", fmt.Sprintf(row, 0), fmt.Sprintf(row, 1), fmt.Sprintf(row, 2), replyNoEvent)
		a.want("SEND 96,20,3,0,,1795366769001000000,-,9", replySuccess)
		b.want("RETR", fmt.Sprintf(row, 9), replySuccess)
	})
}

func TestPasswordsAreNotLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		opts := testOptions()
		opts.Accounts = map[string]Account{"admin": {Password: "hunter2", Level: 15}}
		opts.Logger = hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: &log, DisableTime: true})
		srv := newTestServer(t, opts)
		for _, password := range []string{"hunter2", "hunter3"} {
			c := dialPipe(t, srv)
			c.answer()
			c.want("USER admin", replyUserAccepted)
			c.command("PASS " + password)
			_ = c.conn.Close()
			<-c.ended
		}
		if got := log.String(); strings.Contains(got, "hunter") || !strings.Contains(got, "client logged in") || !strings.Contains(got, "login refused") {
			t.Errorf("log = %q, want both logins and no password", got)
		}
		if got := fmt.Sprintf("%+v", srv.opts); strings.Contains(got, "hunter") {
			t.Errorf("options kept = %s, want no password", got)
		}
	})
}
