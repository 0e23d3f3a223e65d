package remote

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// loopSeen is what came in the receive loop around one STAT.
type loopSeen struct {
	rows, keepAlives, malformed, refusals int
	told, refused                         bool
	overruns                              uint64
}

// TestStatAmongEvents asks in the receive loop and has the answer come between other lines, whole and cut in two anywhere.
func TestStatAmongEvents(t *testing.T) {
	const (
		event  = "0,10,6,0,,,FF:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01,1\r\n"
		stat   = "0,0,7,1,2,3,4\r\n"
		ok     = "+OK - Success.\r\n"
		alive  = "+OK\r\n"
		no     = "-OK - Unknown command\r\n"
		digits = "0,10,6,0,,5,00000000000000000000000000000001\r\n" // an event whose GUID is all digits
		last   = "0,10,99,0,,,-,1\r\n"
	)
	seven := loopSeen{told: true, overruns: 7}
	with := func(s loopSeen, change func(*loopSeen)) loopSeen {
		change(&s)
		return s
	}
	for _, tt := range []struct {
		name, answer string
		want         loopSeen
	}{
		{"alone", stat + ok, seven},
		{"eight numbers", "0,0,7,1,2,3,4,5\r\n" + ok, seven},
		{"blanks", " 0, 0, 7,1,2,3,4 \r\n" + ok, seven},
		{"row right behind", stat + ok + event, with(seven, func(s *loopSeen) { s.rows = 1 })},
		{"rows between", event + stat + event + ok + event, with(seven, func(s *loopSeen) { s.rows = 3 })},
		{"keep-alives between", alive + stat + alive + ok + alive, with(seven, func(s *loopSeen) { s.keepAlives = 3 })},
		{"rows that look like it", digits + "0,10,6,0,,,-\r\n" + "0,10,6,0,,,,1\r\n" + stat + ok, with(seven, func(s *loopSeen) { s.rows = 3 })},
		{"no status line", stat + event, with(seven, func(s *loopSeen) { s.rows = 1 })},
		{"twice", stat + stat + ok, with(seven, func(s *loopSeen) { s.malformed = 1 })},
		{"refused", event + no + event, loopSeen{rows: 2, refused: true}},
		{"refused twice", no + no, loopSeen{refused: true, refusals: 1}},
		{"refused after the numbers", stat + no, with(seven, func(s *loopSeen) { s.refusals = 1 })},
		{"only a status line", ok + event, loopSeen{rows: 1, keepAlives: 1}},
		{"nothing", event, loopSeen{rows: 1}},
		{"six numbers", "0,0,7,1,2,3\r\n" + ok, loopSeen{malformed: 1, keepAlives: 1}},
		{"no numbers", "0,0,7,1,x,3,4\r\n" + ok, loopSeen{malformed: 1, keepAlives: 1}},
		{"too large", "0,0,99999999999999999999,1,2,3,4\r\n" + ok, loopSeen{malformed: 1, keepAlives: 1}},
		{"garbage, then the numbers", "lost: 7\r\n" + stat + ok, with(seven, func(s *loopSeen) { s.malformed = 1 })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for at := range len(tt.answer) {
				f := newFake(t)
				f.answer = func(c *fakeConn, line string) (string, bool) {
					if line != "STAT" {
						return "", false
					}
					_, _ = c.conn.Write([]byte(tt.answer[:at])) // over a pipe each write is a read of its own
					return tt.answer[at:] + last, true
				}
				if got := seeLoop(t, login(t, f.dial)); got != tt.want {
					t.Fatalf("cut at %d: %+v, want %+v", at, got, tt.want)
				}
			}
		})
	}
}

// seeLoop enters the receive loop, asks, and reads up to an event of type 99.
func seeLoop(t *testing.T, c *Client) (seen loopSeen) {
	t.Helper()
	if err := c.ReceiveLoop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.askStatistics(t.Context()); err != nil {
		t.Fatal(err)
	}
	var b Batch
	for {
		silent, err := c.listen(t.Context(), 10*time.Second, &b)
		switch {
		case Refused(err):
			seen.refusals++
		case err != nil || silent:
			t.Fatalf("listen = silent %v, %v, want a line", silent, err)
		}
		seen.rows += len(b.Rows)
		seen.keepAlives += b.KeepAlives
		seen.malformed += b.Malformed
		if n := len(b.Rows); n > 0 && b.Rows[n-1].Type == 99 {
			seen.rows--
			seen.told, seen.refused, seen.overruns = c.stat.told, c.stat.refused, c.stat.got.Overruns
			return seen
		}
	}
}

// FuzzStatisticsAreNoEvent proves that no line can be both.
func FuzzStatisticsAreNoEvent(f *testing.F) {
	for _, line := range []string{
		"0,0,7,1,2,3,4", "0,0,7,1,2,3,4,5", " 1, 2,3,4,5,6,7\t", "0,10,6,0,,5,00000000000000000000000000000001", "0,10,6,0,,,-,1",
		"0,10,6,0,20260102030405,5,12345678901234567890,1", "0,10,6,0,,,,1", "1,2,3,4,5,6", "1,2,3,4,5,6,7,8,9", "", ",", "1,2,3,4,,6,7",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		s := statAsk{waits: true, until: time.Now().Add(time.Hour)}
		if !s.numbers(slices.Clone(line)) {
			if s.told || !s.waits {
				t.Errorf("%q left the question in state %+v, want it open", line, s)
			}
			return
		}
		var row vscp.Row
		if err := row.Parse(line); err == nil {
			t.Errorf("%q is taken for statistics and is an event, want one of them", line)
		}
		if want, err := parseStatistics(string(line)); err != nil || s.got != want {
			t.Errorf("%q taken as %+v, want %+v, %v", line, s.got, want, err)
		}
	})
}

// answerStat makes a fake answer STAT with overruns: each time the next, the last again and again.
func answerStat(f *fake, overruns ...uint64) {
	asked := 0
	f.answer = func(_ *fakeConn, line string) (string, bool) {
		if line != "STAT" {
			return "", false
		}
		n := overruns[min(asked, len(overruns)-1)]
		asked++
		return fmt.Sprintf("0,0,%d,0,0,0,0\r\n+OK - Success.\r\n", n), true
	}
}

// alive has a connection of a fake say a keep-alive every two seconds for so long.
func alive(c *fakeConn, d time.Duration) {
	for range int(d / (2 * time.Second)) {
		time.Sleep(2 * time.Second)
		c.push("+OK")
	}
}

// TestOverrunsInTheLoop checks when STAT is asked, and what is counted: a smaller number than before starts anew.
func TestOverrunsInTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		answerStat(f, 0, 5, 5, 2, 2, 9)
		start := time.Now()
		r := newRig(t, f.dial, func(o *Options) { o.DeadAfter = 10 * time.Second }).start()
		synctest.Wait()
		alive(f.conn(1), 7*time.Minute)
		synctest.Wait()
		var want []time.Duration
		for d := time.Minute; d <= 7*time.Minute; d += time.Minute {
			want = append(want, d)
		}
		if got := since(start, f.conn(1).times("STAT")); !slices.Equal(got, want) {
			t.Errorf("asked at %v, want %v", got, want)
		}
		if got := f.conn(2).lines("STAT"); len(got) != 0 {
			t.Errorf("asked %d times on the connection that sends, want never", len(got))
		}
		if got := r.m.Status().Loss; got != (Loss{Overruns: 5 + 2 + 7}) {
			t.Errorf("Loss = %+v, want 14 overruns", got)
		}
		lines := r.log.find(t, "remote lost events for want of room")
		if len(lines) != 3 || lines[0]["events"] != 5.0 || lines[1]["events"] != 2.0 || lines[2]["events"] != 7.0 {
			t.Errorf("logged %v, want 3 lines with 5, 2 and 7 events", lines)
		}
		if l := r.link(roleReceive); l.Connects != 1 || l.Failures != 0 {
			t.Errorf("status %+v, want one connection and no failure", l)
		}
	})
}

// TestOverrunsOfTheNextConnection counts from 0 again.
func TestOverrunsOfTheNextConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		answerStat(f, 5, 8)
		r := newRig(t, f.dial, func(o *Options) { o.Backoff.Jitter, o.Connections = 0, 2 }).start()
		synctest.Wait()
		alive(f.conn(1), 61*time.Second)
		synctest.Wait()
		_ = f.conn(1).conn.Close()
		time.Sleep(time.Second)
		alive(f.conn(3), 61*time.Second)
		synctest.Wait()
		if got := r.m.Status().Loss.Overruns; got != 5+8 {
			t.Errorf("%d overruns, want 13", got)
		}
	})
}

// TestWhoIsNotAsked leaves alone who does not count, who refuses, and everybody if that is wanted.
func TestWhoIsNotAsked(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Options)
		answer string
		want   int
	}{
		{"unless off", func(*Options) {}, "", 10},
		{"off", func(o *Options) { o.StatEvery = 0 }, "", 0},
		{"firmware", func(o *Options) { o.Profile = FamilyFirmware }, "", 10},
		{"uvscpd counts nothing", func(o *Options) { o.Profile = FamilyUvscpd }, "", 0},
		{"refused", func(*Options) {}, "-OK - Unknown command\r\n", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) { return tt.answer, line == "STAT" && tt.answer != "" }
				r := newRig(t, f.dial, tt.change).start()
				synctest.Wait()
				alive(f.conn(1), 10*time.Minute+time.Second)
				synctest.Wait()
				if got := f.all("STAT"); len(got) != tt.want {
					t.Errorf("asked %d times in ten minutes, want %d", len(got), tt.want)
				}
				if got := r.log.find(t, "unexpected refusal in the receive loop"); len(got) != 0 {
					t.Errorf("logged %v, want nothing", got)
				}
				if got := r.log.find(t, "remote refused STAT, not asked again on this connection"); len(got) == 1 != (tt.answer != "") {
					t.Errorf("refusal logged %d times, want it only where there is one", len(got))
				}
				if l := r.link(roleReceive); l.Connects != 1 || l.State != StateReceiving {
					t.Errorf("status %+v, want receiving on the first connection", l)
				}
			})
		})
	}
}

// TestStatIsNeverAnswered keeps a link whose peer lives, asks again, and takes no late refusal for the answer.
func TestStatIsNeverAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) { return "", line == "STAT" }
		r := newRig(t, f.dial, func(o *Options) { o.DeadAfter, o.StatEvery = 10*time.Second, 10*time.Second }).start()
		start := time.Now()
		synctest.Wait()
		alive(f.conn(1), 100*time.Second)
		synctest.Wait()
		want := []time.Duration{10 * time.Second, 40 * time.Second, 70 * time.Second, 100 * time.Second}
		if got := since(start, f.conn(1).times("STAT")); !slices.Equal(got, want) {
			t.Errorf("asked at %v, want %v: again when nobody waits for the answer any more", got, want)
		}
		if l := r.link(roleReceive); l.Connects != 1 || l.Failures != 0 || l.State != StateReceiving {
			t.Errorf("status %+v, want receiving on the first connection", l)
		}
	})
}

// TestLateStatAnswer does not look for an answer for ever: after the patience lines are what they are otherwise.
func TestLateStatAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) { return "", line == "STAT" }
		r := newRig(t, f.dial, nil).start()
		synctest.Wait()
		alive(f.conn(1), time.Minute+statPatience)
		time.Sleep(time.Second)
		f.conn(1).push("0,0,7,0,0,0,0", "-OK - what?", "+OK")
		synctest.Wait()
		if got := r.m.Status().Loss.Overruns; got != 0 {
			t.Errorf("%d overruns by a line that nobody asked for, want 0", got)
		}
		for _, message := range []string{"malformed event line", "unexpected refusal in the receive loop"} {
			if got := r.log.find(t, message); len(got) != 1 {
				t.Errorf("%q logged %d times, want once", message, len(got))
			}
		}
	})
}

// TestStatShowsNoRhythm has a peer without keep-alives answer: it must not be taken for one that sends them often.
func TestStatShowsNoRhythm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		start := time.Now()
		r := newRig(t, f.dial, func(o *Options) { o.DeadAfter = 0 }).start()
		time.Sleep(time.Minute + time.Second)
		f.conn(1).push("0,10,6,0,,,-,1")
		synctest.Wait()
		before := len(f.conn(1).lines("NOOP"))
		time.Sleep(10*time.Second - 1)
		if got := len(f.conn(1).lines("NOOP")) - before; got != 1 {
			t.Errorf("asked for a sign of life %d times in the 10s after the answer to STAT, want once", got)
		}
		if n := r.m.counts.keepAlives.Load(); n != uint64(len(f.conn(1).lines("NOOP"))) {
			t.Errorf("%d keep-alives after %v, want one for each NOOP", n, time.Since(start))
		}
	})
}

// TestStatIsNotAskedAfterQuit leaves a server alone that still sends what it has.
func TestStatIsNotAskedAfterQuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) { return "", line == "QUIT" }
		r := newRig(t, f.dial, func(o *Options) { o.StatEvery = 100 * time.Millisecond }).start()
		time.Sleep(time.Second)
		f.conn(1).push("+OK")
		synctest.Wait()
		if got := len(f.conn(1).lines("STAT")); got != 1 {
			t.Fatalf("asked %d times before the stop, want once", got)
		}
		r.m.StopReceiving()
		synctest.Wait()
		for range 4 {
			time.Sleep(200 * time.Millisecond)
			f.conn(1).push("0,10,6,0,,,-,1")
		}
		time.Sleep(time.Second)
		if stat, quit := len(f.conn(1).lines("STAT")), len(f.conn(1).lines("QUIT")); stat != 1 || quit != 1 {
			t.Errorf("asked %d times and said QUIT %d times, want once each", stat, quit)
		}
		if got := len(r.in.all()); got != 4 {
			t.Errorf("received %d events after QUIT, want the 4 that came", got)
		}
	})
}
