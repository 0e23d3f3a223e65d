package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
)

const goodToken = "0123456789abcdef0123456789abcdef"

// gate is the API of a bridge with a token in a file.
type gate struct {
	planned
	path string
	log  bytes.Buffer
	o    *Options
}

func newGate(t *testing.T, token string) *gate {
	t.Helper()
	g := &gate{path: filepath.Join(t.TempDir(), "token")}
	g.replace(t, token)
	cfg := config.Default()
	cfg.Admin.TokenFile = g.path
	g.status = reload.Status{Config: cfg}
	g.outcome.Config = cfg
	g.o = &Options{
		Address: "127.0.0.1:9599", Gatherer: prometheus.NewRegistry(), Bridge: &fixed{}, Reloader: &g.planned,
		Logger: hclog.New(&hclog.LoggerOptions{Output: &g.log}),
	}
	return g
}

func (g *gate) replace(t *testing.T, token string) {
	t.Helper()
	if err := os.WriteFile(g.path, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
}

// demand asks once, with the header Authorization unless it is empty.
func demand(h http.Handler, method, path, authorization string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, http.NoBody)
	r.Host = "localhost"
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestAccess asks for one thing that reads and one that changes, everywhere.
func TestAccess(t *testing.T) {
	t.Parallel()
	const (
		good  = "Bearer " + goodToken
		wrong = "Bearer 0123456789abcdef0123456789abcdee"
	)
	for _, tt := range []struct {
		name          string
		at            place
		noToken       bool
		header        string
		read, change  int
		readC, writeC string
	}{
		{name: "socket", at: atSocket, read: 200, change: 200},
		{name: "socket, wrong", at: atSocket, header: wrong, read: 200, change: 200},
		{name: "loopback", at: atLoopback, read: 200, change: 401, writeC: api.CodeTokenMissing},
		{name: "loopback, good", at: atLoopback, header: good, read: 200, change: 200},
		{name: "loopback, lower case", at: atLoopback, header: "bearer  " + goodToken + " ", read: 200, change: 200},
		{name: "loopback, wrong", at: atLoopback, header: wrong, read: 200, change: 401, writeC: api.CodeTokenWrong},
		{name: "loopback, longer", at: atLoopback, header: good + "0", read: 200, change: 401, writeC: api.CodeTokenWrong},
		{name: "loopback, part", at: atLoopback, header: good[:len(good)-1], read: 200, change: 401, writeC: api.CodeTokenWrong},
		{name: "loopback, empty", at: atLoopback, header: "Bearer ", read: 200, change: 401, writeC: api.CodeTokenMissing},
		{name: "loopback, basic", at: atLoopback, header: "Basic " + goodToken, read: 200, change: 401, writeC: api.CodeTokenMissing},
		{name: "loopback, none configured", at: atLoopback, noToken: true, header: good, read: 200, change: 403, writeC: api.CodeSocketOnly},
		{name: "network", at: atNetwork, read: 401, readC: api.CodeTokenMissing, change: 401, writeC: api.CodeTokenMissing},
		{name: "network, good", at: atNetwork, header: good, read: 200, change: 200},
		{name: "network, wrong", at: atNetwork, header: wrong, read: 401, readC: api.CodeTokenWrong, change: 401, writeC: api.CodeTokenWrong},
		{name: "network, none configured", at: atNetwork, noToken: true, read: 403, readC: api.CodeLocalOnly, change: 403, writeC: api.CodeSocketOnly},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, goodToken+"\n")
			if tt.noToken {
				g.status.Config.Admin.TokenFile = ""
			}
			h := routes(g.o, tt.at)
			for _, one := range []struct {
				method, path, code string
				status             int
			}{
				{http.MethodGet, api.StatusPath, tt.readC, tt.read}, {http.MethodPost, api.ReloadPath, tt.writeC, tt.change},
			} {
				w := demand(h, one.method, one.path, tt.header)
				var no api.Error
				if err := json.Unmarshal(w.Body.Bytes(), &no); err != nil || w.Code != one.status || no.Code != one.code {
					t.Errorf("%s %s = %d %q (%v), want %d with %q", one.method, one.path, w.Code, w.Body, err, one.status, one.code)
				}
				if got := w.Header().Get("WWW-Authenticate"); strings.HasPrefix(got, "Bearer ") != (one.status == http.StatusUnauthorized) {
					t.Errorf("%s %s has WWW-Authenticate %q with status %d", one.method, one.path, got, w.Code)
				}
			}
			if asked := len(g.asked) > 0; asked != (tt.change == 200) {
				t.Errorf("the change was made: %v, want %v", asked, !asked)
			}
			for _, path := range []string{"/livez", "/readyz", "/metrics"} {
				if w := demand(h, http.MethodGet, path, tt.header); w.Code != http.StatusOK {
					t.Errorf("GET %s = %d %q, want 200", path, w.Code, w.Body)
				}
			}
			if log := g.log.String(); strings.Contains(log, "0123456789") {
				t.Errorf("log %q has a token", log)
			}
		})
	}
}

// TestEverythingNeedsAToken finds nothing on a network that is answered without one.
func TestEverythingNeedsAToken(t *testing.T) {
	t.Parallel()
	g := newGate(t, goodToken)
	h := routes(g.o, atNetwork)
	for path, answers := range apiPaths(g.o) {
		for method := range answers {
			if w := demand(h, method, strings.NewReplacer("{", "", "}", "").Replace(path), ""); w.Code != http.StatusUnauthorized {
				t.Errorf("%s %s = %d %q, want 401", method, path, w.Code, w.Body)
			}
		}
	}
}

// TestReadingOnTheMachineItself needs no token at whatever address; forms of addresses that are not its own do not count.
func TestReadingOnTheMachineItself(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]int{
		"127.0.0.1:1": 200, "127.8.9.1:1": 200, "[::1]:1": 200, "[::ffff:127.0.0.1]:1": 200,
		"192.0.2.1:1": 401, "[2001:db8::1]:1": 401, "0.0.0.0:1": 401, "localhost:1": 401, "": 401,
	} {
		g := newGate(t, goodToken)
		r := httptest.NewRequest(http.MethodGet, api.StatusPath, http.NoBody)
		r.Host, r.RemoteAddr = "localhost", from
		w := httptest.NewRecorder()
		routes(g.o, atNetwork).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("reading from %q = %d, want %d", from, w.Code, want)
		}
	}
}

// TestTokenIsReplaced takes the new one at once, and nothing while the file is not as it should be.
func TestTokenIsReplaced(t *testing.T) {
	t.Parallel()
	g := newGate(t, goodToken)
	h := routes(g.o, atLoopback)
	const other = "fedcba9876543210"
	for _, step := range []struct {
		file, given string
		status      int
	}{
		{goodToken, goodToken, 200}, {other, goodToken, 401}, {other, other, 200}, {"", other, 500}, {"short", "short", 500}, {goodToken, goodToken, 200},
	} {
		g.replace(t, step.file)
		if w := demand(h, http.MethodPost, api.ReloadPath, "Bearer "+step.given); w.Code != step.status {
			t.Errorf("with %q in the file, %q is answered with %d %q, want %d", step.file, step.given, w.Code, w.Body, step.status)
		}
	}
	if err := os.Remove(g.path); err != nil {
		t.Fatal(err)
	}
	if w := demand(h, http.MethodPost, api.ReloadPath, "Bearer "+goodToken); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), g.path) {
		t.Errorf("without the file = %d %q, want 500 without its path", w.Code, w.Body)
	}
	if log := g.log.String(); !strings.Contains(log, "no such file") || strings.Contains(log, other) {
		t.Errorf("log %q, want why, and no token", log)
	}
}

// TestWrongTokensAreSlow answers some at a time, after a while, and lets the others go at once.
func TestWrongTokensAreSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t, goodToken)
		h := routes(g.o, atLoopback)
		began := time.Now()
		counts := map[int]int{}
		var mu sync.Mutex
		var asking sync.WaitGroup
		for range 10 * tokensFromOne {
			asking.Go(func() {
				w := demand(h, http.MethodPost, api.ReloadPath, "Bearer guess-guess-guess-guess")
				mu.Lock()
				defer mu.Unlock()
				counts[w.Code]++
			})
		}
		synctest.Wait()
		if w := demand(h, http.MethodPost, api.ReloadPath, "Bearer "+goodToken); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
			t.Errorf("meanwhile = %d %q, want 429", w.Code, w.Body)
		}
		if w := demand(routes(g.o, atSocket), http.MethodPost, api.ReloadPath, ""); w.Code != http.StatusOK {
			t.Errorf("meanwhile over the socket = %d %q, want 200", w.Code, w.Body)
		}
		other := httptest.NewRequest(http.MethodPost, api.ReloadPath, http.NoBody)
		other.Host, other.RemoteAddr = "localhost", "192.0.2.2:1234"
		other.Header.Set("Authorization", "Bearer "+goodToken)
		answer := httptest.NewRecorder()
		if h.ServeHTTP(answer, other); answer.Code != http.StatusOK {
			t.Errorf("meanwhile from another address = %d %q, want 200", answer.Code, answer.Body)
		}
		asking.Wait()
		if took := time.Since(began); took != wrongTokenDelay || counts[401] != tokensFromOne || counts[429] != 9*tokensFromOne {
			t.Errorf("answers %v after %v, want %d times 401 after %v, else 429", counts, took, tokensFromOne, wrongTokenDelay)
		}
		if w := demand(h, http.MethodPost, api.ReloadPath, "Bearer "+goodToken); w.Code != http.StatusOK {
			t.Errorf("afterwards = %d %q, want 200", w.Code, w.Body)
		}
		if n := strings.Count(g.log.String(), "wrong token refused"); n < 1 || n > 6 {
			t.Errorf("%d lines about wrong tokens, want a few", n)
		}
	})
}

func TestGuesses(t *testing.T) {
	t.Parallel()
	from := func(address string) netip.Prefix { return network(&http.Request{RemoteAddr: address}) }
	if a, b := from("[2001:db8::1]:1"), from("[2001:db8::ffff]:2"); a != b {
		t.Errorf("addresses of one machine are %v and %v, want the same", a, b)
	}
	if a, b := from("[::ffff:192.0.2.1]:1"), from("192.0.2.1:2"); a != b || a.Bits() != 32 {
		t.Errorf("forms of one address are %v and %v, want the same", a, b)
	}
	g, taken := newGuesses(), 0
	for i := range 2 * tokensInFlight {
		for range tokensFromOne + 1 {
			if g.enter(from(fmt.Sprintf("192.0.2.%d:1", i))) {
				taken++
			}
		}
	}
	if taken != tokensInFlight {
		t.Errorf("taken from many: %d, want %d", taken, tokensInFlight)
	}
	for i := range tokensInFlight / tokensFromOne {
		for range tokensFromOne {
			g.leave(from(fmt.Sprintf("192.0.2.%d:1", i)))
		}
	}
	if g.all != 0 || len(g.from) != 0 {
		t.Errorf("afterwards %d of %v are counted, want none", g.all, g.from)
	}
}

// TestPagesChangeNothing refuses what a browser sends for a page of another site, by its name or under ours, even with the token.
func TestPagesChangeNothing(t *testing.T) {
	t.Parallel()
	g := newGate(t, goodToken)
	for _, at := range []place{atSocket, atLoopback, atNetwork} {
		for _, tt := range []struct{ host, origin string }{
			{"127.0.0.1:9599", "http://attacker.example"},
			{"127.0.0.1:9599", "null"},
			{"127.0.0.1:9599", "http://127.0.0.1:8080"},
			{"attacker.example:9599", "http://attacker.example:9599"},
			{"attacker.example:9599", ""},
		} {
			r := httptest.NewRequest(http.MethodPost, api.ReloadPath, http.NoBody)
			r.Host = tt.host
			r.Header.Set("Authorization", "Bearer "+goodToken)
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			w := httptest.NewRecorder()
			routes(g.o, at).ServeHTTP(w, r)
			if w.Code != http.StatusForbidden || len(g.asked) > 0 {
				t.Errorf("POST with Host %q and Origin %q = %d %q, want 403", tt.host, tt.origin, w.Code, w.Body)
			}
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("the answer allows the origin %q, want none", got)
			}
		}
	}
}

func TestChangesAreLogged(t *testing.T) {
	t.Parallel()
	g := newGate(t, goodToken)
	demand(routes(g.o, atSocket), http.MethodPost, api.ReloadPath+"?dry_run=true", "")
	demand(routes(g.o, atLoopback), http.MethodPost, api.ReloadPath+"?dry_run=maybe", "Bearer "+goodToken)
	demand(routes(g.o, atLoopback), http.MethodGet, api.StatusPath, "")
	got := strings.Split(strings.TrimSpace(g.log.String()), "\n")
	for i, want := range []string{
		`change asked for: by=socket request="POST /api/v1/reload" status=200`,
		`change asked for: by="token from 192.0.2.1:1234" request="POST /api/v1/reload" status=400`,
	} {
		if len(got) != 2 || !strings.HasSuffix(got[i], want) {
			t.Errorf("log %q, want line %d to end with %s", got, i, want)
		}
	}
}
