package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// registerFlags say how registers are read and written.
type registerFlags struct {
	page    uint16
	method  string
	wide    bool
	wait    time.Duration
	retries int
}

func (r *remoteRun) registerCommand() *cobra.Command {
	var f registerFlags
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Read and write the registers of a node",
		Long: `register reads and writes the registers of a node with protocol events, which go out with SEND; the answers are fetched with RETR.

NODE is a nickname, 0 to 65535, of a node on a segment that the server is connected to, or a GUID: that of an interface with the
nickname in its last byte (with --wide, its last two), or of a Level II node. ADDRESS is the first register, decimal or 0x.

The method is which events are used:
  plain      CLASS1.PROTOCOL read and write register: one event for each register, of page 0
  extended   CLASS1.PROTOCOL extended page read and write: the page is in the event
  page       CLASS1.PROTOCOL page read and write: the page is selected in registers 0x92 and 0x93 first, and put back
  level2     CLASS2.PROTOCOL read and write register: 32 bit addresses, no pages; NODE is the GUID of the node
  auto       plain for one register of page 0, otherwise extended
With a GUID, those of CLASS1.PROTOCOL are sent as their mirror, CLASS2.LEVEL1.PROTOCOL. Many servers want a special right for these
classes, and a server that is connected to no segment has nobody to answer.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("register: there is no %q, only read and write", args[0])
			}
			return errors.New("register: read or write?")
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	flags := cmd.PersistentFlags()
	flags.Uint16Var(&f.page, "page", 0, "`page` of the registers")
	flags.StringVar(&f.method, "method", "auto", "`method`: auto, plain, extended, page or level2")
	flags.BoolVar(&f.wide, "wide", false, "the nickname has two bytes; so have numbers above 255")
	flags.DurationVar(&f.wait, "wait", time.Second, "how long to wait for each answer of the node")
	flags.IntVar(&f.retries, "retries", 2, "how often to ask again")
	cmd.AddCommand(r.registerRead(&f), r.registerWrite(&f))
	return cmd
}

func (r *remoteRun) registerRead(f *registerFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "read NODE ADDRESS[:COUNT]",
		Short: "Read registers",
		Example: `  tcpiplink-bridge remote north register read 5 0xd0:16                       the GUID of node 5
  tcpiplink-bridge remote north register read ::FE:00:01:00:00:00:03:00:05 0 --page 2
  tcpiplink-bridge remote north register read ::FE:00:01:00:00:00:00:00:05 0x10000:4 --method level2`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, a, err := f.parse(args[0], args[1], 0)
			if err != nil {
				return err
			}
			return r.action(func(ctx context.Context, s *remoteSession, _ []string) error {
				return s.readRegisters(ctx, f, n, a)
			})(cmd, args)
		},
	}
}

func (r *remoteRun) registerWrite(f *registerFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "write NODE ADDRESS VALUE...",
		Short: "Write registers, and show what they held before",
		Long: `write writes one or more values from ADDRESS on. It reads the registers before; where that fails it writes all the same. The answer
of the node must have the value that was written.`,
		Example: `  tcpiplink-bridge remote north register write 5 0x12 0x01 0x02`,
		Args:    cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := parseBytes(strings.Split(strings.Join(args[2:], ","), ","))
			if err != nil {
				return &usageError{err: err, hint: "values are bytes, decimal or 0x"}
			}
			n, a, err := f.parse(args[0], args[1], len(data))
			if err != nil {
				return err
			}
			return r.action(func(ctx context.Context, s *remoteSession, _ []string) error {
				return s.writeRegisters(ctx, f, n, a, data)
			})(cmd, args)
		},
	}
}

// parse reads what node and which registers are meant; a count above 0 is that of the values to write.
func (f *registerFlags) parse(nodeText, addressText string, writing int) (node, address, error) {
	fail := func(err error, hint string) (node, address, error) {
		return node{}, address{}, &usageError{err: err, hint: hint}
	}
	n, err := parseNode(nodeText, f.wide)
	if err != nil {
		return fail(err, "a nickname is a number such as 5 or 0x05, a GUID has 16 bytes")
	}
	a := address{page: f.page, count: max(writing, 1)}
	first, size, counted := strings.Cut(addressText, ":")
	value, err := parseNumber(first, 32)
	if err == nil && counted {
		var c uint64
		c, err = parseNumber(size, 16)
		if err == nil && writing > 0 && int(c) != writing {
			err = fmt.Errorf("there are %s for %d registers", count(writing, "value"), c)
		}
		a.count = int(c)
	}
	if err != nil {
		return fail(err, "an address is a register, or REGISTER:COUNT, such as 0xd0:16")
	}
	a.first = uint32(value)
	switch n.method = method(f.method); n.method {
	case methodPlain, methodExtended, methodPage, methodLevel2:
	case "auto":
		n.method = methodExtended
		if a.page == 0 && a.count == 1 || writing > 0 && n.wide {
			n.method = methodPlain
		}
	default:
		return fail(fmt.Errorf("--method: there is no %q", f.method), "use auto, plain, extended, page or level2")
	}
	if f.wait <= 0 || f.retries < 0 {
		return fail(errors.New("--wait must be more than 0, and --retries 0 or more"), "leave them out for 1s and 2")
	}
	if err := n.check(a, writing > 0); err != nil {
		return fail(err, "run 'tcpiplink-bridge remote NAME register --help' for the methods")
	}
	return n, a, nil
}

// registerRecord is a register in JSON.
type registerRecord struct {
	Address uint32 `json:"address"`
	Old     *int   `json:"old,omitempty"` // written: before, if that could be read
	Value   int    `json:"value"`
}

// registerRecords is the result of reading or writing in JSON.
type registerRecords struct {
	Node      vscp.GUID        `json:"node"`
	Page      uint16           `json:"page"`
	Registers []registerRecord `json:"registers"`
}

func (s *remoteSession) readRegisters(ctx context.Context, f *registerFlags, n node, a address) error {
	line, err := s.registerLine(ctx, f, &n)
	if err != nil {
		return err
	}
	data, err := line.read(ctx, a)
	if err != nil {
		return err
	}
	out := registerRecords{Node: line.from, Page: a.page}
	rows := [][]string{}
	for i, b := range data {
		register := a.first + uint32(i)
		out.Registers = append(out.Registers, registerRecord{Address: register, Value: int(b)})
		rows = append(rows, []string{fmt.Sprintf("0x%02x", register), fmt.Sprintf("0x%02x", b), fmt.Sprintf("%3d", b)})
	}
	return s.show(out, append([]string{line.title(a)}, table(rows...)...)...)
}

func (s *remoteSession) writeRegisters(ctx context.Context, f *registerFlags, n node, a address, data []byte) error {
	line, err := s.registerLine(ctx, f, &n)
	if err != nil {
		return err
	}
	old, unread := line.read(ctx, a)
	if unread != nil {
		if !errors.Is(unread, errNoAnswer) {
			return unread // also the write would fail
		}
		fmt.Fprintln(s.errOut, printable("the old values are not known: "+unread.Error()))
	}
	if err := line.write(ctx, a, data); err != nil {
		return err
	}
	out := registerRecords{Node: line.from, Page: a.page}
	rows := [][]string{}
	for i, b := range data {
		record := registerRecord{Address: a.first + uint32(i), Value: int(b)}
		before := "?"
		if unread == nil {
			record.Old = new(int(old[i]))
			before = fmt.Sprintf("0x%02x", old[i])
		}
		out.Registers = append(out.Registers, record)
		rows = append(rows, []string{fmt.Sprintf("0x%02x", record.Address), before, "->", fmt.Sprintf("0x%02x", b)})
	}
	return s.show(out, append([]string{line.title(a)}, table(rows...)...)...)
}
