package bridge

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// letters writes the events that destinations did not take to their files, on a goroutine of its own: a disk that does not answer
// holds up no connection. Nil writes nothing.
type letters struct {
	in     chan letter
	logger hclog.Logger
	limit  *rate.Limiter              // of the log
	files  map[way]*queue.DeadLetters // that there were so far; belongs to who makes a generation
}

type letter struct {
	d *direction
	queue.Letter
}

const (
	lettersWaiting = 256
	// lettersGrace is how long a stop waits for the disk.
	lettersGrace  = time.Second
	lettersLogged = 10 * time.Second
)

// newLetters returns nil without a state folder.
func newLetters(stateDir string, logger hclog.Logger) *letters {
	if stateDir == "" {
		return nil
	}
	return &letters{
		in: make(chan letter, lettersWaiting), logger: logger, limit: rate.NewLimiter(rate.Every(lettersLogged), 1), files: make(map[way]*queue.DeadLetters),
	}
}

// file returns the letters of a way, the same for all directions that it had: the last events of one may be refused when the next one is there.
func (l *letters) file(of way, in store.Folder) *queue.DeadLetters {
	if l.files[of] == nil {
		l.files[of] = in.Letters(store.Name{Route: of.route, To: of.to})
	}
	return l.files[of]
}

// errLettersWait is logged when the disk is slower than letters come.
var errLettersWait = errors.New("too many wait for the disk")

// post hands a letter over, unless too many wait.
func (l *letters) post(d *direction, reason Reason, f remote.Fate) {
	if l == nil {
		return
	}
	select {
	case l.in <- letter{d, queue.Letter{Time: time.Now(), Route: d.route, To: d.to, Reason: string(reason), Reply: f.Reply, Row: f.Row}}:
	default:
		d.lettersLost.Add(1)
		l.warn(d, errLettersWait)
	}
}

// run writes until the returned function is called, which waits for what was posted before, for a while.
func (l *letters) run() (stop func()) {
	if l == nil {
		return func() {}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case one := <-l.in:
				l.write(&one)
			case <-quit:
				l.writeRest()
				return
			}
		}
	}()
	var once sync.Once
	return func() {
		once.Do(func() { close(quit) })
		timer := time.NewTimer(lettersGrace)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
			l.logger.Warn("disk does not answer, dead letters are lost")
		}
	}
}

// writeRest writes what was posted so far.
func (l *letters) writeRest() {
	for {
		select {
		case one := <-l.in:
			l.write(&one)
		default:
			return
		}
	}
}

func (l *letters) write(one *letter) {
	if err := one.d.letters.Put(&one.Letter); err != nil {
		one.d.lettersLost.Add(1)
		l.warn(one.d, err)
		return
	}
	one.d.lettersWritten.Add(1)
}

func (l *letters) warn(d *direction, err error) {
	if l.limit.Allow() {
		l.logger.Warn("dead letters are lost", "route", d.route, "to", d.to, "error", err)
	}
}

// deadLetters counts the letters of a direction.
type deadLetters struct {
	writer         *letters
	letters        *queue.DeadLetters
	lettersWritten atomic.Uint64
	lettersLost    atomic.Uint64
}
