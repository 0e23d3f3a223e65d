package main

import (
	"testing"
	"time"
)

func TestChecker(t *testing.T) {
	tests := []struct {
		name    string
		numbers []uint64 // of the one sender
		garbage bool
		want    string
	}{
		{name: "all in order", numbers: []uint64{0, 1, 2, 3}},
		{name: "lost", numbers: []uint64{0, 1, 3}, want: "of 4 events 1 are lost, 0 came twice, 0 out of order, 0 lines are no event"},
		{name: "twice", numbers: []uint64{0, 1, 1, 2, 3}, want: "of 4 events 0 are lost, 1 came twice, 0 out of order, 0 lines are no event"},
		{name: "one for another", numbers: []uint64{0, 1, 1, 3}, want: "of 4 events 1 are lost, 1 came twice, 0 out of order, 0 lines are no event"},
		{name: "out of order", numbers: []uint64{0, 2, 1, 3}, want: "of 4 events 0 are lost, 0 came twice, 1 out of order, 0 lines are no event"},
		{name: "the last first", numbers: []uint64{3, 0, 1, 2}, want: "of 4 events 0 are lost, 0 came twice, 3 out of order, 0 lines are no event"},
		{name: "garbage", numbers: []uint64{0, 1, 2, 3}, garbage: true, want: `of 4 events 0 are lost, 0 came twice, 0 out of order, ` +
			`1 lines are no event: the last is row "+OK" is none of the source's`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newChecker(request{Events: 4})
			if tt.garbage {
				c.row([]byte("+OK"), time.Now())
			}
			for _, n := range tt.numbers {
				c.row(appendRow(nil, event{sender: 7, number: n, stamp: idleStamp}), time.Now())
			}
			got := ""
			if err := c.verdict(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("verdict = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCheckerKeepsSendersApart(t *testing.T) {
	c := newChecker(request{Events: 4})
	for _, e := range []event{{sender: 1}, {sender: 2}, {sender: 2, number: 1}, {sender: 1, number: 1}} {
		e.stamp = idleStamp
		c.row(appendRow(nil, e), time.Now())
	}
	if err := c.verdict(); err != nil {
		t.Errorf("verdict = %v, want none", err)
	}
}

func TestCheckerRate(t *testing.T) {
	c := newChecker(request{Events: 5, Stop: 3})
	start := time.Unix(1_700_000_000, 0)
	for i := range 5 {
		c.row(appendRow(nil, event{number: uint64(i), stamp: idleStamp}), start.Add(time.Duration(i*i)*time.Second))
	}
	if got, want := c.rate(), 0.5; got != want { // two more events in 4 s
		t.Errorf("rate = %v, want %v", got, want)
	}
}

func TestQuantiles(t *testing.T) {
	var sample []int64
	for i := range int64(200) {
		sample = append(sample, 199-i)
	}
	if p50, p99 := quantiles(sample); p50 != 100 || p99 != 198 {
		t.Errorf("quantiles = %d, %d, want 100, 198", p50, p99)
	}
}

func TestJudge(t *testing.T) {
	tests := []struct {
		r     result
		short bool
		want  string
	}{
		{r: result{Measured: 35, Against: 100, Target: 0.35}, want: "ok"},
		{r: result{Measured: 34, Against: 100, Target: 0.35}, want: "MISSED"},
		{r: result{Measured: 79, Against: 100, Target: 0.8, AtMost: true}, want: "ok"},
		{r: result{Measured: 41, Target: 40, AtMost: true}, want: "MISSED"},
		{r: result{Measured: 41, Target: 40, AtMost: true}, short: true, want: "not judged"},
		{r: result{Measured: 41}, want: ""},
	}
	for _, tt := range tests {
		got := tt.r
		got.judge(tt.short)
		if got.Verdict != tt.want {
			t.Errorf("judge(%+v) = %q, want %q", tt.r, got.Verdict, tt.want)
		}
	}
}
