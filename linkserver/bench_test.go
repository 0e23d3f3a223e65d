package linkserver

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// BenchmarkPush measures rows from Publish through one client's queue and a loopback socket to that client, which counts them.
func BenchmarkPush(b *testing.B) {
	opts := testOptions()
	opts.KeepAlive = time.Hour // so that each line is a row
	srv := newTestServer(b, opts)
	conn := benchLogin(b, startTCP(b, srv))
	mustWrite(b, conn, "RCVLOOP\r\n")
	mustRead(b, conn, replyLoopEntered+"\r\n")
	rows := make([]*vscp.Row, 64)
	for i := range rows {
		rows[i] = mustRow(b, testRow)
	}
	var received atomic.Int64
	go func() {
		for buf := make([]byte, 256<<10); ; {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			received.Add(int64(bytes.Count(buf[:n], []byte("\n"))))
		}
	}()
	// wait is what a source does that knows the limit of the queue.
	published := int64(0)
	wait := func(most int64) {
		for published-received.Load() > most {
			runtime.Gosched()
		}
	}
	b.ReportAllocs()
	start := time.Now()
	for b.Loop() {
		wait(9000)
		srv.Publish(rows...)
		published += int64(len(rows))
	}
	wait(0)
	elapsed := time.Since(start)
	if c := srv.Stats(); c.Overrun != 0 || c.Delivered != uint64(published) {
		b.Fatalf("delivered %d of %d, overrun %d, want all", c.Delivered, published, c.Overrun)
	}
	b.ReportMetric(float64(published)/elapsed.Seconds(), "rows/s")
	b.ReportMetric(elapsed.Seconds()*1e9/float64(published), "ns/row")
}

// BenchmarkPipelinedSend measures SENDs in windows of 200, with the replies read before the next window.
func BenchmarkPipelinedSend(b *testing.B) {
	const window = 200
	for _, receivers := range []int{0, 1} {
		b.Run(map[int]string{0: "alone", 1: "delivered"}[receivers], func(b *testing.B) {
			srv := newTestServer(b, testOptions())
			addr := startTCP(b, srv)
			for range receivers {
				conn := benchLogin(b, addr)
				mustWrite(b, conn, "RCVLOOP\r\n")
				go func() { _, _ = io.Copy(io.Discard, conn) }()
			}
			conn := benchLogin(b, addr)
			text := strings.Repeat("SEND "+testRow+"\r\n", window)
			replies := strings.Repeat(replySuccess+"\r\n", window)
			b.ReportAllocs()
			sends := 0
			for b.Loop() {
				mustWrite(b, conn, text)
				mustRead(b, conn, replies)
				sends += window
			}
			b.ReportMetric(float64(sends)/b.Elapsed().Seconds(), "sends/s")
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(sends), "ns/send")
			b.ReportMetric(float64(srv.Stats().Overrun)/float64(sends), "overrun/send")
		})
	}
}

// BenchmarkLockStepSend measures a SEND and its reply, one at a time.
func BenchmarkLockStepSend(b *testing.B) {
	conn := benchLogin(b, startTCP(b, newTestServer(b, testOptions())))
	b.ReportAllocs()
	for b.Loop() {
		mustWrite(b, conn, "SEND "+testRow+"\r\n")
		mustRead(b, conn, replySuccess+"\r\n")
	}
}

func benchLogin(b *testing.B, addr net.Addr) net.Conn {
	b.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		b.Fatalf("Dial = %v", err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	mustWrite(b, conn, "USER a\r\nPASS b\r\n")
	mustRead(b, conn, "Welcome to the VSCP tcp/ip server [tcpiplink].\r\nVersion: 1.0.0-0\r\n"+replySuccess+"\r\n"+replyUserAccepted+"\r\n"+replySuccess+"\r\n")
	return conn
}

func mustWrite(b *testing.B, conn net.Conn, text string) {
	b.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		b.Fatalf("write: %v", err)
	}
}

func mustRead(b *testing.B, conn net.Conn, want string) {
	b.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
		b.Fatalf("read %q, %v, want %q", got, err, want)
	}
}
