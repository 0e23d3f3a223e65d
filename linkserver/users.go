package linkserver

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Privilege levels that the commands need. A command of level 0 needs no login.
const (
	levelNone    = 0
	levelInfo    = 1
	levelReceive = 2
	levelSend    = 4
	levelFilter  = 6
	levelAdmin   = 15
)

// maxLogin bounds user names and passwords, in bytes.
const maxLogin = 64

// Account is a user who may log in.
type Account struct {
	// Password must not be empty, nor begin or end with a blank: the protocol trims it.
	Password string
	// Level is 0..15: 1 asks for information, 2 receives, 4 sends, 6 sets filters and the GUID, 15 does everything.
	Level int
}

// accounts checks logins. It keeps digests only, so that no password lies about in memory longer than its line does.
type accounts struct {
	open  bool
	users map[string]accountDigest
}

type accountDigest struct {
	sum   [sha256.Size]byte
	level int
}

func newAccounts(from map[string]Account) accounts {
	a := accounts{open: len(from) == 0, users: make(map[string]accountDigest, len(from))}
	for name, account := range from {
		a.users[name] = accountDigest{sum: sha256.Sum256([]byte(account.Password)), level: account.Level}
	}
	return a
}

// check returns the level of the user, and whether the login is right. It takes the same time for a wrong password and for a
// name that does not exist.
func (a accounts) check(name, password string) (level int, ok bool) {
	if a.open {
		return levelAdmin, true
	}
	account, known := a.users[name]
	sum := sha256.Sum256([]byte(password))
	same := subtle.ConstantTimeCompare(sum[:], account.sum[:]) == 1
	return account.level, same && known
}

// has reports whether there is a user of this name.
func (a accounts) has(name string) bool {
	_, known := a.users[name]
	return known
}

// right reports whether a login is right.
func (a accounts) right(name, password string) bool {
	_, ok := a.check(name, password)
	return ok
}

// hasPassword reports whether the password is somebody's.
func (a accounts) hasPassword(password string) bool {
	found := a.open
	for name := range a.users {
		if a.right(name, password) {
			found = true
		}
	}
	return found
}

func validateAccounts(from map[string]Account) []error {
	var errs []error
	for _, name := range slices.SortedFunc(maps.Keys(from), cmp.Compare) {
		account := from[name]
		if !isLoginWord(name) {
			errs = append(errs, fmt.Errorf("account %q: a name has 1..%d bytes, no control characters, no blanks around it", name, maxLogin))
		}
		if !isLoginWord(account.Password) {
			errs = append(errs, fmt.Errorf("account %q: a password has 1..%d bytes, no control characters, no blanks around it", name, maxLogin))
		}
		if account.Level < 0 || account.Level > levelAdmin {
			errs = append(errs, fmt.Errorf("account %q: level is %d, must be 0..15", name, account.Level))
		}
	}
	return errs
}

// isLoginWord reports whether s can arrive unchanged as the argument of USER or PASS.
func isLoginWord(s string) bool {
	if s == "" || len(s) > maxLogin || linkwire.CheckArg(s) != nil {
		return false
	}
	blank := func(c byte) bool { return c == ' ' || c == '\t' }
	return !blank(s[0]) && !blank(s[len(s)-1])
}
