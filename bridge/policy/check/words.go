package check

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// describe names an event as people do, with its data as in an event line.
func describe(e *vscp.Event) string {
	text := fmt.Sprintf("%s %s, priority %d", e.Class, e.Class.TypeToken(e.Type), e.Head.Priority())
	if !e.GUID.IsZero() {
		text += ", of " + e.GUID.String()
	}
	if len(e.Data) == 0 {
		return text + ", no data"
	}
	return text + ", data " + dataText(e.Data)
}

func dataText(data []byte) string {
	words := make([]string, len(data))
	for i, b := range data {
		words[i] = strconv.Itoa(int(b))
	}
	return strings.Join(words, ",")
}

// differences says in what got is not as wanted; both are empty if it is. A GUID and a time that are not given are not wanted, as
// the bridge fills them in, and the channel means nothing elsewhere.
func differences(got, want *vscp.Event) (gotText, wantText string) {
	var g, w []string
	note := func(differ bool, name string, got, want any) {
		if differ {
			g, w = append(g, fmt.Sprintf("%s %v", name, got)), append(w, fmt.Sprintf("%s %v", name, want))
		}
	}
	note(got.Class != want.Class, "class", got.Class, want.Class)
	note(got.Type != want.Type || got.Class != want.Class, "type", got.Class.TypeToken(got.Type), want.Class.TypeToken(want.Type))
	note(got.Head.Priority() != want.Head.Priority(), "priority", got.Head.Priority(), want.Head.Priority())
	rest := got.Head.WithPriority(want.Head.Priority()).WithVersion(want.Head.Version()) // the version is that of the line
	note(rest != want.Head, "head", got.Head, want.Head)
	note(got.GUID != want.GUID && !want.GUID.IsZero(), "GUID", got.GUID, want.GUID)
	note(got.Time != want.Time && !want.Time.IsZero(), "time", timeText(got.Time), timeText(want.Time))
	note(!bytes.Equal(got.Data, want.Data), "data", orNone(got.Data), orNone(want.Data))
	return strings.Join(g, ", "), strings.Join(w, ", ")
}

func orNone(data []byte) string {
	if len(data) == 0 {
		return "none"
	}
	return dataText(data)
}

// timeText writes a time as an event line has it: date and time, and the stamp in microseconds.
func timeText(t vscp.Time) string {
	if t.Nanos == 0 {
		return fmt.Sprintf("none and stamp %d", t.Micros)
	}
	text := t.AsTime().UTC().Format("2006-01-02T15:04:05.999999999Z")
	if t.Micros != 0 {
		text += fmt.Sprintf(" and stamp %d", t.Micros)
	}
	return text
}
