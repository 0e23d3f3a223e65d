package linkserver

import (
	"errors"
	"fmt"
	"testing"
)

func TestControl(t *testing.T) {
	var asked []Control
	ended := make(chan struct{})
	opts := testOptions()
	opts.Accounts = map[string]Account{"admin": {"secret", levelAdmin}, "filter": {"secret", levelFilter}}
	opts.OnControl = func(c Control) (ControlReply, error) {
		asked = append(asked, c)
		switch c.Command {
		case "TEST":
			return ControlReply{Lines: []string{"one", "two"}}, nil
		case "RESTART":
			return ControlReply{}, errors.New("not today")
		default:
			return ControlReply{Then: func() { close(ended) }}, nil
		}
	}
	srv := newTestServer(t, opts)
	other := dialPipe(t, srv)
	other.answer()
	other.want("USER filter", replyUserAccepted)
	other.want("PASS secret", replySuccess)
	other.want("SHUTDOWN", replyPrivilege)
	c := dialPipe(t, srv).login()
	c.want("TEST 1 2", "one", "two", replySuccess)
	c.want("restart", "-OK - not today")
	c.want("SHUTDOWN", replySuccess)
	<-ended
	want := []Control{{"TEST", "1 2", "admin", 2}, {"RESTART", "", "admin", 2}, {"SHUTDOWN", "", "admin", 2}}
	if fmt.Sprint(asked) != fmt.Sprint(want) {
		t.Errorf("OnControl was asked %v, want %v", asked, want)
	}
}

// TestControlKeepsItsLine gives an error that would break the answer into two.
func TestControlKeepsItsLine(t *testing.T) {
	opts := testOptions()
	opts.OnControl = func(Control) (ControlReply, error) { return ControlReply{}, errors.New("no\r\n+OK") }
	dialPipe(t, newTestServer(t, opts)).login().want("TEST", replyError)
}
