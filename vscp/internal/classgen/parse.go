package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Level I classes are below firstMirror; class firstMirror+n mirrors class n, up to lastMirror.
const (
	firstMirror = 512
	lastMirror  = 1023
)

const (
	level1Prefix = "CLASS1."
	mirrorPrefix = "CLASS2.LEVEL1."
)

var (
	classToken = regexp.MustCompile(`^CLASS[12](\.[A-Z0-9_]+)+$`)
	typeToken  = regexp.MustCompile(`^[A-Z0-9_]*[A-Z][A-Z0-9_]*$`) // a letter: else it would read as a number
)

type class struct {
	id      uint16
	token   string
	typesOf uint16 // the class whose types it has, usually itself
	types   []eventType
}

type eventType struct {
	id    uint16
	token string
}

// parse reads the table, adds the mirror classes and returns all classes by number, their types by number.
func parse(text string) ([]class, error) {
	byID := make(map[uint16]*class)
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := parseLine(byID, strings.Split(line, "\t")); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	addMirrors(byID)
	classes := make([]class, 0, len(byID))
	for _, c := range byID {
		slices.SortFunc(c.types, func(a, b eventType) int { return cmp.Compare(a.id, b.id) })
		classes = append(classes, *c)
	}
	slices.SortFunc(classes, func(a, b class) int { return cmp.Compare(a.id, b.id) })
	return classes, check(classes)
}

func parseLine(byID map[uint16]*class, f []string) error {
	if len(f) < 3 || len(f) > 4 || f[0] == "type" && len(f) != 4 {
		return fmt.Errorf("%d fields", len(f))
	}
	id, err := strconv.ParseUint(f[1], 10, 16)
	if err != nil {
		return err
	}
	c := byID[uint16(id)]
	switch {
	case f[0] == "class" && c != nil:
		return fmt.Errorf("class %d twice", id)
	case f[0] == "class":
		return addClass(byID, uint16(id), f[2:])
	case f[0] == "type" && c == nil:
		return fmt.Errorf("type of class %d before the class", id)
	case f[0] == "type":
		return c.addType(f[2], f[3])
	}
	return fmt.Errorf("%q is neither class nor type", f[0])
}

func addClass(byID map[uint16]*class, id uint16, f []string) error {
	c := &class{id: id, token: f[0], typesOf: id}
	if len(f) == 2 {
		of, err := strconv.ParseUint(f[1], 10, 16)
		if err != nil {
			return err
		}
		c.typesOf = uint16(of)
	}
	switch {
	case !classToken.MatchString(c.token):
		return fmt.Errorf("class token %q", c.token)
	case id >= firstMirror && id <= lastMirror:
		return fmt.Errorf("class %d is derived, not listed", id)
	case strings.HasPrefix(c.token, level1Prefix) != (id < firstMirror):
		return fmt.Errorf("class %d cannot be %s", id, c.token)
	}
	byID[id] = c
	return nil
}

func (c *class) addType(num, token string) error {
	id, err := strconv.ParseUint(num, 10, 16)
	switch {
	case err != nil:
		return err
	case c.typesOf != c.id:
		return fmt.Errorf("class %d has the types of class %d", c.id, c.typesOf)
	case c.id < firstMirror && id > 255:
		return fmt.Errorf("type %d of Level I class %d", id, c.id)
	case !typeToken.MatchString(token):
		return fmt.Errorf("type token %q", token)
	}
	c.types = append(c.types, eventType{uint16(id), token})
	return nil
}

func addMirrors(byID map[uint16]*class) {
	for id := range uint16(firstMirror) {
		if c := byID[id]; c != nil {
			token := mirrorPrefix + strings.TrimPrefix(c.token, level1Prefix)
			byID[firstMirror+id] = &class{id: firstMirror + id, token: token, typesOf: c.typesOf}
		}
	}
}

// check refuses what package vscp could not tell apart. Tokens of classes are compared with "_" for ".", as their readers do.
func check(classes []class) error {
	seen := make(map[string]uint16)
	listed := make(map[uint16]bool)
	for _, c := range classes {
		listed[c.id] = c.typesOf == c.id
	}
	for _, c := range classes {
		key := strings.ReplaceAll(c.token, ".", "_")
		if other, dup := seen[key]; dup {
			return fmt.Errorf("classes %d and %d are both %s", other, c.id, c.token)
		}
		seen[key] = c.id
		if !listed[c.typesOf] {
			return fmt.Errorf("class %d: class %d has no types of its own", c.id, c.typesOf)
		}
		if err := checkTypes(c); err != nil {
			return err
		}
	}
	return nil
}

func checkTypes(c class) error {
	ids, tokens := make(map[uint16]bool), make(map[string]bool)
	for _, t := range c.types {
		if ids[t.id] || tokens[t.token] {
			return fmt.Errorf("class %d: type %d %s twice", c.id, t.id, t.token)
		}
		ids[t.id], tokens[t.token] = true, true
	}
	return nil
}
