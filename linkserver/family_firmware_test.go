package linkserver

import (
	"strings"
	"testing"
	"testing/synctest"
)

// TestFirmwareStatsBalance has a row that is too long in the midst of others, and then a queue so full that SEND fails.
func TestFirmwareStatsBalance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := likeServer(t, FamilyFirmware)
		var clients [2]*testClient
		for i := range clients {
			clients[i] = dialPipe(t, srv)
			clients[i].answer()
			clients[i].command("USER a")
			clients[i].command("PASS b")
		}
		a, b := clients[0], clients[1]
		short := "SEND 0,20,3,0,,,-,1"
		long := short + strings.Repeat(",255", 90)
		for _, line := range []string{short, long, short, short} {
			a.want(line, replySuccess)
		}
		if got := b.command("RETR 4"); len(got) != 2 || got[1] != replyError {
			t.Errorf("RETR 4 = %q, want the event before the one that is too long, and %q", got, replyError)
		}
		b.want("CDTA", "2", replySuccess)
		for range firmwareQueue - 2 {
			a.want(short, replySuccess)
		}
		a.want(short, replyBufferFull)
		got := srv.Stats()
		sum := got.Filtered + got.Overrun + got.Delivered + got.Cleared + got.Discarded + uint64(got.Waiting)
		if got.Offered != 4+firmwareQueue-2+1 || sum != got.Offered {
			t.Errorf("counters = %+v, want %d offered, and their fates to sum up to that: %d", got.Counters, 4+firmwareQueue-2+1, sum)
		}
	})
}
