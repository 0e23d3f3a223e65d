package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// errUnanswered is returned when the input ends before the last question is answered.
var errUnanswered = errors.New("the questions were not all answered: nothing is written")

const (
	none            = "none"
	initFileName    = "bridge.hcl"
	envPlace        = "env:"
	filePlace       = "file:"
	credentialPlace = "credential:"
	initIntroduce   = `This makes a configuration that joins some servers. Enter alone takes the answer in brackets; Ctrl-C ends, and writes nothing.

`
)

// asker asks one question after the other.
type asker struct {
	in  *bufio.Reader
	out io.Writer
}

// ask repeats a question until check takes the answer. An empty answer is the fallback.
func (a *asker) ask(question, fallback string, check func(answer string) error) (string, error) {
	for {
		shown := ""
		if fallback != "" {
			shown = " [" + fallback + "]"
		}
		if _, err := fmt.Fprintf(a.out, "%s%s: ", question, shown); err != nil {
			return "", err
		}
		line, err := a.in.ReadString('\n')
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = errUnanswered
			}
			return "", err
		}
		answer := strings.TrimSpace(line)
		if answer == "" {
			answer = fallback
		}
		wrong := check(answer)
		if wrong == nil {
			return answer, nil
		}
		fmt.Fprintf(a.out, "  %v\n", wrong)
	}
}

// askInit asks for what a configuration needs, but for what the flags say.
func askInit(in io.Reader, out io.Writer, f *initFlags) (*initPlan, error) {
	a := &asker{in: bufio.NewReader(in), out: out}
	fmt.Fprint(out, initIntroduce)
	plan := &initPlan{admin: f.admin, stateDir: f.stateDir, output: f.output}
	if err := a.remotes(plan); err != nil {
		return nil, err
	}
	if err := a.routes(plan); err != nil {
		return nil, err
	}
	err := a.setting(&plan.admin, "Address of the server for metrics and status, or none", defaultAdmin, orNone(checkAdmin))
	if err != nil {
		return nil, err
	}
	if err := a.setting(&plan.stateDir, "Folder for queues that survive a restart, or none", none, orNone(checkStateDir)); err != nil {
		return nil, err
	}
	return plan, a.setting(&plan.output, "File to write", initFileName, func(path string) error { return mayReplace(path, f.force) })
}

// setting asks for what no flag has given. The word none leaves it empty.
func (a *asker) setting(dst *string, question, fallback string, check func(string) error) error {
	if *dst != "" {
		return nil
	}
	answer, err := a.ask(question, fallback, check)
	if answer != none {
		*dst = answer
	}
	return err
}

func orNone(check func(string) error) func(string) error {
	return func(answer string) error {
		if answer == none {
			return nil
		}
		return check(answer)
	}
}

// remotes asks for two servers at least.
func (a *asker) remotes(plan *initPlan) error {
	for {
		question, fallback, check := "Name of the first server", "north", plan.checkName
		switch n := len(plan.remotes); {
		case n == 1:
			question, fallback = "Name of the second server", "south"
			if plan.remotes[0].name == fallback {
				fallback = "north"
			}
		case n > 1:
			question, fallback = "Name of another server, or none", none
			check = orNone(check)
		}
		name, err := a.ask(question, fallback, check)
		if err != nil || name == none {
			return err
		}
		r := &initRemote{name: name}
		if err := a.remote(plan, r); err != nil {
			return err
		}
		plan.remotes = append(plan.remotes, r)
	}
}

// remote asks for the rest of a server.
func (a *asker) remote(plan *initPlan, r *initRemote) error {
	var err error
	if r.address, err = a.ask("  its address, HOST or HOST:PORT", "", plan.checkAddress); err != nil {
		return err
	}
	user, err := a.ask("  the user to log in as, or none", none, orNone(r.setUser))
	if err != nil || user == none {
		r.user = ""
		return err
	}
	place := envPlace + strings.ToUpper(strings.ReplaceAll(r.name, "-", "_")) + "_PASSWORD"
	if place[len(envPlace)] <= '9' { // no variable begins with a digit
		place = envPlace + "BRIDGE_" + place[len(envPlace):]
	}
	_, err = a.ask("  where the bridge finds the password, env:VARIABLE, file:PATH or credential:NAME", place, func(answer string) error {
		if name, ok := strings.CutPrefix(answer, envPlace); ok {
			return r.setEnv(name)
		}
		if path, ok := strings.CutPrefix(answer, filePlace); ok {
			return r.setFile(path)
		}
		if name, ok := strings.CutPrefix(answer, credentialPlace); ok {
			return r.setCredential(name)
		}
		return errors.New("a place, not the password itself: " + place + ", or file:house.password")
	})
	return err
}

// routes asks which servers to join, where there is a choice.
func (a *asker) routes(plan *initPlan) error {
	all := strings.Join(plan.names(), ",")
	if len(plan.remotes) == 2 {
		return plan.join(all)
	}
	question, fallback, check := "Servers to join both ways", all, plan.join
	for {
		answer, err := a.ask(question, fallback, check)
		if err != nil || answer == none || answer == all {
			return err
		}
		question, fallback, check = "More servers to join, or none", none, orNone(plan.join)
	}
}

// mayReplace refuses a file that exists.
func mayReplace(path string, force bool) error {
	if _, err := os.Lstat(path); err == nil && !force && path != "-" {
		return fmt.Errorf("%s exists, and is left as it is", path)
	}
	return nil
}
