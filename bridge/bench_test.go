package bridge_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// BenchmarkEndToEnd measures events per second over loopback from a source that pushes rows in the receive loop, through a
// bridge, to a sink that answers and counts SENDs, for windows of 1 and more.
func BenchmarkEndToEnd(b *testing.B) {
	for _, window := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("window=%d", window), func(b *testing.B) { benchmarkEndToEnd(b, window) })
	}
}

func benchmarkEndToEnd(b *testing.B, window int) {
	b.Helper()
	const row = "96,10,6,0,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:01,136,2,9,29,0,0,0,0\r\n"
	want := int64(b.N)
	start := make(chan struct{})
	var sunk atomic.Int64
	done := make(chan struct{})
	source := peer(b, func(conn net.Conn) {
		<-start
		chunk := bytes.Repeat([]byte(row), 256)
		for left := want; left > 0; left -= 256 {
			if _, err := conn.Write(chunk[:min(left, 256)*int64(len(row))]); err != nil {
				return
			}
		}
	}, nil)
	sink := peer(b, nil, func() {
		if sunk.Add(1) == want {
			close(done)
		}
	})
	run := startBridge(b, fmt.Sprintf(`
remote "source" { address = %q }
remote "sink" {
  address = %q
  receive = "none"
  window  = %d
}
route "bench" {
  from = [remote.source]
  to   = [remote.sink]
  queue {
    max_events = 100000
    overflow   = "block"
  }
}`, source, sink, window))
	defer run()
	b.ReportAllocs()
	b.ResetTimer()
	close(start)
	select {
	case <-done:
	case <-time.After(5 * time.Minute):
		b.Fatalf("sink got %d events, want %d", sunk.Load(), want)
	}
	b.StopTimer()
	b.ReportMetric(float64(want)/b.Elapsed().Seconds(), "events/s")
}

func startBridge(b *testing.B, hcl string) (stop func()) {
	b.Helper()
	cfg, err := config.Parse("bench.hcl", []byte(hcl), config.Options{})
	if err != nil {
		b.Fatal(err)
	}
	cfg.Loop.Storm = config.Storm{Limit: 1 << 30, Window: 10 * time.Second} // counts, and takes equal events
	br, err := bridge.New(cfg, bridge.Options{})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		br.Run(ctx)
	}()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		up := true
		for _, r := range br.Remotes() {
			up = up && r.Up
		}
		if up {
			break
		}
	}
	return func() { cancel(); <-done }
}

// peer is the smallest link server that a bridge can work with: push is called in the receive loop, sent for each SEND.
func peer(b *testing.B, push func(net.Conn), sent func()) (address string) {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(conn, push, sent)
		}
	}()
	return listener.Addr().String()
}

func answer(conn net.Conn, push func(net.Conn), sent func()) {
	defer conn.Close()
	in, out := bufio.NewReaderSize(conn, 64<<10), bufio.NewWriterSize(conn, 64<<10)
	_, _ = io.WriteString(out, "+OK\r\n")
	for {
		if in.Buffered() == 0 && out.Flush() != nil {
			return
		}
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(string(line[:min(len(line), 8)]), " ")
		switch strings.TrimSpace(verb) {
		case "SEND":
			sent()
		case "VERS":
			_, _ = io.WriteString(out, "1,0,0,0\r\n")
		case "WCYD":
			_, _ = io.WriteString(out, "00-00-00-00-00-00-80-28\r\n")
		case "CHID":
			_, _ = io.WriteString(out, "0\r\n")
		case "GGID":
			_, _ = io.WriteString(out, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00\r\n")
		case "RCVLOOP":
			_, _ = io.WriteString(out, "+OK\r\n")
			if out.Flush() == nil && push != nil {
				push(conn)
			}
			continue
		}
		_, _ = io.WriteString(out, "+OK\r\n")
	}
}
