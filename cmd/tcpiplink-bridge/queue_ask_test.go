package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

func TestSure(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		answer string
		want   error
	}{
		{"y\n", nil},
		{"YES\n", nil},
		{" yes", nil},
		{"\n", errNotSure},
		{"", errNotSure},
		{"n\n", errNotSure},
		{"yesterday\n", errNotSure},
	} {
		var out bytes.Buffer
		c := &console{in: strings.NewReader(tt.answer), errOut: &out, tty: os.Stdin}
		if err := c.sure(t.Context(), "Drop\x1b[2J it?", false); !errors.Is(err, tt.want) {
			t.Errorf("sure answered %q = %v, want %v", tt.answer, err, tt.want)
		}
		if want := `Drop\x1b[2J it? [y/N] `; out.String() != want {
			t.Errorf("sure asks %q, want %q", &out, want)
		}
	}
}

// TestSureInterrupted has Ctrl-C in place of an answer.
func TestSureInterrupted(t *testing.T) {
	t.Parallel()
	in, feed := io.Pipe()
	defer func() { _ = feed.Close() }() // ends the goroutine that reads
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := &console{in: in, errOut: io.Discard, tty: os.Stdin}
	if err := c.sure(ctx, "Drop it?", false); !errors.Is(err, errNotSure) {
		t.Errorf("sure = %v, want %v", err, errNotSure)
	}
}

// TestSureUnasked needs no terminal with --yes, and has none without.
func TestSureUnasked(t *testing.T) {
	t.Parallel()
	c := &console{in: strings.NewReader("y\n"), errOut: io.Discard}
	if err := c.sure(t.Context(), "Drop it?", true); err != nil {
		t.Errorf("--yes: %v, want nil", err)
	}
	var usage *usageError
	if err := c.sure(t.Context(), "Drop it?", false); !errors.As(err, &usage) || usage.hint != "add --yes to do it" {
		t.Errorf("without a terminal: %v, want a usage error with a hint", err)
	}
}
