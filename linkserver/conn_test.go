package linkserver

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// unread connects a client that does not read, after its login.
func unread(t *testing.T, srv *Server) (c net.Conn, ended chan struct{}) {
	t.Helper()
	near, far := net.Pipe()
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		srv.ServeConn(t.Context(), far)
	}()
	t.Cleanup(func() { _ = near.Close(); <-ended })
	go func() { _, _ = io.WriteString(near, "USER a\r\nPASS b\r\n") }()
	for range 5 { // three lines of greeting, two answers
		readLine(t, near)
	}
	return near, ended
}

// readLine reads byte by byte, so that nothing more is taken from the server.
func readLine(t *testing.T, c net.Conn) string {
	t.Helper()
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := c.Read(b); err != nil {
			t.Fatalf("read after %q: %v", line, err)
		}
		if line = append(line, b[0]); b[0] == '\n' {
			return string(line)
		}
	}
}

func TestClientThatNeverReads(t *testing.T) {
	for _, tc := range []struct {
		name  string
		start func(t *testing.T, c net.Conn)
	}{
		{"pipelining", func(_ *testing.T, c net.Conn) {
			go func() {
				for err := error(nil); err == nil; {
					_, err = io.WriteString(c, strings.Repeat("HELP\r\n", 1000))
				}
			}()
		}},
		{"retrieving", func(_ *testing.T, c net.Conn) { go func() { _, _ = io.WriteString(c, "RETR 1\r\nRETR 1000\r\n") }() }},
		{"in the loop", func(t *testing.T, c net.Conn) {
			t.Helper()
			if _, err := io.WriteString(c, "RCVLOOP\r\n"); err != nil {
				t.Fatalf("write: %v", err)
			}
			readLine(t, c)
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := testOptions()
				opts.QueueEvents = 100
				srv := newTestServer(t, opts)
				conn, ended := unread(t, srv)
				other := dialPipe(t, srv).login()
				start := time.Now()
				srv.Publish(mustRow(t, testRow))
				tc.start(t, conn)
				for i := range 1000 {
					srv.Publish(mustRow(t, testRow))
					if i%50 == 0 {
						other.command("RETR 50")
					}
				}
				if waited := time.Since(start); waited != 0 {
					t.Errorf("the others waited %v, want 0s", waited)
				}
				<-ended
				if got := time.Since(start); got != opts.WriteTimeout {
					t.Errorf("session ended after %v, want %v", got, opts.WriteTimeout)
				}
				got := srv.Stats()
				if got.Overrun == 0 || len(got.Clients) != 1 {
					t.Errorf("overrun = %d, clients = %d, want more than 0 and 1", got.Overrun, len(got.Clients))
				}
				if sum := got.Filtered + got.Overrun + got.Delivered + got.Cleared + got.Discarded + uint64(got.Waiting); sum != got.Offered {
					t.Errorf("fates of events sum up to %d, want the %d offered", sum, got.Offered)
				}
			})
		})
	}
}

// writeLog records each write of the server.
type writeLog struct {
	net.Conn
	mu     sync.Mutex // guards writes
	writes []string
}

func (w *writeLog) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.writes = append(w.writes, string(p))
	w.mu.Unlock()
	return w.Conn.Write(p)
}

func TestPipelinedSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newTestServer(t, testOptions())
		log := &writeLog{}
		a := connect(t, srv, func(c net.Conn) net.Conn { log.Conn = c; return log }).login()
		b := dialPipe(t, srv).login()
		b.want("RCVLOOP", replyLoopEntered)
		log.writes = nil
		var text bytes.Buffer
		for i := range 200 {
			fmt.Fprintf(&text, "SEND 96,20,3,0,,%d,-,%d\r\n", 1795366769001000000+int64(i), i)
			if i%10 == 9 {
				fmt.Fprintf(&text, "SEND %d\r\n", i)
			}
		}
		a.send(text.String())
		for i := range 200 {
			a.expect(replySuccess)
			if i%10 == 9 {
				a.expect(replyParameter)
			}
			b.expect(fmt.Sprintf("352,20,3,1,,%d,FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:04:00:01:00:00,%d", 1795366769001000000+int64(i), i))
		}
		log.mu.Lock()
		defer log.mu.Unlock()
		if got := len(log.writes); got < 1 || got > 20 {
			t.Errorf("220 replies took %d writes, want 1..20", got)
		}
		for _, w := range log.writes {
			if !strings.HasSuffix(w, "\r\n") {
				t.Errorf("write %q ends within a line, want whole lines", w)
			}
		}
	})
}

func TestAnswersAndRowsAreWrittenWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newTestServer(t, testOptions())
		log := &writeLog{}
		c := connect(t, srv, func(c net.Conn) net.Conn { log.Conn = c; return log }).login()
		srv.Publish(mustRow(t, testRow))
		c.command("RETR")
		c.command("GGID")
		c.command("RCVLOOP")
		srv.Publish(mustRow(t, testRow), mustRow(t, testRow))
		c.expect(testRow, testRow)
		time.Sleep(2 * time.Second)
		c.expect("+OK")
		log.mu.Lock()
		defer log.mu.Unlock()
		want := []string{
			"Welcome to the VSCP tcp/ip server [tcpiplink].\r\nVersion: 1.0.0-0\r\n+OK - Success.\r\n",
			replyUserAccepted + "\r\n",
			replySuccess + "\r\n",
			testRow + "\r\n" + replySuccess + "\r\n",
			"FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:04:00:01:00:00\r\n" + replySuccess + "\r\n",
			replyLoopEntered + "\r\n",
			testRow + "\r\n" + testRow + "\r\n",
			"+OK\r\n",
		}
		if fmt.Sprintf("%q", log.writes) != fmt.Sprintf("%q", want) {
			t.Errorf("writes = %q, want %q", log.writes, want)
		}
	})
}

func TestRowsAreWrittenInLargeBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newTestServer(t, testOptions())
		log := &writeLog{}
		c := connect(t, srv, func(c net.Conn) net.Conn { log.Conn = c; return log }).login()
		for range 5000 {
			srv.Publish(mustRow(t, testRow))
		}
		log.writes = nil
		c.want("RCVLOOP", replyLoopEntered)
		for range 5000 {
			c.expect(testRow)
		}
		log.mu.Lock()
		defer log.mu.Unlock()
		perWrite := maxWrite / (len(testRow) + 2)
		if got, want := len(log.writes), 1+(5000+perWrite-1)/perWrite; got != want {
			t.Errorf("5000 rows took %d writes with the reply, want %d", got, want)
		}
	})
}

func TestRetrieveIsWrittenInBoundedPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newTestServer(t, testOptions())
		log := &writeLog{}
		c := connect(t, srv, func(c net.Conn) net.Conn { log.Conn = c; return log }).login()
		for range 5000 {
			srv.Publish(mustRow(t, testRow))
		}
		if got := len(c.command("RETR 5000")); got != 5001 {
			t.Errorf("RETR 5000 gave %d lines, want 5001", got)
		}
		synctest.Wait()
		for _, w := range log.writes {
			if len(w) > maxWrite || !strings.HasSuffix(w, "\r\n") {
				t.Errorf("write of %d bytes, want whole lines of at most %d bytes", len(w), maxWrite)
			}
		}
		if got := cap((*srv.live.Load())[0].out); got > keepBuffer {
			t.Errorf("idle session keeps a buffer of %d bytes, want at most %d", got, keepBuffer)
		}
	})
}
