package admin

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// planned is a Reloader with a fixed answer, which notes what it is asked for.
type planned struct {
	status  reload.Status
	outcome reload.Outcome
	err     error
	asked   []string
}

func (p *planned) Status() reload.Status {
	s := p.status
	if s.Config == nil {
		s.Config = config.Default()
	}
	return s
}

func (p *planned) Reload(_ context.Context, by reload.By, dryRun bool) (reload.Outcome, error) {
	if what := string(by); dryRun {
		p.asked = append(p.asked, what+" dry")
	} else {
		p.asked = append(p.asked, what)
	}
	return p.outcome, p.err
}

// post asks for a reload over the socket, or the network.
func (p *planned) post(at place, query string) (int, string) {
	h := routes(&Options{Address: "127.0.0.1:9599", Gatherer: prometheus.NewRegistry(), Bridge: &fixed{}, Reloader: p}, at)
	request := httptest.NewRequest(http.MethodPost, api.ReloadPath+query, http.NoBody)
	request.Host = "localhost"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request)
	return w.Code, w.Body.String()
}

func TestReload(t *testing.T) {
	t.Parallel()
	changed := reload.Outcome{
		Config: &config.Config{Hash: "abc", Warnings: []config.Diagnostic{{Severity: config.SeverityWarning, Summary: "Odd", Position: config.Position{File: "hub.hcl"}}}},
		Diff: config.Diff{Changes: []config.Change{
			{Kind: config.Changed, Block: "log", Attributes: []string{"level"}}, {Kind: config.Added, Block: "remote", Name: "west"},
		}},
	}
	const document = `"hash":"abc","changes":[{"change":"changed","block":"log","attributes":["level"]},{"change":"added","block":"remote","name":"west"}],"warnings":["hub.hcl: warning: Odd"]}` + "\n"
	fixedLog := reload.Outcome{Diff: config.Diff{Changes: []config.Change{{Kind: config.Changed, Block: "log", Attributes: []string{"format"}}}}}
	for name, tt := range map[string]struct {
		query   string
		outcome reload.Outcome
		err     error
		status  int
		want    string
		asked   []string
	}{
		"reload":    {outcome: changed, status: http.StatusOK, want: `{"api":1,"dry_run":false,` + document, asked: []string{"api"}},
		"dry run":   {query: "?dry_run=true", outcome: changed, status: http.StatusOK, want: `{"api":1,"dry_run":true,` + document, asked: []string{"api dry"}},
		"no change": {outcome: reload.Outcome{Config: &config.Config{Hash: "abc"}}, status: http.StatusOK, want: `{"api":1,"dry_run":false,"hash":"abc","changes":[]}` + "\n", asked: []string{"api"}},
		"mistakes": {
			err:    &reload.InvalidError{Path: "hub.hcl", Mistakes: 2, Text: "hub.hcl:1: error: A\n\nhub.hcl:2: error: B"},
			status: http.StatusUnprocessableEntity, asked: []string{"api"},
			want: `{"error":"configuration hub.hcl is not valid\n\nhub.hcl:1: error: A\n\nhub.hcl:2: error: B","code":"invalid_configuration"}` + "\n",
		},
		"restart": {
			outcome: fixedLog, err: &reload.RestartError{Settings: []string{"log.format"}}, status: http.StatusConflict, asked: []string{"api"},
			want: `{"error":"log.format is changed by a restart only, so nothing was changed","code":"restart_required","changes":[{"change":"changed","block":"log","attributes":["format"]}]}` + "\n",
		},
		"bridge":   {outcome: changed, err: errors.New("no room"), status: http.StatusInternalServerError, want: `{"error":"no room"}` + "\n", asked: []string{"api"}},
		"stop":     {outcome: changed, err: bridge.ErrStopping, status: http.StatusServiceUnavailable, want: `{"error":"bridge: it stops, and takes no changes"}` + "\n", asked: []string{"api"}},
		"no value": {query: "?dry_run=perhaps", status: http.StatusBadRequest, want: `{"error":"dry_run must be true or false, once"}` + "\n"},
		"no name":  {query: "?dryrun=true", status: http.StatusBadRequest, want: `{"error":"there is no parameter \"dryrun\" here, but dry_run"}` + "\n"},
		"twice":    {query: "?dry_run=true&dry_run=false", status: http.StatusBadRequest, want: `{"error":"dry_run must be true or false, once"}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &planned{outcome: tt.outcome, err: tt.err}
			status, body := p.post(atSocket, tt.query)
			if status != tt.status || body != tt.want {
				t.Errorf("%d %s, want %d %s", status, body, tt.status, tt.want)
			}
			if !slices.Equal(p.asked, tt.asked) {
				t.Errorf("asked for %q, want %q", p.asked, tt.asked)
			}
		})
	}
}

func TestReloadNeedsTheSocket(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"", "?dry_run=true"} {
		p := &planned{}
		status, body := p.post(atLoopback, query)
		var no api.Error
		if err := json.Unmarshal([]byte(body), &no); err != nil || status != http.StatusForbidden || no.Code != api.CodeSocketOnly || len(p.asked) > 0 {
			t.Errorf("reload%s over the network = %d %q (%v), asked for %q, want 403 with %s and nothing", query, status, body, err, p.asked, api.CodeSocketOnly)
		}
	}
}

// TestReadyAfterABadFile has readiness tell of a reload that failed, and stay.
func TestReadyAfterABadFile(t *testing.T) {
	t.Parallel()
	p := &planned{}
	b := &fixed{}
	ready := func() (int, string) {
		h := routes(&Options{Gatherer: prometheus.NewRegistry(), Bridge: b, Reloader: p}, atLoopback)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", http.NoBody))
		return w.Code, w.Body.String()
	}
	p.status.Last = reload.Attempt{At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), By: reload.BySignal, Error: "configuration hub.hcl is not valid"}
	if status, body := ready(); status != http.StatusOK || body != "ready\nnote: the last reload failed at 2026-01-02T03:04:05Z: configuration hub.hcl is not valid\n" {
		t.Errorf("readyz = %d %q, want 200 with a note", status, body)
	}
	b.remotes = []remote.Status{{Name: "north"}}
	if status, body := ready(); status != http.StatusServiceUnavailable || !strings.HasPrefix(body, "remote north is ") || !strings.HasSuffix(body, "\nnote: the last reload failed at 2026-01-02T03:04:05Z: configuration hub.hcl is not valid\n") {
		t.Errorf("readyz with a remote that is down = %d %q, want 503 with the remote and a note", status, body)
	}
	b.remotes = nil
	p.status.Last.Error = ""
	if status, body := ready(); status != http.StatusOK || body != "ready\n" {
		t.Errorf("readyz = %d %q, want 200 without a note", status, body)
	}
}

// TestReloadWithoutItsBody announces a body, which nobody wants, and never sends it.
func TestReloadWithoutItsBody(t *testing.T) {
	t.Parallel()
	plan := &planned{outcome: reload.Outcome{Config: config.Default()}}
	server := httptest.NewServer(routes(&Options{Gatherer: prometheus.NewRegistry(), Bridge: &fixed{}, Reloader: plan, Logger: hclog.NewNullLogger()}, atSocket))
	defer server.Close()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("POST " + api.ReloadPath + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(3 * headerTimeout))
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("got %v, want an answer within %v", err, headerTimeout)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusBadRequest || len(plan.asked) > 0 {
		t.Errorf("got status %d and asked for %q, want %d and nothing", response.StatusCode, plan.asked, http.StatusBadRequest)
	}
}
