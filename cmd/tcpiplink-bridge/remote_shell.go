package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

const shellHelp = `Each line is sent as it is; the answer is printed as it comes. Beside the commands of the server, which HELP may list:
  history      the lines that were typed, but for those with a user or a password
  ?            this help
  quit, exit   say QUIT and end, as Ctrl-D does
Tab completes a command. PASS without a password asks for it and does not show it.`

func (r *remoteRun) shellCommand() *cobra.Command {
	yes := false
	cmd := &cobra.Command{
		Use:   "shell",
		Short: "Type commands on one connection, or read them from standard input",
		Long: `shell keeps one connection and sends what is typed. On a terminal it has line editing, a history and completion. Otherwise it reads
one command per line, passes over empty lines and those that begin with #, and ends with 1 if the server refused any of them.

` + shellHelp,
		Example: `  tcpiplink-bridge remote north shell
  printf 'CLRA\nCDTA\n' | tcpiplink-bridge remote north shell`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := r.connect(cmd.Context(), loginOffered)
			if err != nil {
				return err
			}
			if s.terminal() {
				return shellOnTerminal(cmd.Context(), s, yes)
			}
			sh := &shell{s: s, yes: yes, read: lines(s.in)}
			return sh.run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask before SHUTDOWN, RESTART and TEST")
	return cmd
}

// shell sends lines on one connection.
type shell struct {
	s       *remoteSession
	yes     bool
	read    func() (string, error) // the next line; io.EOF after the last
	editor  *editor                // nil: nobody is there
	refused int
}

// lines returns a function that reads lines, for input that is no terminal.
func lines(in io.Reader) func() (string, error) {
	scanner := bufio.NewScanner(in)
	return func() (string, error) {
		if scanner.Scan() {
			return scanner.Text(), nil
		}
		if err := scanner.Err(); err != nil {
			return "", err
		}
		return "", io.EOF
	}
}

// shellOnTerminal runs a shell with line editing. The terminal is brought back however it ends.
func shellOnTerminal(ctx context.Context, s *remoteSession, yes bool) error {
	fd := int(s.tty.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return err
	}
	defer func() { _ = term.Restore(fd, before) }() // there is no other way to bring it back
	e := newEditor(s.tty, s.target.name)
	e.size = func() (width, height int, err error) { return term.GetSize(fd) }
	sh := &shell{s: s.on(e.console(s.console)), yes: yes, read: e.readLine, editor: e}
	return sh.run(ctx)
}

// on returns the session with another console.
func (s *remoteSession) on(c *console) *remoteSession {
	other := *s
	other.console = c
	return &other
}

// run reads and sends lines until there are no more.
func (sh *shell) run(ctx context.Context) error {
	defer func() { sh.s.leave(ctx) }()
	if sh.editor != nil {
		sh.s.printLines(sh.s.Greeting()...)
		sh.s.printLines("Connected to " + sh.s.target.address + ". ? for help.")
	}
	for {
		line, err := sh.next(ctx)
		switch {
		case errors.Is(err, io.EOF):
			if sh.editor != nil {
				sh.s.printLines("") // Ctrl-D leaves the prompt behind
			}
			return sh.verdict()
		case err != nil:
			return err
		}
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if verb, _ := linkwire.ParseCommand([]byte(line)); verb == linkwire.VerbQuit {
			return sh.verdict()
		}
		if err := sh.handle(ctx, line); err != nil {
			return err
		}
	}
}

// verdict makes refused commands of a script its error; a person has seen them.
func (sh *shell) verdict() error {
	if sh.refused == 0 || sh.editor != nil {
		return nil
	}
	return fmt.Errorf("%s refused", count(sh.refused, "command"))
}

// next reads a line, unless ctx ends before. The goroutine that waits for a person then ends with the process.
func (sh *shell) next(ctx context.Context) (string, error) {
	type result struct {
		line string
		err  error
	}
	got := make(chan result, 1)
	go func() {
		line, err := sh.read()
		got <- result{line, err}
	}()
	select {
	case r := <-got:
		return r.line, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// handle runs one line. An error ends the shell; what a person can put right is printed.
func (sh *shell) handle(ctx context.Context, line string) error {
	switch strings.ToLower(line) {
	case "?":
		sh.s.printLines(strings.Split(shellHelp, "\n")...)
		return nil
	case "history":
		if sh.editor != nil {
			sh.s.printLines(sh.editor.history.all()...)
		}
		return nil
	}
	line, err := sh.prepare(ctx, line)
	if err == nil {
		err = sh.s.raw(ctx, line)
	}
	var usage *usageError
	switch {
	case err == nil:
		return nil
	case remote.Refused(err):
		sh.refused++ // shown with the answer
		return nil
	case errors.As(err, &usage), errors.Is(err, linkwire.ErrForbiddenByte), errors.Is(err, errUnsent):
		if sh.editor == nil {
			return fmt.Errorf("%.60q: %w", censored(line), err)
		}
		sh.s.printLines(shown(err).Error())
		if usage != nil && usage.hint != "" {
			sh.s.printLines("hint: " + usage.hint)
		}
		return nil
	default:
		return sh.broken(ctx, err)
	}
}

// errUnsent is returned for a dangerous line that the person did not confirm.
var errUnsent = errors.New("not sent")

// prepare checks a line, asks about dangerous ones, and asks for a password that is missing.
func (sh *shell) prepare(ctx context.Context, line string) (string, error) {
	fit, err := fitLine(line)
	if err != nil {
		return line, err
	}
	verb, arg := linkwire.ParseCommand([]byte(fit))
	if why := danger(verb); why != "" && !sh.yes {
		if sh.editor == nil {
			return fit, sh.s.confirm(string(verb), why, false)
		}
		answer, err := sh.editor.ask(string(verb) + ": " + why + "\nSend it? Type yes: ")
		if err != nil || !strings.EqualFold(strings.TrimSpace(answer), "yes") {
			return fit, errUnsent
		}
	}
	if verb == linkwire.VerbPass && arg == "" && sh.editor != nil {
		password, err := sh.editor.terminal.ReadPassword("password: ")
		if err != nil {
			return fit, errUnsent
		}
		fit += " " + password
	}
	if verb == linkwire.VerbHelp && arg != "" {
		return fit, sh.s.explains(ctx)
	}
	return fit, nil
}

// broken goes on after an answer that did not come or was wrong, and offers a new connection if the old one is lost.
func (sh *shell) broken(ctx context.Context, err error) error {
	if sh.editor == nil || ctx.Err() != nil {
		return err
	}
	if sh.s.Noop(ctx) == nil {
		sh.s.printLines(shown(err).Error())
		return nil
	}
	_ = sh.s.Close() // it is lost already
	for {
		sh.s.printLines(shown(err).Error())
		answer, asked := sh.editor.ask("Connect again? [Y/n] ")
		if asked != nil || strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "n") {
			return err
		}
		var again *remoteSession
		if again, err = sh.s.target.session(ctx, sh.s.console, sh.s.json, loginOffered); err == nil {
			sh.s = again
			sh.s.printLines("Connected again. What the server kept for the old connection - filters, events that waited - is gone.")
			return nil
		}
	}
}

// censored returns a line for an error, without what follows PASS.
func censored(line string) string {
	if secret(line) {
		verb, _, _ := strings.Cut(line, " ")
		return verb + " ***"
	}
	return line
}
