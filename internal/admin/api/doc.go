// Package api holds the documents of the admin API: the admin server fills them in, and the commands read them.
//
// Durations are seconds, with names that end in _seconds; times are RFC 3339 in UTC, with names that end in _at or _since, and
// absent where there is none; states, causes and reasons are words. Within a version of the API fields and words are added, and
// none is renamed or removed: a reader passes over what it does not know.
package api
