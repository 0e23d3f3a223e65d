package linktest

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"testing"
)

// peerFiles holds one script file per server that was listened to; the lines are as they came over the wire.
//
//go:embed testdata/peers/*.script
var peerFiles embed.FS

const (
	peerFolder = "testdata/peers"
	peerSuffix = ".script"
)

// Peers returns the names of the servers there are scripts of, in alphabetical order. Each has at least these dialogues:
//
//	greeting  what is sent first
//	login     greeting, USER, PASS, VERS, WCYD, CHID, GGID; those below begin with the same commands
//	command   CDTA, SFLT and SMSK where seen, RETR 10 with fewer events there, SEND taken, SEND refused, NOOP, QUIT
//	receive   RCVLOOP, rows and keep-alives in the rhythm of the server, may close, NOOP, CDTA, QUITLOOP, QUIT
//	loop      RCVLOOP and every command seen in the loop, keep-alives between them
//	commands  STAT, INFO, INTERFACE LIST, CHKDATA, CLRA, SGID, GGID, HELP, TEST, CHALLENGE, RETR, NOOP, QUIT
//	words     aliases, unknown words and wrong arguments
//	nologin   greeting, VERS, WCYD, CHID, GGID, RCVLOOP, QUIT
//	badlogin  greeting, USER, PASS with the wrong password
//
// Some have more: filter, full, silent, dies, hangs and others, each with a comment in its file. Who logs in differs with
// servers and dialogues: Script.Account tells.
func Peers() []string {
	entries, err := peerFiles.ReadDir(peerFolder)
	if err != nil {
		return nil // the folder is part of the binary
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), peerSuffix))
	}
	return names
}

// PeerScripts returns all dialogues of a server of Peers.
func PeerScripts(peer string) ([]*Script, error) {
	file := peer + peerSuffix
	data, err := peerFiles.ReadFile(path.Join(peerFolder, file))
	if err != nil {
		return nil, fmt.Errorf("linktest: peer %q: %w", peer, err)
	}
	return ParseScript(file, data)
}

// PeerScript returns one dialogue of a server of Peers, and fails the test if there is none of that name.
func PeerScript(t testing.TB, peer, name string) *Script {
	t.Helper()
	scripts, err := PeerScripts(peer)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scripts {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("linktest: peer %q: got no dialogue %q, want one of %s", peer, name, scriptNames(scripts))
	return nil
}

func scriptNames(scripts []*Script) string {
	var names []string
	for _, s := range scripts {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}
