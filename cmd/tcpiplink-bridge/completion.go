package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// completeNoFiles keeps shells from offering the files of the folder to commands that take none. Those that do say so in their Use.
func completeNoFiles(cmd *cobra.Command) {
	if cmd.ValidArgsFunction == nil && !takesFiles(cmd.Use) {
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, sub := range cmd.Commands() {
		completeNoFiles(sub)
	}
}

// takesFiles reports whether a file or a folder is an argument by itself, and not that of a flag.
func takesFiles(use string) bool {
	before, _, _ := strings.Cut(use, " --")
	for _, word := range []string{"FILE", "FOLDER", "PATH"} {
		if strings.Contains(before, word) {
			return true
		}
	}
	return false
}

// completeWords has shells offer the words that a flag takes.
func completeWords(cmd *cobra.Command, flag string, words ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag is registered before
	}
}
