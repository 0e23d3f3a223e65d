package linkserver

import (
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
)

func TestStatsBalance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := testOptions()
		opts.QueueEvents, opts.MaxClients = 10, 2
		srv := newTestServer(t, opts)
		a, b := dialPipe(t, srv).login(), dialPipe(t, srv).login()
		dialPipe(t, srv).expect(replyTooManyClients)
		b.want("SFLT 0,20,0,-", replySuccess)
		b.want("SMSK 0,65535,0,-", replySuccess)
		send := func(class, n int) {
			for range n {
				a.want("SEND 96,"+strconv.Itoa(class)+",3,0,,,-,1", replySuccess)
			}
		}
		send(20, 4)
		b.command("RETR 3")
		b.command("CLRA")
		send(10, 2)
		send(20, 15)
		a.command("SEND nonsense")
		a.command("FROB")
		srv.Publish(mustRow(t, testRow))
		_ = b.conn.Close()
		<-b.ended
		if live := *srv.live.Load(); len(live) != 1 || live[0].id != 1 {
			t.Errorf("%d sessions get events after one left, want the other one only", len(live))
		}
		got := srv.Stats()
		want := Counters{
			Received: 21, ReceivedBytes: 21 * uint64(len("96,20,3,0,,,-,1")), Offered: 21 + 1 + 1, Filtered: 2, Overrun: 6,
			Delivered: 3, SentBytes: 3 * uint64(len("352,20,3,1,,946684800000000000,FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:04:00:01:00:00,1\r\n")),
			Cleared: 1, Discarded: 10, Waiting: 1, Commands: 2 + 2 + 2 + 1 + 1 + 21 + 2,
			Refused: map[Reason]uint64{ReasonFormat: 1, ReasonUnknown: 1},
		}
		if fmt.Sprint(got.Counters) != fmt.Sprint(want) {
			t.Errorf("counters = %+v, want %+v", got.Counters, want)
		}
		sum := got.Filtered + got.Overrun + got.Delivered + got.Cleared + got.Discarded + uint64(got.Waiting)
		if got.Offered != sum {
			t.Errorf("offered = %d, want the sum of its fates %d", got.Offered, sum)
		}
		if got.Connections != 2 || got.TurnedAway != 1 || got.Published != 1 || got.LoggedIn != 1 || len(got.Clients) != 1 {
			t.Errorf("stats = %+v, want 2 connections, 1 turned away, 1 published, 1 client logged in", got)
		}
	})
}
