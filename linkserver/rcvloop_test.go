package linkserver

import (
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestRetrieveInTheLoopKeepsTheOrder has the loop wait with a row in hand while RETR takes the next one.
func TestRetrieveInTheLoopKeepsTheOrder(t *testing.T) {
	srv := newTestServer(t, testOptions())
	conn, _ := unread(t, srv)
	write := func(line string) {
		if _, err := io.WriteString(conn, line+"\r\n"); err != nil {
			t.Errorf("write: %v", err)
		}
	}
	write("RCVLOOP")
	readLine(t, conn)
	queue := (*srv.live.Load())[0].queue
	for round := range 100 {
		write("NOOP") // its answer is being written from now on, until it is read
		first := "352,20,3,0,," + strconv.FormatInt(1795366769000000000+2*int64(round), 10) + ",-,1"
		second := "352,20,3,0,," + strconv.FormatInt(1795366769000000001+2*int64(round), 10) + ",-,1"
		srv.Publish(mustRow(t, first))
		for queue.len() > 0 { // until the loop took it
			runtime.Gosched()
		}
		srv.Publish(mustRow(t, second))
		var wg sync.WaitGroup
		wg.Go(func() { write("RETR") })
		var rows []string
		for finals := 0; finals < 2 || len(rows) < 2; {
			if line := strings.TrimSpace(readLine(t, conn)); line[1:3] == "OK" {
				finals++
			} else {
				rows = append(rows, line)
			}
		}
		wg.Wait()
		if rows[0] != first || rows[1] != second {
			t.Fatalf("round %d: rows = %q, want %q, %q", round, rows, first, second)
		}
	}
}

// TestNoRowAfterTheLoop floods a client that enters and leaves the loop.
func TestNoRowAfterTheLoop(t *testing.T) {
	srv := newTestServer(t, testOptions())
	c := dialTCP(t, startTCP(t, srv)).login()
	stop := make(chan struct{})
	var flood sync.WaitGroup
	flood.Go(func() {
		row := mustRow(t, testRow)
		for {
			select {
			case <-stop:
				return
			default:
				srv.Publish(row)
				runtime.Gosched()
			}
		}
	})
	for range 20 {
		c.want("RCVLOOP", replyLoopEntered)
		c.expect(testRow)
		c.send("QUITLOOP\r\n")
		for line := testRow; line != replyLoopLeft; {
			line, _ = c.next()
			if line != testRow && line != replyLoopLeft {
				t.Fatalf("line = %q, want a row or %q", line, replyLoopLeft)
			}
		}
		c.want("NOOP", replySuccess)
	}
	close(stop)
	flood.Wait()
}

func TestLoopDoesNotHoldWrittenLines(t *testing.T) {
	srv := newTestServer(t, testOptions())
	s := newSession(srv, &inputConn{}, 1)
	s.queue.start()
	s.queue.push(batchOf(t, testRow, testRow))
	var b pushBuffer
	if n, err := s.pushBatch(&b); n != 2 || err != nil {
		t.Fatalf("pushBatch = %d, %v, want 2 rows", n, err)
	}
	for i, line := range b.lines[:cap(b.lines)] {
		if line != nil {
			t.Errorf("lines[%d] = %q after it was written, want nil", i, line)
		}
	}
}

func TestRetrieveInTheLoopWritesAtOnce(t *testing.T) {
	srv := newTestServer(t, testOptions())
	conn := &inputConn{}
	s := newSession(srv, conn, 1)
	s.queue.start()
	s.queue.push(batchOf(t, testRow))
	s.loop = &pushLoop{}
	s.cmdRetr("")
	if got, want := conn.output.String(), testRow+"\r\n"+replySuccess+"\r\n"; got != want {
		t.Errorf("written when RETR returned: %q, want %q", got, want)
	}
}

// brokenConn fails its second write, and only that.
type brokenConn struct {
	inputConn
	writes int
}

func (c *brokenConn) Write(p []byte) (int, error) {
	if c.writes++; c.writes == 2 {
		return len(p) / 2, io.ErrShortWrite
	}
	return len(p), nil
}

func TestNothingIsWrittenAfterAFailure(t *testing.T) {
	opts := testOptions()
	var srv *Server
	opts.OnEvent = func(e Received) {
		for range 5000 {
			srv.Publish(e.Row)
		}
	}
	srv = newTestServer(t, opts)
	conn := &brokenConn{inputConn: inputConn{
		input: []byte("USER a\r\nPASS b\r\nSEND " + testRow + "\r\nRETR 5000\r\nRCVLOOP\r\n"),
		piece: 1000,
	}}
	srv.ServeConn(t.Context(), conn)
	if conn.writes != 2 {
		t.Errorf("%d writes, want none after the second, which failed", conn.writes)
	}
	if got := srv.Stats(); got.Delivered != 0 || got.Discarded != 5000 {
		t.Errorf("delivered = %d, discarded = %d, want 0 and 5000", got.Delivered, got.Discarded)
	}
}
