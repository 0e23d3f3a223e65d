package config

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

const zoneHint = `Write a name of the IANA database, such as "Europe/Vienna" or "UTC", or "Local" for the time zone of this machine.`

// timeZone reads the zone that cron counts in. It returns nil after a mistake.
func (d *decoder) timeZone(raw *rawSchedule) *time.Location {
	if raw.TimeZone == nil {
		return time.Local
	}
	if raw.Cron == nil {
		d.lacks("cron", raw.TimeZone.NameRange, "Missing cron", "time_zone says where the times of cron are read off the clock, and there is no cron.")
		return nil
	}
	text, it, ok := d.text(raw.TimeZone)
	if !ok {
		return nil
	}
	if loc, ok := d.zones[text]; ok {
		return loc
	}
	loc, err := time.LoadLocation(text)
	if err != nil || text == "" { // the empty name would be UTC
		d.errorf(it.rng, "Unknown time zone", "%s is not a known time zone.%s %s", it.quote(), wording.Meant(d.nearZone(it.shown())), zoneHint)
		return nil
	}
	d.zones[text] = loc
	return loc
}

// nearZone returns the time zone that was probably meant, or "". Package time has no list of them, so names that are likely are tried; those one
// slip away for the first mistakes only, as each takes a look into the file system.
func (d *decoder) nearZone(text string) string {
	if near, known := d.nearZones[text]; known || text == "" {
		return near
	}
	const most, longest = 3, 40
	for name := range likelyZones(strings.TrimSpace(text), len(d.nearZones) < most && len(text) <= longest) {
		if _, err := time.LoadLocation(name); err == nil && name != "" {
			d.nearZones[text] = name
			return name
		}
	}
	d.nearZones[text] = ""
	return ""
}

var (
	// What begins the names of the IANA database.
	zoneAreas = []string{"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
	// A fixed difference, as others write it. In the names of the database its sign is the other one.
	zoneOffset = regexp.MustCompile(`^(?i:utc|gmt)? ?([+-])0?([0-9]{1,2})(?::?00)?$`)
	// A zone as in the variable TZ, whose name the database has too.
	zoneRule = regexp.MustCompile(`^([CEMW]ET)[+-]?[0-9]`)
	zoneForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_/-]+$`)
)

// likelyZones yields what a text may have been meant for, the likelier first; at last, where it is asked for, all that is one slip away.
func likelyZones(text string, withSlips bool) iter.Seq[string] {
	titled := strings.ReplaceAll(titleOf(text), " ", "_")
	names := []string{titled, strings.ToUpper(text)}
	if m := zoneOffset.FindStringSubmatch(text); m != nil {
		names = append(names, "Etc/GMT"+map[string]string{"+": "-", "-": "+"}[m[1]]+m[2])
	}
	if m := zoneRule.FindStringSubmatch(text); m != nil {
		names = append(names, m[1])
	}
	for _, area := range zoneAreas {
		names = append(names, area+"/"+titled)
	}
	return func(yield func(string) bool) {
		for _, name := range names {
			if !yield(name) {
				return
			}
		}
		if withSlips && zoneForm.MatchString(titled) {
			slips(titled, yield)
		}
	}
}

// titleOf begins each word of a text with a capital.
func titleOf(text string) string {
	inWord := false
	return strings.Map(func(c rune) rune {
		before := inWord
		inWord = unicode.IsLetter(c)
		if before {
			return unicode.ToLower(c)
		}
		return unicode.ToUpper(c)
	}, text)
}

// slips yields the names that are one slip away: a letter too many or too few, a wrong one, or two that have changed places.
func slips(name string, yield func(string) bool) {
	const letters = "abcdefghijklmnopqrstuvwxyz_/"
	for i := range len(name) + 1 {
		before, rest := name[:i], name[i:]
		var found []string
		if len(rest) > 0 {
			found = append(found, before+rest[1:])
		}
		if len(rest) > 1 {
			found = append(found, before+rest[1:2]+rest[:1]+rest[2:])
		}
		for _, c := range letters {
			found = append(found, before+string(c)+rest)
			if len(rest) > 0 && unicode.IsUpper(rune(rest[0])) {
				found = append(found, before+string(unicode.ToUpper(c))+rest[1:])
			} else if len(rest) > 0 {
				found = append(found, before+string(c)+rest[1:])
			}
		}
		if slices.ContainsFunc(found, func(name string) bool { return !yield(name) }) {
			return
		}
	}
}
