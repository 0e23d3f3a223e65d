package bridge

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// CheckCommand reports whether a line may be sent by Command, and whether it can do harm that nobody takes back from here. The error wraps
// remote.ErrNotRaw, or is that of a line with control characters.
func CheckCommand(line string) (harm bool, err error) {
	if err := remote.CheckRaw(line); err != nil {
		return false, err
	}
	switch verb, _ := linkwire.ParseCommand([]byte(line)); verb {
	case linkwire.VerbRepeat: // the last command is one with a password in it
		return false, fmt.Errorf("%w: %.40q may show a password", remote.ErrNotRaw, line)
	case linkwire.VerbShutdown, linkwire.VerbRestart, linkwire.VerbTest:
		return true, nil
	default:
		return false, nil
	}
}

// Command sends a line to a remote, as remote.Client.Raw does, on a connection of its own with the settings of the remote: the address that it
// was reached at last is tried first. It works while the remote is paused, and not where a peer takes one connection only and the bridge has
// it. What is sent with it is counted nowhere. The error is one of CheckCommand, ErrNotRunning, ErrStopping, ErrNoRemote, or of the connection.
func (b *Bridge) Command(ctx context.Context, name, line string) (remote.Reply, error) {
	if _, err := CheckCommand(line); err != nil {
		return remote.Reply{}, err
	}
	o, hard, err := b.talkTo(name)
	if err != nil {
		return remote.Reply{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(hard, cancel)()
	var login remote.Login
	if o.Login != nil {
		if login, err = o.Login(); err != nil {
			return remote.Reply{}, err
		}
	}
	client, err := dialFirst(ctx, o)
	if err != nil {
		return remote.Reply{}, err
	}
	defer client.Close() //nolint:errcheck // what was to be known is known
	if login != (remote.Login{}) {
		if err := client.Login(ctx, login.User, login.Password); err != nil {
			return remote.Reply{}, err
		}
	}
	reply, err := client.Raw(ctx, line)
	if err == nil {
		_ = client.Quit(ctx) // after SHUTDOWN nobody is there
	}
	return reply, err
}

// talkTo returns the options of a remote, with the address first that it was reached at last, and what ends with the bridge.
func (b *Bridge) talkTo(name string) (o remote.Options, hard context.Context, err error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if err := b.changeableLocked(); err != nil {
		return o, nil, err
	}
	e := b.present.Load().endpoint(name)
	if e == nil {
		return o, nil, ErrNoRemote
	}
	o = b.remoteOptions(e.remote)
	last := e.stint.Load().manager.Status().Address
	if i := slices.Index(o.Addresses, last); i > 0 {
		o.Addresses = slices.Insert(slices.Delete(slices.Clone(o.Addresses), i, i+1), 0, last)
	}
	return o, b.hard, nil
}

// dialFirst connects to the first of the addresses that answers.
func dialFirst(ctx context.Context, o remote.Options) (*remote.Client, error) {
	var errs []error
	for _, address := range o.Addresses {
		client, err := remote.Dial(ctx, address, o.Client)
		if err == nil {
			return client, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}
