package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

var updateDoctor = flag.Bool("update-doctor", false, "write the expected reports of testdata/doctor anew")

// compareReport compares with testdata/doctor, the table and the JSON.
func compareReport(t *testing.T, name string, d *diagnosis) {
	t.Helper()
	for suffix, asJSON := range map[string]bool{".txt": false, ".json": true} {
		var got bytes.Buffer
		if err := d.print(&got, asJSON); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "doctor", name+suffix)
		if *updateDoctor {
			if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("report %s:\n%s\nwant:\n%s", name+suffix, got.String(), want)
		}
	}
}

// TestDoctorFamilies examines servers that behave like each family.
func TestDoctorFamilies(t *testing.T) {
	for _, like := range append(linkserver.Families(), linkserver.FamilyOwn) {
		name := string(like)
		if like == linkserver.FamilyOwn {
			name = "own"
		}
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := server(t, func(o *linkserver.Options) {
					o.Like = like
					o.Accounts = map[string]linkserver.Account{"admin": {Password: "secret", Level: 15}}
				})
				o := p.options()
				o.send = true
				d := examine(t.Context(), o)
				if err := d.verdict(); err != nil || !d.Bridgeable {
					t.Errorf("verdict = %v, bridgeable %v, want nil, true", err, d.Bridgeable)
				}
				compareReport(t, name, d)
			})
		})
	}
}

// find returns the finding of a name.
func (d *diagnosis) find(t *testing.T, name string) finding {
	t.Helper()
	i := slices.IndexFunc(d.Findings, func(f finding) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no finding %q in %+v", name, d.Findings)
	}
	return d.Findings[i]
}

func (d *diagnosis) want(t *testing.T, name string, s status, value string) {
	t.Helper()
	if f := d.find(t, name); f.Status != s || !strings.Contains(f.Value, value) {
		t.Errorf("finding %s = %s %q, want %s with %q", name, f.Status, f.Value, s, value)
	}
}

// TestDoctorHarmsNothing counts what a server gets without the flags that ask for more.
func TestDoctorHarmsNothing(t *testing.T) {
	for _, tt := range []struct {
		wcyd     string
		thorough bool
		dials    int
	}{
		{"40-00-00-00-00-00-80-20 32800", false, 1}, // takes one connection
		{"40-00-00-00-00-00-80-28 32808", false, 2},
		{"40-00-00-00-00-00-80-28 32808", true, 4},
		{"00-00-00-00-00-00-80-78", false, 4},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFakeServer()
			f.replies["WCYD"] = tt.wcyd + "\r\n+OK\r\n"
			p := newPatient(t, f.serve)
			o := p.options()
			o.thorough = tt.thorough
			d := examine(t.Context(), o)
			if err := d.verdict(); err != nil {
				t.Errorf("verdict = %v, want nil", err)
			}
			if p.dials != tt.dials {
				t.Errorf("WCYD %s, thorough %v: %d connections, want %d", tt.wcyd, tt.thorough, p.dials, tt.dials)
			}
			if f.said("SEND") != 0 {
				t.Error("an event was sent, want none without --send")
			}
			if filters, firmware := f.said("SFLT")+f.said("SMSK"), strings.Contains(tt.wcyd, " "); (filters == 0) != firmware {
				t.Errorf("WCYD %s: %d filters set, want none on firmware only", tt.wcyd, filters)
			}
			if quits := f.said("QUIT"); quits != tt.dials {
				t.Errorf("%d QUITs on %d connections, want one each", quits, tt.dials)
			}
		})
	}
}

// TestDoctorStalls has a server that never answers one command: the report says which, goes on where it can, and ends.
func TestDoctorStalls(t *testing.T) {
	for _, tt := range []struct {
		verb, finding string
		status        status
		last          string // finding that is reached after it
	}{
		{"", "greeting", statusProblem, "greeting"},
		{"USER", "login", statusProblem, "login"},
		{"PASS", "login", statusProblem, "login"},
		{"VERS", "version", statusWarning, "pipelining"},
		{"WCYD", "can do", statusWarning, "pipelining"},
		{"CHID", "channel", statusWarning, "pipelining"},
		{"GGID", "GUID", statusWarning, "pipelining"},
		{"SMSK", "filters", statusWarning, "pipelining"},
		{"SFLT", "filters", statusWarning, "pipelining"},
		{"NOOP", "round trip", statusProblem, "receive"},
		{"RCVLOOP", "receive", statusProblem, "pipelining"},
		{"SEND", "send", statusWarning, "pipelining"},
		{"RETR", "echo", statusNote, "pipelining"},
	} {
		t.Run(tt.verb, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeServer()
				f.replies[tt.verb] = ""
				o := newPatient(t, f.serve).options()
				o.send = true
				start := time.Now()
				d := examine(t.Context(), o)
				if got := d.find(t, tt.finding); got.Status != tt.status {
					t.Errorf("finding %s = %+v, want %s", tt.finding, got, tt.status)
				}
				d.find(t, tt.last)
				if (d.verdict() != nil) != (tt.status == statusProblem) {
					t.Errorf("verdict = %v, want an error only for a problem", d.verdict())
				}
				if took := time.Since(start); took > time.Minute {
					t.Errorf("took %v, want at most a minute", took)
				}
			})
		})
	}
}

// TestDoctorSilence has a server that says nothing more from some command on, on every connection.
func TestDoctorSilence(t *testing.T) {
	for _, tt := range []struct{ verb, finding string }{
		{"USER", "login"},
		{"VERS", "can do"}, // the mark that would find the place after VERS stays out too
		{"WCYD", "channel"},
		{"CHID", "GUID"},
		{"NOOP", "round trip"},
		{"RCVLOOP", "receive"},
		{"QUITLOOP", ""},
	} {
		t.Run(tt.verb, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeServer()
				f.silentFrom = tt.verb
				start := time.Now()
				d := examine(t.Context(), newPatient(t, f.serve).options())
				if took := time.Since(start); took > 2*time.Minute {
					t.Errorf("took %v, want at most 2 minutes", took)
				}
				if tt.finding == "" {
					if err := d.verdict(); err != nil {
						t.Errorf("verdict = %v, want nil", err)
					}
					return
				}
				if f := d.find(t, tt.finding); f.Status != statusProblem || !strings.Contains(f.Value, "no answer in time") && !strings.Contains(f.Value, "no line within") {
					t.Errorf("finding %s = %+v, want a problem for want of an answer", tt.finding, f)
				}
			})
		})
	}
}

func TestDoctorFindsWhatPreventsBridging(t *testing.T) {
	for _, tt := range []struct {
		name    string
		replies map[string]string
		finding string
		status  status
		value   string
	}{
		{"login", map[string]string{"PASS": "-OK - Invalid username or password.\r\n"}, "login", statusProblem, "Invalid username"},
		{"full", map[string]string{"": "-OK - Max number of clients connected.\r\n"}, "greeting", statusProblem, "Max number"},
		{"denied", map[string]string{"RCVLOOP": "-OK - User does not have rights to perform this operation.\r\n"}, "receive", statusProblem, "this login may not"},
		{
			"nothing",
			map[string]string{"RCVLOOP": "-OK - Unknown command\r\n", "RETR": "-OK - Unknown command\r\n"},
			"receive", statusProblem, "no RETR",
		},
		{"poll", map[string]string{"RCVLOOP": "-OK - Unknown command\r\n"}, "receive", statusWarning, "no RCVLOOP"},
		{"silent loop", map[string]string{"RCVLOOP": "+OK\r\n"}, "receive", statusProblem, "no line within 10s"},
		{"filters", map[string]string{"SMSK": "-OK - User need higher privilege level to perform this operation.\r\n"}, "filters", statusNote, "may not"},
		{"send", map[string]string{"SEND": "-OK - User need higher privilege level to perform this operation.\r\n"}, "send", statusWarning, "may not"},
		{"odd version", map[string]string{"VERS": "fifteen\r\n+OK\r\n"}, "version", statusWarning, "fifteen"},
		{"refused version", map[string]string{"VERS": "-OK - Unknown command\r\n"}, "profile", statusNote, "none"},
		{"no WCYD", map[string]string{"VERS": "1,12,4\r\n+OK\r\n"}, "can do", statusSkipped, "not asked"},
		{"old clock", map[string]string{"RCVLOOP": "+OK\r\n0,20,9,0,,4185888126666,-,1\r\n+OK\r\n"}, "clock", statusNote, "counts from its start, 1h9m46s ago"},
		{"wrong clock", map[string]string{"RCVLOOP": "+OK\r\n256,20,9,0,,946771200000000000,-,1\r\n+OK\r\n"}, "clock", statusWarning, "ahead of ours"},
		{
			"backlog",
			map[string]string{"RCVLOOP": "+OK\r\n256,20,9,0,,946684740000000000,-,1\r\n256,20,9,0,,946684801500000000,-,1\r\n256,20,9,0,,946684730000000000,-,1\r\n+OK\r\n"},
			"clock", statusOK, " ours",
		},
		{"no event", map[string]string{"RCVLOOP": "+OK\r\nnonsense\r\n+OK\r\n"}, "events", statusWarning, "1 line that is no event"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeServer()
				maps.Copy(f.replies, tt.replies)
				o := newPatient(t, f.serve).options()
				o.send = true
				d := examine(t.Context(), o)
				d.want(t, tt.finding, tt.status, tt.value)
				if (d.verdict() != nil) != (tt.status == statusProblem) || d.Bridgeable != (d.verdict() == nil) {
					t.Errorf("verdict = %v, bridgeable %v, want an error only for a problem", d.verdict(), d.Bridgeable)
				}
			})
		})
	}
}

func TestDoctorUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := examine(t.Context(), newPatient(t, nil).options())
		d.want(t, "connect", statusProblem, "connection refused")
		if err := fmt.Sprint(d.verdict()); !strings.HasPrefix(err, "house cannot be bridged: connect: ") {
			t.Errorf("verdict = %s, want it to name the remote and the step", err)
		}
	})
}

// TestDoctorHostile shows what a server says without what a terminal would act upon, and never the password.
func TestDoctorHostile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer()
		f.replies[""] = "\x1b[2J\x1b]0;owned\x07" + strings.Repeat("long ", 500) + "\r\n+OK\r\n"
		f.replies["CHID"] = "-OK - \x1b[31mno \xff\r\n"
		f.replies["RCVLOOP"] = "-OK - no, secret\r\n"
		d := examine(t.Context(), newPatient(t, f.serve).options())
		for _, asJSON := range []bool{false, true} {
			var b bytes.Buffer
			if err := d.print(&b, asJSON); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(b.String(), "\x1b\x07") || strings.Contains(b.String(), "u001b") {
				t.Errorf("report has control characters:\n%q", b.String())
			}
			if asJSON {
				var back diagnosis
				if err := json.Unmarshal(b.Bytes(), &back); err != nil || len(back.Findings) != len(d.Findings) {
					t.Errorf("JSON reads back with %d findings, %v, want %d", len(back.Findings), err, len(d.Findings))
				}
			}
		}
	})
}

func TestDoctorInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer()
		f.replies["RCVLOOP"] = "+OK\r\n"
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		d := examine(ctx, newPatient(t, f.serve).options())
		if took := time.Since(start); took > 4*time.Second || d.verdict() == nil {
			t.Errorf("ended after %v with %v, want soon after 3s, with an error", took, d.verdict())
		}
	})
}

func TestDoctorProfileSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := server(t, nil)
		o := p.options()
		o.target.family = remote.FamilyUvscpd
		d := examine(t.Context(), o)
		d.want(t, "profile", statusWarning, "uvscpd, set; it answers like vscpd")
		d.want(t, "limits", statusOK, "command line 319 bytes, class up to 1023")
	})
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"abcdefgh ij", 3, []string{"abc", "def", "gh", "ij"}},
		{"åäö åäö", 3, []string{"åäö", "åäö"}},
	} {
		if got := wrap(tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
