package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/simdevice"
	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// simulateOutput is what simulate prints.
type simulateOutput struct {
	mu       sync.Mutex // guards out, warnings and line: each client has a goroutine that prints
	out      io.Writer
	warnings io.Writer
	line     []byte
}

func (p *simulateOutput) start(addr net.Addr, open bool) {
	fmt.Fprintf(p.out, "listening on %v\n", addr)
	if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		how := ""
		if open {
			how = ", and every login is accepted"
		}
		fmt.Fprintf(p.warnings, "warning: %v can be reached from the network%s\n", addr, how)
	}
}

// logger returns one for what goes wrong with clients.
func (p *simulateOutput) logger() hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Name: "simulate", Level: hclog.Warn, Output: p.warnings, Mutex: &p.mu})
}

// event prints an event that a client sent, as a row.
func (p *simulateOutput) event(r linkserver.Received) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line = append(r.Row.AppendText(p.line[:0], vscp.TextForm{}), '\n')
	_, _ = p.out.Write(p.line) // a closed pipe ends the process by its signal
}

const reportEvery = 10 * time.Second

// report prints a summary now and then, if something changed.
func (p *simulateOutput) report(ctx context.Context, device *simdevice.Device) {
	ticker := time.NewTicker(reportEvery)
	defer ticker.Stop()
	var last simdevice.Stats
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if s := device.Stats(); s != last {
			fmt.Fprintf(p.out, "emitted %d, received %d, lost to slow clients %d, clients %d\n", s.Emitted, s.Received, s.Overrun, s.Clients)
			last = s
		}
	}
}

// warning tells what is wrong with a recording.
func (p *simulateOutput) warning(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.warnings, "warning: %v\n", shown(err))
}

// played tells that a recording is over.
func (p *simulateOutput) played(events int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "played all %s\n", count(events, "event"))
}

func (p *simulateOutput) end(s simdevice.Stats) {
	fmt.Fprintf(p.out, "emitted %d, received %d events\n", s.Emitted, s.Received)
}

// maxSecret is more than a password or a token with what may stand around it, and less than a file given by mistake.
const maxSecret = 4 << 10

// readPassword reads a file with a password, and cuts one line end.
func readPassword(path string) (string, error) {
	b, err := smallfile.ReadOpened(path, maxSecret)
	if err != nil {
		return "", err
	}
	b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
	if len(b) == 0 {
		return "", errors.New(path + " is empty")
	}
	return string(b), nil
}
