package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// completeClasses offers the tokens of classes, and of the types of those classes that stand on the line.
func completeClasses(cmd *cobra.Command, classes func() []string) {
	completeFlag(cmd, "class", func(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var tokens, short []string
		for _, c := range vscp.Classes() {
			tokens = append(tokens, c.String())
			if _, name, _ := strings.Cut(c.String(), "."); !slices.Contains(short, name) {
				short = append(short, name)
			}
		}
		if fit, rest := offerTokens(tokens, begun); len(fit) > 0 {
			return fit, rest
		}
		return offerTokens(short, begun)
	})
	completeFlag(cmd, "type", func(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var found []string
		for _, text := range classes() {
			c, err := vscp.ParseShortClass(text)
			if err != nil {
				continue
			}
			for _, token := range c.TypeTokens() {
				if !slices.Contains(found, token) {
					found = append(found, token)
				}
			}
		}
		return offerTokens(found, begun)
	})
}

// offerTokens offers them in small letters to who began with such: shells leave out what differs from what was typed.
func offerTokens(tokens []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	fit, rest := offer(tokens, begun)
	if begun != "" && begun == strings.ToLower(begun) {
		for i := range fit {
			fit[i] = strings.ToLower(fit[i])
		}
	}
	return fit, rest
}
