package linktest

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

func TestPeers(t *testing.T) {
	want := []string{"fwlink", "pico", "stm32", "tcpipsrv", "uvscpd"}
	if got := Peers(); !slices.Equal(got, want) {
		t.Errorf("Peers() = %v, want %v", got, want)
	}
}

func TestPeerScriptUnknown(t *testing.T) {
	for _, tt := range []struct{ peer, name, want string }{
		{"nobody", "receive", `peer "nobody"`},
		{"pico", "sleep", `no dialogue "sleep"`},
	} {
		got := fatal(func(tb testing.TB) {
			tb.Helper()
			PeerScript(tb, tt.peer, tt.name)
		})
		if !strings.Contains(got, tt.want) {
			t.Errorf("PeerScript(%q, %q) failed with %q, want %q", tt.peer, tt.name, got, tt.want)
		}
	}
}

// TestPeerScriptsPlay plays each script to a client that does exactly what it expects: it can be played to its end.
func TestPeerScriptsPlay(t *testing.T) {
	for _, s := range allPeerScripts(t) {
		t.Run(s.file+"/"+s.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dialPipe(t, Dialer(t, s)).obey(s)
			})
		})
	}
}

// obey reads and sends what the script says.
func (c *client) obey(s *Script) {
	c.t.Helper()
	for _, st := range s.steps {
		switch st.kind {
		case stepSend:
			c.read(st.text + "\r\n")
		case stepRaw:
			c.read(st.text)
		case stepExpect:
			c.send(st.text + "\r\n")
		case stepClose:
			c.readEnd()
		case stepWait, stepMayClose, stepStall:
		}
	}
}

// TestPeerScriptsAnswer checks that each command gets its final line, or else the connection ends or the peer stays silent.
func TestPeerScriptsAnswer(t *testing.T) {
	for _, s := range allPeerScripts(t) {
		open := "" // the command without a final line
		for _, st := range s.steps {
			switch st.kind {
			case stepExpect:
				if open != "" {
					t.Errorf("%s:%d: %q is not answered", s.file, st.line, open)
				}
				open = st.text
			case stepSend, stepRaw:
				if isFinal(st.text) {
					open = ""
				}
			case stepWait, stepClose, stepStall:
				open = ""
			case stepMayClose:
			}
		}
		if open != "" {
			t.Errorf("%s: the last command %q of %s is not answered", s.file, open, s.Name)
		}
	}
}

func isFinal(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return slices.Contains([]string{"+OK", "-OK", "OK"}, word)
}

// TestPeerScriptsOrder checks what other packages count on: which commands come first, and which a dialogue is made of.
func TestPeerScriptsOrder(t *testing.T) {
	login := "USER PASS VERS WCYD CHID GGID "
	tests := []struct{ name, want string }{
		{"greeting", ""},
		{"login", login},
		{"receive", login + "RCVLOOP NOOP CDTA QUITLOOP QUIT "},
		{"commands", login + "STAT INFO INTERFACE CHKDATA CLRA SGID GGID HELP TEST CHALLENGE RETR NOOP QUIT "},
		{"nologin", "VERS WCYD CHID GGID RCVLOOP QUIT "},
	}
	for _, peer := range Peers() {
		for _, tt := range tests {
			if got := verbs(PeerScript(t, peer, tt.name)); got != tt.want {
				t.Errorf("commands of %s %s = %q, want %q", peer, tt.name, got, tt.want)
			}
		}
		for _, tt := range []struct{ name, first, last string }{
			{"command", login + "CDTA ", "SEND SEND NOOP QUIT "},
			{"loop", login + "RCVLOOP ", "QUIT "},
			{"words", login, "QUIT "},
			{"badlogin", "USER PASS ", ""},
		} {
			got := verbs(PeerScript(t, peer, tt.name))
			if !strings.HasPrefix(got, tt.first) || !strings.HasSuffix(got, tt.last) {
				t.Errorf("commands of %s %s = %q, want %q ... %q", peer, tt.name, got, tt.first, tt.last)
			}
		}
	}
}

func verbs(s *Script) string {
	var b strings.Builder
	for _, st := range s.steps {
		if st.kind == stepExpect {
			verb, _, _ := strings.Cut(st.text, " ")
			b.WriteString(verb + " ")
		}
	}
	return b.String()
}

func allPeerScripts(t *testing.T) []*Script {
	t.Helper()
	var all []*Script
	for _, peer := range Peers() {
		scripts, err := PeerScripts(peer)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, scripts...)
	}
	return all
}
