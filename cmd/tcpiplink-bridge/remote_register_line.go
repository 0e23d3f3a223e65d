package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// registerLine talks with one node. All goes over one connection, request after request, which every server can do.
type registerLine struct {
	s     *remoteSession
	node  *node
	form  vscp.TextForm
	tries int
	wait  time.Duration
	batch remote.Batch
	from  vscp.GUID // of the last answer
}

func (s *remoteSession) registerLine(ctx context.Context, f *registerFlags, n *node) (*registerLine, error) {
	p, err := s.profile(ctx)
	if err != nil {
		return nil, err
	}
	n.noNickname = p.Family == remote.FamilyUvscpd
	form := p.Form
	form.Time = vscp.TimeNone
	return &registerLine{s: s, node: n, form: form, tries: f.retries + 1, wait: f.wait}, nil
}

func (l *registerLine) title(a address) string {
	title := fmt.Sprintf("node %d at %s", l.node.nickname, shortGUID(l.from))
	if l.node.method == methodLevel2 {
		return "node " + shortGUID(l.from)
	}
	return fmt.Sprintf("%s, page %d", title, a.page)
}

func (l *registerLine) read(ctx context.Context, a address) ([]byte, error) {
	v := newValues(a)
	err := l.onPage(ctx, a.page, func() error {
		return l.doAll(ctx, l.node.reads(a, v))
	})
	return v.bytes, err
}

func (l *registerLine) write(ctx context.Context, a address, data []byte) error {
	return l.onPage(ctx, a.page, func() error { return l.doAll(ctx, l.node.writes(a, data)) })
}

// onPage selects a page around work, where the method needs that, and puts the old one back.
func (l *registerLine) onPage(ctx context.Context, page uint16, work func() error) error {
	if l.node.method != methodPage {
		return work()
	}
	plain := *l.node
	plain.method = methodPlain
	selected := address{first: pageSelect, count: 2}
	before := newValues(selected)
	if err := l.doAll(ctx, plain.reads(selected, before)); err != nil {
		return fmt.Errorf("read the page that is selected: %w", err)
	}
	choose := func(page []byte) error { return l.doAll(ctx, plain.writes(selected, page)) }
	if err := choose([]byte{byte(page >> 8), byte(page)}); err != nil {
		return fmt.Errorf("select page %d: %w", page, err)
	}
	err := work()
	if back := choose(before.bytes); err == nil && back != nil {
		err = fmt.Errorf("select the old page again: %w", back)
	}
	return err
}

func (l *registerLine) doAll(ctx context.Context, all []exchange) error {
	for i := range all {
		if err := l.do(ctx, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

// errNoAnswer is returned when a node did not answer, or not with what was asked for.
var errNoAnswer = errors.New("no answer from the node")

// do sends a request until its answer is complete or the tries are used up. An answer that comes late counts for a later try.
func (l *registerLine) do(ctx context.Context, x *exchange) error {
	var wrong error
	for range l.tries {
		if err := l.s.Send(ctx, &x.request, l.form); err != nil {
			return err
		}
		done, err := l.await(ctx, x, &wrong)
		if done || err != nil {
			return err
		}
	}
	if wrong != nil {
		return fmt.Errorf("%w: %w", errNoAnswer, wrong)
	}
	return fmt.Errorf("%w with nickname %d after %s of %v", errNoAnswer, l.node.nickname, tries(l.tries), l.wait)
}

func tries(n int) string {
	if n == 1 {
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}

const (
	registerPause = 20 * time.Millisecond
	registerBatch = 16 // events at once: what small devices can hold
)

// await fetches events until the answer is complete or the wait is over.
func (l *registerLine) await(ctx context.Context, x *exchange, wrong *error) (done bool, err error) {
	var e vscp.Event
	for end := time.Now().Add(l.wait); ; {
		if err := l.s.Retrieve(ctx, registerBatch, &l.batch); err != nil {
			return false, err
		}
		for i := range l.batch.Rows {
			l.batch.Rows[i].Event(&e)
			if !x.take(&e) {
				continue
			}
			if *wrong = x.check(); *wrong == nil {
				l.from = e.GUID
				return true, nil
			}
		}
		if len(l.batch.Rows) > 0 && time.Now().Before(end) {
			continue
		}
		left := time.Until(end)
		if left <= 0 {
			return false, nil
		}
		if err := pause(ctx, min(registerPause, left)); err != nil {
			return false, err
		}
	}
}
