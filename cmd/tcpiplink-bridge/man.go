package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan is hidden: who installed a package has the pages already.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write the manual pages",
		Long:    `man writes a manual page for each command into a folder that exists. Their date is $SOURCE_DATE_EPOCH, or else today.`,
		Example: `  tcpiplink-bridge man /usr/local/share/man/man1`,
		Hidden:  true,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			root.DisableAutoGenTag = true // it names the day
			return doc.GenManTreeFromOpts(root, doc.GenManTreeOptions{
				Header:           &doc.GenManHeader{Section: "1", Source: "tcpiplink-bridge " + buildVersion(), Manual: "VSCP link bridge"},
				Path:             args[0],
				CommandSeparator: "-",
			})
		},
	}
}
