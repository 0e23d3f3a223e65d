package linkserver

import (
	"time"
)

// pushLoop is the handle on the goroutine that serves a receive loop.
type pushLoop struct {
	stop chan struct{} // closed by the owner of the session
	done chan struct{} // closed by push when it returns
}

// cmdRcvLoop answers RCVLOOP, then the events that wait and those that come are written as rows, with a bare `+OK` as keep-alive
// in each period. All commands stay allowed, their answers come between the rows. Inside the loop it changes nothing.
func (s *session) cmdRcvLoop(string) {
	s.reply(s.words().loopEntered)
	if s.loop != nil {
		return
	}
	if s.flush() != nil { // no row may overtake the answer; the failure shows at the next read
		return
	}
	s.loop = &pushLoop{stop: make(chan struct{}), done: make(chan struct{})}
	s.setInLoop(true)
	go s.push(s.loop)
}

// cmdQuitLoop answers QUITLOOP, after which no row comes unasked. Outside the loop it does nothing.
func (s *session) cmdQuitLoop(string) {
	s.stopLoop()
	s.reply(s.words().loopLeft)
}

// stopLoop ends the push goroutine and waits for it: at most WriteTimeout, if it is writing.
func (s *session) stopLoop() {
	if s.loop == nil {
		return
	}
	close(s.loop.stop)
	<-s.loop.done
	s.loop = nil
	s.setInLoop(false)
}

func (s *session) setInLoop(in bool) {
	s.mu.Lock()
	s.inLoop = in
	s.mu.Unlock()
}

// push writes rows and keep-alives until it is told to stop. If a write fails it closes the connection, so that the owner of
// the session wakes up, and returns.
func (s *session) push(loop *pushLoop) {
	defer close(loop.done)
	keepAlive := time.NewTimer(s.srv.opts.KeepAlive)
	defer keepAlive.Stop()
	more := make(chan struct{})
	close(more)
	var b pushBuffer
	for rows := 1; ; {
		var wake <-chan struct{} = more // the queue may hold more: look again, but stop and keepAlive have their chance
		if rows == 0 {
			wake = s.queue.ready
		}
		var err error
		select {
		case <-loop.stop:
			return
		case <-keepAlive.C:
			if busy := s.srv.family.idleKeepAlive - time.Since(b.at); busy > 0 {
				keepAlive.Reset(busy)
				continue
			}
			if !s.queue.isDead() {
				err = s.write([]byte(keepAliveLine), 0, 0)
			}
			keepAlive.Reset(s.srv.opts.KeepAlive)
		case <-wake:
			rows, err = s.pushBatch(&b)
		}
		if err != nil {
			_ = s.conn.Close()
			return
		}
	}
}

// pushBuffer is the memory that a receive loop works in.
type pushBuffer struct {
	lines [][]byte
	text  []byte
	at    time.Time // of the last rows, where keep-alives wait for silence
}

// pushBatch writes the rows that wait, as many as go into one write.
func (s *session) pushBatch(b *pushBuffer) (int, error) {
	s.rowMu.Lock()
	defer s.rowMu.Unlock()
	b.lines = s.queue.take(b.lines[:0], s.srv.opts.QueueEvents, maxWrite)
	b.text = b.text[:0]
	lost := 0
	fam := s.srv.family
	special := fam.maxRow > 0 || fam.countsData
	for _, line := range b.lines {
		if special {
			if s.isLost(line) {
				lost++
				continue
			}
			s.countData(line)
		}
		b.text = append(b.text, line...)
	}
	n := len(b.lines)
	clear(b.lines) // the lines are shared: do not hold them while waiting
	if n == 0 {
		return 0, nil
	}
	if fam.idleKeepAlive > 0 {
		b.at = time.Now()
	}
	s.counts.discarded.Add(uint64(lost))
	if lost == n {
		return n, nil
	}
	return n, s.write(b.text, n-lost, len(b.text))
}
