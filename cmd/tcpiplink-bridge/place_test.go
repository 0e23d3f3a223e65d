package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPlaceFlags checks that every command which asks a bridge takes the same words for where it is.
func TestPlaceFlags(t *testing.T) {
	t.Parallel()
	status, _, err := newRoot().Find([]string{"status"})
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		"status", "top", "tap", "origins", "healthcheck", "reload", "pause remote", "resume route",
		"queue ls", "queue show", "queue peek", "queue export", "queue import", "queue retry", "queue purge", "queue fsck",
	} {
		cmd, _, err := newRoot().Find(strings.Fields(words))
		if err != nil || cmd.CommandPath() != "tcpiplink-bridge "+words {
			t.Fatalf("no command %q: %v", words, err)
		}
		for _, name := range []string{"config", "socket", "state-dir", "admin", "token-file", "var", "var-file", "address"} {
			f, model := cmd.Flag(name), status.Flag(name)
			if f == nil || f.Usage != model.Usage || f.DefValue != model.DefValue {
				t.Errorf("%s has --%s %+v, want that of status: %+v", words, name, f, model)
			}
		}
	}
}

// TestPlaces says where each command asks, by its flags and the configuration.
func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token := file("token", "0123456789abcdef0123456789abcdef\n")
	const state = `bridge { state_dir = "/s" }` + "\n"
	local, bare, network := file("local.hcl", state+"admin {}\n"), file("bare.hcl", ""), file("network.hcl", state+`admin { listen = "192.0.2.7:1" }`)
	port, socket, wild := file("port.hcl", "admin {}"), file("socket.hcl", state), file("wild.hcl", `admin { listen = "0.0.0.0:1" }`)
	wrong, lost := file("wrong.hcl", state+"log { level = 4 }"), file("lost.hcl", "log { level = 4 }")
	for name, tt := range map[string]struct {
		flags           placeFlags
		reads, changes  string // where; or a part of the error
		notRead, notSet bool   // it is an error
	}{
		"nothing":        {reads: "127.0.0.1:9599", changes: "which bridge is meant?", notSet: true},
		"token":          {flags: placeFlags{tokenFile: token}, reads: "127.0.0.1:9599 token", changes: "127.0.0.1:9599 token"},
		"socket":         {flags: placeFlags{socket: "/a"}, reads: "/a", changes: "/a"},
		"folder":         {flags: placeFlags{stateDir: "/s"}, reads: "/s/admin.sock", changes: "/s/admin.sock"},
		"address":        {flags: placeFlags{admin: "h:1"}, reads: "h:1", changes: "--admin is given without --token-file", notSet: true},
		"with token":     {flags: placeFlags{admin: "h:1", tokenFile: token}, reads: "h:1 token", changes: "h:1 token"},
		"no port":        {flags: placeFlags{admin: "h"}, reads: "--admin: ", changes: "missing port", notRead: true, notSet: true},
		"two":            {flags: placeFlags{admin: "h:1", config: local}, reads: "--admin and --config are both given", changes: "both", notRead: true, notSet: true},
		"needless token": {flags: placeFlags{stateDir: "/s", tokenFile: token}, reads: "--token-file and --state-dir", changes: "both", notRead: true, notSet: true},
		"no token":       {flags: placeFlags{tokenFile: bare}, reads: "--token-file: ", changes: "bare.hcl", notRead: true, notSet: true},
		"both":           {flags: placeFlags{config: local}, reads: "127.0.0.1:9599 or /s/admin.sock", changes: "/s/admin.sock"},
		"both, token":    {flags: placeFlags{config: local, tokenFile: token}, reads: "127.0.0.1:9599 token", changes: "127.0.0.1:9599 token"},
		"network":        {flags: placeFlags{config: network}, reads: "/s/admin.sock or 192.0.2.7:1", changes: "/s/admin.sock"},
		"port":           {flags: placeFlags{config: port}, reads: "127.0.0.1:9599", changes: "gives its bridge no unix socket", notSet: true},
		"every address":  {flags: placeFlags{config: wild}, reads: "127.0.0.1:1", changes: "no unix socket", notSet: true},
		"socket alone":   {flags: placeFlags{config: socket}, reads: "/s/admin.sock", changes: "/s/admin.sock"},
		"no address":     {flags: placeFlags{config: socket, tokenFile: token}, reads: "/s/admin.sock", changes: "gives its bridge no address", notSet: true},
		"nowhere":        {flags: placeFlags{config: bare}, reads: "has no admin block", changes: "no unix socket", notRead: true, notSet: true},
		"mistakes":       {flags: placeFlags{config: wrong}, reads: "/s/admin.sock", changes: "/s/admin.sock"},
		"lost":           {flags: placeFlags{config: lost}, reads: packagedSocket + " or 127.0.0.1:9599", changes: "log", notSet: true},
		"no file":        {flags: placeFlags{config: filepath.Join(dir, "none.hcl")}, reads: "none.hcl", changes: "none.hcl", notRead: true, notSet: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(configVariable, "")
			for what, want := range map[string]struct {
				ask   func() (adminClient, error)
				where string
				fails bool
			}{"reads": {tt.flags.reader, tt.reads, tt.notRead}, "changes": {tt.flags.changer, tt.changes, tt.notSet}} {
				client, err := want.ask()
				got := client.where()
				if !client.token.IsZero() {
					got += " token"
				}
				if err != nil {
					got = err.Error()
				}
				if (err != nil) != want.fails || !want.fails && got != want.where || !strings.Contains(got, want.where) {
					t.Errorf("%s: got %q, want %q, an error: %v", what, got, want.where, want.fails)
				}
			}
		})
	}
	t.Setenv(configVariable, "")
	guess, err := (&placeFlags{config: lost}).reader()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if guess.at.tell(&said, time.Time{}); !strings.Contains(said.String(), "1 mistake, at ") || !strings.Contains(said.String(), "does not say where its bridge is") {
		t.Errorf("a guess is told as %q, want that it is one", said.String())
	}
	t.Setenv(configVariable, socket)
	if client, err := new(placeFlags).reader(); err != nil || client.where() != "/s/admin.sock" {
		t.Errorf("by $%s: %q, %v, want /s/admin.sock", configVariable, client.where(), err)
	}
}

// answering returns the address of a server that answers everything so.
func answering(t *testing.T, status int, text string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// TestNextPlace asks at a second place only if nobody is at the first.
func TestNextPlace(t *testing.T) {
	t.Parallel()
	address := answering(t, 200, "here")
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	next := adminClient{address: address}
	if body, err := (adminClient{address: gone.Addr().String(), next: &next}).get(t.Context(), "/"); err != nil || string(body) != "here" {
		t.Errorf("nobody at the first: %q, %v, want the answer of the second", body, err)
	}
	refused := answering(t, 403, "not here")
	if body, err := (adminClient{address: refused, next: &next}).get(t.Context(), "/"); err == nil {
		t.Errorf("refused by the first: %q, want its error", body)
	}
	_, err = adminClient{address: gone.Addr().String(), next: &adminClient{socket: filepath.Join(t.TempDir(), "none")}}.get(t.Context(), "/")
	if err == nil || !strings.Contains(err.Error(), gone.Addr().String()+" or /") {
		t.Errorf("nobody at all: %v, want both places", err)
	}
}

// TestTokenIsAskedFor says what to do where a bridge wants its token.
func TestTokenIsAskedFor(t *testing.T) {
	t.Parallel()
	bridge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error":"this takes the token","code":"token_required"}`) // the client went away
	}))
	defer bridge.Close()
	for _, command := range []string{"status", "tap", "origins"} {
		var stdout, stderr strings.Builder
		code := run(t.Context(), []string{command, "--admin", bridge.Listener.Addr().String()}, &stdout, &stderr)
		want := "tcpiplink-bridge: error: the bridge says: this takes the token\nhint: give it with --token-file FILE; on the machine of the bridge --socket PATH takes none\n"
		if code != exitFailed || stderr.String() != want {
			t.Errorf("%s = %d, %q, want %d and %q", command, code, stderr.String(), exitFailed, want)
		}
	}
}
