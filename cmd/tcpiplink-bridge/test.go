package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy/check"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// errTestsFailed is returned when a test of a configuration fails: what was printed says which.
var errTestsFailed = errors.New("tests failed")

// testFlags are the flags as typed.
type testFlags struct {
	config, run   string
	vars          varFlags
	json, verbose bool
}

func newTest() *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test --config PATH",
		Short: "Run the tests of a configuration: what becomes of which event",
		Long: `test runs the test blocks of a configuration. Each says which events come from which remotes, and who is to get the last of them
and as what, or for which reason it is held back. The rules are those of a running bridge; nothing is connected to.

For each test that fails, its place and what became of the event are printed; with --verbose for all. The exit code is 0 if all
pass, 1 if one fails, 2 if the configuration or the usage is wrong.`,
		Example: `  tcpiplink-bridge test --config hub.hcl
  tcpiplink-bridge test --config hub.hcl --run 'alarm|fire' --verbose
  tcpiplink-bridge test --config hub.hcl --json | jq '.tests[] | select(.passed | not)'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.execute(cmd) },
	}
	configFlag(cmd, &f.config)
	f.vars.register(cmd.Flags())
	cmd.Flags().StringVar(&f.run, "run", "", "run only the tests whose names match this regular `expression`")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "print the tests that pass too, and what became of their events")
	cmd.Flags().BoolVar(&f.json, "json", false, "print the results as one line of JSON")
	return cmd
}

func (f *testFlags) execute(cmd *cobra.Command) error {
	wanted, err := regexp.Compile(f.run)
	if err != nil {
		return &usageError{err: fmt.Errorf("--run: %w", err)}
	}
	cfg, err := loadConfig(f.config, f.vars, io.Discard) // its warnings are for validate
	if err != nil {
		return err
	}
	report := testReport{Config: f.config, Tests: []testResult{}}
	for _, test := range cfg.Tests {
		if wanted.MatchString(test.Name) {
			report.add(check.Run(cfg, test))
		}
	}
	if len(report.Tests) == 0 && len(cfg.Tests) > 0 {
		return &usageError{err: fmt.Errorf("--run: no test of %s matches %q", f.config, f.run), hint: "their names: " + testNames(cfg.Tests)}
	}
	if err := report.print(cmd.OutOrStdout(), f); err != nil {
		return err
	}
	if report.Failed > 0 {
		return errTestsFailed
	}
	return nil
}

func testNames(tests []*config.Test) string {
	names := make([]string, 0, len(tests))
	for _, t := range tests {
		names = append(names, strconv.Quote(t.Name))
	}
	return strings.Join(names, ", ")
}

// testReport is what test prints as JSON.
type testReport struct {
	Config string       `json:"config"`
	Passed int          `json:"passed"`
	Failed int          `json:"failed"`
	Tests  []testResult `json:"tests"` // in the order of the file
}

type testResult struct {
	Name     string        `json:"name"`
	File     string        `json:"file"`
	Line     int           `json:"line"`
	Passed   bool          `json:"passed"`
	Failures []testFailure `json:"failures,omitempty"`
	Ways     []testWay     `json:"ways"` // of the last event
}

type testFailure struct {
	To   string `json:"to,omitempty"` // the remote that it is about
	Got  string `json:"got"`
	Want string `json:"want"`
}

type testWay struct {
	Route string `json:"route"`
	To    string `json:"to"`
	Event string `json:"event,omitempty"` // as it leaves, as a line
	Held  string `json:"held,omitempty"`  // the reason
}

func (r *testReport) add(result check.Result) {
	t := testResult{
		Name: result.Test.Name, File: result.Test.Pos.File, Line: result.Test.Pos.Line,
		Passed: len(result.Failures) == 0, Ways: []testWay{},
	}
	for _, f := range result.Failures {
		t.Failures = append(t.Failures, testFailure(f))
	}
	for i := range result.Outcomes {
		o := &result.Outcomes[i]
		way := testWay{Route: o.Route, To: o.To, Held: string(o.Reason)}
		if o.Reason == policy.Goes {
			row := o.Event.Row()
			way.Event = string(row.Text)
		}
		t.Ways = append(t.Ways, way)
	}
	if t.Passed {
		r.Passed++
	} else {
		r.Failed++
	}
	r.Tests = append(r.Tests, t)
}

func (r *testReport) print(w io.Writer, f *testFlags) error {
	if f.json {
		line, err := marshalJSON(r)
		if err != nil {
			return err
		}
		_, err = w.Write(line)
		return err
	}
	for i := range r.Tests {
		if t := &r.Tests[i]; f.verbose || !t.Passed {
			t.print(w, f.verbose)
		}
	}
	var err error
	switch {
	case len(r.Tests) == 0:
		_, err = fmt.Fprintf(w, "%s has no tests\n", r.Config)
	case r.Failed > 0:
		_, err = fmt.Fprintf(w, "FAIL %s: %d of %s failed\n", r.Config, r.Failed, count(len(r.Tests), "test"))
	default:
		_, err = fmt.Fprintf(w, "ok   %s: %s passed\n", r.Config, count(len(r.Tests), "test"))
	}
	return err
}

func (t *testResult) print(w io.Writer, ways bool) {
	word := "PASS"
	if !t.Passed {
		word = "FAIL"
	}
	fmt.Fprintf(w, "--- %s: %s (%s:%d)\n", word, t.Name, t.File, t.Line)
	for _, f := range t.Failures {
		about := ""
		if f.To != "" {
			about = f.To + ": "
		}
		fmt.Fprintf(w, "    %sgot %s; want %s\n", about, f.Got, f.Want)
	}
	if !ways {
		return
	}
	for _, way := range t.Ways {
		if way.Held != "" {
			fmt.Fprintf(w, "    route %s to %s: held, %s\n", way.Route, way.To, way.Held)
		} else {
			fmt.Fprintf(w, "    route %s to %s: %s\n", way.Route, way.To, way.Event)
		}
	}
}
