package main

import (
	"io"
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
	completeFlag(cmd, flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

func completeFlag(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err) // the flag is registered before
	}
}

// offer returns the words that begin so, and no files.
func offer(words []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var fit []cobra.Completion
	for _, word := range words {
		if len(word) >= len(begun) && strings.EqualFold(word[:len(begun)], begun) {
			fit = append(fit, word)
		}
	}
	return fit, cobra.ShellCompDirectiveNoFileComp
}

// completeWithin has a tree of commands complete the words that belong to it.
func completeWithin(tree *cobra.Command, words []string) ([]cobra.Completion, cobra.ShellCompDirective) {
	tree.InitDefaultHelpCmd()
	completeNoFiles(tree)
	var said strings.Builder
	tree.SetArgs(append([]string{cobra.ShellCompRequestCmd}, words...))
	tree.SetOut(&said)
	tree.SetErr(io.Discard)
	if err := tree.Execute(); err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	lines := strings.Split(strings.TrimSuffix(said.String(), "\n"), "\n") // words, and at the end a directive such as :4
	last := len(lines) - 1
	if lines[last] == ":0" {
		return lines[:last], cobra.ShellCompDirectiveDefault
	}
	return lines[:last], cobra.ShellCompDirectiveNoFileComp
}
