package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// eventFilter picks events on our side: what a server is asked to leave out, it may send all the same. An empty list takes all.
type eventFilter struct {
	classes, types, guids []string // as typed

	class []vscp.Class
	typ   []uint16
	guid  []vscp.GUIDPattern
}

func (f *eventFilter) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.classes, "class", nil, "only events of this `class`, a token or a number; may be repeated")
	flags.StringSliceVar(&f.types, "type", nil, "only events of this `type`, a number or a token of one of the classes; may be repeated")
	flags.StringSliceVar(&f.guids, "guid", nil, "only events of this `GUID`, or of those that begin as in FF:FF:FF:FF:FF:FF:FF:FE:*; may be repeated")
	completeClasses(cmd, func() []string { return f.classes })
}

// parse reads what was typed.
func (f *eventFilter) parse() error {
	for _, text := range f.classes {
		c, err := vscp.ParseShortClass(strings.TrimSpace(text))
		if err != nil {
			return &usageError{err: fmt.Errorf("--class: %w", err)}
		}
		f.class = append(f.class, c)
	}
	for _, text := range f.types {
		found, err := vscp.ParseTypes(f.class, text)
		if err != nil {
			return &usageError{err: fmt.Errorf("--type: %w", err), hint: "a type has its token only with the --class that it belongs to"}
		}
		f.typ = append(f.typ, found...)
	}
	for _, text := range f.guids {
		p, err := vscp.ParseGUIDPattern(text)
		if err != nil {
			return &usageError{err: fmt.Errorf("--guid: %w", err)}
		}
		f.guid = append(f.guid, p)
	}
	return nil
}

func (f *eventFilter) match(row *vscp.Row) bool {
	return (len(f.class) == 0 || slices.Contains(f.class, row.Class)) &&
		(len(f.typ) == 0 || slices.Contains(f.typ, row.Type)) &&
		(len(f.guid) == 0 || slices.ContainsFunc(f.guid, func(p vscp.GUIDPattern) bool { return p.Match(row.GUID) }))
}
