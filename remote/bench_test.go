package remote

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// benchRow is an event of usual size.
const benchRow = "352,10,6,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,136,2,9,29"

const success = "+OK - Success.\r\n"

// answerLines is the least a server can do: a status line for each line, those that came together in one write.
func answerLines(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 256<<10)
	replies := bytes.Repeat([]byte(success), maxWindow)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		for lines := bytes.Count(buf[:n], []byte{'\n'}); lines > 0; {
			some := min(lines, maxWindow)
			if _, err := conn.Write(replies[:some*len(success)]); err != nil {
				return
			}
			lines -= some
		}
	}
}

// pipeOrLoopback runs a benchmark over both, with a server that ends with the benchmark.
func pipeOrLoopback(b *testing.B, server func(net.Conn), bench func(b *testing.B, c *Client)) {
	b.Helper()
	run := func(b *testing.B, near, far net.Conn) {
		b.Helper()
		var serving sync.WaitGroup
		serving.Go(func() {
			if _, err := io.WriteString(far, success); err == nil {
				server(far)
			}
		})
		c, err := NewClient(b.Context(), near, ClientOptions{})
		if err != nil {
			b.Fatal(err)
		}
		bench(b, c)
		_ = c.Close()
		serving.Wait()
	}
	b.Run("pipe", func(b *testing.B) {
		near, far := net.Pipe()
		run(b, near, far)
	})
	b.Run("loopback", func(b *testing.B) {
		near, far := loopback(b)
		run(b, near, far)
	})
}

func loopback(b *testing.B) (near, far net.Conn) {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	if near, err = new(net.Dialer).DialContext(b.Context(), "tcp", listener.Addr().String()); err != nil {
		b.Fatal(err)
	}
	if far, err = listener.Accept(); err != nil {
		b.Fatal(err)
	}
	return near, far
}

// BenchmarkSendRow measures one event after the other, each waiting for its answer.
func BenchmarkSendRow(b *testing.B) {
	row := mustRow(b, benchRow)
	row.ObID = 4711 // as a server gave it
	pipeOrLoopback(b, answerLines, func(b *testing.B, c *Client) {
		b.Helper()
		form := vscp.TextForm{Time: vscp.TimeNanos}
		b.ReportAllocs()
		for b.Loop() {
			if err := c.SendRow(b.Context(), row, form); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

// endless is an Outbox that never runs dry until it is closed.
type endless struct {
	rows  []*vscp.Row
	left  int
	ready chan struct{}
}

// Peek implements Outbox.
func (e *endless) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	n := min(limit, e.left)
	e.left -= n
	for i := range n {
		dst = append(dst, e.rows[i%len(e.rows)])
	}
	return dst
}

// Settle implements Outbox.
func (*endless) Settle(int, Outcome) {}

// Release implements Outbox.
func (*endless) Release([]Fate) {}

// Refuse implements Outbox.
func (*endless) Refuse(Fate) {}

// Again implements Outbox.
func (*endless) Again(int, *vscp.Row, time.Duration) bool { return true }

// Ready implements Outbox.
func (e *endless) Ready() <-chan struct{} { return e.ready }

// Waiting implements Outbox.
func (e *endless) Waiting() (int, time.Time) { return e.left, time.Time{} }

// BenchmarkSender measures the manager's sender for windows of 1 and more, over loopback.
func BenchmarkSender(b *testing.B) {
	for _, window := range []int{1, 8, 64, 1024} {
		b.Run(fmt.Sprintf("window=%d", window), func(b *testing.B) {
			near, far := loopback(b)
			var serving sync.WaitGroup
			serving.Go(func() {
				_, _ = io.WriteString(far, success)
				answerLines(far)
			})
			o := DefaultOptions()
			o.Name, o.Addresses, o.Receive, o.Window = "house", []string{testAddress}, ReceiveNone, window
			out := &endless{rows: []*vscp.Row{mustRow(b, benchRow)}, ready: make(chan struct{})}
			m, err := NewManager(o, nil, out)
			if err != nil {
				b.Fatal(err)
			}
			c, err := NewClient(b.Context(), near, o.Client)
			if err != nil {
				b.Fatal(err)
			}
			l := m.links[0]
			l.cleared = time.Now()
			s := newSender(l, c, &Profile{Traits: TraitsOf(FamilyVSCPD)})
			const run = 4096
			b.ReportAllocs()
			for b.Loop() {
				out.left = run
				if err := s.drain(b.Context(), nil); err != nil {
					b.Fatal(err)
				}
			}
			events := float64(b.N) * run
			b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(b.Elapsed().Seconds()*1e9/events, "ns/event")
			_ = c.Close()
			serving.Wait()
		})
	}
}

// BenchmarkReceive measures rows pushed in the receive loop, in chunks as a busy server writes them.
func BenchmarkReceive(b *testing.B) {
	chunk := []byte(strings.Repeat(benchRow+"\r\n", 500))
	push := func(conn net.Conn) {
		defer conn.Close()
		for {
			if _, err := conn.Write(chunk); err != nil {
				return
			}
		}
	}
	pipeOrLoopback(b, push, func(b *testing.B, c *Client) {
		b.Helper()
		var batch Batch
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		rows := 0
		b.ReportAllocs()
		for b.Loop() {
			if err := c.Receive(ctx, 10*time.Second, &batch); err != nil {
				b.Fatal(err)
			}
			rows += len(batch.Rows)
		}
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(rows), "ns/row")
	})
}

// BenchmarkRetrieve measures rows fetched 64 at a time.
func BenchmarkRetrieve(b *testing.B) {
	reply := []byte(strings.Repeat(benchRow+"\r\n", fetchBatch) + success)
	answer := func(conn net.Conn) {
		defer conn.Close()
		buf := make([]byte, 64)
		for {
			if _, err := conn.Read(buf); err != nil {
				return
			}
			if _, err := conn.Write(reply); err != nil {
				return
			}
		}
	}
	pipeOrLoopback(b, answer, func(b *testing.B, c *Client) {
		b.Helper()
		var batch Batch
		b.ReportAllocs()
		for b.Loop() {
			if err := c.Retrieve(b.Context(), fetchBatch, &batch); err != nil || len(batch.Rows) != fetchBatch {
				b.Fatalf("Retrieve = %v with %d events, want nil with %d", err, len(batch.Rows), fetchBatch)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N*fetchBatch), "ns/row")
	})
}

// TestNoAllocations keeps the hot paths free of them. The far end is a canned connection, so that only ours counts.
func TestNoAllocations(t *testing.T) {
	row := mustRow(t, benchRow)
	row.ObID = 4711 // as a server gave it
	far := &prompt{owed: 1}
	c, err := NewClient(t.Context(), far, ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(1000, func() {
		if err := c.SendRow(t.Context(), row, vscp.TextForm{Time: vscp.TimeNanos}); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("SendRow allocates %v times, want 0", n)
	}
	if err := c.ReceiveLoop(t.Context()); err != nil {
		t.Fatal(err)
	}
	far.rows = []byte(strings.Repeat(benchRow+"\r\n", 100))
	var b Batch
	received := 0
	if n := testing.AllocsPerRun(1000, func() {
		if err := c.Receive(t.Context(), time.Second, &b); err != nil {
			t.Fatal(err)
		}
		received += len(b.Rows)
	}); n != 0 || received < 1000 {
		t.Errorf("Receive allocates %v times for %d events, want 0 for at least 1000", n, received)
	}
}

// prompt is a connection to a peer that answers each write with success, or pushes rows without end.
type prompt struct {
	canned
	owed int
	rows []byte
	at   int
}

func (p *prompt) Write(b []byte) (int, error) {
	p.owed++
	return len(b), nil
}

func (p *prompt) Read(b []byte) (int, error) {
	if p.owed > 0 {
		p.owed--
		return copy(b, success), nil
	}
	n := copy(b, p.rows[p.at:])
	p.at = (p.at + n) % len(p.rows)
	return n, nil
}
