package main

import (
	"bytes"
	"io"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows on a terminal how far a copy has come, and nothing elsewhere. The zero progress shows nothing.
type progress struct {
	bar *progressbar.ProgressBar
}

// The looks of the bar. It is cut to the width of the terminal.
const (
	progressWidth = 24
	progressPause = 100 * time.Millisecond
	noTotal       = -1
)

// progress begins a bar. Without a total there is a count only.
func (c *console) progress(what string, total int64, unit progressbar.Option) progress {
	if total <= 0 {
		total = noTotal
	}
	return progress{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(c.errOut),
		progressbar.OptionSetVisibility(isTerminal(c.errOut)),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(progressWidth),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "#", SaucerPadding: ".", BarStart: "[", BarEnd: "]"}),
		progressbar.OptionThrottle(progressPause),
		progressbar.OptionSetSpinnerChangeInterval(0), // it would be a goroutine that nobody ends
		progressbar.OptionSpinnerType(9),
		progressbar.OptionShowCount(),
		progressbar.OptionUseIECUnits(true),
		progressbar.OptionClearOnFinish(),
		unit,
	)}
}

// inEvents and inBytes say what a bar counts.
func inEvents() progressbar.Option { return progressbar.OptionSetItsString("events") }
func inBytes() progressbar.Option  { return progressbar.OptionShowBytes(true) }

// add goes on by n. The bar's only error is that more came than was said, which a queue that is in use may do.
func (p progress) add(n int) {
	if p.bar != nil {
		_ = p.bar.Add(n)
	}
}

// end takes the bar away.
func (p progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

// lineCounter passes lines on and counts them.
type lineCounter struct {
	to       io.Writer
	progress progress
	lines    int
	cut      bool // the last one has no end so far
}

// Write counts what was written.
func (c *lineCounter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	lines := bytes.Count(p[:n], []byte{'\n'})
	c.lines += lines
	if n > 0 {
		c.cut = p[n-1] != '\n'
	}
	c.progress.add(lines)
	return n, err
}

// untilEnough reads lines until done is closed: then it ends behind the line that was begun.
type untilEnough struct {
	from     io.Reader
	done     <-chan struct{}
	progress progress
	lines    atomic.Int64 // a request that was given up may still be reading
	begun    bool         // a line
}

// Read ends between two lines. What it has read beyond that is passed over.
func (r *untilEnough) Read(p []byte) (int, error) {
	if r.enough() && !r.begun {
		return 0, io.EOF
	}
	n, err := r.from.Read(p)
	if r.enough() { // maybe only since
		if !r.begun {
			return 0, io.EOF
		}
		if end := bytes.IndexByte(p[:n], '\n'); end >= 0 {
			n, err = end+1, nil
		}
	}
	r.lines.Add(int64(bytes.Count(p[:n], []byte{'\n'})))
	if n > 0 {
		r.begun = p[n-1] != '\n'
		r.progress.add(n)
	}
	return n, err
}

func (r *untilEnough) enough() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}
