package remote

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
)

// run goes through the ordeal. errEarly means that the link did not get to its spot.
func (o *ordeal) run() error {
	defer o.rig.stop()
	defer o.hold.release()
	err := o.arrive()
	if errors.Is(err, errEarly) {
		return cmp.Or(o.witness.end(), err)
	}
	for _, step := range []func() error{o.suffer, o.recover, o.witness.end, o.account} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		return fmt.Errorf("%w\nlink %+v\n%s", cmp.Or(o.witness.end(), err), o.link(), o.rig.log)
	}
	return nil
}

// arrive waits until the link is at the spot, and looks at what the status says.
func (o *ordeal) arrive() error {
	if o.home != nil {
		if !eventually(func() bool { return o.rig.m.Status().Up || o.early() }) {
			return errors.New("not up at the second address")
		}
		if err := accept(o.home); err != nil {
			return err
		}
	}
	if o.spot.at != "" && !eventually(func() bool { return o.reached() || o.early() }) {
		return fmt.Errorf("the link has not come to %s", o.spot.at)
	}
	// The server may see a connection before the client does, and a rest is only seen here.
	if !eventually(func() bool { return o.link().State == o.spot.state && o.resting() || o.early() }) {
		return fmt.Errorf("state is %s, want %s", o.link().State, o.spot.state)
	}
	o.before = o.link()
	if o.before.Since.Before(o.started) || o.before.Since.After(time.Now()) {
		return fmt.Errorf("state since %v, want after %v", o.before.Since, o.started)
	}
	if o.spot.role == roleReceive && !o.before.State.Up() && o.home == nil {
		var l LinkStatus // which may just be starting
		if !eventually(func() bool { l = o.rig.link(roleSend); return l.State == StateWaiting && l.Next.IsZero() || o.early() }) {
			return fmt.Errorf("the link that sends is %s until %v, want waiting for the one that receives", l.State, l.Next)
		}
	}
	if o.early() {
		return errEarly
	}
	return nil
}

// early reports whether a deadline was over before the trouble.
func (o *ordeal) early() bool {
	return o.spot.state != StateWaiting && slices.ContainsFunc(o.rig.m.Status().Links, func(l LinkStatus) bool { return l.Failures > 0 })
}

// reached reports whether the link is held. One that receives looks around after each line.
func (o *ordeal) reached() bool {
	select {
	case <-o.hold.reached:
		return true
	default:
	}
	if o.home != nil {
		o.server.emit("+OK")
	}
	return false
}

// resting reports whether the link will stay where it is.
func (o *ordeal) resting() bool {
	if o.spot.at != "" {
		return true // held
	}
	if l := o.link(); o.spot.state == StateWaiting {
		return l.Failures > 0 && !l.Next.IsZero()
	}
	return o.rig.m.Status().Up
}

// suffer begins the trouble and looks at what becomes of the link.
func (o *ordeal) suffer() error {
	steps := len(o.steps(o.spot.role))
	o.failing.Store(true)
	o.trouble.apply(o.proxy)
	if o.spot.state == StateWaiting && !o.trouble.cut {
		if err := accept(o.proxy); err != nil {
			return err
		}
	}
	o.hold.release()
	if !o.trouble.cut && !o.trouble.silent {
		return nil
	}
	if o.home == nil {
		if err := o.fail(); err != nil {
			return err
		}
	}
	if !eventually(func() bool { return o.spot.state == StateWaiting || o.link().State != o.spot.state }) {
		return fmt.Errorf("has not left %s", o.spot.state)
	}
	var err error
	if eventually(func() bool { err = o.left(steps); return !errors.Is(err, errNoStep) }); err != nil { // noted first, then logged
		return err
	}
	o.push(5)
	if o.trouble.cut && o.home == nil {
		return o.failAgain()
	}
	return nil
}

// fail waits for the failure.
func (o *ordeal) fail() error {
	cause := o.cause()
	if !eventually(func() bool { return o.link().Causes[cause] > o.before.Causes[cause] }) {
		return fmt.Errorf("no failure with cause %s", cause)
	}
	if o.spot.state == StateWaiting { // an attempt may have been under way
		return nil
	}
	first := ""
	eventually(func() bool { // counted first, then logged
		for _, f := range slices.Backward(o.rig.log.find(o.t, "link failed")) {
			if f["link"] == o.spot.role {
				first = f["cause"].(string)
			}
		}
		return first != ""
	})
	if first != string(cause) {
		return fmt.Errorf("first failure logged has cause %q, want %s", first, cause)
	}
	return nil
}

// failAgain waits for the attempts that fail because nobody is there.
func (o *ordeal) failAgain() error {
	down := CauseDial
	if o.spot.at == atLookup {
		down = CauseResolve
	}
	var first LinkStatus // which the one that sends waits for
	if !eventually(func() bool { first = o.rig.m.Status().Links[0]; return first.Causes[down] > 1 }) {
		return fmt.Errorf("%d failures with cause %s, want 2", first.Causes[down], down)
	}
	if s := o.rig.m.Status(); s.Up {
		return fmt.Errorf("up with nobody there: %+v", s)
	}
	return nil
}

// cause is that of the failure.
func (o *ordeal) cause() Cause {
	switch {
	case o.spot.at == atLookup: // the resolver does not tell one that is late from one that fails
		return CauseResolve
	case o.trouble.silent:
		return CauseTimeout
	case o.spot.visit: // the QUIT of a visit has no failure, the next visit has
		return CauseDial
	default:
		return o.spot.cut
	}
}

// errNoStep is for a link that is not known to have left.
var errNoStep = errors.New("no step")

// left checks how the link left the state of the spot, after that many steps, and that it did not do so before its deadline.
func (o *ordeal) left(steps int) error {
	if o.spot.state == StateWaiting {
		return nil
	}
	want := o.way()
	for _, step := range o.steps(o.spot.role)[steps:] {
		if step.From != o.spot.state {
			continue
		}
		if step.To != want.To || step.Cause != want.Cause || step.Took < want.Took {
			return fmt.Errorf("left %s for %s after %v, cause %s, want for %s after %v, cause %s",
				step.From, step.To, step.Took, step.Cause, want.To, want.Took, want.Cause)
		}
		return nil
	}
	return fmt.Errorf("%w from %s", errNoStep, o.spot.state)
}

// way returns how the link leaves the state of the spot, and after which time at the least.
func (o *ordeal) way() Transition {
	way := Transition{From: o.spot.state, To: StateClosing, Cause: o.cause()}
	least := o.trouble.deadline()
	switch {
	case o.home != nil:
		way.To, way.Cause, least = StateResolving, CauseNone, hangUpGrace
	case o.spot.visit:
		way.To, way.Cause = StateWaiting, CauseNone
	case o.spot.state == StateReceiving:
		least = o.trouble.dead()
	case o.spot.state == StateReady && o.spot.role == roleSend: // asked at once, when the other connection breaks
		least = o.trouble.dead() / 2
	}
	if o.trouble.silent {
		way.Took = least
	}
	return way
}

// recover ends the trouble, and waits until everything is well.
func (o *ordeal) recover() error {
	if o.trouble.cut || o.trouble.silent {
		o.failing.Store(false)
		o.proxy.Resume()
		close(o.over)
		if o.trouble.cut {
			if err := accept(o.proxy); err != nil {
				return err
			}
		}
	}
	since := time.Now()
	o.push(3)
	if !eventually(func() bool { return o.rig.m.Status().Up && len(o.rig.out.results()) == o.pushed }) {
		s := o.rig.m.Status()
		return fmt.Errorf("up is %v and %d events are sent %v after the trouble, want up and %d: %s",
			s.Up, len(o.rig.out.results()), patience, o.pushed, s.Summary())
	}
	o.back = time.Since(since)
	if o.home != nil && !eventually(func() bool { o.server.emit("+OK"); return o.link().Address == o.home.Addr() }) {
		return fmt.Errorf("connected to %s, want %s", o.link().Address, o.home.Addr())
	}
	if !eventually(func() bool { // the receive loop may just be about to break
		o.server.emit("0,10,7,0,,,-,9")
		return len(o.rig.in.all()) > 0
	}) {
		return errors.New("nothing received after the trouble")
	}
	return nil
}

// accept lets connections through again, which takes its time if somebody has taken the port for a moment.
func accept(p *linktest.FaultProxy) (err error) {
	eventually(func() bool {
		err = p.Accept()
		return err == nil
	})
	return err
}

// account compares the books of all sides.
func (o *ordeal) account() error {
	o.rig.stop()
	failures := uint64(0)
	for _, l := range o.rig.m.Status().Links {
		if err := o.compare(l); err != nil {
			return fmt.Errorf("%s: %w", l.Role, err)
		}
		failures += l.Failures
		if most := o.before.Failures + 1; !o.trouble.cut && !o.trouble.silent && l.Failures > 0 && (o.spot.state != StateWaiting || l.Failures > most) {
			return fmt.Errorf("%s: %d failures on a network that is only slow, want none: %s", l.Role, l.Failures, l.LastError)
		}
	}
	o.rig.out.wantOutcomes(o.pushed, 0, 0)
	again, err := o.server.delivered(o.pushed)
	if err == nil && again > int(failures) { // the window is 1
		err = fmt.Errorf("%d events came again after %d failures, want one for each at most", again, failures)
	}
	return err
}

// compare holds the status of a link against the log.
func (o *ordeal) compare(l LinkStatus) error {
	steps := o.steps(l.Role)
	if err := connected(steps, l.State); err != nil {
		return err
	}
	var stays [stateCount]Stay
	for _, step := range steps {
		stays[step.From].Total += step.Took
		stays[step.To].Times++
	}
	for s, want := range stays {
		if got := l.Stays[s]; got.Times != want.Times || State(s) != l.State && got.Total != want.Total {
			return fmt.Errorf("stays in %s are %+v, want %+v", State(s), got, want)
		}
	}
	last := steps[max(0, len(steps)-historyKept):]
	for i, step := range l.History {
		if step.At = (time.Time{}); len(l.History) != len(last) || step != last[i] {
			return fmt.Errorf("history is %+v, want %+v", l.History, last)
		}
	}
	causes := make(map[Cause]uint64)
	for _, f := range o.rig.log.find(o.t, "link failed") {
		if f["link"] == l.Name {
			causes[Cause(f["cause"].(string))]++
		}
	}
	for cause, want := range causes {
		if got := l.Causes[cause]; got != want {
			return fmt.Errorf("%d failures with cause %s, want the %d of the log", got, cause, want)
		}
	}
	if len(causes) != len(l.Causes) {
		return fmt.Errorf("failures have the causes %v, want %v", l.Causes, causes)
	}
	return nil
}

// steps returns all transitions of a link so far, from the log, which has no times.
func (o *ordeal) steps(role string) []Transition {
	var steps []Transition
	for _, line := range o.rig.log.find(o.t, "link state") {
		if line["link"] == role {
			took, err := time.ParseDuration(line["after"].(string))
			if err != nil {
				o.t.Error(err)
			}
			steps = append(steps, Transition{
				From: stateNamed(line["from"]), To: stateNamed(line["to"]),
				Took: took, Cause: Cause(line["cause"].(string)),
			})
		}
	}
	return steps
}

func stateNamed(name any) State {
	for s := range stateCount {
		if s.String() == name {
			return s
		}
	}
	return stateCount
}

// eventually looks again and again, and reports whether something has become true before the patience was over.
func eventually(is func() bool) bool {
	end := time.NewTimer(patience)
	defer end.Stop()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !is() {
		select {
		case <-end.C:
			return is()
		case <-again.C:
		}
	}
	return true
}
