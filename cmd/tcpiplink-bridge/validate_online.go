package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// mostCalls is how many remotes are called at once.
const mostCalls = 16

// caller connects to remotes as the bridge would, to see whether they let it in. It asks what the bridge asks after each login,
// and nothing else.
type caller struct {
	slots chan struct{}
	gates map[string]chan struct{} // by address: two remotes may be one device, with room for few connections
}

// online calls all remotes of a configuration and prints a line for each, in the order of the file. The error says how many
// failed.
func online(ctx context.Context, remotes []*config.Remote, timeout time.Duration, out io.Writer) error {
	lines := make([]callee, len(remotes))
	for i, r := range remotes {
		t, err := configTarget(r)
		if err != nil {
			return err
		}
		lines[i] = callee{target: t, addresses: r.Addresses}
		lines[i].limit(timeout)
	}
	return callAll(ctx, lines, out)
}

// callee is a remote to call, at the first of its addresses that answers.
type callee struct {
	target
	addresses []string
}

func callAll(ctx context.Context, remotes []callee, out io.Writer) error {
	c := caller{slots: make(chan struct{}, mostCalls), gates: make(map[string]chan struct{})}
	for i := range remotes {
		for _, address := range remotes[i].addresses {
			c.gates[address] = make(chan struct{}, 1)
		}
	}
	answers := make([]answer, len(remotes))
	var calls sync.WaitGroup
	defer calls.Wait()
	done := make([]chan struct{}, len(remotes))
	for i := range remotes {
		done[i] = make(chan struct{})
		calls.Go(func() {
			defer close(done[i])
			answers[i] = c.call(ctx, &remotes[i])
		})
	}
	failed := 0
	for i := range remotes {
		<-done[i]
		if !answers[i].ok {
			failed++
		}
		if _, err := fmt.Fprintf(out, "remote %s: %s\n", remotes[i].name, printable(answers[i].text)); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %s cannot be bridged now", failed, count(len(remotes), "remote"))
	}
	return nil
}

// answer is what came of a call.
type answer struct {
	ok   bool
	text string
}

// call takes the addresses in order, as the bridge does.
func (c *caller) call(ctx context.Context, r *callee) answer {
	var failures []string
	hint := ""
	for _, address := range r.addresses {
		t := r.target
		t.address = address
		found, failed, err := c.visit(ctx, t)
		if err == nil {
			if len(r.addresses) > 1 {
				found += ", at " + address
			}
			return answer{ok: true, text: strings.Join(append([]string{found}, failures...), "; ")}
		}
		if ctx.Err() != nil {
			return answer{text: "interrupted"}
		}
		failures = append(failures, fmt.Sprintf("%s failed at %s: %s", failed, address, inShort(address, err)))
		hint = hintOnline(failed, err)
		if remote.LoginRefused(err) { // the next server has the same accounts
			break
		}
	}
	if hint != "" {
		failures = append(failures, hint)
	}
	return answer{text: strings.Join(failures, "; ")}
}

// errNoLogin is the error of a remote without a user at a server that lets nobody in without one.
var errNoLogin = errors.New("the server wants a login, and the remote has no user")

func hintOnline(failed stage, err error) string {
	if errors.Is(err, errNoLogin) {
		return "give the remote user and password"
	}
	return hintFor(failed, err)
}

// visit connects to one address, and says what answers there.
func (c *caller) visit(ctx context.Context, t target) (found string, failed stage, err error) {
	for _, place := range []chan struct{}{c.gates[t.address], c.slots} {
		select {
		case place <- struct{}{}:
			defer func() { <-place }()
		case <-ctx.Done():
			return "", stageConnect, ctx.Err()
		}
	}
	start := time.Now()
	client, failed, err := t.open(ctx)
	if err != nil {
		return "", failed, err
	}
	defer leave(ctx, client)
	p, answers, err := client.ProbeAnswers(ctx)
	if err != nil {
		return "", stageProbe, err
	}
	for _, a := range answers {
		if t.user == "" && remote.Denied(a.Err) {
			return "", stageLogin, errNoLogin
		}
	}
	took := max(1, time.Since(start).Milliseconds())
	return fmt.Sprintf("ok, %s, %d ms%s", kindOf(&p, t.family), took, endsSoon(client.CertificateExpiry(), start)), "", nil
}

// certificateSoon is as early as a certificate of our own is warned of.
const certificateSoon = 14 * 24 * time.Hour

// endsSoon says of a certificate that it has to be renewed; the zero time is that of none.
func endsSoon(expiry, now time.Time) string {
	if expiry.IsZero() || expiry.Sub(now) > certificateSoon {
		return ""
	}
	return ", but its certificate expires at " + expiry.UTC().Format(time.RFC3339)
}

// kindOf names what a server is, and what the configuration takes it for if that is something else.
func kindOf(p *remote.Profile, configured remote.Family) string {
	kind := string(p.Detected)
	if p.Detected == remote.FamilyUnknown {
		kind = "a server of no known kind"
	}
	if p.Version != (remote.Version{}) {
		kind += " " + p.Version.String()
	}
	if configured != remote.FamilyUnknown && p.Detected != remote.FamilyUnknown && configured != p.Detected {
		kind += fmt.Sprintf(", although its profile is set to %q", configured)
	}
	return kind
}
