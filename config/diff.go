package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Diff is what another configuration changes.
type Diff struct {
	// Changes are those of the daemon's own blocks, then those of remotes, then those of routes. What is in the new configuration comes
	// in its order, then what it has no more.
	Changes []Change
	Restart []string // the changed settings of the daemon that only a restart changes, such as "admin.listen"
}

// Change is a block that another configuration has, has no more, or has otherwise.
type Change struct {
	Kind       ChangeKind
	Block      string   // remote or route, or a block of the daemon's own, such as log
	Name       string   // of a remote or a route
	Attributes []string // of a changed block: what differs, such as "timeouts.reply"; without values, which may be secret
}

// ChangeKind says what becomes of a block.
type ChangeKind string

// What becomes of a block.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Compare returns what after changes of before. Remotes and routes are known by their names: with another name it is another one. The
// order of blocks, where they stand, tests and the contents of files that are read for each connection do not count.
func Compare(before, after *Config) Diff {
	d := Diff{Changes: compareSettings(before, after)}
	d.Changes = append(d.Changes, compareBlocks("remote", before.Remotes, after.Remotes)...)
	d.Changes = append(d.Changes, compareBlocks("route", before.Routes, after.Routes)...)
	for _, c := range d.Changes {
		for _, name := range c.Attributes {
			if setting := c.Block + "." + name; c.Name == "" && slices.Contains(fixedSettings(), setting) {
				d.Restart = append(d.Restart, setting)
			}
		}
	}
	return d
}

// fixedSettings lists what a running daemon cannot change: what it has locked, what it listens on, and the form of the log that others
// read along.
func fixedSettings() []string {
	return []string{"bridge.state_dir", "log.format", "admin.listen", "admin.socket", "admin.socket_group"}
}

// Empty reports whether nothing changes.
func (d *Diff) Empty() bool { return len(d.Changes) == 0 }

// String renders the changes, one in a line, without a line end after the last.
func (d *Diff) String() string {
	lines := make([]string, len(d.Changes))
	for i, c := range d.Changes {
		lines[i] = c.String()
	}
	return strings.Join(lines, "\n")
}

// String renders the change as in `~ remote north: timeouts.reply, password`.
func (c Change) String() string {
	sign := map[ChangeKind]string{Added: "+", Removed: "-", Changed: "~"}[c.Kind]
	text := strings.TrimSpace(fmt.Sprintf("%s %s %s", sign, c.Block, c.Name))
	if len(c.Attributes) > 0 {
		text += ": " + strings.Join(c.Attributes, ", ")
	}
	return text
}

// compareSettings compares the blocks that are there once, which all are fields of Config.
func compareSettings(before, after *Config) []Change {
	var changes []Change
	a, b := reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()
	for i := range a.NumField() {
		if x, y := a.Field(i), b.Field(i); isBlockType(x.Type()) {
			if names := differing("", x, y); len(names) > 0 {
				changes = append(changes, Change{Kind: Changed, Block: attributeName(a.Type(), i), Attributes: names})
			}
		}
	}
	return changes
}

// block is a remote or a route.
type block[T any] interface {
	*T
	Same(o *T) bool
	label() string
}

func (r *Remote) label() string { return r.Name }
func (r *Route) label() string  { return r.Name }

func compareBlocks[T any, B block[T]](kind string, before, after []B) []Change {
	was := make(map[string]B, len(before))
	for _, b := range before {
		was[b.label()] = b
	}
	var changes []Change
	for _, b := range after {
		name := b.label()
		switch old, ok := was[name]; {
		case !ok:
			changes = append(changes, Change{Kind: Added, Block: kind, Name: name})
		case !old.Same(b):
			names := differing("", reflect.ValueOf(old).Elem(), reflect.ValueOf(b).Elem())
			changes = append(changes, Change{Kind: Changed, Block: kind, Name: name, Attributes: names})
		}
		delete(was, name)
	}
	for _, b := range before {
		if name := b.label(); was[name] != nil {
			changes = append(changes, Change{Kind: Removed, Block: kind, Name: name})
		}
	}
	return changes
}
