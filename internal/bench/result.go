package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// result is one figure.
type result struct {
	Scenario string  `json:"scenario"`
	Figure   string  `json:"figure"`
	Unit     string  `json:"unit,omitempty"`
	Measured float64 `json:"measured"`
	Against  float64 `json:"against,omitempty"` // what it is divided by for the ratio; 0: it is judged itself
	Target   float64 `json:"target,omitempty"`  // of the ratio, or of the figure itself; 0: none
	AtMost   bool    `json:"at_most,omitempty"` // the target is a maximum
	Ratio    float64 `json:"ratio,omitempty"`
	Verdict  string  `json:"verdict,omitempty"`
	Note     string  `json:"note,omitempty"`
}

// judge fills in the ratio and the verdict.
func (r *result) judge(short bool) {
	judged := r.Measured
	if r.Against != 0 {
		r.Ratio = r.Measured / r.Against
		judged = r.Ratio
	}
	switch {
	case r.Target == 0:
	case short:
		r.Verdict = "not judged"
	case r.AtMost && judged <= r.Target, !r.AtMost && judged >= r.Target:
		r.Verdict = "ok"
	default:
		r.Verdict = "MISSED"
	}
}

func printJSON(w io.Writer, results []result) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(results)
}

func printTable(w io.Writer, results []result) error {
	var text bytes.Buffer // a writer that cannot fail
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { _, _ = t.Write([]byte(strings.Join(cells, "\t") + "\n")) }
	row("scenario", "figure", "measured", "against", "ratio", "target", "", "")
	for _, r := range results {
		against, ratio, target := "", "", ""
		if r.Against != 0 {
			against, ratio = r.number(r.Against), fmt.Sprintf("%.2f", r.Ratio)
		}
		if r.Target != 0 {
			sign := ">="
			if r.AtMost {
				sign = "<="
			}
			target = fmt.Sprintf("%s %g", sign, r.Target)
		}
		row(r.Scenario, r.Figure, r.number(r.Measured), against, ratio, target, r.Verdict, r.Note)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := text.WriteTo(w)
	return err
}

func (r *result) number(v float64) string {
	text := fmt.Sprintf("%.2f", v)
	if math.Abs(v) >= 100 {
		text = fmt.Sprintf("%.0f", v)
	}
	if r.Unit == "" {
		return text
	}
	return text + " " + r.Unit
}
