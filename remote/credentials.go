package remote

import (
	"context"
	"errors"
	"time"
)

// Login is what to log in with. One without a user and a password logs in nowhere.
type Login struct {
	User, Password string
}

// readLogin asks for what to log in with, before anything is dialled: a peer that has few places shall not spend one for nothing.
func (l *link) readLogin() error {
	l.login = nil
	if l.m.opts.Login == nil {
		return nil
	}
	login, err := l.m.opts.Login()
	if err != nil {
		return &wordedError{words: err.Error(), err: errors.Join(ErrNoCredentials, err)}
	}
	l.login = &login
	return nil
}

// logsIn reports whether the present attempt logs in.
func (l *link) logsIn() bool { return l.login != nil && *l.login != (Login{}) }

// loginLook is how often a login that was refused, or that could not be had, is looked at again. Files are read for it.
const loginLook = 2 * time.Second

// sleepOverLogin sleeps until there is another login than that of the last attempt, but no longer than d.
func (l *link) sleepOverLogin(ctx context.Context, d time.Duration, cut <-chan struct{}) {
	for ; d > loginLook; d -= loginLook {
		if !l.sleep(ctx, loginLook, cut) {
			return
		}
		login, err := l.m.opts.Login()
		if err == nil && (l.login == nil || *l.login != login) {
			return
		}
	}
	l.sleep(ctx, d, cut)
}
