package linkserver

import (
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func likeServer(t *testing.T, like Family) *Server {
	t.Helper()
	opts := testOptions()
	opts.Like = like
	return newTestServer(t, opts)
}

func TestEachFamilyHasATable(t *testing.T) {
	for _, name := range append(Families(), FamilyOwn) {
		f, err := newFamily(name)
		if err != nil {
			t.Fatalf("newFamily(%q) = %v", name, err)
		}
		for verb, cmd := range f.commands {
			if cmd.run == nil {
				t.Errorf("%q: command %q has no handler", name, verb)
			}
		}
		if f.words.success == "" || f.words.unknown == "" || f.maxLine == 0 || f.greeting == nil || f.parse == nil || f.take == nil {
			t.Errorf("newFamily(%q) = %+v, want the traits that every server has", name, f)
		}
	}
}

// TestVscpdQueue fills a queue to its end: one event more than its limit says, then the newest are lost.
func TestVscpdQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := likeServer(t, FamilyVscpd)
		c := dialPipe(t, srv)
		c.answer()
		c.want("USER a", replyUserAccepted)
		c.want("PASS b", replySuccess)
		rows := make([]*vscp.Row, 32010)
		for i := range rows {
			rows[i] = mustRow(t, testRow)
		}
		srv.Publish(rows...)
		c.want("CDTA", "32001", replySuccess)
		c.want("STAT", "0,0,9,0,0,0,0", replySuccess)
	})
}

// TestUvscpdDeadConnectionsKeepTheirPlaces overfills queues one after the other: clients that go free nothing, until the
// process dies.
func TestUvscpdDeadConnectionsKeepTheirPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := likeServer(t, FamilyUvscpd)
		sender := dialPipe(t, srv)
		sender.answer()
		for range uvscpdClients - 1 {
			c := dialPipe(t, srv)
			c.answer()
			for i := range uvscpdQueue + 1 {
				sender.want("SEND 0,20,3,0,,0,-,"+strconv.Itoa(i), replyBare)
			}
			c.send("NOOP\r\n")
			synctest.Wait()
			if len(c.lines) > 0 {
				t.Fatalf("line = %q, want silence", <-c.lines)
			}
			_ = c.conn.Close()
		}
		synctest.Wait()
		dialPipe(t, srv).expectEnd()
		if got := len(srv.Stats().Clients); got != uvscpdClients {
			t.Errorf("%d clients, want %d: the dead keep their places", got, uvscpdClients)
		}
		sender.send("INTERFACE\r\n")
		sender.expectEnd()
		synctest.Wait()
		dialPipe(t, srv).answer()
	})
}

// TestUvscpdDeadInTheLoop overfills a queue whose client is in the loop and does not read.
func TestUvscpdDeadInTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := likeServer(t, FamilyUvscpd)
		c := dialPipe(t, srv)
		c.answer()
		c.want("RCVLOOP", replyBare)
		rows := make([]*vscp.Row, uvscpdQueue+1)
		for i := range rows {
			rows[i] = mustRow(t, testRow)
		}
		srv.Publish(rows...)
		synctest.Wait()
		if got := srv.Stats().Overrun; got != 1 {
			t.Fatalf("Overrun = %d, want 1", got)
		}
		c.send("NOOP\r\n")
		synctest.Wait()
		if len(c.lines) > 0 {
			t.Errorf("line = %q, want silence", <-c.lines)
		}
	})
}

// TestFirmwareLosesLongRows sends one in the loop, where nothing tells of it.
func TestFirmwareLosesLongRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := likeServer(t, FamilyFirmware)
		c := dialPipe(t, srv)
		c.answer()
		c.want("USER a", replyUserAccepted)
		c.want("PASS b", "+OK - Ready to work.")
		c.want("RCVLOOP", replySuccess)
		long := vscp.Event{Head: 96, Class: 1024, Type: 1, Time: vscp.Time{Nanos: 1}, Data: make([]byte, 300)}
		srv.PublishEvent(&long)
		srv.PublishEvent(&vscp.Event{Head: 96, Class: 20, Type: 3, Time: vscp.Time{Nanos: 1}, Data: []byte{1}})
		c.expect("352,20,3,0,,0000000001,00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00,1")
		if got := srv.Stats().Discarded; got != 1 {
			t.Errorf("Discarded = %d, want 1", got)
		}
	})
}

// TestPublishLeavesTheRowsOfTheCaller publishes to a family that changes nearly every field.
func TestPublishLeavesTheRowsOfTheCaller(t *testing.T) {
	row := mustRow(t, testRow)
	want := *mustRow(t, testRow)
	likeServer(t, FamilyUvscpd).Publish(row)
	if row.Head != want.Head || row.GUID != want.GUID || row.Time != want.Time || row.ObID != want.ObID {
		t.Errorf("row = %+v after Publish, want %+v", row, want)
	}
}
