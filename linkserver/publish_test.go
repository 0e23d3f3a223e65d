package linkserver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestOnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		opts := testOptions()
		opts.Accounts = map[string]Account{"admin": {Password: "secret", Level: 15}}
		opts.OnEvent = func(e Received) {
			row := e.Row.AppendText(nil, vscp.TextForm{})
			got = append(got, fmt.Sprintf("%s %d %s", e.User, e.Channel, row))
		}
		c := dialPipe(t, newTestServer(t, opts)).login()
		c.want("SEND 96,20,3,0,,1795366769001000000,-,0x01,2", replySuccess)
		c.want("SEND 96,20,3,5,2026-11-22T16:59:30Z,17,-,1", replySuccess)
		c.want("SEND bad", replyParameter)
		want := []string{
			"admin 1 352,20,3,1,,1795366769001000000,FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:04:00:01:00:00,0x01,2",
			"admin 1 96,20,3,5,2026-11-22T16:59:30Z,17,FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:04:00:01:00:00,1",
		}
		if !slices.Equal(got, want) {
			t.Errorf("OnEvent got %q, want %q", got, want)
		}
	})
}

func TestPublishDoesNotKeepTheRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newTestServer(t, testOptions())
		c := dialPipe(t, srv).login()
		text := []byte(testRow)
		var row vscp.Row
		if err := row.Parse(text); err != nil {
			t.Fatalf("Parse = %v", err)
		}
		srv.Publish(&row)
		for i := range text {
			text[i] = 'x'
		}
		c.want("RETR", testRow, replySuccess)
		srv.PublishEvent(&vscp.Event{Head: 96, Class: 10, Type: 6, ObID: 3, Time: vscp.Time{Nanos: 1795366769001000000}, GUID: testGUID, Data: []byte{1, 255}})
		c.want("RETR", "352,10,6,0,,1795366769001000000,FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:04:00:00:00:00,1,255", replySuccess)
	})
}

// TestManyClientsAtOnce has clients that send, receive, come and go, for the race detector and the balance.
func TestManyClientsAtOnce(t *testing.T) {
	const senders, events = 4, 300
	srv := newTestServer(t, testOptions())
	addr := startTCP(t, srv)
	receiver := dialTCP(t, addr).login()
	receiver.want("RCVLOOP", replyLoopEntered)
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			c := dialTCP(t, addr).login()
			for i := range events {
				c.want("SEND 96,20,3,0,,"+strconv.FormatInt(1795366769001000000+int64(i), 10)+",-,1", replySuccess)
				if i%50 == 0 {
					c.command("INTERFACE LIST")
					c.command("STAT")
					c.command("CLRA")
				}
			}
			c.want("QUIT", replyBye)
		})
	}
	next := map[string]int{} // by obid
	for range senders * events {
		line, _ := receiver.next()
		for line == "+OK" {
			line, _ = receiver.next()
		}
		field := strings.Split(line, ",")
		if len(field) < 6 {
			t.Fatalf("line = %q, want a row", line)
		}
		if want := strconv.FormatInt(1795366769001000000+int64(next[field[3]]), 10); field[5] != want {
			t.Fatalf("row of channel %s has stamp %s, want %s", field[3], field[5], want)
		}
		next[field[3]]++
	}
	wg.Wait()
	receiver.want("QUIT", replyBye)
	receiver.expectEnd()
}
