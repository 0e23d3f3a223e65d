package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// queueView draws queues, for a person.
type queueView struct {
	sheet
	queues []api.Queue
	live   bool
	routed bool      // as in openBridge
	now    time.Time // by the clock of the bridge
}

// The columns of the table; the name has at least this, and the trouble comes behind.
const (
	queueNameWidth = 22
	queueColumns   = "%-7s %9s %7s %10s %7s"
)

// table lists the queues.
func (v *queueView) table() {
	if len(v.queues) == 0 {
		v.line(plain("no queues"))
		return
	}
	names := v.nameWidth()
	v.line(span{pad("QUEUE", names) + " " + fmt.Sprintf(queueColumns, "STORAGE", "EVENTS", "OLDEST", "BYTES", "LETTERS") + "  TROUBLE", v.theme.head})
	for i := range v.queues {
		q := &v.queues[i]
		name := nameOf(q).String()
		if utf8.RuneCountInString(printable(name)) > names {
			v.line(plain("%s", name))
			name = ""
		}
		numbers := fmt.Sprintf(queueColumns, q.Storage, short(uint64(max(0, q.Events)), 9), v.oldest(q), sizeText(q.Bytes), short(uint64(max(0, q.Letters)), 7))
		trouble := span{"-", v.theme.held}
		if words := v.troubles(q); len(words) > 0 { // 'show' has all of it
			trouble = span{words[0].word, v.theme.down}
		}
		v.line(plain("%s %s  ", cell(name, names), numbers), trouble)
	}
}

// nameWidth is how wide the column of the names is: a longer one has a line of its own, in a narrow terminal all have.
func (v *queueView) nameWidth() int {
	if v.columns() < narrowColumns {
		return len("QUEUE")
	}
	widest := queueNameWidth
	for i := range v.queues {
		widest = max(widest, utf8.RuneCountInString(printable(nameOf(&v.queues[i]).String())))
	}
	return min(widest, queueNameWidth+max(0, v.columns()-statusColumns))
}

func (v *queueView) oldest(q *api.Queue) string {
	if q.Oldest.IsZero() {
		return "-"
	}
	return v.age(q.Oldest)
}

func (v *queueView) age(t time.Time) string { return ageText(v.now.Sub(t).Seconds()) }

// trouble is one thing that is wrong with a queue.
type trouble struct {
	word string // for the table, at most 8 letters
	text string // the whole of it
}

// troubles says what is wrong with a queue, the worst first.
func (v *queueView) troubles(q *api.Queue) []trouble {
	var all []trouble
	if v.routed && q.Limits == nil {
		all = append(all, trouble{"no route", "no route of the configuration has this queue any more, so that nothing in it is sent"})
	}
	if d := q.Disk; d != nil {
		if d.Degraded != "" {
			text := fmt.Sprintf("the disk fails, %s in memory only: %.400s", isAre(d.MemoryOnly, "event"), d.Degraded)
			all = append(all, trouble{"disk", text})
		}
		if d.Found != nil && !d.Found.Clean {
			text := "the files are damaged: "
			if v.live {
				text = "damage was found at the start: "
			}
			all = append(all, trouble{"damage", text + damageText(d.Found)})
		}
	}
	return all
}

// damageText says what was wrong with the files of a queue.
func damageText(c *api.Check) string {
	var parts []string
	add := func(n uint64, what string) {
		if n > 0 {
			parts = append(parts, number(n, what))
		}
	}
	if c.MissingEvents > 0 {
		parts = append(parts, number(c.MissingEvents, "event")+" missing")
	}
	add(uint64(max(0, c.DamagedRegions)), "damaged part")
	add(uint64(max(0, c.MissingSegments)), "missing file")
	add(uint64(max(0, c.UnreadableEvents)), "record without an event")
	if c.UnreadableBytes > 0 {
		parts = append(parts, sizeText(c.UnreadableBytes)+" that the disk does not read")
	}
	if len(parts) == 0 {
		parts = append(parts, "cursor "+cmp.Or(c.Cursor, "unknown"))
	}
	return strings.Join(parts, ", ")
}

// isAre is count with its verb.
func isAre(n int, what string) string {
	if n == 1 {
		return "1 " + what + " is"
	}
	return count(n, what) + " are"
}

// sizeText writes a number of bytes in the largest unit that it has one of.
func sizeText(n int64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	value := float64(n)
	for _, unit := range []string{"KiB", "MiB", "GiB"} {
		if value /= 1 << 10; value < 1000 {
			return fmt.Sprintf("%.1f %s", value, unit)
		}
	}
	return fmt.Sprintf("%.1f TiB", value/(1<<10))
}
