package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// status is what a finding means for bridging.
type status string

const (
	statusOK      status = "ok"
	statusNote    status = "note"    // worth knowing
	statusWarning status = "warning" // something is lost, or needs a setting
	statusSkipped status = "skipped" // not tried
	statusProblem status = "problem" // prevents bridging
)

// finding is one line of a diagnosis.
type finding struct {
	Name    string `json:"finding"`
	Status  status `json:"status"`
	Value   string `json:"value"`
	Meaning string `json:"meaning,omitempty"`
}

// diagnosis is what doctor found out about a server.
type diagnosis struct {
	Name       string         `json:"name"`
	Address    string         `json:"address"`
	Bridgeable bool           `json:"bridgeable"`
	Profile    *profileReport `json:"profile,omitempty"` // absent if the probe did not get that far
	Findings   []finding      `json:"findings"`
}

// profileReport is a profile in JSON.
type profileReport struct {
	Family       string   `json:"family"`
	Detected     string   `json:"detected"`
	Version      string   `json:"version"`
	Capabilities []string `json:"capabilities"`
	Channel      uint32   `json:"channel"`
	GUID         string   `json:"guid"`
	MaxCommand   int      `json:"max_command_bytes"`
	MinData      int      `json:"min_data_bytes"`
	MaxData      int      `json:"max_data_bytes"`
	MaxClass     uint16   `json:"max_class"`
	MaxType      uint16   `json:"max_type"`
	Window       int      `json:"window"`
	Connections  int      `json:"max_connections,omitempty"` // absent: no limit known
}

func (d *diagnosis) add(name string, s status, value, meaning string) {
	d.Findings = append(d.Findings, finding{Name: name, Status: s, Value: visible(value), Meaning: visible(meaning)})
}

func (d *diagnosis) printJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

// The columns of the table, in characters.
const (
	columnName    = 12
	columnValue   = 36
	columnMeaning = 58
)

// printTable prints what was found, for a person.
func (d *diagnosis) printTable(w io.Writer) error {
	title := d.Name
	if d.Address != d.Name {
		title += " (" + d.Address + ")"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", visible(title))
	for _, f := range d.Findings {
		mark := ""
		if f.Status != statusOK {
			mark = string(f.Status)
		}
		values, meanings := wrap(f.Value, columnValue), wrap(f.Meaning, columnMeaning)
		for i := range max(len(values), len(meanings)) {
			name := f.Name
			if i > 0 {
				name, mark = "", ""
			}
			line := fmt.Sprintf("%-7s  %-*s  %s  %s", mark, columnName, name, pad(at(values, i), columnValue), at(meanings, i))
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	verdict := "can be bridged"
	if !d.Bridgeable {
		verdict = "cannot be bridged"
	}
	fmt.Fprintf(&b, "\n%s %s\n", visible(d.Name), verdict)
	_, err := io.WriteString(w, b.String())
	return err
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// wrap breaks text at blanks, and words that are longer than a line.
func wrap(text string, width int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		for utf8.RuneCountInString(word) > width {
			runes := []rune(word)
			lines = append(lines, string(runes[:width]))
			word = string(runes[width:])
		}
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	if len(lines) > 1 && lines[0] == "" {
		lines = lines[1:]
	}
	return lines
}

// maxVisible bounds what a server can put into the report.
const maxVisible = 200

// visible returns text without what a terminal would act upon.
func visible(s string) string {
	if runes := []rune(s); len(runes) > maxVisible {
		s = string(runes[:maxVisible]) + "..."
	}
	return printable(s)
}
