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

// sendFlags describe an event.
type sendFlags struct {
	class, typ, guid, data string
	priority               uint8
}

func (r *remoteRun) sendCommand() *cobra.Command {
	var f sendFlags
	cmd := &cobra.Command{
		Use:   "send [EVENT]",
		Short: "SEND: send an event",
		Long: `send sends one event, given as a line - head,class,type,obid,datetime,timestamp,GUID,data... - or with flags. It is written
anew in the form that the server takes. Without a GUID the server puts that of this connection.`,
		Example: `  tcpiplink-bridge remote 127.0.0.1:9601 send 96,10,6,0,,,-,0x89,0x82,0x09,0x29
  tcpiplink-bridge remote 127.0.0.1:9601 send --class measurement --type temperature --data 0x89,0x82,0x09,0x29`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := f.event(cmd, args)
			if err != nil {
				return err
			}
			return r.action(func(ctx context.Context, s *remoteSession, _ []string) error { return s.sendEvent(ctx, &e) })(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.class, "class", "", "`class`, a token or a number")
	flags.StringVar(&f.typ, "type", "", "`type`, a token of the class or a number")
	flags.StringVar(&f.guid, "guid", "-", "`GUID` of the event; - for that of the connection")
	flags.StringVar(&f.data, "data", "", "data `bytes`, decimal or 0x, with commas between them")
	flags.Uint8Var(&f.priority, "priority", 3, "`priority`, 0 (highest) to 7")
	completeClasses(cmd, func() []string { return []string{f.class} })
	return cmd
}

// event makes the event of a line or of the flags.
func (f *sendFlags) event(cmd *cobra.Command, args []string) (vscp.Event, error) {
	var e vscp.Event
	described := false
	for _, name := range []string{"class", "type", "guid", "data", "priority"} {
		described = described || cmd.Flags().Changed(name)
	}
	if len(args) > 0 {
		if described {
			return e, &usageError{err: errors.New("there is an event line, and flags that describe an event"), hint: "use one of them"}
		}
		if err := e.DecodeText([]byte(args[0])); err != nil {
			return e, &usageError{err: err, hint: "an event is head,class,type,obid,datetime,timestamp,GUID,data..., such as 96,10,6,0,,,-,0x48"}
		}
		return e, nil
	}
	if f.class == "" || f.typ == "" {
		return e, &usageError{err: errors.New("there is no event to send"), hint: "give a line, or --class and --type"}
	}
	if f.priority > 7 {
		return e, &usageError{err: fmt.Errorf("--priority: %d is more than 7", f.priority), hint: "0 is the highest, 7 the lowest"}
	}
	e.Head = vscp.Head(0).WithPriority(f.priority)
	var err error
	if e.Class, e.Type, err = parseClassType(f.class, f.typ); err != nil {
		return e, &usageError{err: err, hint: "classes and types have tokens, such as CLASS1.MEASUREMENT and TEMPERATURE, and numbers"}
	}
	if e.GUID, err = vscp.ParseGUID(f.guid); err != nil {
		return e, &usageError{err: fmt.Errorf("--guid: %w", err)}
	}
	if f.data != "" {
		if e.Data, err = parseBytes(strings.Split(f.data, ",")); err != nil {
			return e, &usageError{err: fmt.Errorf("--data: %w", err), hint: "write bytes such as 72,0x34"}
		}
	}
	if len(e.Data) > vscp.MaxData {
		return e, &usageError{err: fmt.Errorf("--data: %d bytes, at most %d are allowed", len(e.Data), vscp.MaxData)}
	}
	return e, nil
}

// parseBytes reads bytes, decimal or with 0x.
func parseBytes(texts []string) ([]byte, error) {
	data := make([]byte, 0, len(texts))
	for _, text := range texts {
		n, err := parseNumber(strings.TrimSpace(text), 8)
		if err != nil {
			return nil, err
		}
		data = append(data, byte(n))
	}
	return data, nil
}

// parseNumber reads a number of so many bits, decimal or with 0x. A leading zero makes no octal number.
func parseNumber(text string, bits int) (uint64, error) {
	base, digits := 10, text
	if len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'x' {
		base, digits = 16, text[2:]
	}
	n, err := strconv.ParseUint(digits, base, bits)
	if err != nil {
		return 0, fmt.Errorf("%q is no number from 0 to %d", text, uint64(1)<<bits-1)
	}
	return n, nil
}

// sendEvent writes e in the form that the server takes, and sends it.
func (s *remoteSession) sendEvent(ctx context.Context, e *vscp.Event) error {
	p, err := s.profile(ctx)
	if err != nil {
		return err
	}
	form := p.Form
	switch {
	case s.target.form != nil:
		form.Time = *s.target.form
	case !e.Time.IsZero():
		form.Time = vscp.TimeNanos // what every server takes, beside none
	}
	sent := *e
	sent.ObID = 0
	row := vscp.NewRow(&sent, form)
	line := row.Text
	if why := p.Unfit(&row); why != "" {
		return fmt.Errorf("this server (%s) does not take such an event: %s", p.Family, why)
	}
	if n := len("SEND ") + len(line); n > p.MaxCommand {
		return fmt.Errorf("the command would have %d bytes, and this server (%s) is known to survive %d", n, p.Family, p.MaxCommand)
	}
	if err := s.Send(ctx, &sent, form); err != nil {
		return err
	}
	return s.show(struct {
		Sent string `json:"sent"`
	}{string(line)}, "sent "+string(line))
}
