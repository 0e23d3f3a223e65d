package vscp

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:generate go run ./internal/classgen

// Class is the class number of an event. Below 512 are Level I classes; 512+n is class n on Level II, where the data
// begins with the GUID of the destination; from 1024 on are Level II classes.
type Class uint16

type classEntry struct {
	id         Class
	typesOf    Class // itself, or the class whose types it has
	first, end uint16
	token      string
}

type typeEntry struct {
	id    uint16
	token string
}

// typeOfNone is the Field where it is not known whose types are meant.
const typeOfNone = "type"

// TokenError says that a text names no class, or no type of a class.
type TokenError struct {
	Field   string // "class", "type of " and the class, or "type" without a class
	Text    string // as given, cut after 40 bytes
	Closest string // the token that was probably meant; empty if none is near
}

func (e *TokenError) Error() string {
	switch {
	case e.Field == typeOfNone:
		return fmt.Sprintf("vscp: type %q: want a number 0..65535, or with it the class that has it", e.Text)
	case e.Closest == "":
		return fmt.Sprintf("vscp: unknown %s %q: want its token or a number 0..65535", e.Field, e.Text)
	}
	return fmt.Sprintf("vscp: unknown %s %q: did you mean %s?", e.Field, e.Text, e.Closest)
}

// String returns the token of the class, such as "CLASS1.MEASUREMENT", or its number if it has none.
func (c Class) String() string {
	if e := c.entry(); e != nil {
		return e.token
	}
	return strconv.FormatUint(uint64(c), 10)
}

// TypeToken returns the token of type t, such as "TEMPERATURE", or its number if it has none.
func (c Class) TypeToken(t uint16) string {
	types := c.types()
	if i, ok := slices.BinarySearchFunc(types, t, func(e typeEntry, t uint16) int { return cmp.Compare(e.id, t) }); ok {
		return types[i].token
	}
	return strconv.FormatUint(uint64(t), 10)
}

// Classes returns the classes that have a token here, in ascending order. All others have numbers only.
func Classes() []Class {
	classes := make([]Class, len(classTable))
	for i := range classTable {
		classes[i] = classTable[i].id
	}
	return classes
}

// Types returns the types of the class that have a token here, in ascending order.
func (c Class) Types() []uint16 {
	entries := c.types()
	types := make([]uint16, len(entries))
	for i := range entries {
		types[i] = entries[i].id
	}
	return types
}

// TypeTokens returns the tokens of Types.
func (c Class) TypeTokens() []string {
	entries := c.types()
	tokens := make([]string, len(entries))
	for i := range entries {
		tokens[i] = entries[i].token
	}
	return tokens
}

// ParseClass reads the token of a class in any case, also in the form of the C headers (VSCP_CLASS1_MEASUREMENT), or its
// number, decimal or with 0x. The error is a *TokenError.
func ParseClass(s string) (Class, error) {
	if n, ok := parseNumber(s); ok {
		return Class(n), nil
	}
	token := trimPrefixFold(s, "VSCP_")
	for i := range classTable {
		if equalToken(classTable[i].token, token) {
			return classTable[i].id, nil
		}
	}
	best := closestTo(token, trimPrefixFold(trimPrefixFold(token, "CLASS1."), "CLASS2."))
	for i := range classTable {
		best.try(classTable[i].token, classTable[i].token)
		_, short, _ := strings.Cut(classTable[i].token, ".")
		best.try(short, classTable[i].token)
	}
	return 0, &TokenError{Field: "class", Text: clip(s), Closest: best.token}
}

// ParseShortClass reads what ParseClass does, and also a token without its level: MEASUREMENT, which is that of CLASS1 where both levels
// have one.
func ParseShortClass(s string) (Class, error) {
	c, err := ParseClass(s)
	if err == nil {
		return c, nil
	}
	for _, level := range []string{"CLASS1.", "CLASS2."} {
		if c, short := ParseClass(level + s); short == nil {
			return c, nil
		}
	}
	return 0, err
}

// ParseType reads the token of a type of class c in any case, also in the form of the C headers
// (VSCP_TYPE_MEASUREMENT_TEMPERATURE), or its number, decimal or with 0x. The error is a *TokenError.
func (c Class) ParseType(s string) (uint16, error) {
	if n, ok := parseNumber(s); ok {
		return n, nil
	}
	token := c.trimGroup(s)
	types := c.types()
	for i := range types {
		if equalToken(types[i].token, token) {
			return types[i].id, nil
		}
	}
	best := closestTo(token, token)
	for i := range types {
		best.try(types[i].token, types[i].token)
	}
	return 0, &TokenError{Field: "type of " + c.String(), Text: clip(s), Closest: best.token}
}

// ParseTypes reads a type of one of the classes: a number, or a token, of which the classes may have different numbers. Without a
// class only a number says which. The error is a *TokenError.
func ParseTypes(classes []Class, s string) (found []uint16, err error) {
	if len(classes) == 0 {
		n, ok := parseNumber(s)
		if !ok {
			return nil, &TokenError{Field: typeOfNone, Text: clip(s)}
		}
		return []uint16{n}, nil
	}
	for _, c := range classes {
		t, wrong := c.ParseType(s)
		if wrong == nil && !slices.Contains(found, t) {
			found = append(found, t)
		} else if err == nil {
			err = wrong
		}
	}
	if len(found) > 0 {
		err = nil
	}
	return found, err
}

func (c Class) entry() *classEntry {
	i, ok := slices.BinarySearchFunc(classTable[:], c, func(e classEntry, c Class) int { return cmp.Compare(e.id, c) })
	if !ok {
		return nil
	}
	return &classTable[i]
}

func (c Class) types() []typeEntry {
	if e := c.entry(); e != nil {
		return typeTable[e.first:e.end]
	}
	return nil
}

// trimGroup cuts what the C headers put before a type: VSCP_TYPE_ and the class whose type it is.
func (c Class) trimGroup(s string) string {
	rest := trimPrefixFold(trimPrefixFold(s, "VSCP_TYPE_"), "VSCP2_TYPE_")
	e := c.entry()
	if e == nil || len(rest) == len(s) {
		return s
	}
	_, group, _ := strings.Cut(e.typesOf.String(), ".")
	return trimPrefixFold(trimPrefixFold(rest, group), "_")
}

// parseNumber reads decimal and 0x numbers only: a leading zero is no octal to people who write class numbers.
func parseNumber(s string) (uint16, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false // most often a token, and ParseUint allocates its error
	}
	base, digits := 10, s
	if rest := trimPrefixFold(s, "0x"); len(rest) < len(s) {
		base, digits = 16, rest
	}
	n, err := strconv.ParseUint(digits, base, 16)
	return uint16(n), err == nil
}

func trimPrefixFold(s, prefix string) string {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):]
	}
	return s
}
