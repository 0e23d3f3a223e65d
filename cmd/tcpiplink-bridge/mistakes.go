package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// mistakes are what is wrong with the configuration of a bridge that runs all the same.
type mistakes struct {
	path  string
	all   error // as validate tells them
	found *config.Error
}

// tell says in two lines that what the bridge does is not what the file says. Loaded is zero if it is not known. The bridge may read the
// file in another environment, so that this is about the file as it is read here.
func (m *mistakes) tell(w io.Writer, loaded time.Time) {
	first := slices.IndexFunc(m.found.Diagnostics, ofTheFile)
	if first < 0 {
		return // what is missing here the bridge has
	}
	errs := 0
	for i := range m.found.Diagnostics {
		if ofTheFile(m.found.Diagnostics[i]) {
			errs++
		}
	}
	told := &m.found.Diagnostics[first]
	place := "at " + told.Position.File
	if told.Position.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, told.Position.Line)
	}
	if errs > 1 {
		place = "the first " + place
	}
	runs := "the bridge still runs by an earlier one"
	if !loaded.IsZero() {
		runs = "the bridge still runs the one of " + loaded.Local().Format(time.DateTime)
	}
	fmt.Fprintln(w, printable(fmt.Sprintf("note: configuration %s, as it is read here, has %s, %s: %s", m.path, count(errs, "mistake"), place, told.Summary)))
	fmt.Fprintln(w, printable(fmt.Sprintf("note: %s; 'tcpiplink-bridge validate --config %s' says what is wrong", runs, m.path)))
}

// ofTheFile reports whether a mistake is one for the bridge too: who asks it often lacks its environment and its right to read passwords.
func ofTheFile(d config.Diagnostic) bool { return d.Severity == config.SeverityError && !d.OfReader }

// ofReader reports whether the bridge may have none of the mistakes, as it has what is missing here.
func (m *mistakes) ofReader() bool { return !slices.ContainsFunc(m.found.Diagnostics, ofTheFile) }

// tell tells of the mistakes, if there are any, and whether it is certain that the bridge is the right one.
func (p *place) tell(w io.Writer, loaded time.Time) {
	if p == nil || p.mistakes == nil {
		return
	}
	p.mistakes.tell(w, loaded)
	if p.guessed {
		fmt.Fprintln(w, "note: the file does not say where its bridge is; this is one that was found where bridges mostly are")
	}
}

// lost is the error when the file does not say where its bridge is.
func (m *mistakes) lost() error {
	return &usageError{err: m.all, hint: "where the running bridge is cannot be told from this file; name its socket with --socket PATH, or --state-dir FOLDER"}
}

// unanswered is the error when nobody is where the file says.
func (m *mistakes) unanswered(where string, cause error) error {
	text, _, _ := strings.Cut(cause.Error(), "\n")
	return &usageError{err: m.all, hint: fmt.Sprintf("no bridge answers at %s either (%s); one elsewhere is named with --socket PATH or --state-dir FOLDER", where, text)}
}
