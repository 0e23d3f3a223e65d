package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// child is this program again, in a role.
type child struct {
	name  string
	cmd   *exec.Cmd
	input io.Closer
	in    *json.Encoder
	out   *json.Decoder
	first reply
}

// startChild returns when the role is ready.
func startChild(ctx context.Context, name string, args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{name}, args...)...) //nolint:gosec // this program
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{name: name, cmd: cmd, input: in, in: json.NewEncoder(in), out: json.NewDecoder(out)}
	if c.first, err = c.reply(); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

func (c *child) ask(r request) (reply, error) {
	if err := c.in.Encode(r); err != nil {
		return reply{}, fmt.Errorf("%s: %w", c.name, err)
	}
	return c.reply()
}

func (c *child) reply() (reply, error) {
	var r reply
	if err := c.out.Decode(&r); err != nil {
		return r, fmt.Errorf("%s: %w", c.name, err)
	}
	if r.Error != "" {
		return r, fmt.Errorf("%s: %s", c.name, r.Error)
	}
	return r, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) stop() error {
	_ = c.input.Close() // ends the role
	return c.cmd.Wait()
}

// daemon is the bridge.
type daemon struct {
	cmd *exec.Cmd
	log *os.File
}

// stopTime is how long the bridge may take to end.
const stopTime = 10 * time.Second

func startDaemon(ctx context.Context, binary, config, log string) (*daemon, error) {
	file, err := os.Create(log) //nolint:gosec // in our own folder
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, "run", "--config", config) //nolint:gosec // the one that was built
	cmd.Stdout, cmd.Stderr = file, file
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTime
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &daemon{cmd: cmd, log: file}, nil
}

func (d *daemon) pid() int { return d.cmd.Process.Pid }

func (d *daemon) stop() error {
	kill := time.AfterFunc(stopTime, func() { _ = d.cmd.Process.Kill() })
	defer kill.Stop()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	err := d.cmd.Wait()
	if err != nil {
		err = fmt.Errorf("the bridge: %w: %s", err, d.lastWords())
	}
	return errors.Join(err, d.log.Close())
}

// lastWords is the end of what the bridge wrote.
func (d *daemon) lastWords() string {
	const enough = 2000
	text, err := os.ReadFile(d.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-enough):])
}
