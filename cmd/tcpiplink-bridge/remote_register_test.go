package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// simNode is a node that answers the events which read and write registers, each register with its page and a Level II node with
// its 32 bit address. It is written from the layouts of the specification, apart from the code under test.
type simNode struct {
	guid     vscp.GUID // the nickname is in the last two bytes
	wide     bool      // the nickname has two bytes in events
	level2   bool
	publish  func(*vscp.Event)
	mu       sync.Mutex // guards what follows: each client has a goroutine
	pages    map[uint16]*[256]byte
	large    map[uint32]byte
	requests int
	deaf     int  // so many requests get no answer
	stubborn bool // writes change nothing
	twice    bool // each answer comes twice, behind one of another node
}

func newSimNode(guid string) *simNode {
	g, err := vscp.ParseGUID(guid)
	if err != nil {
		panic(err)
	}
	n := &simNode{guid: g, pages: map[uint16]*[256]byte{}, large: map[uint32]byte{}}
	for _, page := range []uint16{0, 1, 0x0203} {
		n.pages[page] = new([256]byte)
		for i := range n.pages[page] {
			n.pages[page][i] = byte(i) ^ byte(page)
		}
	}
	n.pages[0][0x92], n.pages[0][0x93] = 0, 7 // a page that nobody asks for
	return n
}

// hear takes an event that a client sent.
func (n *simNode) hear(r linkserver.Received) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var e vscp.Event
	r.Row.Event(&e)
	var answers []vscp.Event
	switch {
	case e.Class == 1024 && n.level2 && bytes.HasPrefix(e.Data, n.guid[:]):
		answers = n.answer2(e.Type, e.Data[16:])
	case e.Class == 512 && bytes.HasPrefix(e.Data, n.guid[:]):
		answers = n.addressed(e.Type, e.Data[16:])
	case e.Class == 0:
		answers = n.addressed(e.Type, e.Data)
	}
	if len(answers) == 0 {
		return
	}
	if n.requests++; n.requests <= n.deaf {
		return
	}
	for _, a := range answers {
		a.GUID = n.guid
		if n.twice {
			other := a
			other.GUID[15] ^= 0xFF
			other.Data = bytes.Repeat([]byte{0xEE}, len(a.Data))
			copy(other.Data, a.Data[:len(a.Data)-1])
			n.publish(&other)
			n.publish(&a)
		}
		n.publish(&a)
	}
}

func (n *simNode) addressed(typ uint16, data []byte) []vscp.Event {
	if n.wide {
		if len(data) < 2 || !bytes.Equal(data[:2], n.guid[14:]) {
			return nil
		}
		return n.answer(typ, data[2:])
	}
	if len(data) < 1 || data[0] != n.guid[15] {
		return nil
	}
	return n.answer(typ, data[1:])
}

func (n *simNode) put(page uint16, at byte, values ...byte) {
	for i, v := range values {
		if !n.stubborn {
			n.pages[page][int(at)+i] = v
		}
	}
}

func (n *simNode) answer(typ uint16, d []byte) []vscp.Event {
	selected := binary.BigEndian.Uint16(n.pages[0][0x92:])
	switch {
	case typ == 9 && len(d) == 1:
		return []vscp.Event{{Type: 10, Data: []byte{d[0], n.pages[0][d[0]]}}}
	case typ == 11 && len(d) == 2:
		n.put(0, d[0], d[1])
		return []vscp.Event{{Type: 10, Data: []byte{d[0], n.pages[0][d[0]]}}}
	case typ == 24 && len(d) == 2:
		return split(26, 7, n.pages[selected][d[0]:int(d[0])+int(d[1])], func(i int) []byte { return []byte{byte(i)} })
	case typ == 25 && len(d) > 1:
		n.put(selected, d[0], d[1:]...)
		return split(26, 7, n.pages[selected][d[0]:int(d[0])+len(d)-1], func(i int) []byte { return []byte{byte(i)} })
	case typ == 37 && len(d) == 4:
		size := int(d[3])
		if size == 0 {
			size = 256 - int(d[2])
		}
		return n.extended(d, size)
	case typ == 38 && len(d) > 3:
		n.put(binary.BigEndian.Uint16(d), d[2], d[3:]...)
		return n.extended(d, len(d)-3)
	default:
		return nil
	}
}

func (n *simNode) extended(d []byte, size int) []vscp.Event {
	page := n.pages[binary.BigEndian.Uint16(d)]
	return split(39, 4, page[d[2]:int(d[2])+size], func(i int) []byte { return []byte{byte(i), d[0], d[1], d[2] + byte(4*i)} })
}

// split makes answers of at most so many values each.
func split(typ uint16, most int, values []byte, head func(i int) []byte) (all []vscp.Event) {
	for i := 0; i*most < len(values); i++ {
		all = append(all, vscp.Event{Type: typ, Data: append(head(i), values[i*most:min((i+1)*most, len(values))]...)})
	}
	return all
}

func (n *simNode) answer2(typ uint16, d []byte) []vscp.Event {
	first := binary.BigEndian.Uint32(d)
	size := len(d) - 4
	if typ == 1 {
		size = int(binary.BigEndian.Uint16(d[4:]))
	} else {
		for i, v := range d[4:] {
			n.large[first+uint32(i)] = v
		}
	}
	data := bytes.Clone(d[:4])
	for i := range size {
		data = append(data, n.large[first+uint32(i)])
	}
	return []vscp.Event{{Class: 1024, Type: 3, Data: data}}
}

func (n *simNode) register(page uint16, at byte) byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.pages[page][at]
}

// startNode connects a node to a server.
func startNode(t *testing.T, n *simNode) *testServer {
	t.Helper()
	return startServer(t, func(s *testServer, o *linkserver.Options) {
		n.publish = func(e *vscp.Event) { s.PublishEvent(e) }
		o.OnEvent = n.hear
	})
}

const (
	nodeFive  = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:03:00:05"
	shownFive = "::FE:00:01:00:00:00:03:00:05"
)

func TestRegisterRead(t *testing.T) {
	n := newSimNode(nodeFive)
	s := startNode(t, n)
	tests := []struct {
		args string
		want string
	}{
		{"5 0xd0", "node 5 at " + shownFive + ", page 0\n0xd0  0xd0  208\n"},
		{"5 208:2", "node 5 at " + shownFive + ", page 0\n0xd0  0xd0  208\n0xd1  0xd1  209\n"},
		{"0x05 0xd0:2 --method plain", "node 5 at " + shownFive + ", page 0\n0xd0  0xd0  208\n0xd1  0xd1  209\n"},
		{"5 3 --page 1", "node 5 at " + shownFive + ", page 1\n0x03  0x02    2\n"},
		{"5 3 --page 0x203", "node 5 at " + shownFive + ", page 515\n0x03  0x00    0\n"},
		{"5 0:9 --page 1 --method page --json", `{"node":"` + nodeFive + `","page":1,"registers":[{"address":0,"value":1},{"address":1,"value":0},{"address":2,"value":3},` +
			`{"address":3,"value":2},{"address":4,"value":5},{"address":5,"value":4},{"address":6,"value":7},{"address":7,"value":6},{"address":8,"value":9}]}` + "\n"},
		{nodeFive + " 7", "node 5 at " + shownFive + ", page 0\n0x07  0x07    7\n"},
		{shownFive + " 7 --method extended", "node 5 at " + shownFive + ", page 0\n0x07  0x07    7\n"},
	}
	for _, twice := range []bool{false, true} {
		n.mu.Lock()
		n.twice = twice
		n.mu.Unlock()
		for _, tt := range tests {
			got := s.admin(t, append([]string{"register", "read"}, strings.Fields(tt.args)...)...)
			if got.code != exitOK || got.stdout != tt.want {
				t.Errorf("register read %s = %d with %q and %q, want %d with %q", tt.args, got.code, got.stdout, got.stderr, exitOK, tt.want)
			}
		}
	}
	if got := [2]byte{n.register(0, 0x92), n.register(0, 0x93)}; got != [2]byte{0, 7} {
		t.Errorf("the selected page is % X, want 00 07 as before", got)
	}
	got := s.admin(t, "register", "read", "5", "0:256", "--json")
	var records registerRecords
	if err := json.Unmarshal([]byte(got.stdout), &records); err != nil || len(records.Registers) != 256 || records.Registers[255].Value != 255 {
		t.Errorf("register read of a page = %d with %q, %v, want 256 registers", got.code, got.stdout, err)
	}
}

func TestRegisterWrite(t *testing.T) {
	n := newSimNode(nodeFive)
	s := startNode(t, n)
	tests := []struct {
		args string
		want string
		page uint16
		at   byte
		now  []byte
	}{
		{"5 0x12 0x01", "0x12  0x12  ->  0x01\n", 0, 0x12, []byte{1}},
		{"5 0x12 3 4", "0x12  0x01  ->  0x03\n0x13  0x13  ->  0x04\n", 0, 0x12, []byte{3, 4}},
		{"5 0x20 9 8 --method plain", "0x20  0x20  ->  0x09\n0x21  0x21  ->  0x08\n", 0, 0x20, []byte{9, 8}},
		{"5 0 1,2,3,4,5,6 --page 0x203", "0x05  0x06  ->  0x06\n", 0x203, 0, []byte{1, 2, 3, 4, 5, 6}},
		{"5 0x30:7 7 7 7 7 7 7 8 --page 1 --method page", "0x36  0x37  ->  0x08\n", 1, 0x30, []byte{7, 7, 7, 7, 7, 7, 8}},
		{nodeFive + " 0x40 1 2", "0x41  0x41  ->  0x02\n", 0, 0x40, []byte{1, 2}},
	}
	for _, tt := range tests {
		got := s.admin(t, append([]string{"register", "write"}, strings.Fields(tt.args)...)...)
		if got.code != exitOK || !strings.HasSuffix(got.stdout, tt.want) {
			t.Errorf("register write %s = %d with %q and %q, want %d with the end %q", tt.args, got.code, got.stdout, got.stderr, exitOK, tt.want)
		}
		for i, want := range tt.now {
			if got := n.register(tt.page, tt.at+byte(i)); got != want {
				t.Errorf("register write %s: register %#x = %#x, want %#x", tt.args, int(tt.at)+i, got, want)
			}
		}
	}
	got := s.admin(t, "register", "write", "5", "0x50", "1", "--json")
	if want := `{"node":"` + nodeFive + `","page":0,"registers":[{"address":80,"old":80,"value":1}]}` + "\n"; got.stdout != want {
		t.Errorf("register write --json = %q, want %q", got.stdout, want)
	}
}

func TestRegisterAnswersThatFail(t *testing.T) {
	n := newSimNode(nodeFive)
	s := startNode(t, n)
	set := func(change func()) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.requests, n.deaf, n.stubborn = 0, 0, false
		change()
	}
	args := func(text string) []string { return append(strings.Fields(text), "--wait", "250ms") }

	set(func() { n.deaf = 2 })
	if got := s.admin(t, args("register read 5 1 --retries 2")...); got.code != exitOK || !strings.Contains(got.stdout, "0x01  0x01") {
		t.Errorf("read of a node that answers the third time = %d with %q and %q, want the value", got.code, got.stdout, got.stderr)
	}
	set(func() { n.deaf = 2 })
	got := s.admin(t, args("register read 5 1 --retries 1")...)
	if want := "no answer from the node with nickname 5 after 2 tries of 250ms"; got.code != exitFailed || !strings.Contains(got.stderr, want) {
		t.Errorf("read of a node that does not answer = %d with %q, want %d with %q", got.code, got.stderr, exitFailed, want)
	}
	set(func() {})
	if got := s.admin(t, args("register read 6 1 --retries 0")...); got.code != exitFailed || got.stdout != "" {
		t.Errorf("read of a node that is not there = %d with %q, want %d and nothing", got.code, got.stdout, exitFailed)
	}
	for _, method := range []string{"plain", "extended"} {
		set(func() { n.stubborn = true })
		got := s.admin(t, args("register write 5 1 0x77 --retries 0 --method "+method)...)
		if want := "the node answers 01 to a write of 77"; got.code != exitFailed || !strings.Contains(got.stderr, want) {
			t.Errorf("%s write to a register that cannot be written = %d with %q, want %d with %q", method, got.code, got.stderr, exitFailed, want)
		}
	}
	set(func() { n.deaf = 1 })
	got = s.admin(t, args("register write 5 1 0x77 --retries 0")...)
	if got.code != exitOK || !strings.Contains(got.stdout, "0x01  ?  ->  0x77") || !strings.Contains(got.stderr, "the old values are not known") {
		t.Errorf("write after a read that failed = %d with %q and %q, want it written", got.code, got.stdout, got.stderr)
	}
}

func TestRegisterOfOtherNodes(t *testing.T) {
	wide := newSimNode("FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:03:01:05")
	wide.wide = true
	s := startNode(t, wide)
	for args, want := range map[string]string{
		"read 261 0x10:5":                         "0x14  0x14   20\n",
		"read 0x105 3 --page 1":                   "0x03  0x02    2\n",
		"write 261 0x11 0x0A 0x0B":                "0x12  0x12  ->  0x0b\n",
		"read ::FE:0:1:0:0:0:3:1:5 0x20:1 --wide": "0x20  0x20   32\n",
	} {
		got := s.admin(t, append([]string{"register"}, strings.Fields(args)...)...)
		if got.code != exitOK || !strings.HasSuffix(got.stdout, want) {
			t.Errorf("register %s = %d with %q and %q, want %d with the end %q", args, got.code, got.stdout, got.stderr, exitOK, want)
		}
	}
	own := newSimNode("FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:03:07:05") // 7 is no part of the nickname
	s = startNode(t, own)
	if got, want := s.admin(t, "register", "read", own.guid.String(), "9"), "page 0\n0x09  0x09    9\n"; got.code != exitOK || !strings.HasSuffix(got.stdout, want) {
		t.Errorf("register read of %v = %d with %q and %q, want %d with the end %q", own.guid, got.code, got.stdout, got.stderr, exitOK, want)
	}
	large := newSimNode(nodeFive)
	large.level2 = true
	s = startNode(t, large)
	const node = " --method level2 " + nodeFive
	for _, tt := range []struct{ args, want string }{
		{"write" + node + " 0x10000 1 2 3", "node " + shownFive + "\n0x10000  0x00  ->  0x01\n0x10001  0x00  ->  0x02\n0x10002  0x00  ->  0x03\n"},
		{"read" + node + " 0x10001:2", "node " + shownFive + "\n0x10001  0x02    2\n0x10002  0x03    3\n"},
		{"read" + node + " 0xFFFFFFFF", "node " + shownFive + "\n0xffffffff  0x00    0\n"},
	} {
		got := s.admin(t, append([]string{"register"}, strings.Fields(tt.args)...)...)
		if got.code != exitOK || got.stdout != tt.want {
			t.Errorf("register %s = %d with %q and %q, want %d with %q", tt.args, got.code, got.stdout, got.stderr, exitOK, tt.want)
		}
	}
	if got := s.admin(t, "register", "read", nodeFive, "0:300", "--method", "level2"); strings.Count(got.stdout, "\n") != 301 {
		t.Errorf("register read of 300 registers = %d with %d lines and %q, want 301", got.code, strings.Count(got.stdout, "\n"), got.stderr)
	}
	if got := s.admin(t, "register", "read", nodeFive, "0xFFFFFFFF:2", "--method", "level2"); got.code != exitUsage {
		t.Errorf("register read beyond the last = %d with %q, want %d", got.code, got.stderr, exitUsage)
	}
}

// An answer may be anything: it is not to break the reader, and completes only what was asked for.
func FuzzRegisterAnswer(f *testing.F) {
	f.Add(uint16(0), uint16(39), byte(5), []byte{0, 0, 1, 4, 1, 2, 3, 4}, "extended")
	f.Add(uint16(0), uint16(10), byte(5), []byte{4, 1}, "plain")
	f.Add(uint16(512), uint16(26), byte(5), append(make([]byte, 16), 255, 1, 2), "page")
	f.Add(uint16(1024), uint16(3), byte(5), []byte{0xFF, 0xFF, 0xFF, 0xFF, 1}, "level2")
	guid, err := vscp.ParseGUID(nodeFive)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, class, typ uint16, nickname byte, data []byte, how string) {
		n := &node{nickname: 5, guid: guid, method: method(how)}
		a := address{page: 1, first: 4, count: 3}
		if n.method == methodPlain {
			a.page = 0
		}
		v := newValues(a)
		e := vscp.Event{Class: vscp.Class(class), Type: typ, GUID: guid.WithNickname(uint16(nickname)), Data: data}
		for _, x := range append(n.reads(a, v), n.writes(a, []byte{1, 2, 3})...) {
			if x.take(&e) && nickname != 5 {
				t.Errorf("%s: an answer of node %d completes a request to node 5", how, nickname)
			}
			_ = x.check()
		}
	})
}
