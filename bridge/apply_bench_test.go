package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// BenchmarkApply changes what one of 2,000 routes takes, from 2,000 remotes to one.
func BenchmarkApply(b *testing.B) {
	var hcl strings.Builder
	hcl.WriteString(remoteBlock("hub", ""))
	for i := range 2000 {
		name := fmt.Sprintf("meter-%d", i)
		hcl.WriteString(remoteBlock(name, "") + routeBlock(name, name, "hub", "match { class = [10] }"))
	}
	var both []*config.Config
	for _, text := range []string{hcl.String(), strings.Replace(hcl.String(), "[10]", "[20]", 1)} {
		cfg, err := config.Parse("bench.hcl", []byte(text), config.Options{})
		if err != nil {
			b.Fatal(err)
		}
		both = append(both, cfg)
	}
	br, err := bridge.New(both[0], bridge.Options{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, errors.New("nobody is there")
	}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		br.Run(ctx)
	}()
	for br.Apply(both[0]) != nil {
	}
	b.ReportAllocs()
	for n := 1; b.Loop(); n++ {
		if err := br.Apply(both[n%2]); err != nil {
			b.Fatal(err)
		}
	}
	stop()
	<-done
}
