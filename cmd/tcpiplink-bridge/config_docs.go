package main

import (
	"cmp"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func newConfigDocs() *cobra.Command {
	return &cobra.Command{
		Use:   "docs [NAME]",
		Short: "Print the reference of the configuration, or the part about one name",
		Long: `docs prints the reference of every block and attribute in Markdown, as this version knows them. On a terminal it is wrapped, and tables are
paragraphs.

NAME is a block (remote.timeouts), an attribute (remote.timeouts.dial), the end of either where it is clear (timeouts), or the heading of a
section in lower case with hyphens (the-three-modes) or its first or last word (lint). The exit code is 2 if there is nothing of that name.`,
		Example: `  tcpiplink-bridge config docs queue
  tcpiplink-bridge config docs remote.tls.pins
  tcpiplink-bridge config docs >configuration.md`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			text, err := config.Docs(name)
			switch {
			case errors.Is(err, config.ErrNoDocs):
				return &usageError{err: err, hint: "tcpiplink-bridge config docs prints all"}
			case err != nil:
				return err
			}
			out := cmd.OutOrStdout()
			if terminal, ok := terminalOf(out); ok {
				text = docsOnTerminal(text, cmp.Or(columnsOf(terminal), docsWidth))
			}
			_, err = io.WriteString(out, text)
			return err
		},
	}
}
