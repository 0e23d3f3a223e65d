package bridge_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// TestSchedulesAreSpread visits a thousand remotes, at the start and at each tick no more than a hundred in any second.
func TestSchedulesAreSpread(t *testing.T) {
	const n, every = 1000, time.Minute
	var hcl strings.Builder
	for i := range n {
		fmt.Fprintf(&hcl, "remote \"r%d\" {\n  address = \"r%d:9598\"\n  backoff {\n    initial = \"1h\"\n    max = \"1h\"\n  }\n", i, i)
		hcl.WriteString("  schedule {\n    mode = \"visit\"\n    every = \"1m\"\n  }\n}\n")
	}
	cfg, err := config.Parse("test.hcl", []byte(hcl.String()), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex // guards dialed
		var dialed []time.Duration
		start := time.Now()
		b, err := bridge.New(cfg, bridge.Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			mu.Lock()
			defer mu.Unlock()
			dialed = append(dialed, time.Since(start))
			return nil, &net.OpError{Op: "dial", Err: fmt.Errorf("connection refused")}
		}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.Run(ctx)
		}()
		time.Sleep(3*every - time.Second)
		stop()
		<-done
		if len(dialed) != 3*n {
			t.Fatalf("dialed %d times in 3 periods, want %d", len(dialed), 3*n)
		}
		slices.Sort(dialed)
		for i := range dialed[:len(dialed)-101] {
			if d := dialed[i+101] - dialed[i]; d <= time.Second {
				t.Fatalf("dialed 102 remotes within %v, %v after the start, want at most 101 in a second", d, dialed[i])
			}
		}
	})
}
