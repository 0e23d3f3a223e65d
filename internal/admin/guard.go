package admin

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// guard lets through what comes from a program, or from a page that this server served. A page of another site can make a
// browser ask addresses of the loopback interface or of the local network: directly, then the browser names the site in Origin,
// or by having the site's own name point here (DNS rebinding), then it names the site in Host. So Host must be an address,
// localhost, or the host that the configuration listens on.
func guard(listen string, next http.Handler) http.Handler {
	own, _, _ := net.SplitHostPort(listen) // Listen has found it valid
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !knownHost(r.Host, own):
			refuse(w, http.StatusForbidden, "the host name in the request is not one of this server's: use its IP address")
		case !sameOrigin(r):
			refuse(w, http.StatusForbidden, "the request comes from a page of another origin")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// bodiless refuses to read something of who announces a body: nobody wants it, and while it does not come the server waits for it
// before it answers, for ever where a stream has lifted the limits.
func bodiless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			w.Header().Set("Connection", "close")
			refuse(w, http.StatusBadRequest, "what only reads takes no body")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func knownHost(host, own string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return strings.EqualFold(host, "localhost") || own != "" && strings.EqualFold(host, own)
}

// sameOrigin goes by Origin, which a browser leaves out where a page of another site only reads and cannot see the answer; then it
// says so in Sec-Fetch-Site. Such a page could still hold all streams.
func sameOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // no browser, this page, or the person's own words
	default:
		return false
	}
	for _, origin := range r.Header.Values("Origin") {
		if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
			return false
		}
	}
	return true
}
