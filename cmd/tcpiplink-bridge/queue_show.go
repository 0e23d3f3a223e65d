package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

func (f *queueFlags) showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show [QUEUE...]",
		Short: "Show all about queues: limits, losses, files, damage",
		Long: `show prints all that is known of the named queues, or of all: what waits, the
limits and what is dropped at them, what was dropped so far and why, dead
letters, files and damage. Of a stopped bridge what was dropped is not known,
and the limits only with --config.`,
		Example: `  tcpiplink-bridge queue show sites@south --config hub.hcl`,
		RunE:    f.action(func(ctx context.Context, r *queueRun, args []string) error { return r.show(ctx, args) }),
	}
	f.jsonFlag(cmd)
	return cmd
}

func (r *queueRun) show(ctx context.Context, names []string) error {
	all, err := r.choose(ctx, names)
	if err != nil {
		return err
	}
	if !r.json {
		return r.draw(all, (*queueView).details)
	}
	for i := range all.Queues {
		if err := r.printJSON(&all.Queues[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v *queueView) details() {
	for i := range v.queues {
		if i > 0 {
			v.line()
		}
		v.queue(&v.queues[i])
	}
	if len(v.queues) == 0 {
		v.line(plain("no queues"))
	}
}

// queue draws all about one queue.
func (v *queueView) queue(q *api.Queue) {
	v.line(span{nameOf(q).String(), v.theme.title}, plain(", kept %s", map[string]string{"disk": "on disk", "memory": "in memory"}[q.Storage]))
	v.row("waiting", v.waiting(q))
	if l := q.Limits; l != nil {
		v.row("limits", fmt.Sprintf("%s, %s, or %s; then %s", count(l.MaxEvents, "event"), sizeText(l.MaxBytes), ageText(l.MaxAgeSeconds), l.Overflow))
	}
	if text := tally(q.Dropped); text != "" {
		v.row("dropped", text)
	}
	letters := "none"
	if q.Letters > 0 {
		letters = fmt.Sprintf("%d, %s", q.Letters, sizeText(q.LetterBytes))
	}
	v.row("letters", letters)
	if q.Disk != nil {
		v.files(q.Disk)
	}
	for _, t := range v.troubles(q) {
		v.trouble(t.text)
	}
	if q.Disk != nil && q.Disk.Found != nil {
		v.findings(q.Disk.Found)
	}
}

func (v *queueView) waiting(q *api.Queue) string {
	if q.Events == 0 {
		return "nothing"
	}
	text := fmt.Sprintf("%s, %s", count(q.Events, "event"), sizeText(q.Bytes))
	if !q.Oldest.IsZero() {
		text += ", the oldest for " + v.age(q.Oldest)
	}
	if q.Leased > 0 {
		text += fmt.Sprintf("; %d being sent", q.Leased)
	}
	return text
}

func (v *queueView) files(d *api.QueueFiles) {
	text := fmt.Sprintf("%s, %s", count(d.Segments, "segment"), sizeText(d.Bytes))
	if d.Unsynced > 0 {
		text += fmt.Sprintf("; %s not synced yet", sizeText(d.Unsynced))
	}
	if d.MemoryOnly > 0 && d.Degraded == "" {
		text += fmt.Sprintf("; %s not written yet", count(d.MemoryOnly, "event"))
	}
	v.row("files", text)
	if d.Quarantined > 0 {
		v.row("quarantine", fmt.Sprintf("%s with damaged parts, %s", count(d.Quarantined, "file"), sizeText(d.QuarantineBytes)))
	}
	if !d.DegradedSince.IsZero() {
		v.row("failing", fmt.Sprintf("for %s, since %s", v.age(d.DegradedSince), d.DegradedSince.UTC().Format(time.RFC3339)))
	}
}

const rowWidth = 12

// row is a label and a text of as many lines as it needs.
func (v *queueView) row(label, text string) {
	for i, line := range wrap(printable(text), v.columns()-rowWidth-2) {
		if i > 0 {
			label = ""
		}
		v.line(plain("  "), span{pad(label, rowWidth), v.theme.held}, plain("%s", line))
	}
}

func (v *queueView) trouble(text string) {
	for i, line := range wrap(printable(text), v.columns()-rowWidth-2) {
		label := "trouble"
		if i > 0 {
			label = ""
		}
		v.line(plain("  "), span{pad(label, rowWidth), v.theme.down}, plain("%s", line))
	}
}

// findings lists the places of damage.
func (v *queueView) findings(c *api.Check) {
	for _, f := range c.Findings {
		text := fmt.Sprintf("%s: %s at %d of %s", f.Kind, sizeText(f.Bytes), f.Offset, f.File)
		switch {
		case f.Known:
			text += ", known since its copy was made: " + f.Quarantine
		case f.Quarantine != "":
			text += ", copied to " + f.Quarantine
		}
		if f.Error != "" {
			text += ": " + f.Error
		}
		v.note(statusIndent, "%s", text)
	}
	if c.FindingsLeftOut > 0 {
		v.note(statusIndent, "and %s more", count(c.FindingsLeftOut, "place"))
	}
	if len(c.ForeignFiles) > 0 {
		v.note(statusIndent, "files that are not the bridge's: %s", strings.Join(c.ForeignFiles, ", "))
	}
}
