package admin

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// place is where requests come in, by who can reach it.
type place uint8

const (
	atSocket   place = iota // the user of this process, and root
	atLoopback              // whoever is on this machine
	atNetwork               // whoever reaches the address
)

// placeOf says which place a listener with a port is.
func placeOf(l net.Listener) place {
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && tcp.IP.IsLoopback() {
		return atLoopback
	}
	return atNetwork
}

// What is done about wrong tokens. Each is answered after a while, and while so many wait for that no other token is looked at: so
// nobody tries more than that in a second, from however many addresses, and who tries from one keeps nobody else out.
const (
	wrongTokenDelay = time.Second
	tokensInFlight  = 64
	tokensFromOne   = 4
)

// access decides who may do what at a place.
type access struct {
	o      *Options
	at     place
	logger hclog.Logger
	tokens *guesses
	tell   *rate.Limiter // of lines about refused tokens
}

func newAccess(o *Options, at place) *access {
	a := &access{o: o, at: at, logger: o.Logger, tokens: newGuesses(), tell: rate.NewLimiter(1, 5)}
	if a.logger == nil {
		a.logger = hclog.NewNullLogger()
	}
	return a
}

// read lets through who may look: everybody on this machine, and who has the token.
func (a *access) read(next http.HandlerFunc) http.HandlerFunc {
	if a.at != atNetwork {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case fromHere(r):
			next(w, r)
		case a.tokenFile() == "":
			document(w, http.StatusForbidden, api.Error{
				Error: "this is read on the machine of the bridge; over the network only with the token of admin.token_file, and there is none",
				Code:  api.CodeLocalOnly,
			})
		case a.admit(w, r):
			next(w, r)
		}
	}
}

// fromHere reports whether a request comes over the loopback interface, to whatever address.
func fromHere(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}

// change lets through who may change something, and logs what became of it.
func (a *access) change(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		by := caller(r.Context())
		if a.at != atSocket {
			by = "token from " + r.RemoteAddr
			if a.tokenFile() == "" {
				document(w, http.StatusForbidden, api.Error{
					Error: "changes are taken over the unix socket of the bridge; over the network only with the token of admin.token_file, and there is none",
					Code:  api.CodeSocketOnly,
				})
				return
			}
			if !a.admit(w, r) {
				return
			}
		}
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			a.logger.Info("change asked for", "by", by, "request", fmt.Sprintf("%s %.300s", r.Method, r.URL.EscapedPath()), "status", seen.status)
		}()
		next(seen, r)
	}
}

// admit reports whether a request has the token. If not, it has answered it.
func (a *access) admit(w http.ResponseWriter, r *http.Request) bool {
	given, ok := bearer(r)
	if !ok {
		challenge(w, "", "this takes the token of the bridge, in the header Authorization: Bearer TOKEN", api.CodeTokenMissing)
		return false
	}
	from := network(r)
	if !a.tokens.enter(from) {
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusTooManyRequests, "too many wrong tokens at the moment")
		return false
	}
	defer a.tokens.leave(from)
	want, err := readToken(a.tokenFile())
	switch {
	case err != nil:
		a.refused("token of the admin API cannot be used", "error", err)
		refuse(w, http.StatusInternalServerError, "the token of the bridge cannot be used, and its log says why")
		return false
	case !same(given, want):
		a.refused("wrong token refused", "from", r.RemoteAddr)
		holdBack(r)
		challenge(w, `, error="invalid_token"`, "this is not the token of the bridge", api.CodeTokenWrong)
		return false
	}
	return true
}

// refused logs, but not as often as anybody likes to ask.
func (a *access) refused(message string, args ...any) {
	if a.tell.Allow() {
		a.logger.Warn(message, args...)
	}
}

func holdBack(r *http.Request) {
	timer := time.NewTimer(wrongTokenDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// tokenFile is where the token is, by the configuration in use.
func (a *access) tokenFile() string {
	if a.o.Reloader == nil {
		return ""
	}
	return a.o.Reloader.Status().Config.Admin.TokenFile
}

// bearer returns the token that a request has.
func bearer(r *http.Request) (string, bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

func challenge(w http.ResponseWriter, more, why, code string) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="tcpiplink-bridge"`+more)
	document(w, http.StatusUnauthorized, api.Error{Error: why, Code: code})
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (s *statusWriter) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets an http.ResponseController through.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }
