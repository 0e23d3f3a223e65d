package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Name is a queue: that of a route to one of its destinations.
type Name struct{ Route, To string }

var (
	// ErrName is returned by ParseName for a text that is no name of a queue.
	ErrName = errors.New("is no queue, want ROUTE@DESTINATION")
	// ErrNoQueue is returned for a name that none of the queues has.
	ErrNoQueue = errors.New("there is no such queue")
	// ErrAmbiguous is returned by Match for a route with several destinations.
	ErrAmbiguous = errors.New("the route has several queues")
)

// String returns ROUTE@TO.
func (n Name) String() string { return n.Route + "@" + n.To }

// Compare sorts by route, then by destination.
func (n Name) Compare(o Name) int {
	return cmp.Or(strings.Compare(n.Route, o.Route), strings.Compare(n.To, o.To))
}

// ParseName reads ROUTE@TO or ROUTE/TO. The name is fit for a path: it has nothing in it that leads elsewhere.
func ParseName(text string) (Name, error) {
	at := strings.IndexAny(text, "@/")
	if at < 0 {
		return Name{}, fmt.Errorf("store: %q %w", text, ErrName)
	}
	n := Name{Route: text[:at], To: text[at+1:]}
	if !n.valid() {
		return Name{}, fmt.Errorf("store: %q %w", text, ErrName)
	}
	return n, nil
}

func (n Name) valid() bool {
	for _, part := range []string{n.Route, n.To} {
		if part == "" || strings.HasPrefix(part, ".") || strings.ContainsAny(part, "@/\\:\x00") {
			return false
		}
	}
	return true
}

// Match finds the queue that a person means: ROUTE@TO, ROUTE/TO, or ROUTE alone where there is one queue of it.
func Match(names []Name, text string) (Name, error) {
	if strings.ContainsAny(text, "@/") {
		n, err := ParseName(text)
		if err == nil && !slices.Contains(names, n) {
			err = fmt.Errorf("store: %s: %w", n, ErrNoQueue)
		}
		return n, err
	}
	var found []Name
	var list []string
	for _, n := range names {
		if n.Route == text {
			found, list = append(found, n), append(list, n.String())
		}
	}
	switch len(found) {
	case 0:
		return Name{}, fmt.Errorf("store: %q: %w", text, ErrNoQueue)
	case 1:
		return found[0], nil
	default:
		return Name{}, fmt.Errorf("store: %q: %w: %s", text, ErrAmbiguous, strings.Join(list, ", "))
	}
}
