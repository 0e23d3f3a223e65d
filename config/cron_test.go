package config

import (
	"strings"
	"testing"
)

// FuzzCron checks that no text makes the parser of the library panic, and that what is taken is five fields.
func FuzzCron(f *testing.F) {
	for _, spec := range []string{"*/15 6-22 * * mon-fri", "@every 5m", "TZ=0", "CRON_TZ=UTC * * * * *", "0,,1 * * * *", "0 0 30 2 *", "5/10 22-2 L ? 7#1", ""} {
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fields := strings.Fields(text)
		if cronMistake(fields, false) != "" {
			return
		}
		spec := strings.Join(fields, " ")
		if len(fields) != 5 {
			t.Errorf("cronMistake(%q) = none, want one for %d fields", text, len(fields))
		}
		if again := cronMistake(strings.Fields(spec), false); again != "" {
			t.Errorf("cronMistake(%q) = %q, want none as for %q", spec, again, text)
		}
		if strings.ContainsAny(spec, "\r\n\x00@=") {
			t.Errorf("cronMistake(%q) = none, want one for a character that no field has", text)
		}
	})
}

func TestCronMistake(t *testing.T) {
	for spec, want := range map[string]string{
		"*/15 6-22 * * mon-fri": "",
		"0 0 29 2 *":            "",
		"0 6 1,15 JAN-mar 0":    "",
		"* * * * fri-mon":       "",
		"* * ? * *":             "",
		"* * * * 7":             "",
		"*/0 * * * *":           "minute",
		"* 22-24 * * *":         "hour",
		"* * 0 * *":             "day of the month",
		"* * 15W * *":           "day of the month",
		"* * * 13 *":            "month",
		"* * * * mon-fry":       `Did you mean "mon-fri"?`,
		"* * * * Monday,tues":   `Did you mean "mon,tue"?`,
		"* * * mra *":           `Did you mean "mar"?`,
		"* * * * x":             "steps (*/n).",
		"mon * * * *":           "minute",
		"* * * * 5#3":           "day of the week",
		"H * * * *":             "minute",
		"TZ=0":                  "time_zone",
		"@hourly":               "every",
		"* * * * * *":           "seconds",
		"* * * *":               "five fields",
	} {
		got := cronMistake(strings.Fields(spec), false)
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("cronMistake(%q) = %q, want a text with %q", spec, got, want)
		}
	}
}
