package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// settingCommands change what the server keeps for the connection.
func (r *remoteRun) settingCommands() []*cobra.Command {
	return []*cobra.Command{
		r.query("clra", "CLRA: drop the events that wait for this connection", loginNeeded, (*remoteSession).clear),
		r.sgidCommand(),
		r.filterCommand("sflt", "SFLT: set the filter of this connection", (*remoteSession).setFilter),
		r.filterCommand("smsk", "SMSK: set the mask of this connection", (*remoteSession).setMask),
	}
}

func (s *remoteSession) clear(ctx context.Context) error {
	if err := s.Clear(ctx); err != nil {
		return err
	}
	return s.show(done{true}, "cleared")
}

func (r *remoteRun) sgidCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sgid GUID",
		Short: "SGID: set the GUID of this connection, or of a whole device",
		Long: `sgid sets the GUID of this connection's interface, which is gone when the command ends; some microcontrollers take it for the
whole device, and keep it. It shows what the server says to GGID afterwards.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			guid, err := vscp.ParseGUID(args[0])
			if err == nil && guid.IsZero() {
				err = errors.New("a GUID of zero says nothing")
			}
			if err != nil {
				return &usageError{err: err, hint: "a GUID has 16 bytes, such as FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00"}
			}
			return r.action(func(ctx context.Context, s *remoteSession, _ []string) error {
				if err := s.SetGUID(ctx, guid); err != nil {
					return err
				}
				now, err := s.GUID(ctx)
				if err != nil {
					return err
				}
				if now != guid {
					return fmt.Errorf("the server accepted the GUID, but still has %v", now)
				}
				return s.show(guidValue{now}, now.String())
			})(cmd, args)
		},
	}
}

// filterFunc sends a filter or a mask, the plain one if number is negative.
type filterFunc func(s *remoteSession, ctx context.Context, number int, f vscp.Filter) error

func (s *remoteSession) setFilter(ctx context.Context, number int, f vscp.Filter) error {
	if number < 0 {
		return s.SetFilter(ctx, f)
	}
	return s.SetFilterNumber(ctx, number, f)
}

func (s *remoteSession) setMask(ctx context.Context, number int, f vscp.Filter) error {
	if number < 0 {
		return s.SetMask(ctx, f)
	}
	return s.SetMaskNumber(ctx, number, f)
}

func (r *remoteRun) filterCommand(verb, short string, set filterFunc) *cobra.Command {
	number := -1
	cmd := &cobra.Command{
		Use:   verb + " PRIORITY,CLASS,TYPE,GUID",
		Short: short,
		Long: verb + ` sets what the server queues for this connection: events that agree with the filter in every bit that is 1 in the mask.
CLASS and TYPE are tokens or numbers, decimal or 0x; GUID is - for all zero. The setting ends with the connection: it is of use in
the shell, and here to see whether a server takes it. Microcontrollers apply it to what the connection sends.`,
		Example: `  tcpiplink-bridge remote 127.0.0.1:9601 sflt 0,CLASS1.MEASUREMENT,TEMPERATURE,-
  tcpiplink-bridge remote 127.0.0.1:9601 smsk 0,0xFFFF,0xFFFF,-`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := parseFilter(args[0])
			if err != nil {
				return &usageError{err: err, hint: "write PRIORITY,CLASS,TYPE,GUID, such as 0,10,6,-"}
			}
			if cmd.Flags().Changed("number") && number < 0 {
				return &usageError{err: fmt.Errorf("--number: %d is negative", number), hint: "filters are numbered from 0"}
			}
			return r.action(func(ctx context.Context, s *remoteSession, _ []string) error {
				if err := set(s, ctx, number, f); err != nil {
					return err
				}
				return s.show(struct {
					Set string `json:"set"`
				}{f.String()}, f.String())
			})(cmd, args)
		},
	}
	cmd.Flags().IntVarP(&number, "number", "n", number, "set the filter `number` of a server that has several")
	return cmd
}

// parseFilter is vscp.ParseFilter that also takes tokens.
func parseFilter(text string) (vscp.Filter, error) {
	if f, err := vscp.ParseFilter(text); err == nil {
		return f, nil
	}
	fields := strings.Split(text, ",")
	if len(fields) != 4 {
		return vscp.Filter{}, fmt.Errorf("filter %q has %d fields, want 4", text, len(fields))
	}
	priority, err := strconv.ParseUint(strings.TrimSpace(fields[0]), 0, 8)
	if err != nil {
		return vscp.Filter{}, fmt.Errorf("priority %q is no number from 0 to 255", fields[0])
	}
	class, typ, err := parseClassType(fields[1], fields[2])
	if err != nil {
		return vscp.Filter{}, err
	}
	guid, err := vscp.ParseGUID(fields[3])
	if err != nil {
		return vscp.Filter{}, err
	}
	return vscp.Filter{Priority: uint8(priority), Class: class, Type: typ, GUID: guid}, nil
}

// parseClassType reads a class, also without the CLASS1. or CLASS2. of its token, and a type of it.
func parseClassType(class, typ string) (vscp.Class, uint16, error) {
	c, err := vscp.ParseShortClass(strings.TrimSpace(class))
	if err != nil {
		return 0, 0, err
	}
	t, err := c.ParseType(strings.TrimSpace(typ))
	return c, t, err
}
