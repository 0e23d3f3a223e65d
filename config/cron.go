package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/netresearch/go-cron"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

const (
	cronExample = `"*/15 6-22 * * mon-fri"`
	cronHint    = "cron has five fields: minute, hour, day of the month, month and day of the week, such as " + cronExample + "."
)

// cronFields says of each field what it is and what it takes.
var cronFields = [5][2]string{
	{"minute", "0 to 59"},
	{"hour", "0 to 23"},
	{"day of the month", "1 to 31"},
	{"month", "1 to 12, or jan to dec"},
	{"day of the week", "0 (Sunday) to 7 (Sunday too), or sun to sat"},
}

// cron reads the times of the calendar and their time zone.
func (d *decoder) cron(raw *rawSchedule, dst *Cron) {
	loc := d.timeZone(raw)
	text, it, ok := d.text(raw.Cron)
	if !ok {
		return
	}
	fields := strings.Fields(text)
	if reason := cronMistake(fields, it.sensitive); reason != "" {
		if it.isEmpty() {
			reason += emptyHint
		}
		d.errorf(it.rng, "Not a cron schedule", "%s", reason)
		return
	}
	spec := strings.Join(fields, " ")
	// From any day on, a schedule that comes at all comes within eight years: 29 February may be skipped once.
	const years = 8
	schedule, err := cronParser().WithMaxSearchYears(years).Parse(spec)
	switch {
	case err != nil: // of no single field, such as its length
		d.errorf(it.rng, "Not a cron schedule", cronHint)
	case schedule.Next(time.Now().UTC()).IsZero():
		d.errorf(it.rng, "Never comes", "%s never comes: no month that it names has such a day.", it.quote())
	case loc != nil:
		*dst = Cron{Spec: spec, Location: loc}
	}
}

// cronParser takes what crontab(5) describes: five fields, of which the two days are alternatives if both are restricted.
func cronParser() cron.Parser {
	return cron.MustNewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.DowOrDom)
}

// cronMistake says what is wrong with the fields, one by one, in words that name what is right.
func cronMistake(fields []string, sensitive bool) string {
	switch first := strings.Join(fields[:min(len(fields), 1)], ""); {
	case strings.HasPrefix(first, "@"):
		return "cron takes no words with @; for a fixed time from tick to tick there is every. " + cronHint
	case strings.Contains(first, "TZ="):
		return "The time zone belongs in time_zone. " + cronHint
	case len(fields) == len(cronFields)+1:
		return "cron has no field for seconds; for less than a minute there is every. " + cronHint
	case len(fields) != len(cronFields):
		return cronHint
	}
	var wrong []string
	also := ", each also in lists (a,b), ranges (a-b) and steps (*/n)"
	for i, field := range fields {
		_, err := parseCronField(i, field)
		// The parser passes over a comma with nothing beside it.
		if err == nil && !slices.Contains(strings.Split(field, ","), "") {
			continue
		}
		name, takes, is, hint := cronFields[i][0], cronFields[i][1], "cannot be "+wording.Quote(field), cronHintFor(i, field)
		if sensitive {
			is, hint = "is wrong", ""
		}
		wrong = append(wrong, fmt.Sprintf("The %s %s. It takes %s%s.%s", name, is, takes, also, hint))
		also = ""
	}
	return strings.Join(wrong, " ")
}

// parseCronField parses one field alone.
func parseCronField(i int, field string) (cron.Schedule, error) {
	alone := []string{"*", "*", "*", "*", "*"}
	alone[i] = field
	return cronParser().Parse(strings.Join(alone, " "))
}

// cronNames are the words that a field takes instead of numbers.
var cronNames = map[int][]string{
	3: {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"},
	4: {"sun", "mon", "tue", "wed", "thu", "fri", "sat"},
}

var cronWord = regexp.MustCompile(`[A-Za-z]+`)

// cronHintFor suggests the field with the names that its words are close to.
func cronHintFor(i int, field string) string {
	names := cronNames[i]
	right := cronWord.ReplaceAllStringFunc(field, func(word string) string {
		word = strings.ToLower(word)
		if len(word) > 3 && slices.Contains(names, word[:3]) { // monday
			return word[:3]
		}
		return cmp.Or(wording.Nearest(word, names), word)
	})
	if _, err := parseCronField(i, right); err != nil || right == field {
		return ""
	}
	return wording.Meant(right)
}
