package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// danger tells what a command can do that cannot be taken back; empty for all that are harmless.
func danger(verb linkwire.Verb) string {
	switch verb {
	case linkwire.VerbShutdown:
		return "it stops the server or the device, and what is connected to it; somebody may have to start it again by hand"
	case linkwire.VerbRestart:
		return "it restarts the server or the device, and all its connections end; some devices, the Raspberry Pi Pico among them, " +
			"hang for good and must be switched off and on by hand"
	case linkwire.VerbTest:
		return "what it does is up to the device: it may switch outputs, or stop working until the test is over"
	default:
		return ""
	}
}

// controlCommands act on the server itself.
func (r *remoteRun) controlCommands() []*cobra.Command {
	return []*cobra.Command{
		r.control(linkwire.VerbTest, "test [ARGS]", "TEST: run the device's own test; asks first", cobra.ArbitraryArgs,
			func(ctx context.Context, s *remoteSession, args []string) ([]string, error) {
				return s.Test(ctx, strings.Join(args, " "))
			}),
		r.control(linkwire.VerbShutdown, "shutdown", "SHUTDOWN: stop the server or device; asks first", cobra.NoArgs,
			func(ctx context.Context, s *remoteSession, _ []string) ([]string, error) { return nil, s.Shutdown(ctx) }),
		r.control(linkwire.VerbRestart, "restart", "RESTART: restart the server or device; asks first", cobra.NoArgs,
			func(ctx context.Context, s *remoteSession, _ []string) ([]string, error) { return nil, s.Restart(ctx) }),
	}
}

func (r *remoteRun) control(
	verb linkwire.Verb, use, short string, args cobra.PositionalArgs,
	do func(context.Context, *remoteSession, []string) ([]string, error),
) *cobra.Command {
	yes := false
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		Long: string(verb) + " is asked about first, because " + danger(verb) + ".",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.console.confirm(string(verb), danger(verb), yes); err != nil {
				return err
			}
			return r.action(func(ctx context.Context, s *remoteSession, args []string) error {
				lines, err := do(ctx, s, args)
				if err != nil && !remote.Refused(err) {
					return fmt.Errorf("%s was sent, and may have been obeyed: %w", verb, err)
				}
				if err != nil {
					return err
				}
				return s.show(struct {
					OK    bool     `json:"ok"`
					Lines []string `json:"lines"`
				}{true, append([]string{}, lines...)}, append(lines, "ok")...)
			})(cmd, args)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (r *remoteRun) rawCommand() *cobra.Command {
	yes := false
	cmd := &cobra.Command{
		Use:   "raw LINE",
		Short: "Send a line as it is: X commands, commands of old daemons",
		Long: `raw sends a line as it is, and prints the answer as it comes, data lines first. Commands after which a connection does not go on
line by line are refused, and an INTERFACE without words is sent as INTERFACE LIST, because one server dies of the other.`,
		Example: `  tcpiplink-bridge remote north raw XSTATE 1
  tcpiplink-bridge remote north raw 'variable list'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			line, err := fitLine(strings.Join(args, " "))
			if err != nil {
				return err
			}
			verb, _ := linkwire.ParseCommand([]byte(line))
			if why := danger(verb); why != "" {
				if err := r.console.confirm(string(verb), why, yes); err != nil {
					return err
				}
			}
			return r.action(func(ctx context.Context, s *remoteSession, _ []string) error { return s.raw(ctx, line) })(cmd, args)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask before SHUTDOWN, RESTART and TEST")
	cmd.Flags().SetInterspersed(false) // the line may have words that begin with a dash
	return cmd
}

// fitLine checks a line that a person wrote, and changes the one that kills a server.
func fitLine(line string) (string, error) {
	line = strings.TrimSpace(line)
	if err := linkwire.CheckArg(line); err != nil {
		return "", &usageError{err: err, hint: "give one line"}
	}
	verb, arg := linkwire.ParseCommand([]byte(line))
	refuse := func(why, hint string) (string, error) {
		return "", &usageError{err: errors.New(string(verb) + " " + why), hint: hint}
	}
	switch verb {
	case "":
		return "", &usageError{err: errors.New("the line is empty"), hint: "some servers do not answer an empty line"}
	case linkwire.VerbRcvLoop:
		return refuse("makes the server send without being asked", "use 'tcpiplink-bridge remote NAME watch'")
	case linkwire.VerbQuitLoop:
		return refuse("ends a receive loop, and there is none", "use 'tcpiplink-bridge remote NAME watch'")
	case linkwire.VerbBinary:
		return refuse("ends the conversation by lines", "no known server has it")
	case linkwire.VerbRepeat:
		return refuse("repeats a command, on some servers without end and with the password in it", "write the command again")
	case linkwire.VerbInterface:
		if arg == "" {
			return string(linkwire.VerbInterface) + " LIST", nil
		}
	default:
	}
	return line, nil
}

// raw sends a line and shows the answer. A refusal is an error after the lines that came before it.
func (s *remoteSession) raw(ctx context.Context, line string) error {
	reply, err := s.Raw(ctx, line)
	if err != nil {
		return err
	}
	err = s.show(struct {
		OK    bool     `json:"ok"`
		Text  string   `json:"text"`
		Lines []string `json:"lines"`
	}{reply.OK, reply.Text, append([]string{}, reply.Lines...)}, append(reply.Lines, statusLine(reply.OK, reply.Text))...)
	if err == nil && !reply.OK {
		verb, _ := linkwire.ParseCommand([]byte(line))
		err = &remote.CommandError{Verb: verb, Text: reply.Text}
	}
	return err
}

// statusLine writes the last line of an answer as servers do.
func statusLine(ok bool, text string) string {
	line := "+OK"
	if !ok {
		line = "-OK"
	}
	if text == "" {
		return line
	}
	return line + " - " + text
}
