package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func newLint() *cobra.Command {
	var asJSON bool
	var vars varFlags
	cmd := &cobra.Command{
		Use:   "lint PATH...",
		Short: "Find loops among the configurations of several bridges",
		Long: `lint joins the configurations of all bridges that share sites and follows each kind of event through them: rings, sites that get an
event twice, cycles of peers that erase the identity of events, files that do not agree where a GUID lives, and routes that can
never carry anything. A path is the file of a bridge, or its folder. Remotes of different files are the same site if they have an
address in common, or the same site = "NAME".
It connects to nothing. The exit code is 0 if there are no errors, 1 if there are, 2 if a file is not valid.`,
		Example: `  tcpiplink-bridge lint roof.hcl cellar.hcl
  tcpiplink-bridge lint --json bridges/*.hcl`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no configuration is named, and lint compares several")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, paths []string) error {
			cfgs := make([]*config.Config, 0, len(paths))
			for _, path := range paths {
				cfg, err := loadConfig(path, vars, cmd.ErrOrStderr())
				if err != nil {
					return err
				}
				cfgs = append(cfgs, cfg)
			}
			r := topology.Check(cfgs...)
			var err error
			if asJSON {
				err = writeLint(cmd.OutOrStdout(), &r)
			} else {
				printLint(cmd.OutOrStdout(), len(cfgs), &r)
			}
			if n := r.Errors(); err == nil && n > 0 {
				return fmt.Errorf("%s in what the files make together", count(n, "mistake"))
			}
			return err
		},
	}
	vars.register(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

func printLint(out io.Writer, files int, r *topology.Report) {
	if len(r.Findings) > 0 {
		fmt.Fprintf(out, "%s\n\n", findingTexts(r))
	}
	if note := unknownNote(r.Unknown); note != "" {
		fmt.Fprintln(out, note)
	}
	verdict := "not every event reaches every site exactly once"
	if r.Accepted() {
		verdict = "accepted: what a site can get it gets exactly once, and nothing comes back"
	}
	fmt.Fprintf(out, "%s, %s: %s\n", count(files, "file"), count(len(r.Sites), "site"), verdict)
}

// findingTexts renders findings as diagnostics of the configuration, with a blank line between them.
func findingTexts(r *topology.Report) string {
	texts := make([]string, len(r.Findings))
	for i, d := range r.Diagnostics() {
		texts[i] = d.String()
	}
	return strings.Join(texts, "\n\n")
}

// unknownNote says where the verdict rests on a profile that is found out after login only.
func unknownNote(sites []string) string {
	if len(sites) == 0 {
		return ""
	}
	text := fmt.Sprintf(`note: events may go round if %s are servers that erase who sent an event, as uvscpd does: with profile = "auto" that is known only when they are connected. Set profile to have it checked; doctor and validate --online say what they are.`,
		strings.Join(sites, " and "))
	return strings.Join(wrap(text, guaranteeWidth), "\n  ")
}

// lintReport is what lint prints as JSON.
type lintReport struct {
	Accepted bool          `json:"accepted"`
	Sites    []string      `json:"sites"`
	Unknown  []string      `json:"unknown_profiles"`
	Findings []lintFinding `json:"findings"`
}

type lintFinding struct {
	Kind     string      `json:"kind"`
	Severity string      `json:"severity"`
	Place    lintPlace   `json:"place"`
	Block    string      `json:"block,omitempty"`
	Summary  string      `json:"summary"`
	Ways     []string    `json:"ways,omitempty"`
	Detail   string      `json:"detail,omitempty"`
	Instead  string      `json:"instead,omitempty"`
	Others   []lintPlace `json:"others,omitempty"`
}

type lintPlace struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

func writeLint(out io.Writer, r *topology.Report) error {
	doc := lintReport{Accepted: r.Accepted(), Sites: r.Sites, Unknown: append([]string{}, r.Unknown...), Findings: []lintFinding{}}
	for i := range r.Findings {
		f := &r.Findings[i]
		found := lintFinding{
			Kind: string(f.Kind), Severity: f.Severity.String(), Place: placeOf(f.Pos), Block: f.Block, Summary: f.Summary,
			Ways: f.Paths, Detail: f.Detail, Instead: f.Instead,
		}
		for _, p := range f.Others {
			found.Others = append(found.Others, placeOf(p))
		}
		doc.Findings = append(doc.Findings, found)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func placeOf(p config.Position) lintPlace { return lintPlace{File: p.File, Line: p.Line} }
