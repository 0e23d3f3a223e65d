package remote

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"sync/atomic"
	"time"
)

// traffic is what the connections of a manager count and measure together.
type traffic struct {
	counts     *Counters
	roundTrip  atomic.Int64 // of the newest command that was timed, nanoseconds; 0: none yet
	peerExpiry atomic.Int64 // of the certificate that the peer showed last, Unix seconds; 0: none
	ownExpiry  atomic.Int64 // of the certificate that was shown to it, likewise
}

// counted counts what is read. A nil *traffic counts nothing.
func (t *traffic) counted(r io.Reader) io.Reader {
	if t == nil {
		return r
	}
	return &countedReader{r, &t.counts.bytesReceived}
}

type countedReader struct {
	io.Reader
	n *atomic.Uint64
}

// Read reads and counts.
func (r *countedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n.Add(uint64(n))
	return n, err
}

func (t *traffic) wrote(n int) {
	if t != nil {
		t.counts.bytesSent.Add(uint64(n))
	}
}

// stopwatch times the answer to a command that was written while no other was under way: with several under way, an answer also
// waits for those before it.
type stopwatch struct {
	of    *traffic  // nil: nobody wants to know
	asked time.Time // zero: not running
}

func (w *stopwatch) start() {
	if w.of != nil {
		w.asked = time.Now()
	}
}

// stop is called at an answer.
func (w *stopwatch) stop() {
	if !w.asked.IsZero() {
		took := time.Since(w.asked)
		w.of.counts.replies.Observe(took, 1)
		w.of.roundTrip.Store(int64(took))
		w.asked = time.Time{}
	}
}

// reset forgets a command whose answer did not come.
func (w *stopwatch) reset() { w.asked = time.Time{} }

// saw notes the certificates of a peer.
func (t *traffic) saw(chain []*x509.Certificate) {
	if t != nil && len(chain) > 0 {
		t.peerExpiry.Store(chain[0].NotAfter.Unix())
	}
}

// showed notes a certificate of ours, which is parsed.
func (t *traffic) showed(pair *tls.Certificate) {
	if t != nil && pair.Leaf != nil {
		t.ownExpiry.Store(pair.Leaf.NotAfter.Unix())
	}
}
