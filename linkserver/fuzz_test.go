package linkserver

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// inputConn is a client whose whole input is known: reads give it in pieces, then the end; writes are collected.
type inputConn struct {
	net.Conn // nil: only the methods below are called
	input    []byte
	piece    int

	mu     sync.Mutex // guards output
	output bytes.Buffer
}

func (c *inputConn) Read(p []byte) (int, error) {
	if len(c.input) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.input[:min(c.piece, len(c.input))])
	c.input = c.input[n:]
	return n, nil
}

func (c *inputConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.output.Write(p)
}

func (c *inputConn) Close() error                     { return nil }
func (c *inputConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c *inputConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (c *inputConn) SetReadDeadline(time.Time) error  { return nil }
func (c *inputConn) SetWriteDeadline(time.Time) error { return nil }

// answersDue returns how many final lines the input deserves, were it all read: one per complete line, and one for a line
// that is over-long before its end came.
func answersDue(input []byte) int {
	due := bytes.Count(input, []byte("\n"))
	rest := input[bytes.LastIndexByte(input, '\n')+1:]
	if len(rest) > linkwire.MaxLine+1 {
		due++
	}
	return due
}

// FuzzSession feeds arbitrary bytes to a session. Whatever comes, it ends, writes whole lines only, and answers each complete
// line with exactly one final line until it says goodbye.
func FuzzSession(f *testing.F) {
	login := "USER admin\r\nPASS secret\r\n"
	for _, seed := range []string{
		"NOOP\r\n", "\n\n\r\n", login + "SEND 96,20,3,0,,,-,1\r\nRETR 5\r\nCDTA\r\n",
		login + "RCVLOOP\r\nSEND 96,20,3,0,,,-,1\r\nRETR\r\nQUITLOOP\r\nQUIT\r\nNOOP\r\n",
		login + "SFLT 0,20,0,-\r\nSMSK 0,65535,0,-\r\nSGID -\r\nGGID\r\nHELP\r\nINTERFACE\r\nSTAT\r\nINFO\r\n",
		"USER admin\r\nPASS wrong\r\nNOOP\r\n", "a\x00b\r\n+\r\n++\r\n+OK\r\n-OK\r\n", strings.Repeat("x", 5000) + "\r\nNOOP\r\n",
		strings.Repeat("y", 9000), "CHALLENGE x\r\nVERS", login + "RCVLOOP\nRCVLOOP\nexit\n",
	} {
		f.Add([]byte(seed), uint16(7))
		f.Add([]byte(seed), uint16(60000))
	}
	opts := testOptions()
	opts.Accounts = map[string]Account{"admin": {Password: "secret", Level: levelAdmin}}
	opts.KeepAlive = time.Hour
	f.Fuzz(func(t *testing.T, input []byte, piece uint16) {
		opts := opts
		var srv *Server
		opts.OnEvent = func(e Received) { srv.Publish(e.Row) } // the sender gets its events back, so there are rows
		srv = newTestServer(t, opts)
		conn := &inputConn{input: bytes.Clone(input), piece: int(piece) + 1}
		srv.ServeConn(t.Context(), conn)

		const greeting = "Welcome to the VSCP tcp/ip server [tcpiplink].\r\nVersion: 1.0.0-0\r\n+OK - Success.\r\n"
		output, ok := strings.CutPrefix(conn.output.String(), greeting)
		if !ok || (output != "" && !strings.HasSuffix(output, "\r\n")) {
			t.Fatalf("output = %q, want the greeting and whole lines", conn.output.String())
		}
		got, last := 0, ""
		for line := range strings.SplitSeq(strings.TrimSuffix(output, "\r\n"), "\r\n") {
			if linkwire.StatusOf([]byte(line)) != linkwire.Data {
				got, last = got+1, line
			}
		}
		due := answersDue(input)
		saidBye := last == replyBye || (last == replyCredentials)
		if got != due && (!saidBye || got > due) {
			t.Errorf("%q got %d final lines, want %d", input, got, due)
		}
		if s := srv.Stats(); s.Offered != s.Filtered+s.Overrun+s.Delivered+s.Cleared+s.Discarded || len(s.Clients) != 0 {
			t.Errorf("%q left stats %+v, want them balanced and no client", input, s)
		}
	})
}
